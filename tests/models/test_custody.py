"""The custody log: an act and its record stand or fall together."""

import pytest
from sqlalchemy import select

from app.installation import Installation
from models.custody import CustodyEntry, record
from models.tables import User
from tests.conftest import MONDAY


def entries(installation: Installation) -> list[tuple[str, str, str, dict[str, object]]]:
    with installation.database.reading() as session:
        return [(e.actor, e.action, e.subject, e.details) for e in session.scalars(select(CustodyEntry))]


def test_the_record_is_written_with_the_act(installation: Installation) -> None:
    with installation.database.writing() as session:
        session.add(User(name="Ana", role="analyst", password_hash="", created_at=MONDAY))
        record(session, actor="user:1", action="account_made", subject="user:1", role="analyst")
    assert entries(installation) == [("user:1", "account_made", "user:1", {"role": "analyst"})]


def test_an_act_that_fails_leaves_no_record(installation: Installation) -> None:
    def act() -> None:
        with installation.database.writing() as session:
            record(session, actor="user:1", action="account_made", subject="user:1")
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert entries(installation) == []
