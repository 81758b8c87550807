"""Accounts: passwords that cannot be guessed at leisure, sessions that end, and one first administrator."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import accounts
from app.accounts import (
    TRIES,
    WAIT,
    AccountError,
    add_user,
    check_password,
    ensure_administrator,
    set_password,
    sign_in,
    sign_out,
    signed_in,
)
from app.installation import Installation
from models.database import Database
from models.errors import DatabaseError
from models.tables import CustodyEntry, User, UserSession
from models.weeks import utc_now

PASSWORD = "otters hold hands"


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with the least effort, since a test has no attacker."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", hasher)
    monkeypatch.setattr(accounts, "_NOBODY", hasher.hash("nobody"))


@pytest.fixture
def database(installation: Installation) -> Database:
    return installation.database


@pytest.fixture
def ana(database: Database) -> int:
    return add_user(database, name="Ana", role="analyst", password=PASSWORD)


def user(database: Database, user_id: int) -> User:
    with database.reading() as session:
        return session.get_one(User, user_id)


def change(database: Database, table: Any, **values: Any) -> None:
    with database.writing() as session:
        session.execute(update(table).values(**values))


def custody(database: Database) -> list[tuple[str, str, dict[str, Any]]]:
    with database.reading() as session:
        return [(e.actor, e.action, e.details) for e in session.scalars(select(CustodyEntry).order_by(CustodyEntry.id))]


def test_an_account_is_made_hashed_and_recorded_without_its_name(database: Database, ana: int) -> None:
    found = user(database, ana)
    assert (found.name, found.role, found.failed_logins, found.disabled) == ("Ana", "analyst", 0, False)
    assert found.password_hash.startswith("$argon2id$")
    assert PASSWORD not in found.password_hash
    assert custody(database) == [(f"user:{ana}", "account_made", {"role": "analyst"})]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "1 to 100"),
        ({"name": "   "}, "1 to 100"),
        ({"name": "x" * 101}, "1 to 100"),
        ({"role": "king"}, "a role is one of"),
        ({"password": "x" * 11}, "at least 12"),
        ({"password": "x" * 1001}, "at most 1000"),
        ({"name": "Ana"}, "already"),
        ({"name": " Ana "}, "already"),
    ],
)
def test_what_cannot_be_made_is_said_without_the_password(
    database: Database, ana: int, given: dict[str, str], words: str
) -> None:
    with pytest.raises(AccountError, match=words) as caught:
        add_user(database, **({"name": "Ben", "role": "analyst", "password": PASSWORD} | given))
    assert given.get("password", PASSWORD) not in str(caught.value)
    with database.reading() as session:
        assert session.scalars(select(User.id)).all() == [ana]


@pytest.mark.parametrize("name", ["Ana", " Ana "])
def test_the_right_password(database: Database, ana: int, name: str) -> None:
    assert check_password(database, name=name, password=PASSWORD).id == ana


@pytest.mark.parametrize(
    ("name", "password", "disabled"),
    [
        ("Ana", "wrong password", False),
        ("Ana", "", False),
        ("Ana", PASSWORD, True),
        ("Nobody", PASSWORD, False),
        ("Nobody", "wrong password", False),
    ],
)
def test_every_failure_has_the_same_words(
    database: Database, ana: int, name: str, password: str, disabled: bool
) -> None:
    change(database, User, disabled=disabled)
    with pytest.raises(AccountError) as caught:
        check_password(database, name=name, password=password)
    assert str(caught.value).startswith("name or password is wrong, or there were too many tries")


@pytest.mark.parametrize("damaged", ["", "no hash", "$argon2id$v=19$m=8,t=1,p=1$"])
def test_a_damaged_hash_lets_nobody_in(database: Database, ana: int, damaged: str) -> None:
    change(database, User, password_hash=damaged)
    with pytest.raises(AccountError):
        check_password(database, name="Ana", password=PASSWORD)


def fail(database: Database, times: int = 1, password: str = "wrong password") -> None:
    for _ in range(times):
        with pytest.raises(AccountError):
            check_password(database, name="Ana", password=password)


def test_after_too_many_tries_also_the_right_password_waits(database: Database, ana: int) -> None:
    fail(database, TRIES - 1)
    assert user(database, ana).locked_until is None
    fail(database)
    until = user(database, ana).locked_until
    assert until is not None
    assert abs(until - utc_now() - WAIT) < dt.timedelta(seconds=30)
    fail(database, password=PASSWORD)
    assert user(database, ana).locked_until == until  # waiting is not prolonged by trying
    change(database, User, locked_until=utc_now() - dt.timedelta(seconds=1))
    assert check_password(database, name="Ana", password=PASSWORD).id == ana
    assert (user(database, ana).failed_logins, user(database, ana).locked_until) == (0, None)


def test_the_right_password_forgets_wrong_ones(database: Database, ana: int) -> None:
    for _ in range(2):
        fail(database, TRIES - 1)
        check_password(database, name="Ana", password=PASSWORD)
    assert user(database, ana).locked_until is None


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda database: fail(database, TRIES),  # guesses beside this one have used up the tries
        lambda database: change(database, User, disabled=True),
        lambda database: set_password(database, name="Ana", password="a new password"),
    ],
)
def test_what_happens_while_a_password_is_hashed_counts(
    database: Database, ana: int, monkeypatch: pytest.MonkeyPatch, meanwhile: Any
) -> None:
    verify = accounts._verified

    def slowly(hashed: str, password: str) -> bool:
        monkeypatch.setattr(accounts, "_verified", verify)
        meanwhile(database)
        return verify(hashed, password)

    monkeypatch.setattr(accounts, "_verified", slowly)
    with pytest.raises(AccountError):
        check_password(database, name="Ana", password=PASSWORD)


def test_a_password_changed_while_somebody_signs_in_opens_no_session_with_the_old_one(
    database: Database, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = accounts.check_password

    def check_and_then_it_is_changed(*given: Any, **named: Any) -> User:
        found = check(*given, **named)
        set_password(database, name="Ana", password="a new password")
        return found

    monkeypatch.setattr(accounts, "check_password", check_and_then_it_is_changed)
    with pytest.raises(AccountError, match="was changed"):
        sign_in(database, name="Ana", password=PASSWORD)
    with database.reading() as session:
        assert session.scalars(select(UserSession.id)).all() == []


def test_a_session_opens_and_ends(installation: Installation, database: Database, ana: int) -> None:
    token = sign_in(database, name="Ana", password=PASSWORD)
    found = signed_in(database, installation.settings, token)
    assert found is not None
    assert (found.user_id, found.name, found.role) == (ana, "Ana", "analyst")
    assert signed_in(database, installation.settings, token + "x") is None
    assert signed_in(database, installation.settings, "") is None
    sign_out(database, found.session_id)
    assert signed_in(database, installation.settings, token) is None
    assert [action for _, action, _ in custody(database)] == ["account_made", "signed_in"]


def test_the_token_itself_is_not_stored(database: Database, ana: int) -> None:
    token = sign_in(database, name="Ana", password=PASSWORD)
    with database.reading() as session:
        assert token not in str(session.execute(select(UserSession.__table__)).all())


@pytest.mark.parametrize(
    ("last_seen", "opened", "disabled", "holds"),
    [
        (dt.timedelta(minutes=59), dt.timedelta(hours=2), False, True),
        (dt.timedelta(minutes=61), dt.timedelta(hours=2), False, False),  # idle for too long
        (dt.timedelta(minutes=1), dt.timedelta(hours=11, minutes=59), False, True),
        (dt.timedelta(minutes=1), dt.timedelta(hours=12, minutes=1), False, False),  # too old, though in use
        (dt.timedelta(0), dt.timedelta(0), True, False),  # the account was disabled meanwhile
    ],
)
def test_how_long_a_session_lasts(
    installation: Installation,
    database: Database,
    ana: int,
    last_seen: dt.timedelta,
    opened: dt.timedelta,
    disabled: bool,
    holds: bool,
) -> None:
    token = sign_in(database, name="Ana", password=PASSWORD)
    now = utc_now()
    change(database, UserSession, last_seen_at=now - last_seen, created_at=now - opened)
    change(database, User, disabled=disabled)
    assert (signed_in(database, installation.settings, token) is not None) is holds


@pytest.mark.parametrize(
    ("ago", "touch", "written"),
    [
        (dt.timedelta(minutes=10), True, True),
        (dt.timedelta(seconds=20), True, False),  # not a write for every request
        (dt.timedelta(minutes=10), False, False),  # a page that asks by itself is no use
    ],
)
def test_use_keeps_a_session_alive(
    installation: Installation, database: Database, ana: int, ago: dt.timedelta, touch: bool, written: bool
) -> None:
    token = sign_in(database, name="Ana", password=PASSWORD)
    seen = utc_now() - ago
    change(database, UserSession, last_seen_at=seen)
    assert signed_in(database, installation.settings, token, touch=touch)
    with database.reading() as session:
        assert (session.scalars(select(UserSession.last_seen_at)).one() > seen) is written


def test_who_is_signed_in_can_read_on_where_nothing_can_be_written(
    installation: Installation, database: Database, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign_in(database, name="Ana", password=PASSWORD)
    change(database, UserSession, last_seen_at=utc_now() - dt.timedelta(minutes=10))

    def full(_: Database) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(Database, "writing", full)
    assert signed_in(database, installation.settings, token)


def test_a_new_password_ends_sessions_and_waiting(installation: Installation, database: Database, ana: int) -> None:
    token = sign_in(database, name="Ana", password=PASSWORD)
    fail(database, TRIES)
    set_password(database, name=" Ana", password="a new password")
    assert signed_in(database, installation.settings, token) is None
    fail(database, password=PASSWORD)
    assert check_password(database, name="Ana", password="a new password").id == ana
    with pytest.raises(AccountError, match="no account of that name"):
        set_password(database, name="Ben", password="a new password")


def test_the_first_administrator_is_made_once(database: Database) -> None:
    made = ensure_administrator(database)
    assert made is not None
    name, password = made
    assert check_password(database, name=name, password=password).role == "administrator"
    assert ensure_administrator(database) is None
    assert len(password) >= accounts.SHORTEST_PASSWORD
    assert password not in str(custody(database))


def test_where_there_is_any_account_no_administrator_is_made(database: Database, ana: int) -> None:
    assert ensure_administrator(database) is None


def test_two_who_start_at_once_make_one_administrator(installation: Installation) -> None:
    barrier = threading.Barrier(2)

    def start(_: int) -> bool:
        database = Database(installation.settings.database_address)
        barrier.wait(60)
        made = ensure_administrator(database)
        database.close()
        return made is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(start, range(2))) == [False, True]
    with installation.database.reading() as session:
        assert session.scalars(select(User.name)).all() == ["admin"]


@pytest.mark.parametrize("case", ["known", "unknown", "waiting", "disabled"])
def test_every_refusal_writes_so_that_none_comes_sooner(
    database: Database, ana: int, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit takes its time on the disk: without it for unknown names, names could be told by the clock."""
    if case == "waiting":
        change(database, User, locked_until=utc_now() + WAIT)
    if case == "disabled":
        change(database, User, disabled=True)
    written = []
    real = database.writing

    def counted() -> AbstractContextManager[Session]:
        written.append(case)
        return real()

    monkeypatch.setattr(database, "writing", counted)
    before = user(database, ana)
    with pytest.raises(AccountError):
        check_password(database, name="Nobody" if case == "unknown" else "Ana", password="wrong")
    assert written == [case]
    after = user(database, ana)
    assert (after.role, after.password_hash, after.disabled) == (before.role, before.password_hash, before.disabled)
    assert after.failed_logins == (1 if case == "known" else 0)


def test_few_passwords_are_checked_at_once(database: Database, ana: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MiB: sixty at once would take the machine down."""
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, *_: str) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            threading.Event().wait(0.02)
            with lock:
                running -= 1
            return True

    monkeypatch.setattr(accounts, "_hasher", Slow())
    with ThreadPoolExecutor(20) as people:
        list(people.map(lambda _: check_password(database, name="Ana", password=PASSWORD), range(20)))
    assert most <= accounts.AT_ONCE


def test_who_gets_no_turn_is_told_so(database: Database, ana: int, monkeypatch: pytest.MonkeyPatch) -> None:
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(accounts, "_hashing", full)
    monkeypatch.setattr(accounts, "HASHING_WAIT", 0.01)
    with pytest.raises(AccountError, match="too many people sign in"):
        check_password(database, name="Ana", password=PASSWORD)
    assert user(database, ana).failed_logins == 0
