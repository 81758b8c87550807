"""Stored posts as plain objects, the same for files and, later, the programming interface."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import and_, func, select

from app.console.highlighting import read_cues
from app.console.masking import blotted
from models.database import Database
from models.keys import Keyring
from models.tables import Account, Assessment, CasePost, Contact, Post, PostContact, PostVersion, Source

BATCH = 500
"""Posts read in one short transaction."""


def count_posts(database: Database) -> int:
    """How many posts are stored."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Post)) or 0


def posts(
    database: Database, keyring: Keyring, *, reveal: bool = False, redact: bool = False
) -> Iterator[dict[str, Any]]:
    """Every post in its newest version, with its newest assessment and its case, in the order of storing.

    Times are ISO 8601 in UTC. Sellers and contacts appear under their pseudonym unless `reveal`. The words of a post
    are given as they were written, with what is seen to be a contact in them blotted out where `redact`.
    """
    after = 0
    while True:
        with database.reading() as session:
            rows = session.execute(
                select(Post, PostVersion, Source.key, Account, CasePost.case_id)
                .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.current_number))
                .join(Source, Source.id == Post.source_id)
                .outerjoin(Account, Account.id == Post.account_id)
                .outerjoin(CasePost, CasePost.post_id == Post.id)
                .where(Post.id > after)
                .order_by(Post.id)
                .limit(BATCH)
            ).all()
            versions = [row[1].id for row in rows]
            assessments = {
                a.version_id: a
                for a in session.scalars(
                    select(Assessment).where(Assessment.version_id.in_(versions)).order_by(Assessment.id)
                )
            }
            contacts: dict[int, list[Contact]] = {}
            for post_id, contact in session.execute(
                select(PostContact.post_id, Contact)
                .join(Contact, Contact.id == PostContact.contact_id)
                .where(PostContact.post_id.in_([row[0].id for row in rows]))
                .order_by(Contact.id)
            ):
                contacts.setdefault(post_id, []).append(contact)
        if not rows:
            return
        for post, version, source, account, case_id in rows:
            words = _words(version, assessments.get(version.id), redact=redact)
            yield {
                "source": source,
                "url": post.url,
                "title": words["title"],
                "text": words["text"],
                "price": _price(version),
                "price_text": words["price_text"],
                "seller": _seller(account, keyring, reveal=reveal),
                "posted_at": _iso(post.posted_at),
                "first_seen": _iso(post.first_seen),
                "last_seen": _iso(post.last_seen),
                "gone_at": _iso(post.gone_at),
                "language": assessments[version.id].language if version.id in assessments else None,
                "assessment": _assessment(
                    assessments.get(version.id), words, post.id, contacts.get(post.id, []), keyring, reveal=reveal
                ),
                "case": case_id,
            }
        after = rows[-1][0].id


def _words(version: PostVersion, assessment: Assessment | None, *, redact: bool) -> dict[str, str]:
    """Title, text and price as they stand there, or with the contacts in them blotted out."""
    cues = assessment.facts.get("cues") or [] if assessment else []
    found = {name: getattr(version, name) for name in ("title", "text", "price_text")}
    return {n: blotted(t, read_cues(cues, n, len(t))) for n, t in found.items()} if redact else found


def _assessment(
    assessment: Assessment | None,
    words: Mapping[str, str],
    post_id: int,
    contacts: list[Contact],
    keyring: Keyring,
    *,
    reveal: bool,
) -> dict[str, Any] | None:
    if assessment is None:
        return None
    facts = {key: value for key, value in assessment.facts.items() if key != "details"}
    shown = [keyring.decrypt(c.value_encrypted) if reveal else f"{c.kind}:{c.pseudonym}" for c in contacts]
    ordered: dict[str, Any] = {}
    for key, value in facts.items():
        if key == "id":
            ordered["id"] = str(post_id)
            continue
        if key == "cues":  # the order of labels: contacts stand before cues
            ordered["contacts"] = shown
            value = [{**cue, "text": words[cue["field"]][cue["start"] : cue["end"]]} for cue in value]
        ordered[key] = value
    return ordered


def _seller(account: Account | None, keyring: Keyring, *, reveal: bool) -> str | None:
    if account is None:
        return None
    return keyring.decrypt(account.name_encrypted) if reveal else account.pseudonym


def _price(version: PostVersion) -> dict[str, Any] | None:
    if version.price_amount is None:
        return None
    amount = version.price_amount
    whole = amount == amount.to_integral_value()
    return {"amount": int(amount) if whole else float(amount), "currency": version.price_currency}


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
