"""Tells an analyst in plain words why a post was flagged or not, from what each sign added to or took from its
score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from classifier.reading import Reading

_KINDS: Final = {
    "species": "an otter is named",
    "offer": "words of offering",
    "wanted": "words of wanting to buy",
    "rehoming": "words of giving away or asking a rescue",
    "age": "a young animal is described",
    "eyes_closed": "the eyes are spoken of",
    "price": "words of price",
    "quantity": "words of counting",
    "contact": "words of making contact",
    "delivery": "delivery or payment is spoken of",
    "husbandry": "feeding or tameness is described",
    "source_claim": "a claim of where the animals come from",
    "evasion": "coded or evasive wording",
    "counter": "words that speak against an offer",
}
_TOPICS: Final = {
    "merch": "merchandise or toys",
    "other_animal": "another animal",
    "news": "news, seizure or arrest",
    "ngo": "an appeal or a warning",
    "zoo": "a zoo or aquarium",
    "brand": "a brand or a name",
    "fishing": "fishing gear",
    "fur": "fur or other parts",
    "food": "food",
    "metal": "metal or jewellery",
    "not_for_sale": "said not to be for sale",
    "cafe": "an animal café",
    "pet_owner": "an owner telling of a pet",
    "quoted": "quoted words of others",
    "boat": "a boat or vehicle",
    "game": "a game or a film",
}
_SIGNS: Final = {
    "asking price": "an asking price is stated",
    "amount": "an amount of money is stated",
    "contact": "a way to make contact is given",
    "quantity": "a number of animals is stated",
    "stated age": "an age is stated",
    "eyes closed": "the eyes are said to be still shut",
    "eyes partly": "the eyes are said to be just opening",
    "eyes open": "the eyes are said to be open",
    "disguised name": "the animal's name is disguised",
    "emoji": "the otter emoji stands in the post",
    "code word": "a code word for otter is used",
    "hint": "the animal is hinted at, not named",
    "quotation": "there are quotation marks",
    "question": "the post asks a question",
    "near": "the animal stands beside words of trade",
    "offer near": "the animal stands right beside words of offering",
    "counter near": "the animal stands right beside words that speak against an offer",
    "no name": "no animal is named",
    "scientific species": "the species is named",
    "stance refuses": "it is said not to be for sale",
    "stance takes back": "a refusal to sell is taken back by an invitation",
    "stance firm": "readers are told not to ask",
    "short": "the post is short",
    "long": "the post is long",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One plain sentence, its weight in log-odds (positive speaks for an offer), and `for` or `against`."""

    text: str
    weight: float

    @property
    def side(self) -> str:
        """Give `for` when it speaks for an offer, else `against`."""
        return "for" if self.weight > 0 else "against"


def reasons_from(contributions: Sequence[tuple[str, float]], reading: Reading, most: int = 6) -> tuple[Reason, ...]:
    """Give the strongest reasons; crossings of two signs are shared between the two."""
    totals: dict[str, float] = {}
    for name, weight in contributions:
        parts = name.split(" & ") if " & " in name else [name]
        for part in parts:
            text = _words(part)
            if text is not None:
                totals[text] = totals.get(text, 0.0) + weight / len(parts)
    ranked = sorted(totals.items(), key=lambda pair: -abs(pair[1]))
    return tuple(
        Reason(_with_example(text, reading), round(weight, 3)) for text, weight in ranked[:most] if abs(weight) >= 0.05
    )


def _words(name: str) -> str | None:
    for prefix in ("kind ", "count "):
        if name.startswith(prefix):
            return _KINDS.get(name.removeprefix(prefix))
    if name.startswith("topic "):
        return f"it speaks of {_TOPICS.get(name.removeprefix('topic '), name.removeprefix('topic '))}"
    if name.startswith("gloss "):
        kind = name.removeprefix("gloss ").split(" ")[0].split("_")[0]
        return _KINDS.get({"eyes": "eyes_closed", "source": "source_claim"}.get(kind, kind))
    return _SIGNS.get(name)


def _with_example(text: str, reading: Reading) -> str:
    """Add the post's own words, with their meaning, to a sentence about a kind of cue."""
    kind = next((kind for kind, words in _KINDS.items() if words == text), None)
    topic = next((topic for topic, words in _TOPICS.items() if text == f"it speaks of {words}"), None)
    for field in reading.fields:
        for cue in field.cues:
            if (kind and cue.kind == kind) or (topic and cue.entry.topic == topic):
                return f"{text}: “{field.text[cue.start : cue.end]}” ({cue.gloss})"
    return text
