"""One post as a case shows it: the original with its cues, what was understood, and where it comes from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.console import facts_in_words, wording
from app.console.highlighting import Cue, Segment, read_cues, segments
from app.console.links_in_words import LinkView
from app.console.masking import beginning, masked, masked_segments
from models.keys import Keyring
from models.tables import Account, Assessment, Capture, Contact, Post, PostVersion, Source

MOST_CHARACTERS: Final = 20_000
"""Of a title or text on the page, as many as the classifier reads; the capture holds all."""


@dataclass(frozen=True)
class CueWords:
    """A cue in the list under a post: the words as they stand there and what they mean."""

    original: str
    gloss: str


@dataclass(frozen=True)
class CueGroup:
    """The cues of one kind."""

    name: str
    family: str
    cues: Sequence[CueWords]


@dataclass(frozen=True)
class ContactView:
    """A contact by its kind and pseudonym; `value` only where it was unmasked."""

    kind: str
    pseudonym: str
    value: str | None


@dataclass(frozen=True)
class Argument:
    """A reason of the model with its weight; `strength` 1 to 5 for the bar beside it."""

    text: str
    weight: float
    strength: int


@dataclass(frozen=True)
class EarlierVersion:
    """What a post said before, with what is different from the version after it."""

    seen_at: dt.datetime
    title: str
    text: str
    price: str
    changed: Sequence[str]
    capture: Capture | None


@dataclass(frozen=True)
class PostView:
    """Everything that the page says about a post."""

    id: int
    url: str
    openable: bool
    """Whether the address may be a link: http and https only."""
    source: str
    place: str
    language: str
    lang: str | None
    """For the `lang` attribute, None where the language is not known."""
    title: Sequence[Segment]
    text: Sequence[Segment]
    left_out: int
    """Characters at the end of a very long text that are not shown."""
    plain_title: str
    cues: Sequence[CueGroup]
    price_shown: str
    price_understood: str
    date: dt.datetime
    date_is_stated: bool
    first_seen: dt.datetime
    last_seen: dt.datetime
    gone_at: dt.datetime | None
    seller: str | None
    seller_name: str | None
    contacts: Sequence[ContactView]
    unmasked: bool
    facts: Sequence[tuple[str, str]]
    intent: str
    eyes: str
    assessed: bool
    model: str
    probability: float
    field_probability: float
    arguments_for: Sequence[Argument]
    arguments_against: Sequence[Argument]
    earlier: Sequence[EarlierVersion]
    capture: Capture | None
    links: Sequence[LinkView] = field(default_factory=tuple)


@dataclass(frozen=True)
class PostRows:
    """The rows of one post as they were read; `versions` newest first, each with its newest assessment."""

    post: Post
    source: Source
    account: Account | None
    versions: Sequence[tuple[PostVersion, Assessment | None, Capture | None]]
    contacts: Sequence[Contact]

    @property
    def assessment(self) -> Assessment | None:
        """What was said of the newest version."""
        return self.versions[0][1]


def view_of(rows: PostRows, keyring: Keyring, *, unmasked: bool, links: Sequence[LinkView] = ()) -> PostView:
    """The view of a post; names and contacts are decrypted only where `unmasked`."""
    post, (version, assessment, capture) = rows.post, rows.versions[0]
    facts: Mapping[str, Any] = assessment.facts if assessment else {}
    found = facts.get("cues") or []
    title, text = beginning(version.title, MOST_CHARACTERS), beginning(version.text, MOST_CHARACTERS)
    title_cues = read_cues(found, "title", len(title))
    text_cues = read_cues(found, "text", len(text))
    cut = segments if unmasked else masked_segments
    language = assessment.language if assessment else rows.source.language
    contact_words = _contact_words(version, title_cues, text_cues)
    reasons = assessment.reasons if assessment else []
    return PostView(
        id=post.id,
        url=post.url,
        openable=post.url.startswith(("http://", "https://")),
        source=rows.source.name,
        place=version.place if unmasked else masked(version.place, words=contact_words),
        language=language,
        lang=language if language in wording.LANGUAGES else None,
        title=cut(title, title_cues),
        text=cut(text, text_cues),
        left_out=len(version.text) - len(text),
        plain_title=title if unmasked else masked(title, title_cues),
        cues=_groups(version, title_cues, text_cues, contact_words, unmasked=unmasked),
        price_shown=version.price_text if unmasked else masked(version.price_text, words=contact_words),
        price_understood=facts_in_words.understood_price(facts) or _page_price(version),
        date=post.posted_at or post.first_seen,
        date_is_stated=post.posted_at is not None,
        first_seen=post.first_seen,
        last_seen=post.last_seen,
        gone_at=post.gone_at,
        seller=rows.account.pseudonym[:8] if rows.account else None,
        seller_name=keyring.decrypt(rows.account.name_encrypted) if rows.account and unmasked else None,
        contacts=[_contact(c, keyring, unmasked=unmasked) for c in rows.contacts],
        unmasked=unmasked,
        facts=facts_in_words.rows(facts, intent=assessment.intent, species=assessment.species, eyes=assessment.eyes)
        if assessment
        else [],
        intent=assessment.intent if assessment else "",
        eyes=assessment.eyes if assessment else "unknown",
        assessed=assessment is not None,
        model=assessment.model if assessment else "",
        probability=assessment.probability if assessment else 0.0,
        field_probability=assessment.field_probability if assessment else 0.0,
        arguments_for=_arguments(reasons, "for", contact_words, unmasked=unmasked),
        arguments_against=_arguments(reasons, "against", contact_words, unmasked=unmasked),
        earlier=_earlier(rows, contact_words, unmasked=unmasked),
        capture=capture,
        links=links,
    )


def leading_title(rows: PostRows) -> str:
    """The title of a post, or its first words, with contacts hidden."""
    version, assessment, _ = rows.versions[0]
    found = assessment.facts.get("cues") or [] if assessment else []
    name = "title" if version.title.strip() else "text"
    text = beginning(version.title if name == "title" else version.text, MOST_CHARACTERS)
    return masked(text, read_cues(found, name, len(text)))


def _contact(contact: Contact, keyring: Keyring, *, unmasked: bool) -> ContactView:
    kind = wording.CONTACTS.get(contact.kind, contact.kind)
    return ContactView(kind, contact.pseudonym[:8], keyring.decrypt(contact.value_encrypted) if unmasked else None)


def _contact_words(version: PostVersion, title: Sequence[Cue], text: Sequence[Cue]) -> list[str]:
    pairs = [(version.title, cue) for cue in title] + [(version.text, cue) for cue in text]
    return [whole[cue.start : cue.end].strip() for whole, cue in pairs if cue.kind == "contact"]


def _groups(
    version: PostVersion, title: Sequence[Cue], text: Sequence[Cue], contacts: Sequence[str], *, unmasked: bool
) -> list[CueGroup]:
    """The cues by kind, each pair of words and meaning once; contacts stand in a list of their own."""
    pairs = [(version.title, cue) for cue in title] + [(version.text, cue) for cue in text]
    groups = []
    for kind, (name, family) in wording.CUES.items():
        if kind == "contact":
            continue
        ofkind = [CueWords(whole[cue.start : cue.end], cue.gloss) for whole, cue in pairs if cue.kind == kind]
        shown = ofkind if unmasked else [CueWords(masked(c.original, words=contacts), c.gloss) for c in ofkind]
        if shown:
            groups.append(CueGroup(name, family, list(dict.fromkeys(shown))))
    return groups


def _arguments(reasons: Sequence[Any], side: str, contacts: Sequence[str], *, unmasked: bool) -> list[Argument]:
    """The reasons on one side, strongest first."""
    found = []
    for reason in reasons:
        if not isinstance(reason, Mapping) or not str(reason.get("side", "")).startswith(side):
            continue
        weight = reason.get("weight")
        value = abs(float(weight)) if isinstance(weight, int | float) else 0.0
        text = str(reason.get("text", ""))
        shown = text if unmasked else masked(text, words=contacts)
        found.append(Argument(shown, value, max(1, min(5, round(value * 2)))))
    return sorted(found, key=lambda argument: -argument.weight)


def _page_price(version: PostVersion) -> str:
    return wording.money(version.price_amount, version.price_currency) if version.price_amount is not None else ""


def _earlier(rows: PostRows, contacts: Sequence[str], *, unmasked: bool) -> list[EarlierVersion]:
    found = []
    for (later, _, _), (version, assessment, capture) in zip(rows.versions, rows.versions[1:], strict=False):
        changed = [name for name in ("title", "text") if getattr(version, name) != getattr(later, name)]
        prices = [(v.price_text, v.price_amount, v.price_currency) for v in (version, later)]
        if prices[0] != prices[1]:
            changed.append("price")
        cues = assessment.facts.get("cues") or [] if assessment else []
        texts = {name: beginning(getattr(version, name), MOST_CHARACTERS) for name in ("title", "text")}
        if not unmasked:
            texts = {n: masked(t, read_cues(cues, n, len(t)), contacts) for n, t in texts.items()}
        price = version.price_text or _page_price(version)
        price = price if unmasked else masked(price, words=contacts)
        found.append(EarlierVersion(version.seen_at, texts["title"], texts["text"], price, changed, capture))
    return found
