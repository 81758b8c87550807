"""`otterwatch sources`: the places that are watched."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from app.cli.context import say, say_error, state
from app.terminal import printable
from crawler.source_file import SourceError, SourceFile, load_source, load_sources
from models.errors import OtterwatchError
from models.settings import Settings
from models.tables import CrawlRun, Source


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The places that are watched: check their files, see how they do.", no_args_is_help=True)
    group.command("check")(check)
    group.command("list")(show)
    app.add_typer(group, name="sources")


def chosen_sources(settings: Settings, given: Path | None) -> list[SourceFile]:
    """The sources of a file or folder, or the installation's own; a wrong file is reported and the others go on."""
    place = given or settings.sources_dir
    if place.is_file():
        return [load_source(place)]
    found, errors = load_sources(place)
    for error in errors:
        say_error(str(error))
    if not found:
        raise OtterwatchError(
            f"there is no usable source file (*.toml) in {place}; `docs/how-to/add-a-source.md` shows how to write one"
        )
    return found


def check(
    context: typer.Context,
    place: Annotated[Path | None, typer.Argument(help="A source file or a folder of them.")] = None,
) -> None:
    """Check source files without fetching anything."""
    place = place or state(context).settings().sources_dir
    found, errors = load_sources(place) if place.is_dir() else ([load_source(place)], list[SourceError]())
    for source in found:
        say(f"{source.key}: well formed, {source.name}")
    for error in errors:
        say_error(str(error))
    if errors:
        raise typer.Exit(1)


def show(context: typer.Context) -> None:
    """List the sources that were collected and how their last run ended."""
    with state(context).installation().database.reading() as session:
        for source in session.scalars(select(Source).order_by(Source.key)):
            last = session.scalars(
                select(CrawlRun).where(CrawlRun.source_id == source.id).order_by(CrawlRun.id.desc()).limit(1)
            ).first()
            words = f"{last.status} {last.started_at:%Y-%m-%d %H:%M} UTC {last.reason}" if last else "not collected yet"
            print(printable(f"{source.key}\t{source.name}\t{words}"))  # noqa: T201 - data
