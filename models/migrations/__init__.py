"""Alembic migrations; `upgrade` and `downgrade` run them without an alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.database import Database, plain_words
from models.errors import DatabaseError


def configuration() -> Config:
    """Alembic's configuration for this package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables to `revision`; each migration is one transaction."""
    with plain_words(), database.engine.execution_options(immediate=True).begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the tables back to `revision`; `base` removes them."""
    with plain_words(), database.engine.execution_options(immediate=True).begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def current(database: Database) -> str | None:
    """The revision the database stands at, None where it is empty."""
    with plain_words(), database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest revision of this release."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def check(database: Database) -> None:
    """Raise DatabaseError unless the database stands at this release's revision."""
    if current(database) != newest():
        raise DatabaseError("the database is of another version than this program; run `otterwatch db upgrade`")
