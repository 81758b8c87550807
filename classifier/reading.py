"""Reads one post once: its language, the cues of each field and the facts, for the model and for the analyst."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from classifier.cues import Match
from classifier.facts.age import StatedAge, age_classes
from classifier.facts.contacts import Contact
from classifier.facts.eyes import eyes_state
from classifier.facts.field import FieldFacts
from classifier.facts.price import Price, choose, displayed_price
from classifier.facts.quantity import Quantity, offered
from classifier.facts.species import species_of
from classifier.fold import Folded
from classifier.labels import LANGUAGES
from classifier.language import detect, script_language

LONGEST = 20_000
"""Code points of a field that are read; what comes after is not looked at."""
_OPEN_AT = {"Aonyx cinereus": (28, 47), "Lutrogale perspicillata": (8, 12), "Lutra lutra": (28, 35)}
_WEANED_AT = {"Aonyx cinereus": 82, "Lutrogale perspicillata": 90, "Lutra lutra": 84}


@dataclass(frozen=True, slots=True)
class Post:
    """One public post as it is to be assessed; `lang` ISO 639-1, `country` ISO 3166, `price` as displayed,
    `posted_at` ISO 8601.
    """

    text: str
    title: str = ""
    id: str | None = None
    lang: str | None = None
    channel: str | None = None
    price: str | None = None
    country: str | None = None
    seller: str | None = None
    posted_at: str | None = None


@dataclass(frozen=True)
class FieldReading:
    """What one field (`title` or `text`) holds: its text, folded, its cues and the facts found in it, by original
    offsets.
    """

    name: str
    text: str
    folded: Folded
    cues: tuple[Match, ...]
    ages: tuple[StatedAge, ...]
    prices: tuple[Price, ...]
    quantities: tuple[Quantity, ...]
    contacts: tuple[Contact, ...]
    eyes: str


@dataclass(frozen=True)
class Reading:
    """A post with everything that was read from it; facts of the title come before those of the text."""

    post: Post
    language: str
    fields: tuple[FieldReading, ...]

    @cached_property
    def cues(self) -> tuple[Match, ...]:
        """Give the cues of all fields."""
        return tuple(cue for field in self.fields for cue in field.cues)

    @cached_property
    def folded(self) -> str:
        """Give the folded text of all fields, a line each."""
        return "\n".join(field.folded.text for field in self.fields)

    @cached_property
    def otters(self) -> bool:
        """Tell whether an otter is named, masked or hinted at."""
        return any(cue.kind in ("species", "evasion") for cue in self.cues)

    @cached_property
    def eyes(self) -> str:
        """Give `closed`, `partly`, `open` or `unknown` for now."""
        states = {field.eyes for field in self.fields}
        return next((state for state in ("closed", "partly", "open") if state in states), "unknown")

    @cached_property
    def species(self) -> str | None:
        """Give the species that the words name, `unspecified`, or None where nothing points to an otter."""
        return species_of(self.cues, self.otters)

    @cached_property
    def age_classes(self) -> tuple[str, ...]:
        """Give the age classes of the labels, youngest first."""
        ages = [age for field in self.fields for age in field.ages]
        words = [cue.entry.age_class for cue in self.cues if cue.entry.age_class and cue.kind != "counter"]
        return tuple(age_classes(ages, words, self.eyes))

    @cached_property
    def age_days(self) -> tuple[float, float] | None:
        """Give the interval of days that the stated age, or else the state of the eyes, allows."""
        ages = [age for field in self.fields for age in field.ages]
        ages = [age for age in ages if age.sure] or ages
        if ages:
            return min(age.low for age in ages), max(age.high for age in ages)
        opening = _OPEN_AT.get(self.species or "", (8, 47))
        if self.eyes == "closed":
            return 0.0, float(opening[1])
        if self.eyes == "partly":
            return float(opening[0]), opening[1] + 14.0
        return None

    @cached_property
    def unweaned(self) -> bool | None:
        """Tell whether the youngest animals still need milk, as far as age or eyes say; None when they do not."""
        if self.eyes in ("closed", "partly"):
            return True
        if self.age_days is None:
            return None
        return self.age_days[0] < _WEANED_AT.get(self.species or "", 82)

    @cached_property
    def quantity(self) -> Quantity | None:
        """Give the number of animals on offer, as a range."""
        return next((found for field in self.fields if (found := offered(list(field.quantities)))), None)

    @cached_property
    def price(self) -> Price | None:
        """Give the asking price of one animal, from the words or else from the price field."""
        prices = [price for field in self.fields for price in _nearest(field)]
        if prices:
            return choose(prices)
        if self.post.price:
            return displayed_price(self.post.price[:200], self.language, self.post.country)
        return None

    @cached_property
    def contacts(self) -> tuple[str, ...]:
        """Give the normalised contacts, each once, in the order in which they stand."""
        return tuple(dict.fromkeys(contact.value for field in self.fields for contact in field.contacts))


def _nearest(field: FieldReading) -> tuple[Price, ...]:
    """Give the prices from the otter onwards where a list names prices of other animals before it."""
    places = [
        cue.start for cue in field.cues if cue.kind == "species" or (cue.kind == "evasion" and "otter" in cue.gloss)
    ]
    others = [cue.start for cue in field.cues if cue.kind == "counter" and cue.entry.topic == "other_animal"]
    if not places or not others or len(field.prices) < 2:
        return field.prices
    after = tuple(price for price in field.prices if price.start >= min(places))
    return after or field.prices


def read_post(post: Post) -> Reading:
    """Give everything that a post says; very long fields are read up to LONGEST code points."""
    texts: Mapping[str, str] = {"title": post.title[:LONGEST], "text": post.text[:LONGEST]}
    language = _language("\n".join(text for text in texts.values() if text), post.lang)
    return Reading(
        post, language, tuple(_read_field(name, text, language, post) for name, text in texts.items() if text)
    )


def _language(text: str, named: str | None) -> str:
    """Give the language that the source names, unless the script of the text says otherwise; else the one detected."""
    named = (named or "").lower().split("-")[0]
    if named not in LANGUAGES:
        return detect(text, named or None)
    script = script_language(text)
    return named if script is None or (named == "ja" and script == "zh") else script


def _read_field(name: str, text: str, language: str, post: Post) -> FieldReading:
    from classifier.components import read_doc  # spaCy takes a second to import, which the prefilter need not wait for

    doc = read_doc(text, language=language, country=post.country, channel=post.channel)
    facts: FieldFacts = doc._.facts
    return FieldReading(
        name=name,
        text=text,
        folded=doc._.folded,
        cues=doc._.cues,
        ages=facts.ages,
        prices=facts.prices,
        quantities=facts.quantities,
        contacts=facts.contacts,
        eyes=eyes_state(text, doc._.cues),
    )
