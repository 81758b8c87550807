"""All facts of one field together."""

import re
from dataclasses import dataclass

from classifier.facts.age import StatedAge, find_ages
from classifier.facts.contacts import Contact, find_contacts
from classifier.facts.price import Price, find_prices
from classifier.facts.quantity import Quantity, find_quantities

_ENDLESS = re.compile(r"[\d.,xX*]{40,}")


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What a title or a text states, by code points of the original."""

    ages: tuple[StatedAge, ...] = ()
    prices: tuple[Price, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    contacts: tuple[Contact, ...] = ()


def find_facts(text: str, language: str, country: str | None = None, channel: str | None = None) -> FieldFacts:
    """Read the facts of a text in a language (ISO 639-1); `country` (ISO 3166-1), `channel`: where it was posted."""
    plain = _ENDLESS.sub(lambda run: " " * len(run.group()), text)  # endless rows of digits state nothing
    return FieldFacts(
        tuple(find_ages(plain)),
        tuple(find_prices(plain, language, country)),
        tuple(find_quantities(plain)),
        tuple(find_contacts(plain, language, country, channel)),
    )
