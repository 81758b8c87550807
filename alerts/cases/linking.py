"""The link stage: posts of one account or with one contact belong together and make a case.

Everything is looked up and written inside one short writing transaction a batch, so a stage killed at any instant
leaves either the whole batch or nothing. What a person merged, separated or pinned is never moved by the machine.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from models.database import Database
from models.leases import claim, finish
from models.tables import Assessment, Case, CaseEvent, CasePost, Contact, Link, Post, PostContact, PostVersion
from models.weeks import utc_now

STAGE = "link"
QUEUED_INTENTS = ("sale", "parts", "wanted", "rehoming", "unread")
"""Intents that reach an analyst whatever else the post says."""
STRENGTH = {"account": 1.0, "contact": 0.9}
SHARED_BY_MANY = 8
"""A contact given by more accounts than this is a hotline or a courier and links nothing."""


def queued() -> ColumnElement[bool]:
    """The condition that an assessment sends its post to the queue."""
    unweaned = and_(Assessment.intent == "keeping", Assessment.eyes == "closed")  # welfare counts whatever the intent
    return or_(Assessment.flagged, Assessment.intent.in_(QUEUED_INTENTS), unweaned)


def link(database: Database, *, holder: str, limit: int = 200) -> int:
    """Link the next assessments that were not linked yet; gives how many were done, 0 when nothing waits."""
    waiting = select(Assessment.id).where(~Assessment.linked).order_by(Assessment.id)
    ids = claim(database, STAGE, waiting, holder=holder, limit=limit)
    if not ids:
        return 0
    with database.writing() as session:
        _link_batch(session, ids)
        finish(session, STAGE, ids, holder=holder)
    return len(ids)


def _link_batch(session: Session, assessment_ids: Sequence[int]) -> None:
    now = utc_now()
    queued_posts = session.scalars(
        select(PostVersion.post_id)
        .join(Assessment, Assessment.version_id == PostVersion.id)
        .join(Post, and_(Post.id == PostVersion.post_id, Post.current_number == PostVersion.number))
        .where(Assessment.id.in_(assessment_ids), queued())
        .order_by(PostVersion.post_id)
    ).all()
    for post_id in dict.fromkeys(queued_posts):
        earliest, near = _neighbours(session, post_id)
        _store_links(session, post_id, earliest, now)
        _place(session, post_id, near, now)
    # A changed post may no longer be an offer; its case is weighed again all the same.
    touched = select(CasePost.case_id).join(PostVersion, PostVersion.post_id == CasePost.post_id)
    touched = touched.join(Assessment, Assessment.version_id == PostVersion.id).where(Assessment.id.in_(assessment_ids))
    session.execute(update(Case).where(Case.id.in_(touched)).values(stale=True))
    session.execute(update(Assessment).where(Assessment.id.in_(assessment_ids)).values(linked=True))


def _neighbours(session: Session, post_id: int) -> tuple[dict[str, int], list[int]]:
    """Of what shares the account or a contact with a post: the earliest by kind of link, and the cases, oldest first.

    Read as one row a case, however many posts a seller has.
    """
    account = select(Post.account_id).where(Post.id == post_id).scalar_subquery()
    of_account = select(Post.id).where(Post.account_id == account)
    given = (
        select(Contact.reach)
        .join(PostContact, PostContact.contact_id == Contact.id)
        .where(PostContact.post_id == post_id)
    )
    personal = (
        select(Contact.reach)
        .join(PostContact, PostContact.contact_id == Contact.id)
        .join(Post, Post.id == PostContact.post_id)
        .where(Contact.reach.in_(given))
        .group_by(Contact.reach)
        .having(func.count(Post.account_id.distinct()) <= SHARED_BY_MANY)
    )
    of_contact = (
        select(PostContact.post_id)
        .join(Contact, Contact.id == PostContact.contact_id)
        .where(Contact.reach.in_(personal))
    )
    earliest: dict[str, int] = {}
    cases: set[int] = set()
    for kind, posts in (("account", of_account), ("contact", of_contact)):
        rows = session.execute(
            select(CasePost.case_id, func.min(CasePost.post_id))
            .where(CasePost.post_id.in_(posts), CasePost.post_id != post_id)
            .group_by(CasePost.case_id)
        ).all()
        if rows:
            earliest[kind] = min(post for _, post in rows)
            cases.update(case_id for case_id, _ in rows)
    return earliest, sorted(cases)


def _store_links(session: Session, post_id: int, earliest: Mapping[str, int], now: dt.datetime) -> None:
    """Link to the earliest post of each kind: n posts of one seller make n - 1 links, not n squared."""
    wanted = {(min(post_id, other), max(post_id, other), kind) for kind, other in earliest.items()}
    if not wanted:
        return
    key = tuple_(Link.post_a_id, Link.post_b_id, Link.kind)
    known = session.execute(select(Link.post_a_id, Link.post_b_id, Link.kind).where(key.in_(wanted)))
    rows: list[dict[str, Any]] = [
        {"post_a_id": a, "post_b_id": b, "kind": kind, "strength": STRENGTH[kind], "made_at": now}
        for a, b, kind in sorted(wanted - {(a, b, kind) for a, b, kind in known})
    ]
    if rows:
        session.execute(insert(Link), rows)


def _place(session: Session, post_id: int, near: Sequence[int], now: dt.datetime) -> None:
    """Put a post in the oldest case of its neighbours, or in a new one, and join open cases that it connects."""
    own = session.scalar(select(CasePost.case_id).where(CasePost.post_id == post_id))
    if own is None:
        own = near[0] if near else _open_case(session, now)
        session.execute(insert(CasePost), [{"post_id": post_id, "case_id": own, "pinned": False, "added_at": now}])
        _event(session, own, now, "post_added", post=post_id)
        _reopen_if_decided(session, own, post_id, now)
    for other in near:
        if other != own:
            own = _join(session, own, other, now)


def _open_case(session: Session, now: dt.datetime) -> int:
    case = Case(opened_at=now)
    session.add(case)
    session.flush()
    _event(session, case.id, now, "opened")
    return case.id


def _join(session: Session, one: int, other: int, now: dt.datetime) -> int:
    """Merge two cases into the older where no person has touched either; gives where the posts of `one` are now."""
    into, away = sorted((one, other))
    if _touched_by_person(session, into) or _touched_by_person(session, away):
        return one
    moved = session.scalars(select(CasePost.post_id).where(CasePost.case_id == away)).all()
    session.execute(update(CasePost).where(CasePost.case_id == away).values(case_id=into))
    session.execute(
        update(Case)
        .where(Case.id == away)
        .values(status="merged", merged_into_id=into, stale=False, version=Case.version + 1)
    )
    session.execute(update(Case).where(Case.id == into).values(stale=True, version=Case.version + 1))
    _event(session, into, now, "merged", other=away, posts=list(moved))
    _event(session, away, now, "merged_away", into=into)
    return into


def _touched_by_person(session: Session, case_id: int) -> bool:
    decided = select(CaseEvent.id).where(CaseEvent.case_id == case_id, CaseEvent.user_id.is_not(None))
    pinned = select(CasePost.post_id).where(CasePost.case_id == case_id, CasePost.pinned)
    return session.scalar(select(or_(decided.exists(), pinned.exists()))) or False


def _reopen_if_decided(session: Session, case_id: int, post_id: int, now: dt.datetime) -> None:
    """A decision speaks of what was seen then; a new post is new."""
    status = session.scalar(select(Case.status).where(Case.id == case_id))
    values: dict[str, Any] = {"stale": True, "version": Case.version + 1}
    if status in {"confirmed", "dismissed", "needs_more"}:
        values["status"] = "open"
        _event(session, case_id, now, "reopened", post=post_id, was=status)
    session.execute(update(Case).where(Case.id == case_id).values(**values))


def _event(session: Session, case_id: int, now: dt.datetime, kind: str, **details: Any) -> None:
    session.add(CaseEvent(case_id=case_id, at=now, kind=kind, details=details))
