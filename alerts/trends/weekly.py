"""Probable and confirmed offers by week, with the date each was counted by and the effort behind it."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.tables import Assessment, Case, CasePost, CollectingEffort, Post, PostVersion
from models.weeks import monday_of, utc_now


@dataclass(frozen=True)
class Week:
    """Offers of one week (its Monday), each post counted once; dismissed cases are left out."""

    monday: dt.date
    probable: int
    """Flagged by the model and not decided yet."""
    confirmed: int
    """In a case that a person confirmed."""
    by_stated_date: int
    by_first_sight: int
    """Counted in the week they were first seen, since the site states no date."""
    requests: int
    """Collecting effort of that week over all sources."""


def weekly_offers(session: Session, *, weeks: int = 12, today: dt.date | None = None) -> list[Week]:
    """The last `weeks` weeks up to the one that holds `today` (UTC), oldest first, none left out."""
    last = monday_of(today or utc_now())
    mondays = [last - dt.timedelta(weeks=n) for n in reversed(range(weeks))]
    since = dt.datetime.combine(mondays[0], dt.time(), dt.UTC)
    probable: Counter[dt.date] = Counter()
    confirmed: Counter[dt.date] = Counter()
    stated: Counter[dt.date] = Counter()
    sighted: Counter[dt.date] = Counter()
    for posted_at, first_seen, status in _offers(session, since):
        monday = monday_of(posted_at or first_seen)
        (stated if posted_at else sighted)[monday] += 1
        (confirmed if status == "confirmed" else probable)[monday] += 1
    effort: dict[dt.date, int] = dict(
        session.execute(
            select(CollectingEffort.week, func.sum(CollectingEffort.requests))
            .where(CollectingEffort.week >= mondays[0])
            .group_by(CollectingEffort.week)
        ).all()
    )
    return [Week(m, probable[m], confirmed[m], stated[m], sighted[m], int(effort.get(m, 0))) for m in mondays]


def _offers(session: Session, since: dt.datetime) -> Sequence[tuple[dt.datetime | None, dt.datetime, str | None]]:
    newest = (
        select(func.max(Assessment.id))
        .join(PostVersion, PostVersion.id == Assessment.version_id)
        .where(PostVersion.post_id == Post.id, PostVersion.number == Post.current_number)
        .correlate(Post)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Post.posted_at, Post.first_seen, Case.status)
        .select_from(Post)
        .join(Assessment, Assessment.id == newest)
        .outerjoin(CasePost, CasePost.post_id == Post.id)
        .outerjoin(Case, Case.id == CasePost.case_id)
        .where(
            Assessment.flagged,
            or_(Post.posted_at >= since, and_(Post.posted_at.is_(None), Post.first_seen >= since)),
            func.coalesce(Case.status, "open") != "dismissed",
        )
    )
    return [(posted_at, first_seen, status) for posted_at, first_seen, status in rows]
