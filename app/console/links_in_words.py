"""Why a post stands in a case: its links to other posts, in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.console import wording
from models.tables import CasePost, Contact, Link, PostContact

KINDS = {"account": "same seller account", "contact": "same contact", "text": "nearly the same text"}


@dataclass(frozen=True)
class LinkView:
    """Why a post belongs with another one."""

    words: str
    title: str
    """Of the other post, contacts hidden; empty where it stands in another case."""
    post_id: int
    case_id: int | None
    here: bool
    """Whether the other post stands in the same case."""


def links_of(session: Session, case_id: int, titles: Mapping[int, str]) -> dict[int, Sequence[LinkView]]:
    """The links of every post of a case; `titles` are those of its posts by their ids."""
    ids = list(titles)
    links = session.scalars(
        select(Link).where(or_(Link.post_a_id.in_(ids), Link.post_b_id.in_(ids))).order_by(Link.id)
    ).all()
    ends = {end for link in links for end in (link.post_a_id, link.post_b_id)}
    placed = session.execute(select(CasePost.post_id, CasePost.case_id).where(CasePost.post_id.in_(ends)))
    cases: dict[int, int] = dict(placed.all())
    reached = _reached(session, ends)
    why: dict[tuple[int, int], list[str]] = {}
    for link in links:
        words = _in_words(link.kind, reached.get(link.post_a_id, {}), reached.get(link.post_b_id, {}))
        for own, other in ((link.post_a_id, link.post_b_id), (link.post_b_id, link.post_a_id)):
            if own in titles and words not in why.setdefault((own, other), []):
                why[own, other].append(words)
    found: dict[int, list[LinkView]] = {}
    for (own, other), reasons in why.items():
        joined = " and ".join(reasons)
        words = joined[:1].upper() + joined[1:]
        view = LinkView(words, titles.get(other, ""), other, cases.get(other), cases.get(other) == case_id)
        found.setdefault(own, []).append(view)
    return {post_id: tuple(views) for post_id, views in found.items()}


def _reached(session: Session, post_ids: Collection[int]) -> dict[int, dict[str, set[str]]]:
    """For each post, what its contacts reach and by which kinds."""
    found: dict[int, dict[str, set[str]]] = {}
    rows = session.execute(
        select(PostContact.post_id, Contact.reach, Contact.kind)
        .join(Contact, Contact.id == PostContact.contact_id)
        .where(PostContact.post_id.in_(post_ids))
    )
    for post_id, reach, kind in rows:
        found.setdefault(post_id, {}).setdefault(reach, set()).add(kind)
    return found


def _in_words(kind: str, one: Mapping[str, set[str]], other: Mapping[str, set[str]]) -> str:
    """The kind of link; for a contact, which kind is shared: `same telephone number`."""
    if kind != "contact":
        return KINDS.get(kind, kind)
    shared = {k for reach in one.keys() & other.keys() for k in one[reach] | other[reach]}
    telephone = {"phone", "whatsapp", "zalo", "viber"}
    names = ["telephone number"] if shared & telephone else []
    names += [wording.CONTACTS.get(k, k) for k in sorted(shared - telephone)]
    return f"same {' and '.join(names)}" if names else KINDS[kind]
