"""The custody log: an append-only record of who did what to which evidence."""

import datetime as dt
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.weeks import utc_now


class CustodyEntry(Base):
    """One entry; appended unchained by any worker. Holds identifiers of rows, never of persons."""

    __tablename__ = "custody_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(100))
    """`user:ID`, `run:ID` or `stage:NAME`."""
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(100))
    """`case:ID`, `post:ID`, `capture:ID` ..."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


def record(session: Session, *, actor: str, action: str, subject: str, **details: Any) -> None:
    """Append an entry in the transaction of `session`, so that the act and its record stand or fall together."""
    session.add(CustodyEntry(at=utc_now(), actor=actor, action=action, subject=subject, details=details))
