"""`otterwatch users`: who may use the console."""

import os
from typing import Annotated

import typer
from sqlalchemy import select

from app.accounts import add_user, set_password
from app.cli.context import say, state
from app.terminal import printable
from models.tables import User

PASSWORD_VARIABLE = "OTTERWATCH_PASSWORD"  # noqa: S105 - a name, not a password


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Accounts of the console: list, add, give a new password.", no_args_is_help=True)
    group.command("list")(show)
    group.command("add")(add)
    group.command("password")(password)
    app.add_typer(group, name="users")


def ask_password(*, confirm: bool = False) -> str:
    """The password from OTTERWATCH_PASSWORD, or typed unseen."""
    given = os.environ.get(PASSWORD_VARIABLE)
    return given or str(typer.prompt("Password", hide_input=True, confirmation_prompt=confirm, err=True))


def show(context: typer.Context) -> None:
    """List the accounts and their roles."""
    with state(context).installation().database.reading() as session:
        for user in session.scalars(select(User).order_by(User.name)):
            print(printable(f"{user.name}\t{user.role}{chr(9) + 'disabled' if user.disabled else ''}"))  # noqa: T201 - data


def add(
    context: typer.Context,
    name: str,
    role: Annotated[str, typer.Option(help="analyst, approver, administrator or partner.")] = "analyst",
) -> None:
    """Add an account; the password is asked for, or taken from OTTERWATCH_PASSWORD."""
    installation = state(context).installation()
    add_user(installation.database, name=name, role=role, password=ask_password(confirm=True))
    say(f"{name} can sign in as {role}.")


def password(context: typer.Context, name: str) -> None:
    """Give an account a new password and end its sessions."""
    installation = state(context).installation()
    set_password(installation.database, name=name, password=ask_password(confirm=True))
    say(f"{name} has a new password; open sessions were ended.")
