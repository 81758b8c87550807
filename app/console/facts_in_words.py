"""The facts that were read from a post, as rows of words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.console import wording

_YES_NO: Final = {True: "yes", False: "no"}
_BASES: Final = {"each": "each animal", "lot": "all together", "deposit": "a deposit only"}
_DETAILS: Final = {
    "unweaned": "Still needs milk",
    "price_basis": "Price is for",
    "availability": "Availability",
    "sex": "Sex",
    "licence_claim": "Says it is licensed",
    "origin": "Where from",
}
"""Richer facts of an assessment that are shown where it has them."""


def understood_price(facts: Mapping[str, Any]) -> str:
    """The asking price as it was read: `1,200,000 IDR`, of a range `900 to 1,200 THB`; empty where there is none."""
    price = facts.get("price")
    if not isinstance(price, Mapping) or price.get("amount") is None:
        return ""
    currency = str(price["currency"]) if price.get("currency") else None
    low, high = price["amount"], _details(facts).get("price_max")
    if isinstance(high, int | float) and isinstance(low, int | float) and high > low:
        return f"{wording.money(low, '').split(' ')[0]} to {wording.money(high, currency)}"
    return wording.money(low, currency)


def quantity(facts: Mapping[str, Any]) -> str:
    """How many are offered: `2`, `2 to 4`; empty where nothing is said."""
    low, high = facts.get("quantity"), _details(facts).get("quantity_max")
    if not isinstance(low, int):
        return ""
    return f"{low} to {high}" if isinstance(high, int) and high > low else str(low)


def ages(facts: Mapping[str, Any]) -> str:
    """The age classes in words, youngest first; empty where nothing is said."""
    found = facts.get("age_classes")
    classes = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    return "; ".join(wording.AGES.get(str(age), str(age)) for age in classes)


def rows(facts: Mapping[str, Any], *, intent: str, species: str | None, eyes: str) -> list[tuple[str, str]]:
    """Label and words of every fact; what matters and is not said is named as not said."""
    found = [
        ("Kind of post", wording.INTENTS.get(intent, intent)),
        ("Animal", wording.SPECIES.get(species, species) if species else "No otter named"),
        ("Eyes", wording.EYES.get(eyes, eyes)),
        ("Age", _age(facts) or "Not said"),
        ("How many", quantity(facts) or "Not said"),
    ]
    details = _details(facts)
    found += [(label, words) for key, label in _DETAILS.items() if (words := _in_words(details.get(key)))]
    return found


def _age(facts: Mapping[str, Any]) -> str:
    days = _details(facts).get("age_days")
    classes = ages(facts)
    if not isinstance(days, Sequence) or len(days) != 2 or not all(isinstance(day, int | float) for day in days):
        return classes
    low, high = round(days[0]), round(days[1])
    stated = f"{low} days" if low == high else f"{low} to {high} days"
    return f"{classes} ({stated})" if classes else stated


def _details(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    details = facts.get("details")
    return details if isinstance(details, Mapping) else {}


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, str | int | float):
        return _BASES.get(str(value), str(value).replace("_", " "))
    if isinstance(value, Sequence):
        return ", ".join(words for item in value if (words := _in_words(item)))
    return ""
