"""`otterwatch classify`: posts in, what they offer out; one JSON object a line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from app.cli.context import console, load_classifier, say, state
from app.cli.writing import opened, write_row
from models.errors import OtterwatchError


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("classify")(classify)


def classify(
    context: typer.Context,
    posts: Annotated[Path, typer.Argument(help="File with one JSON object a line; - for standard input.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; - for standard output.")],
) -> None:
    """Say of each post what it offers, with the facts and the cues; needs no installation.

    Each line needs `text`; id, title, lang, channel, price, country, seller and posted_at are used where given.
    """
    state(context).settings()
    from classifier.lines import LineCounts, classify_lines

    classifier, counts = load_classifier(), LineCounts()
    with _lines(posts) as lines, opened(output) as file, console.status("reading") as status:

        def show(done: int) -> None:
            status.update(f"{done} posts read")

        for row in classify_lines(lines, classifier, progress=show, counts=counts):
            write_row(file, row)
    if counts.bad:
        say(f"{counts.bad} of {counts.read} lines could not be read; each has an `error` in its place")
    if counts.read and counts.bad == counts.read:
        raise typer.Exit(1)


@contextmanager
def _lines(place: Path) -> Iterator[BinaryIO]:
    if str(place) == "-":
        yield sys.stdin.buffer
        return
    try:
        file = place.open("rb")
    except OSError as error:
        raise OtterwatchError(f"{place} cannot be read: {error.strerror}") from error
    with file:
        yield file
