"""Claiming work: a lease on a subject of a stage, so that no two workers do the same and a killed one blocks nobody."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, String, delete, insert, literal_column, select
from sqlalchemy.orm import Mapped, mapped_column

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

    Leases that ran out are swept first, so what a killed worker held is given out again.
    """
    now = utc_now()
    with database.writing() as session:
        session.execute(delete(Lease).where(Lease.stage == stage, Lease.until < now))
        candidates = waiting.where(
            ~select(literal_column("1"))
            .where(Lease.stage == stage, Lease.subject_id == waiting.selected_columns[0])
            .exists()
        ).limit(limit)
        ids = list(session.scalars(candidates))
        if ids:
            until = now + dt.timedelta(seconds=seconds)
            rows = [{"stage": stage, "subject_id": i, "holder": holder, "until": until} for i in ids]
            session.execute(insert(Lease), rows)
        return ids


def release(database: Database, stage: str, subject_ids: Iterable[int], *, holder: str) -> None:
    """Give back what `holder` holds of these subjects."""
    ids = list(subject_ids)
    with database.writing() as session:
        session.execute(delete(Lease).where(Lease.stage == stage, Lease.holder == holder, Lease.subject_id.in_(ids)))
