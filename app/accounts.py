"""Accounts of the console: making them, checking passwords, sessions that end."""

import datetime as dt
import hashlib
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.custody import record
from models.database import Database
from models.errors import DatabaseError, OtterwatchError
from models.settings import Settings
from models.tables import User, UserSession
from models.weeks import utc_now

ROLES = ("analyst", "approver", "administrator", "partner")
SHORTEST_PASSWORD = 12
"""Characters."""
TRIES = 5
"""Wrong passwords in a row before an account waits."""
WAIT = dt.timedelta(minutes=5)
AT_ONCE = 4
"""Passwords checked at the same moment; each takes 64 MiB."""
HASHING_WAIT = 5.0
"""Seconds that a try waits for its turn."""
_hashing = threading.BoundedSemaphore(AT_ONCE)
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))  # checked for unknown names, so that both answers take the same time


class AccountError(OtterwatchError):
    """The account cannot be made or changed as asked."""


@dataclass(frozen=True)
class SignedIn:
    """The person behind a session."""

    user_id: int
    name: str
    role: str
    session_id: int


def add_user(database: Database, *, name: str, role: str, password: str) -> int:
    """Make an account and give its id; raises AccountError with what to choose instead."""
    name = name.strip()
    if not name or len(name) > 100:
        raise AccountError("a name has 1 to 100 characters")
    if role not in ROLES:
        raise AccountError(f"a role is one of {', '.join(ROLES)}")
    hashed = _hashed(password)
    with database.writing() as session:
        if session.scalar(select(User.id).where(User.name == name)):
            raise AccountError("there is an account of that name already; choose another")
        return _add(session, name, role, hashed)


def set_password(database: Database, *, name: str, password: str) -> None:
    """Give an account a new password, end its sessions and any wait after wrong tries."""
    hashed = _hashed(password)
    with database.writing() as session:
        user = session.scalars(select(User).where(User.name == name.strip())).first()
        if user is None:
            raise AccountError("there is no account of that name; `otterwatch users list` shows all")
        user.password_hash, user.failed_logins, user.locked_until = hashed, 0, None
        session.execute(
            update(UserSession)
            .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
            .values(ended_at=utc_now())
        )
        record(session, actor=f"user:{user.id}", action="password_set", subject=f"user:{user.id}")


def ensure_administrator(database: Database) -> tuple[str, str] | None:
    """Make the first administrator where there is no account; gives name and password, the only time it is known."""
    with database.reading() as session:
        if session.scalar(select(User.id).limit(1)):
            return None
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    hashed = _hashed(password)
    with database.writing() as session:
        if session.scalar(select(User.id).limit(1)):  # another process was faster
            return None
        _add(session, "admin", "administrator", hashed)
    return "admin", password


def check_password(database: Database, *, name: str, password: str) -> User:
    """The account of a name and password.

    Raises AccountError with one sentence for every kind of failure, so that names cannot be guessed. After TRIES wrong
    passwords an account waits for WAIT, also with the right one.
    """
    refused = AccountError(
        "name or password is wrong, or there were too many tries; wait five minutes after five tries"
    )
    now = utc_now()
    with database.reading() as session:
        user = session.scalars(select(User).where(User.name == name.strip())).first()
    right = _verified(user.password_hash if user else _NOBODY, password)
    with database.writing() as session:
        current = session.get_one(User, user.id) if user else None
        # Hashing took its time: tries beside this one count, and so does a password changed meanwhile.
        if current and user and _admitted(current, now) and current.password_hash == user.password_hash:
            if right:
                current.failed_logins, current.locked_until = 0, None
                return current
            current.failed_logins += 1
            if current.failed_logins >= TRIES:
                current.failed_logins, current.locked_until = 0, now + WAIT
        else:  # a write that changes nothing: without it these refusals come sooner, and names can be guessed
            first = select(func.min(User.id)).scalar_subquery()
            session.execute(update(User).where(User.id == first).values(role=User.role))
    raise refused


def sign_in(database: Database, *, name: str, password: str) -> str:
    """Open a session and give its token for the cookie; raises AccountError."""
    user = check_password(database, name=name, password=password)
    token, now = secrets.token_urlsafe(32), utc_now()
    with database.writing() as session:
        if session.get_one(User, user.id).password_hash != user.password_hash:
            raise AccountError("the password was changed this moment; sign in with the new one")
        session.add(UserSession(user_id=user.id, token_sha256=_digest(token), created_at=now, last_seen_at=now))
        record(session, actor=f"user:{user.id}", action="signed_in", subject=f"user:{user.id}")
    return token


def signed_in(database: Database, settings: Settings, token: str, *, touch: bool = True) -> SignedIn | None:
    """The person behind a session token, None where it is unknown, ended, idle for too long or too old.

    Without `touch` the visit does not count as use: a page that asks by itself must not keep a session alive.
    """
    now = utc_now()
    with database.reading() as session:
        row = session.execute(
            select(UserSession, User)
            .join(User, User.id == UserSession.user_id)
            .where(UserSession.token_sha256 == _digest(token), UserSession.ended_at.is_(None), ~User.disabled)
        ).first()
    if row is None:
        return None
    opened, user = row
    if now - opened.last_seen_at > dt.timedelta(minutes=settings.session_idle_minutes):
        return None
    if now - opened.created_at > dt.timedelta(hours=settings.session_hours):
        return None
    if touch and now - opened.last_seen_at > dt.timedelta(minutes=1):  # not a write for every request
        # A full disk keeps nobody from reading.
        with suppress(DatabaseError), database.writing() as session:
            session.execute(update(UserSession).where(UserSession.id == opened.id).values(last_seen_at=now))
    return SignedIn(user.id, user.name, user.role, opened.id)


def sign_out(database: Database, session_id: int) -> None:
    """End a session."""
    with database.writing() as session:
        session.execute(update(UserSession).where(UserSession.id == session_id).values(ended_at=utc_now()))


def _add(session: Session, name: str, role: str, hashed: str) -> int:
    user = User(name=name, role=role, password_hash=hashed, created_at=utc_now())
    session.add(user)
    session.flush()
    record(session, actor=f"user:{user.id}", action="account_made", subject=f"user:{user.id}", role=role)
    return user.id


def _admitted(user: User, now: dt.datetime) -> bool:
    return not user.disabled and (user.locked_until is None or user.locked_until <= now)


def _verified(hashed: str, password: str) -> bool:
    if not _hashing.acquire(timeout=HASHING_WAIT):
        raise AccountError("too many people sign in at this moment; try again")
    try:
        return bool(_hasher.verify(hashed, password))
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _hashing.release()


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"a password has at least {SHORTEST_PASSWORD} characters; several words do well")
    if len(password) > 1000:
        raise AccountError("a password has at most 1000 characters")
    return _hasher.hash(password)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
