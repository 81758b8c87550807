"""`otterwatch run`, `watch` and the single stages."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.collecting import collect_with_progress
from app.cli.context import console, load_classifier, say, state
from app.cli.sources import chosen_sources
from app.installation import Installation
from app.workers.stages import Stage, drain, stages
from app.workers.watch import watch as watch_for_ever

Sources = Annotated[Path | None, typer.Option(help="Folder of source files (or one file) instead of your own.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run")(run)
    app.command("watch")(watch)
    app.command("assess")(assess)
    app.command("link")(link)
    app.command("prioritise")(prioritise)


def run(context: typer.Context, sources: Sources = None) -> None:
    """Go over everything once: collect, assess, link, prioritise. Killed at any moment, it goes on where it was."""
    installation = state(context).installation()
    failed = run_once(installation, sources)
    if failed:
        raise typer.Exit(1)


def run_once(installation: Installation, sources: Path | None) -> int:
    """Collect every source and drain the stages after each; gives how many sources brought nothing to go by."""
    chosen = chosen_sources(installation.settings, sources)
    steps = stages(installation, load_classifier())
    failed = 0
    for source in chosen:
        failed += not collect_with_progress(installation, source)
        drain_with_progress(steps)
    return failed


def drain_with_progress(steps: list[Stage]) -> None:
    """Run the stages until nothing waits, showing how far they are."""
    done: dict[str, int] = {}

    def progress(name: str, count: int) -> None:
        done[name] = done.get(name, 0) + count
        status.update(", ".join(f"{key} {value}" for key, value in done.items()))

    with console.status("assessing") as status:
        drain(steps, progress)
    for name, count in done.items():
        say(f"{name}: {count} done")


def watch(context: typer.Context, sources: Sources = None) -> None:
    """Collect each source on its schedule and keep the queue up to date, until Ctrl-C."""
    installation = state(context).installation()
    say("Watching; Ctrl-C ends it and loses nothing.")
    watch_for_ever(
        installation,
        lambda: chosen_sources(installation.settings, sources),
        stages(installation, load_classifier(), fresh=True),
        say=say,
    )


def assess(context: typer.Context) -> None:
    """Find the probable offers among the posts that wait, and read their facts."""
    installation = state(context).installation()
    drain_with_progress(stages(installation, load_classifier())[:1])


def link(context: typer.Context) -> None:
    """Join assessed posts of one seller or contact into cases."""
    installation = state(context).installation()
    drain_with_progress([s for s in stages(installation, load_classifier()) if s.name == "link"])


def prioritise(context: typer.Context) -> None:
    """Weigh the cases that changed, so that the urgent stand on top."""
    installation = state(context).installation()
    drain_with_progress([s for s in stages(installation, load_classifier()) if s.name == "prioritise"])
