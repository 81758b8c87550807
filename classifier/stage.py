"""The assess stage: the newest version of each post that this model has not assessed yet."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from sqlalchemy import and_, insert, select
from sqlalchemy.orm import Session

from classifier.assessment import Assessment as Assessed
from classifier.assessment import Post as Text
from classifier.assessment import Reason
from models.database import Database
from models.keys import Keyring
from models.leases import claim, finish
from models.tables import Assessment, Contact, Post, PostContact, PostVersion, Source
from models.weeks import utc_now

STAGE = "assess"
log = structlog.get_logger(__name__)
UNREAD = "unread"
"""Intent of a post on which the reader failed; it is queued, so that a person reads it."""
SEVERAL = 10
"""When all of so many cannot be read, the fault is in the program and not in what sellers wrote."""
SAME_NUMBER = ("whatsapp:", "zalo:", "viber:")
"""Ways to reach a telephone number; behind each stands the same telephone."""


class Assessor(Protocol):
    """What the stage needs of a classifier."""

    @property
    def version(self) -> str:
        """Name of the model; a new one assesses everything anew."""

    def assess_many(self, posts: Sequence[Text]) -> list[Assessed]:
        """One assessment for each post, in order."""


@dataclass(frozen=True)
class _Waiting:
    version_id: int
    post_id: int
    text: Text


def assess(
    database: Database, keyring: Keyring, classifier: Assessor, *, holder: str, limit: int = 100, fresh: bool = False
) -> int:
    """Assess the next waiting versions and give how many, 0 when nothing waits; newest first when `fresh`."""
    assessed = select(Assessment.id).where(
        Assessment.version_id == PostVersion.id, Assessment.model == classifier.version
    )
    waiting = (
        select(PostVersion.id)
        .join(Post, and_(Post.id == PostVersion.post_id, Post.current_number == PostVersion.number))
        .where(~assessed.exists())
        .order_by(PostVersion.id.desc() if fresh else PostVersion.id)
    )
    ids = claim(database, STAGE, waiting, holder=holder, limit=limit)
    if not ids:
        return 0
    with database.reading() as session:
        batch = _read(session, ids)
    results = _each(classifier, batch)
    with database.writing() as session:
        _write(session, keyring, classifier.version, list(zip(batch, results, strict=True)))
        finish(session, STAGE, ids, holder=holder)
    return len(ids)


def _read(session: Session, version_ids: Sequence[int]) -> list[_Waiting]:
    rows = session.execute(
        select(PostVersion, Post, Source)
        .join(Post, Post.id == PostVersion.post_id)
        .join(Source, Source.id == Post.source_id)
        .where(PostVersion.id.in_(version_ids))
        .order_by(PostVersion.id)
    )
    return [
        _Waiting(
            version.id,
            post.id,
            Text(
                text=version.text,
                title=version.title,
                lang=source.language if source.language != "und" else None,
                price=version.price_text or None,
                country=source.country or None,
            ),
        )
        for version, post, source in rows
    ]


def _each(classifier: Assessor, batch: Sequence[_Waiting]) -> list[Assessed]:
    """One assessment for each; a text on which the reader itself fails goes to a person, and the others go on.

    Where it fails on all of several, the fault is not in a text, and the error goes on.
    """
    try:
        return classifier.assess_many([item.text for item in batch])
    except Exception as error:  # sellers write what no test foresaw
        if len(batch) > 1:
            results = [result for item in batch for result in _each(classifier, [item])]
            if len(results) >= SEVERAL and all(result.intent == UNREAD for result in results):
                raise
            return results
        # Its kind and place only: the message may quote the post.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("a post could not be read", version=batch[0].version_id, kind=type(error).__name__, line=place.lineno)
        return [_unread(batch[0].text, classifier.version)]


def _unread(text: Text, model: str) -> Assessed:
    """Says nothing but that a person must read the post."""
    return Assessed(
        id=text.id,
        intent=UNREAD,
        flagged=False,
        probability=0.5,
        field_probability=0.5,
        language=text.lang or "und",
        species=None,
        age_classes=(),
        eyes_closed=False,
        eyes="unknown",
        age_days=None,
        unweaned=None,
        quantity=None,
        quantity_max=None,
        price=None,
        contacts=(),
        cues=(),
        reasons=(Reason("the program could not read this post: please read it yourself", 0.0),),
        model=model,
    )


def _write(session: Session, keyring: Keyring, model: str, results: Sequence[tuple[_Waiting, Assessed]]) -> None:
    now = utc_now()
    ids = [item.version_id for item, _ in results]
    done = set(
        session.scalars(select(Assessment.version_id).where(Assessment.version_id.in_(ids), Assessment.model == model))
    )
    rows: list[dict[str, Any]] = []
    for item, result in results:
        if item.version_id in done:  # another worker took over after our lease ran out
            continue
        facts = result.as_dict()
        for value in facts.pop("contacts"):
            _store_contact(session, keyring, item.post_id, value)
        # Where a contact stands is kept, what it says is not: the post itself says it to those who may read it.
        facts["cues"] = [{**cue, "text": ""} if cue["kind"] == "contact" else cue for cue in facts["cues"]]
        facts["details"] = result.details()
        rows.append(
            {
                "version_id": item.version_id,
                "model": model,
                "assessed_at": now,
                "intent": result.intent,
                "flagged": result.flagged,
                "probability": result.probability,
                "field_probability": result.field_probability,
                "language": result.language,
                "species": result.species,
                "eyes": result.eyes,
                "linked": False,
                "facts": facts,
                "reasons": [{"text": r.text, "weight": r.weight, "side": r.side} for r in result.reasons],
            }
        )
    if rows:
        session.execute(insert(Assessment), rows)


def _store_contact(session: Session, keyring: Keyring, post_id: int, value: str) -> None:
    pseudonym = keyring.pseudonym("contact", value)
    contact = session.scalars(select(Contact).where(Contact.pseudonym == pseudonym)).first()
    if contact is None:
        kind, colon, _ = value.partition(":")
        number = next((value.removeprefix(way) for way in SAME_NUMBER if value.startswith(way)), value)
        contact = Contact(
            kind="phone" if value.startswith("+") else kind if colon else "other",  # never the value itself
            pseudonym=pseudonym,
            reach=keyring.pseudonym("reach", number),
            value_encrypted=keyring.encrypt(value),
            first_seen=utc_now(),
        )
        session.add(contact)
        session.flush()
    if session.get(PostContact, (post_id, contact.id)) is None:
        session.add(PostContact(post_id=post_id, contact_id=contact.id))
        session.flush()
