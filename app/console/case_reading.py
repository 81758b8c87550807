"""Reads everything that a case's page shows, in one consistent state of the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases.queue import neighbours
from app.console.history import Entry, entries
from app.console.links_in_words import links_of
from app.console.post_view import PostRows, PostView, leading_title, view_of
from models.keys import Keyring
from models.tables import (
    Account,
    Assessment,
    Capture,
    Case,
    CasePost,
    Contact,
    Decision,
    Post,
    PostContact,
    PostVersion,
    Source,
)

POSTS_SHOWN: Final = 20
"""Posts on a case's page before somebody asks for all."""
MOST_POSTS: Final = 500
"""Posts on one page in any case."""


@dataclass(frozen=True)
class CaseView:
    """A case with its posts, its history and its place in the queue."""

    id: int
    status: str
    version: int
    priority: float
    reasons: Sequence[dict[str, Any]]
    weighed: bool
    """False while a change is waiting to be weighed, so that the points may be those of before."""
    merged_into: int | None
    posts: Sequence[PostView]
    posts_in_all: int
    title: str
    history: Sequence[Entry]
    standing: Decision | None
    """The last decision that was not taken back."""
    before: int | None
    after: int | None


def read_case(
    session: Session, keyring: Keyring, case_id: int, *, unmask: Collection[int] = (), all_posts: bool = False
) -> CaseView | None:
    """The view of a case, None where there is none; posts whose ids are in `unmask` show names and contacts."""
    case = session.get(Case, case_id)
    if case is None:
        return None
    rows = _post_rows(session, case_id)
    rows.sort(key=_leading_first)
    shown = rows[: MOST_POSTS if all_posts else POSTS_SHOWN]
    links = links_of(session, case_id, {r.post.id: leading_title(r) for r in rows})
    posts = [view_of(r, keyring, unmasked=r.post.id in unmask, links=links.get(r.post.id, ())) for r in shown]
    before, after = neighbours(session, case)
    standing = session.scalars(
        select(Decision)
        .where(Decision.case_id == case_id, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    return CaseView(
        id=case.id,
        status=case.status,
        version=case.version,
        priority=case.priority,
        reasons=case.reasons,
        weighed=not case.stale,
        merged_into=case.merged_into_id,
        posts=posts,
        posts_in_all=len(rows),
        title=leading_title(rows[0]) if rows else "",
        history=entries(session, case_id),
        standing=standing,
        before=before,
        after=after,
    )


def post_in_case(session: Session, case_id: int, post_id: int) -> bool:
    """Whether a post stands in a case."""
    found = session.get(CasePost, post_id)
    return found is not None and found.case_id == case_id


def _leading_first(rows: PostRows) -> tuple[bool, float, int]:
    """What is urgent, then the likeliest offer."""
    found = rows.assessment
    return found is None or found.eyes != "closed", -(found.field_probability if found else 0.0), rows.post.id


def _post_rows(session: Session, case_id: int) -> list[PostRows]:
    posts = session.execute(
        select(Post, Source, Account)
        .join(CasePost, CasePost.post_id == Post.id)
        .join(Source, Source.id == Post.source_id)
        .outerjoin(Account, Account.id == Post.account_id)
        .where(CasePost.case_id == case_id)
        .order_by(Post.id)
    ).all()
    ids = [post.id for post, _, _ in posts]
    versions: dict[int, dict[int, tuple[PostVersion, Assessment | None, Capture | None]]] = {}
    for version, assessment, capture in session.execute(
        select(PostVersion, Assessment, Capture)
        .outerjoin(Assessment, Assessment.version_id == PostVersion.id)
        .outerjoin(Capture, Capture.id == PostVersion.capture_id)
        .where(PostVersion.post_id.in_(ids))
        .order_by(PostVersion.number.desc(), Assessment.id)
    ):
        versions.setdefault(version.post_id, {})[version.number] = (version, assessment, capture)
    contacts: dict[int, list[Contact]] = {}
    for post_id, contact in session.execute(
        select(PostContact.post_id, Contact)
        .join(Contact, Contact.id == PostContact.contact_id)
        .where(PostContact.post_id.in_(ids))
        .order_by(Contact.id)
    ):
        contacts.setdefault(post_id, []).append(contact)
    return [
        PostRows(post, source, account, list(versions[post.id].values()), contacts.get(post.id, []))
        for post, source, account in posts
        if post.id in versions
    ]
