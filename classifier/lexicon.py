"""Loads the glossed lexicons, one TOML file a language, into typed entries, and refuses what is malformed by name."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from classifier.labels import AGE_CLASSES, EYES, KINDS, LANGUAGES, SPECIES, TOPICS

LEXICONS = Path(__file__).parent / "lexicons"
_KEYS = frozenset({"kind", "gloss", "forms", "sets", "attested", "trap", "not_before", "not_after", "boundary"})
_SETS: Mapping[str, tuple[str, ...]] = {"species": SPECIES, "age_class": AGE_CLASSES, "eyes": EYES, "topic": TOPICS}


class LexiconError(ValueError):
    """A lexicon file is malformed; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Some forms with one meaning: what kind of cue they are, their English gloss, and the facts that they set."""

    language: str
    kind: str
    gloss: str
    forms: tuple[str, ...]
    species: str | None = None
    age_class: str | None = None
    eyes: str | None = None
    topic: str | None = None
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    boundary: str | None = None
    attested: str = ""
    trap: str = ""


def load_lexicon(path: Path) -> tuple[Entry, ...]:
    """Give the entries of one lexicon file; raises LexiconError where it is malformed."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path.name}: not TOML in UTF-8: {error}") from error
    language = document.get("language")
    if language not in LANGUAGES and language != "common":
        raise LexiconError(f"{path.name}: language is {language!r}, not one of {', '.join(LANGUAGES)} or common")
    entries = document.get("entry", [])
    if not isinstance(entries, list) or not entries:
        raise LexiconError(f"{path.name}: no [[entry]]")
    return tuple(_entry(path.name, number, language, raw) for number, raw in enumerate(entries, 1))


def load_lexicons(directory: Path = LEXICONS) -> tuple[Entry, ...]:
    """Give the entries of all lexicon files in a folder, in the order of their names."""
    return tuple(entry for path in sorted(directory.glob("*.toml")) for entry in load_lexicon(path))


@cache
def entries() -> tuple[Entry, ...]:
    """Give the entries of the lexicons that come with the package, read once."""
    return load_lexicons()


def _entry(file: str, number: int, language: str, raw: Mapping[str, Any]) -> Entry:
    where = f"{file}: entry {number} ({raw.get('gloss', 'no gloss')})"
    unknown = set(raw) - _KEYS
    if unknown:
        raise LexiconError(f"{where}: unknown key {', '.join(sorted(unknown))}")
    if raw.get("kind") not in KINDS:
        raise LexiconError(f"{where}: kind is {raw.get('kind')!r}")
    if not isinstance(raw.get("gloss"), str) or not raw["gloss"].strip():
        raise LexiconError(f"{where}: no gloss")
    sets = raw.get("sets", {})
    for key, value in sets.items():
        if key not in _SETS:
            raise LexiconError(f"{where}: sets.{key} is unknown")
        if value not in _SETS[key]:
            raise LexiconError(f"{where}: sets.{key} is {value!r}, not one of {', '.join(_SETS[key])}")
    boundary = raw.get("boundary")
    if boundary not in (None, "word", "none"):
        raise LexiconError(f"{where}: boundary is {boundary!r}, not word or none")
    return Entry(
        language=language,
        kind=raw["kind"],
        gloss=raw["gloss"],
        forms=_strings(where, "forms", raw.get("forms", []), required=True),
        species=sets.get("species"),
        age_class=sets.get("age_class"),
        eyes=sets.get("eyes"),
        topic=sets.get("topic"),
        not_before=_strings(where, "not_before", raw.get("not_before", [])),
        not_after=_strings(where, "not_after", raw.get("not_after", [])),
        boundary=boundary,
        attested=str(raw.get("attested", "")),
        trap=str(raw.get("trap", "")),
    )


def _strings(where: str, key: str, value: object, required: bool = False) -> tuple[str, ...]:
    if not isinstance(value, list) or (required and not value):
        raise LexiconError(f"{where}: {key} is not a list of forms")
    for item in value:
        if not isinstance(item, str) or not item.strip():
            raise LexiconError(f"{where}: {key} holds {item!r}, not a form")
    return tuple(dict.fromkeys(value))


def of_kind(source: Iterable[Entry], *kinds: str) -> tuple[Entry, ...]:
    """Give the entries of the given kinds, in their order."""
    return tuple(entry for entry in source if entry.kind in kinds)
