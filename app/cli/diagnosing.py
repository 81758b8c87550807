"""`otterwatch doctor`: what is missing or broken, and how to mend it."""

import typer

from app.cli.context import say, state
from app.doctor import examine


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(context: typer.Context) -> None:
    """Look at all that Otterwatch needs and say what is missing and how to mend it; exit code 1 if something is."""
    troubles = 0
    for finding in examine(state(context).settings()):
        mark, style = {"good": ("ok", ""), "note": ("note", "yellow"), "bad": ("trouble", "red")}[finding.state]
        say(f"{mark:7} {finding.about}: {finding.words}", style=style)
        troubles += finding.state == "bad"
    say("All is well." if not troubles else f"{troubles} to mend.")
    if troubles:
        raise typer.Exit(1)
