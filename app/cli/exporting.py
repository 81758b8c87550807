"""`otterwatch export`: what is stored, one JSON object a line."""

from pathlib import Path
from typing import Annotated

import typer

from app.accounts import AccountError, check_password
from app.cli.context import say, state
from app.cli.users import ask_password
from app.cli.writing import opened, write_row
from app.export import count_posts, posts
from models.custody import record

MAY_REVEAL = ("approver", "administrator")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Write what is stored to a file, one JSON object a line.", no_args_is_help=True)
    group.callback()(lambda: None)  # keeps `export posts` two words while it is the only one
    group.command("posts")(export_posts)
    app.add_typer(group, name="export")


def export_posts(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; - for standard output.")],
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Names and contacts as the site shows them; needs --as and is logged.")
    ] = False,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="Blot out contacts that stand in titles, texts and prices: use it to share."),
    ] = False,
    account: Annotated[str, typer.Option("--as", help="Your account, an approver's or administrator's.")] = "",
) -> None:
    """Write every stored post with its newest assessment and its case; sellers under their pseudonym.

    Titles and texts are written as they are stored, and sellers put their numbers there: give --redact before sharing.
    """
    installation = state(context).installation()
    if reveal:
        user = check_password(installation.database, name=account, password=ask_password()) if account else None
        if user is None or user.role not in MAY_REVEAL:
            raise AccountError("--reveal needs --as with the account of an approver or administrator")
        with installation.database.writing() as session:
            record(session, actor=f"user:{user.id}", action="revealed", subject="export:posts")
    total = count_posts(installation.database)
    with opened(output) as file:
        for row in posts(installation.database, installation.keyring, reveal=reveal, redact=redact):
            write_row(file, row)
    say(f"{total} posts written.")
