"""The front door: a Classifier turns posts into assessments that say what is offered, how surely, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifier.labels import FLAGGED, INTENTS
from classifier.prefilter import may_concern_otters
from classifier.reading import LONGEST, Post, Reading, read_post
from classifier.reasons import Reason, reasons_from

if TYPE_CHECKING:
    from classifier.model import IntentModel

FIELD_PRIOR: Final = 0.05
"""Assumed share of offers among the prefilter's survivors in the field; in the evaluation sets it is about 0.4.

Xu et al. 2019 found 0.04 % of tweets to be offers; the prefilter drops all but some 0.03 to 0.5 % of ordinary
posts, which leaves a
share of this order. It is an assumption, to be replaced by what analysts decide.
"""
REJECTED: Final = 0.004
"""The probability given to posts that the prefilter rejects."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A span that the reader is shown: field, kind, original code points `start:end`, its text, and what it means
    in English.
    """

    field: str
    kind: str
    start: int
    end: int
    text: str
    gloss: str

    def as_dict(self) -> dict[str, Any]:
        """Give the cue with exactly the keys of the labels."""
        return {name: getattr(self, name) for name in ("field", "kind", "start", "end", "text", "gloss")}


@dataclass(frozen=True)
class Assessment:
    """What one version of the model says of one post; `as_dict` gives the measured output, `details` the richer
    facts.
    """

    id: str | None
    intent: str
    flagged: bool
    probability: float
    field_probability: float
    language: str
    species: str | None
    age_classes: tuple[str, ...]
    eyes_closed: bool
    eyes: str
    age_days: tuple[float, float] | None
    unweaned: bool | None
    quantity: int | None
    quantity_max: int | None
    price: tuple[float, str] | None
    contacts: tuple[str, ...]
    cues: tuple[Cue, ...]
    reasons: tuple[Reason, ...]
    model: str
    intents: tuple[tuple[str, float], ...] = ()
    price_max: float | None = None
    price_basis: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the measured output: the keys of the labels in their order, and nothing else."""
        return {
            "id": self.id,
            "intent": self.intent,
            "flagged": self.flagged,
            "probability": self.probability,
            "language": self.language,
            "species": self.species,
            "age_classes": list(self.age_classes),
            "eyes_closed": self.eyes_closed,
            "quantity": self.quantity,
            "price": {"amount": _number(self.price[0]), "currency": self.price[1]} if self.price else None,
            "contacts": list(self.contacts),
            "cues": [cue.as_dict() for cue in self.cues],
            "model": self.model,
        }

    def details(self) -> dict[str, Any]:
        """Give what the product keeps beside the measured output: field probability, intervals, reasons, all
        intents.
        """
        return {
            "field_probability": self.field_probability,
            "eyes": self.eyes,
            "age_days": list(self.age_days) if self.age_days else None,
            "unweaned": self.unweaned,
            "quantity_max": self.quantity_max,
            "price_max": self.price_max,
            "price_basis": self.price_basis,
            "intents": dict(self.intents),
            "reasons": [{"text": one.text, "weight": one.weight, "side": one.side} for one in self.reasons],
        }


