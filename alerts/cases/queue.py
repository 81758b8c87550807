"""The queue: cases by priority, a page at a time."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from models.tables import Assessment, Case, CasePost, Post, PostVersion, Source

PAGE = 50
"""Cases on one page."""
STATUSES = ("open", "needs_more", "confirmed", "dismissed")
"""Statuses in which a case can be listed."""


@dataclass(frozen=True)
class QueueRow:
    """A case as the queue shows it: its leading post is the likeliest offer."""

    case_id: int
    status: str
    priority: float
    reasons: Sequence[dict[str, Any]]
    posts: int
    version: int
    opened_at: dt.datetime
    newest: dt.datetime
    """Newest stated date or first sight among its posts, UTC."""
    title: str
    text: str
    language: str
    species: str | None
    eyes: str
    intent: str
    sources: Sequence[str]
    gone: bool
    facts: dict[str, Any]
    """What was read from the leading post, without contacts; empty where it was not assessed yet."""


@dataclass(frozen=True)
class Cursor:
    """After which case a page begins; written `priority:id` in addresses."""

    priority: float
    case_id: int

    @classmethod
    def parse(cls, value: str) -> "Cursor | None":
        """The cursor in an address, None where it is not one."""
        priority, _, case_id = value.partition(":")
        try:
            found = cls(float(priority), int(case_id))
        except ValueError:
            return None
        return found if math.isfinite(found.priority) and 0 <= found.case_id < 2**31 else None

    def __str__(self) -> str:
        return f"{self.priority}:{self.case_id}"


def page(
    session: Session, *, status: str = "open", after: Cursor | None = None, limit: int = PAGE
) -> tuple[list[QueueRow], Cursor | None]:
    """The next cases of a status, highest priority first, and the cursor of the page after it (None at the end)."""
    query = select(Case).where(Case.status == status).order_by(Case.priority.desc(), Case.id).limit(limit + 1)
    if after is not None:
        query = query.where(
            or_(Case.priority < after.priority, and_(Case.priority == after.priority, Case.id > after.case_id))
        )
    cases = list(session.scalars(query))
    more, cases = len(cases) > limit, cases[:limit]
    rows = _rows(session, cases)
    last = Cursor(cases[-1].priority, cases[-1].id) if more else None
    return rows, last


def counts(session: Session) -> dict[str, int]:
    """How many cases there are in each status."""
    found = dict(session.execute(select(Case.status, func.count()).group_by(Case.status)).all())
    return {status: found.get(status, 0) for status in STATUSES}


def next_open(session: Session, *, priority: float, case_id: int) -> int | None:
    """The open case that follows this place in the queue, or the first one where none follows."""
    rest, _ = page(session, after=Cursor(priority, case_id), limit=1)
    if not rest:
        rest, _ = page(session, limit=1)
    return next((row.case_id for row in rest if row.case_id != case_id), None)


def neighbours(session: Session, case: Case) -> tuple[int | None, int | None]:
    """The cases before and after this one in the queue of its status."""
    same, place = Case.status == case.status, (case.priority, case.id)
    before = or_(Case.priority > place[0], and_(Case.priority == place[0], Case.id < place[1]))
    after = or_(Case.priority < place[0], and_(Case.priority == place[0], Case.id > place[1]))
    up = select(Case.id).where(same, before).order_by(Case.priority, Case.id.desc()).limit(1)
    down = select(Case.id).where(same, after).order_by(Case.priority.desc(), Case.id).limit(1)
    return session.scalar(up), session.scalar(down)


def _rows(session: Session, cases: Sequence[Case]) -> list[QueueRow]:
    """The rows of cases; texts and facts are read of the leading posts alone, since a case may have thousands."""
    found = session.execute(
        select(
            CasePost.case_id,
            Post.id.label("post_id"),
            func.coalesce(Post.posted_at, Post.first_seen).label("seen"),
            Post.gone_at,
            PostVersion.id.label("version_id"),
            Assessment.id.label("assessment_id"),
            Assessment.field_probability,
            Assessment.eyes,
            Source.name.label("source"),
        )
        .join(Post, Post.id == CasePost.post_id)
        .join(Source, Source.id == Post.source_id)
        .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.current_number))
        .outerjoin(Assessment, Assessment.version_id == PostVersion.id)
        .where(CasePost.case_id.in_([case.id for case in cases]))
        .order_by(Assessment.id)
    )
    members: dict[int, dict[int, Row[*tuple[Any, ...]]]] = {}
    for row in found:
        members.setdefault(row.case_id, {})[row.post_id] = row  # the newest assessment comes last
    leading = {
        case_id: max(posts.values(), key=lambda row: (row.field_probability or 0.0, -row.post_id))
        for case_id, posts in members.items()
    }
    shown = [row.version_id for row in leading.values()]
    versions = {v.id: v for v in session.scalars(select(PostVersion).where(PostVersion.id.in_(shown)))}
    read = [row.assessment_id for row in leading.values() if row.assessment_id]
    assessments = {a.id: a for a in session.scalars(select(Assessment).where(Assessment.id.in_(read)))}
    rows = []
    for case in cases:
        posts = list(members.get(case.id, {}).values())
        if not posts:
            continue
        version = versions[leading[case.id].version_id]
        best = assessments.get(leading[case.id].assessment_id)
        rows.append(
            QueueRow(
                case_id=case.id,
                status=case.status,
                priority=case.priority,
                reasons=case.reasons,
                posts=len(posts),
                version=case.version,
                opened_at=case.opened_at,
                newest=max(post.seen for post in posts),
                title=version.title,
                text=version.text,
                language=best.language if best else "und",
                species=best.species if best else None,
                eyes="closed" if any(post.eyes == "closed" for post in posts) else "unknown",
                intent=best.intent if best else "other",
                sources=sorted({post.source for post in posts}),
                gone=all(post.gone_at for post in posts),
                facts=best.facts if best else {},
            )
        )
    return rows
