"""`otterwatch collect`, and the hidden command that is the crawl process itself."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from app.cli.context import console, say, state
from app.cli.sources import chosen_sources
from app.installation import Installation
from app.terminal import printable
from app.workers.collecting import collect_source
from crawler.runs import RunProgress
from crawler.source_file import SourceFile, load_source


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("collect")(collect)
    app.command("crawl-source", hidden=True)(crawl_source)


def collect(
    context: typer.Context,
    sources: Annotated[
        Path | None, typer.Option(help="Folder of source files (or one file) instead of the installation's own.")
    ] = None,
) -> None:
    """Fetch every source once and store its posts, each with a capture; what is known already stays as it is."""
    installation = state(context).installation()
    failed = sum(not collect_with_progress(installation, s) for s in chosen_sources(installation.settings, sources))
    if failed:
        raise typer.Exit(1)


def collect_with_progress(installation: Installation, source: SourceFile) -> bool:
    """Collect one source, showing how far it is; gives whether it brought anything to go by."""
    with console.status(Text(printable(f"{source.name}: asking for robots.txt"))) as status:

        def show(progress: RunProgress) -> None:
            status.update(Text(printable(progress.in_words(source.name))))

        result = collect_source(installation, source, on_progress=show)
    say(result.in_words(source.name))
    return result.status in {"complete", "partial"}


def crawl_source(context: typer.Context, file: Path) -> None:
    """Be the process of one crawl run (started by `collect`, not by hand)."""
    from classifier.language import detect
    from classifier.prefilter import may_concern_otters
    from crawler.crawl import crawl

    crawl(load_source(file), state(context).settings(), prefilter=may_concern_otters, language=detect)
