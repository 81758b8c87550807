"""The closed vocabularies of an assessment: languages, intents, kinds of cue, age classes, species and topics."""

from typing import Final

LANGUAGES: Final = ("en", "id", "ms", "th", "vi", "km", "ja", "zh", "tl")
"""The nine languages, as ISO 639-1 codes; anything else is `und`."""

INTENTS: Final = ("sale", "parts", "rehoming", "wanted", "keeping", "other")
"""The six intents, in the order in which they win when two fit."""

FLAGGED: Final = frozenset({"sale", "parts"})
"""The intents that are shown to an analyst as probable offers."""

KINDS: Final = (
    "species",
    "offer",
    "wanted",
    "rehoming",
    "age",
    "eyes_closed",
    "price",
    "quantity",
    "contact",
    "delivery",
    "husbandry",
    "source_claim",
    "evasion",
    "counter",
)
"""The kinds of cue that a reader is shown."""

AGE_CLASSES: Final = ("neonate", "cub", "juvenile", "adult")
"""Age classes from the youngest: under 6 weeks, to 6 months, to 18 months, older."""

SPECIES: Final = (
    "Aonyx cinereus",
    "Lutrogale perspicillata",
    "Lutra lutra",
    "Lutra sumatrana",
    "other_otter",
    "unspecified",
)
"""The values of `species` when an otter is the subject."""

EYES: Final = ("closed", "partly", "open")
"""What a lexicon entry may say of the eyes."""

TOPICS: Final = (
    "merch",
    "other_animal",
    "news",
    "ngo",
    "zoo",
    "brand",
    "fishing",
    "fur",
    "food",
    "metal",
    "not_for_sale",
    "cafe",
    "pet_owner",
    "quoted",
    "boat",
    "game",
)
"""What a lexicon entry may say that the words around an otter are about."""
