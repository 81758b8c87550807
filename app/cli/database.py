"""`otterwatch db`: the tables of the installation."""

import typer

from app.cli.context import say, state
from models import migrations
from models.database import Database


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The tables: bring them to this version, or see where they stand.", no_args_is_help=True)
    group.command("upgrade")(upgrade)
    group.command("current")(current)
    app.add_typer(group, name="db")


def upgrade(context: typer.Context) -> None:
    """Bring the tables to this version of the program; what is stored stays."""
    database = Database(state(context).settings().database_address)
    migrations.upgrade(database)
    say(f"The tables stand at revision {migrations.current(database)}.")


def current(context: typer.Context) -> None:
    """Show the revision of the tables and the one this program wants."""
    database = Database(state(context).settings().database_address)
    print(f"{migrations.current(database) or 'empty'} (this program: {migrations.newest()})")  # noqa: T201 - data
