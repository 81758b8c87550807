"""Transactions on SQLite: whole or not at all, one writer at a time, and troubles said in plain words."""

import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.installation import Installation
from models import database as database_module
from models.database import Database
from models.errors import DatabaseError
from models.settings import load_settings
from models.tables import Contact, Source, User
from tests.conftest import MONDAY, Builder

SECRET = "+66800000111"


def user(name: str) -> User:
    return User(name=name, role="analyst", password_hash="", created_at=MONDAY)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for another writer a fifth of a second only."""
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.2)


@pytest.fixture
def file(data_dir: Path) -> Path:
    """The file of a migrated database that nobody has open."""
    return data_dir / "otterwatch.db"


def opened(file: Path) -> Database:
    return Database(f"sqlite:///{file.as_posix()}")


def test_writing_commits_at_its_end(installation: Installation) -> None:
    with installation.database.writing() as session:
        session.add(user("Ana"))
    assert count(installation.database) == 1


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_what_fails_in_the_middle_leaves_nothing(installation: Installation, error: type[BaseException]) -> None:
    def act() -> None:
        with installation.database.writing() as session:
            session.add(user("Ana"))
            session.flush()
            raise error

    with pytest.raises(error):
        act()
    assert count(installation.database) == 0
    with installation.database.writing() as session:  # and the lock is free again
        session.add(user("Ben"))


def test_reading_writes_nothing(installation: Installation) -> None:
    with installation.database.reading() as session:
        session.add(user("Ana"))
        session.flush()
    assert count(installation.database) == 0


def test_a_reader_sees_one_state_while_others_write(installation: Installation) -> None:
    with installation.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(User))
        with installation.database.writing() as other:
            other.add(user("Ana"))
        assert session.scalar(select(func.count()).select_from(User)) == before == 0
    assert count(installation.database) == 1


def test_a_power_cut_and_a_lost_parent_are_provided_for(file: Path) -> None:
    database = opened(file)
    with database.reading() as session:
        found = {p: session.scalar(text(f"PRAGMA {p}")) for p in ("journal_mode", "synchronous", "foreign_keys")}
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_two_writers_never_overwrite_each_other(installation: Installation, build: Builder) -> None:
    build.source()
    with installation.database.writing() as session:
        session.scalars(select(Source)).one().every_minutes = 0

    def add_one_often(_: int) -> None:
        database = Database(installation.settings.database_address)
        for _ in range(25):
            with database.writing() as session:
                source = session.scalars(select(Source)).one()
                seen = source.every_minutes
                time.sleep(0.001)  # where the lock came only with the first write, the other would read the same
                source.every_minutes = seen + 1
        database.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add_one_often, range(2)))
    with installation.database.reading() as session:
        assert session.scalars(select(Source)).one().every_minutes == 50


def test_a_locked_database_is_said_and_works_again_once_it_is_free(impatient: None, file: Path) -> None:
    database = opened(file)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="another process holds the database"), database.writing() as session:
        session.add(user("Ana"))
    assert count(database) == 0  # reading goes on meanwhile
    holder.execute("ROLLBACK")
    holder.close()
    with database.writing() as session:
        session.add(user("Ana"))
    assert count(database) == 1
    database.close()


def test_a_read_only_database_can_be_read_and_says_why_it_cannot_be_written(file: Path) -> None:
    database = Database(f"sqlite:///file:{file.as_posix()}?mode=ro&uri=true")
    assert count(database) == 0
    with pytest.raises(DatabaseError, match="read-only"), database.writing() as session:
        session.add(user("Ana"))
    assert count(database) == 0
    database.close()


def test_a_full_disk_is_said_and_loses_nothing_that_was_there(installation: Installation) -> None:
    with installation.database.writing() as session:
        session.add(user("Ana"))
    small = Database(installation.settings.database_address)
    with small.reading() as session:  # SQLite's own way of having no more room
        session.execute(text(f"PRAGMA max_page_count = {session.scalar(text('PRAGMA page_count'))}"))
    with pytest.raises(DatabaseError, match="the disk is full"), small.writing() as session:
        session.add(user("x" * 100_000))
    small.close()
    assert count(installation.database) == 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: file.write_bytes(b"this is no database" * 100), "not an Otterwatch database"),
        (lambda file: file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 8192), "damaged"),  # begins well
        (lambda file: file.write_bytes(b""), "no tables yet"),
        (lambda file: (file.unlink(), file.mkdir()), "cannot be opened"),
        (lambda file: file.parent.rename(file.parent.with_name("elsewhere")), "cannot be opened"),
    ],
)
def test_a_damaged_database_is_said_in_plain_words(file: Path, damage: Callable[[Path], object], words: str) -> None:
    damage(file)
    database = opened(file)
    with pytest.raises(DatabaseError, match=words) as caught:
        count(database)
    assert "SELECT" not in str(caught.value)
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not an address",
        "oracle9://host/name",  # no such dialect
        "postgresql+nodriver://host/name",
        "postgresql+psycopg://host:port/name",  # the port is no number
    ],
)
def test_an_address_that_is_not_understood_is_said(url: str) -> None:
    with pytest.raises(DatabaseError, match="address is not understood"):
        Database(url)


def test_errors_and_logs_never_hold_the_values_of_a_statement(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    def contact() -> Contact:
        return Contact(kind=SECRET, pseudonym="0" * 64, reach="", value_encrypted=b"", first_seen=MONDAY)

    with installation.database.writing() as session:
        session.add(contact())
    try:
        with installation.database.writing() as session:
            session.add(contact())
    except IntegrityError:
        logging.getLogger("test").exception("a fault of ours")
    assert "UNIQUE constraint failed" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("name", ["plain", "with space", "50%25 off", "what?now", "a#b", "กล้อง", "c'est"])
def test_the_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    database = Database(load_settings(data_dir=folder).database_address)
    with database.writing() as session:
        session.execute(text("CREATE TABLE t (x)"))
    database.close()
    assert [f.name for f in folder.iterdir()] == ["otterwatch.db"]