class Classifier:
    """Assesses posts with one trained model; safe to share between threads once loaded."""

    def __init__(self, model: "IntentModel") -> None:
        self._model = model

    @classmethod
    def load(cls, artifacts_dir: Path | None = None) -> "Classifier":
        """Load the model of a folder (that of the package by default); raises ModelError when it cannot be trusted."""
        from classifier.model import IntentModel

        return cls(IntentModel.load(artifacts_dir))

    @cached_property
    def version(self) -> str:
        """Give the model's version, as assessments carry it: the release and a name for its weights."""
        card = self._model.card
        return f"{card.get('version', 'unversioned')}+{card.get('content', 'unsaved')}"

    def assess(self, post: Post) -> Assessment:
        """Assess one post."""
        return self.assess_many([post])[0]

    def assess_many(self, posts: Sequence[Post]) -> list[Assessment]:
        """Assess posts in their order; the model runs once for all that the prefilter lets through."""
        found: list[Assessment | None] = [None] * len(posts)
        readings: list[tuple[int, Reading]] = []
        for place, post in enumerate(posts):
            if may_concern_otters(f"{post.title[:LONGEST]}\n{post.text[:LONGEST]}"):
                readings.append((place, read_post(post)))
            else:
                found[place] = self._rejected(post)
        if readings:
            for (place, _), assessment in zip(readings, self._judged([one for _, one in readings]), strict=True):
                found[place] = assessment
        return [assessment for assessment in found if assessment is not None]

    def _judged(self, readings: Sequence[Reading]) -> list[Assessment]:
        from classifier.features import features_of

        features = [features_of(reading) for reading in readings]
        intents = self._model.intents(features)
        flags = self._model.flagged(features, intents)
        return [
            self._assessment(
                reading,
                dict(zip(INTENTS, map(float, row), strict=True)),
                float(flag),
                reasons_from(self._model.contributions(one), reading),
            )
            for reading, one, row, flag in zip(readings, features, intents, flags, strict=True)
        ]

    def _assessment(
        self, reading: Reading, intents: dict[str, float], probability: float, reasons: tuple[Reason, ...]
    ) -> Assessment:
        flagged = probability >= self._model.threshold
        intent = max((name for name in INTENTS if (name in FLAGGED) == flagged), key=lambda name: intents[name])
        quantity, price = reading.quantity, reading.price
        return Assessment(
            id=reading.post.id,
            intent=intent,
            flagged=flagged,
            probability=round(min(max(probability, REJECTED / 2), 0.998), 4),
            field_probability=round(field_probability(probability, float(self._model.card.get("prior", 0.4))), 4),
            language=reading.language,
            species=reading.species or ("unspecified" if flagged else None),
            age_classes=reading.age_classes,
            eyes_closed=reading.eyes == "closed",
            eyes="partly" if reading.eyes == "partly" else reading.eyes,
            age_days=reading.age_days,
            unweaned=reading.unweaned,
            quantity=quantity.low if quantity else None,
            quantity_max=quantity.high if quantity else None,
            price=(price.amount, price.currency) if price else None,
            contacts=reading.contacts,
            cues=cues_of(reading),
            reasons=reasons,
            model=self.version,
            intents=tuple((name, round(value, 4)) for name, value in intents.items()),
            price_max=price.high if price else None,
            price_basis=("lot" if price.lot else "each") if price else None,
        )

    def _rejected(self, post: Post) -> Assessment:
        """Answer quickly for a post that the prefilter rejects: `other`, at a low probability, no facts read."""
        from classifier.language import detect

        return Assessment(
            id=post.id,
            intent="other",
            flagged=False,
            probability=REJECTED,
            field_probability=round(field_probability(REJECTED, 0.4), 6),
            language=detect(f"{post.title[:500]}\n{post.text[:2000]}", post.lang),
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
            reasons=(Reason("nothing in the post names or hints at an otter", -5.0),),
            model=self.version,
        )


def field_probability(probability: float, prior: float, field_prior: float = FIELD_PRIOR) -> float:
    """Move a calibrated probability from the share of offers it was calibrated at to their share in the field.

    Saerens, Latinne and Decaestecker 2002 (Neural Computation 14:21): the odds are multiplied by the ratio of the
    prior odds.
    """
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    odds = clipped / (1 - clipped) * (field_prior / (1 - field_prior)) / (prior / (1 - prior))
    return odds / (1 + odds)


def cues_of(reading: Reading) -> tuple[Cue, ...]:
    """Give the spans to show: the lexicons' cues, and what the facts were read from."""
    shown: list[Cue] = []
    for field in reading.fields:
        spans = [(cue.kind, cue.start, cue.end, cue.gloss) for cue in field.cues]
        spans += [("price", p.start, p.end, f"asking price {p.amount:,.0f} {p.currency}") for p in field.prices]
        spans += [
            ("quantity", q.start, q.end, f"{q.low} animals" if q.low == q.high else f"{q.low} to {q.high} animals")
            for q in field.quantities
        ]
        spans += [("age", a.start, a.end, _age_words(a.low, a.high)) for a in field.ages]
        spans += [
            ("contact", c.start, c.end, f"contact: {c.value.split(':')[0] if ':' in c.value else 'telephone'}")
            for c in field.contacts
        ]
        taken = {(kind, start, end) for kind, start, end, _ in spans[: len(field.cues)]}
        for number, (kind, start, end, gloss) in enumerate(spans):
            if number < len(field.cues) or (kind, start, end) not in taken:
                shown.append(Cue(field.name, kind, start, end, field.text[start:end], gloss))
    return tuple(sorted(shown, key=lambda cue: (cue.field != "title", cue.start, cue.end, cue.kind)))


def _age_words(low: float, high: float) -> str:
    return f"age {low:.0f} days" if low == high else f"age {low:.0f} to {high:.0f} days"


def _number(amount: float) -> int | float:
    return int(amount) if amount == int(amount) else amount


__all__ = ["FIELD_PRIOR", "Assessment", "Classifier", "Cue", "Post", "Reason", "cues_of", "field_probability"]
