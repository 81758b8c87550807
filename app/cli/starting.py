"""`otterwatch start` and `serve`: from nothing to a queue in the browser."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from app.accounts import ensure_administrator
from app.cli.collecting import collect_with_progress
from app.cli.context import load_classifier, say, state
from app.cli.sources import chosen_sources
from app.console.server import ConsoleServer
from app.demo.site import DEFAULT_PORT, running
from app.installation import Installation
from app.workers.stages import drain, stages
from app.workers.watch import watch
from crawler.source_file import SourceFile, load_source
from models.errors import OtterwatchError
from models.tables import Post, Source

DEMONSTRATION = Path(__file__).parent.parent / "demo" / "pasar-bebas.toml"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("start")(start)
    app.command("serve")(serve)


def start(
    context: typer.Context,
    sources: Annotated[
        Path | None,
        typer.Option(
            help="Folder of your source files. Without one and without files in the installation's own folder, "
            "the demonstration marketplace is watched."
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Collect and fill the queue once, without serving it.")] = False,
) -> None:
    """Make what is missing, collect, fill the queue, open the console and keep watching, until Ctrl-C.

    On a fresh machine this makes the data folder, the database, the keys and the first administrator, whose password is
    shown once. Run it again at any time: nothing is made twice.
    """
    settings = state(context).settings()
    if sources is not None and not sources.exists():
        raise OtterwatchError(f"{sources} does not exist; name a folder of source files, or one file")
    say(f"Data folder: {settings.data_dir}")
    installation = Installation.create(settings)
    state(context).settings()  # the log folder exists only now
    welcome(installation)
    say("Loading the classifier ...")
    classifier = load_classifier()
    with ExitStack() as stack:
        demonstration = sources is None and not any(settings.sources_dir.glob("*.toml"))
        if demonstration:
            say("No sources of your own yet: watching the demonstration marketplace, where everything is invented.")
            say(f"  (your own: put files into {settings.sources_dir}, or use --sources DIR)")
            stack.enter_context(_demonstration(installation))

        def current() -> list[SourceFile]:
            return [load_source(DEMONSTRATION)] if demonstration else chosen_sources(settings, sources)

        if once:
            failed = [source for source in current() if not collect_with_progress(installation, source)]
            drain(stages(installation, classifier))
            if failed:
                raise typer.Exit(1)
            return
        server = stack.enter_context(ConsoleServer(installation).running())
        say(f"Console: {server.address}   Ctrl-C ends everything and loses nothing.", style="bold")
        watch(installation, current, stages(installation, classifier, fresh=True), say=say)


@contextmanager
def _demonstration(installation: Installation) -> Iterator[str]:
    """Serve the demonstration marketplace; when it was collected before, as it looks at a second visit."""
    with installation.database.reading() as session:
        source = select(Source.id).where(Source.key == DEMONSTRATION.stem).scalar_subquery()
        known = session.scalar(select(Post.id).where(Post.source_id == source).limit(1))
    try:
        with running(port=DEFAULT_PORT, visit=2 if known else 1) as address:
            yield address
    except OSError as error:
        raise OtterwatchError(
            f"port {DEFAULT_PORT} for the demonstration is taken; another Otterwatch may be running: end it, "
            "or name sources of your own with --sources"
        ) from error


def serve(context: typer.Context) -> None:
    """Show the queue in the browser until Ctrl-C, without collecting."""
    installation = state(context).installation()
    welcome(installation)
    with ConsoleServer(installation).running() as server:
        say(f"Console: {server.address}   Ctrl-C ends it.", style="bold")
        threading.Event().wait()


def welcome(installation: Installation) -> None:
    """Make the first administrator where there is none and show the password, the only time."""
    made = ensure_administrator(installation.database)
    if made:
        name, password = made
        say(f"\n  First administrator: {name}   password: {password}", style="bold")
        say("  Write it down now: it is not shown again (`otterwatch users password` makes a new one).\n")
