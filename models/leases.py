"""Claiming work: a lease on a subject of a stage, so that no two workers do the same and a killed one blocks nobody."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.database import Database
from models.weeks import utc_now


class Lease(Base):
    """That `holder` works on a subject until `until`."""

    __tablename__ = "lease"

    stage: Mapped[str] = mapped_column(String(30), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    until: Mapped[dt.datetime]


def claim(
    database: Database, stage: str, waiting: Select[int], *, holder: str, limit: int, seconds: float = 300
) -> Sequence[int]:
    """Lease up to `limit` of the subject ids that `waiting` selects, in its order, for `seconds`.

    Leases that ran out count no more, so what a killed worker held is given out again.
    """
    now = utc_now()
    held = select(Lease.subject_id).where(
        Lease.stage == stage, Lease.subject_id == waiting.selected_columns[0], Lease.until >= now
    )
    free = waiting.where(~held.exists())
    with database.reading() as session:  # most looks find nothing, and they must not keep a writer waiting
        if session.scalars(free.limit(1)).first() is None:
            return []
    with database.writing() as session:
        session.execute(delete(Lease).where(Lease.stage == stage, Lease.until < now))
        ids = list(session.scalars(free.limit(limit)))
        if ids:
            until = now + dt.timedelta(seconds=seconds)
            rows = [{"stage": stage, "subject_id": i, "holder": holder, "until": until} for i in ids]
            session.execute(insert(Lease), rows)
        return ids


def release(database: Database, stage: str, subject_ids: Iterable[int], *, holder: str) -> None:
    """Give back what `holder` holds of these subjects, in a transaction of its own."""
    with database.writing() as session:
        finish(session, stage, subject_ids, holder=holder)


def finish(session: Session, stage: str, subject_ids: Iterable[int], *, holder: str) -> None:
    """Give them back in the transaction that writes the results, so that work and lease end in the same instant."""
    session.execute(delete(Lease).where(*_held(stage, list(subject_ids), holder)))


def renew(database: Database, stage: str, subject_ids: Iterable[int], *, holder: str, seconds: float = 300) -> bool:
    """Hold what `holder` has of these subjects for `seconds` from now; gives whether it still holds all of them."""
    ids = list(subject_ids)
    with database.writing() as session:
        held = set(session.scalars(select(Lease.subject_id).where(*_held(stage, ids, holder))))
        until = utc_now() + dt.timedelta(seconds=seconds)
        session.execute(update(Lease).where(*_held(stage, ids, holder)).values(until=until))
    return held == set(ids)


def _held(stage: str, ids: list[int], holder: str) -> tuple[ColumnElement[bool], ...]:
    return (Lease.stage == stage, Lease.holder == holder, Lease.subject_id.in_(ids))
