"""Sessions on the database: short reading and writing transactions on SQLite or PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from models.errors import DatabaseError

BUSY_SECONDS = 30
"""How long a writer waits for another before it gives up."""
_WRITERS_LOCK = 7_205_759_403
"""The advisory lock that one writer at a time holds on PostgreSQL."""

_PLAIN_WORDS = {
    "lock timeout": "another process holds the database; end it or wait, then try again",
    "database is locked": "another process holds the database; end it or wait, then try again",
    "readonly database": "the database is read-only; check who owns the data folder and its permissions",
    "unable to open database": "the database file cannot be opened; check that the data folder exists and is yours",
    "disk is full": "the disk is full; free some space and start again, nothing that was stored is lost",
    "disk I/O error": "the disk answers with an error; check its health and free space",
    "not a database": "the file is not an Otterwatch database; restore it from a backup",
    "malformed": "the database file is damaged; restore it from a backup",
    "no such table": "the database has no tables yet; run `otterwatch db upgrade`",
    "no such column": "the database is of another version; run `otterwatch db upgrade`",
}


class Database:
    """One database; every use of it is a short transaction, `reading()` or `writing()`."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            # Values stay out of error messages, since they may hold personal data.
            self.engine: Engine = create_engine(self.url, hide_parameters=True)
        except ModuleNotFoundError as error:
            raise DatabaseError(f"this database needs a driver that is not installed: {error.name}") from error
        except (ArgumentError, ValueError) as error:
            raise DatabaseError(
                "the database address is not understood; it looks like sqlite:///path or postgresql+psycopg://host/name"
            ) from error
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        elif self.engine.dialect.name == "postgresql":
            event.listen(self.engine, "begin", _begin_postgresql)
        self._writer = self.engine.execution_options(immediate=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and is rolled back at the end."""
        with plain_words(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that holds the write lock from its first statement and commits at the end, or not at all."""
        with plain_words(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn the database's own errors into sentences; raises DatabaseError.

    What only a fault of this program can cause (IntegrityError, ProgrammingError, DataError) passes as it is.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except (DBAPIError, sqlite3.Error, NoConnectionError) as error:
        raise DatabaseError(in_plain_words(error)) from error


def in_plain_words(error: Exception) -> str:
    """What went wrong, without the statement and its values, which may hold personal data."""
    original = str(error.orig if isinstance(error, DBAPIError) else error)
    for sign, words in _PLAIN_WORDS.items():
        if sign in original:
            return words
    return "the database cannot be used now; run `otterwatch doctor`"


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    # The wait comes first: two processes that open a new database race for the switch to WAL.
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")  # a confirmed post survives a power cut
    if cursor.execute("PRAGMA query_only").fetchone()[0] == 0:
        with suppress(sqlite3.OperationalError):  # a read-only folder can still be read; the first write says so
            cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    """Give PostgreSQL the same meaning: one writer at a time, and a reader that sees one consistent state."""
    if connection.get_execution_options().get("immediate", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
