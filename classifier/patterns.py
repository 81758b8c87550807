"""Turns lexicon forms into folded search patterns, with the spellings that writers make of them and where they may
stand.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from classifier.fold import fold_form, strip_diacritics
from classifier.lexicon import Entry

_LATIN = re.compile("[a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff]")
_SUFFIX = re.compile("(?:'?s|es|z|nya|ny|ku|mu)(?![a-z\u00df-\u024f\u1e00-\u1eff])")
_THAI_CONSONANT = re.compile("[\u0e01-\u0e2e]")
_THAI_FOLLOWING = frozenset(
    "\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e45\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d"
)
_THAI_LEADING = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")
_KHMER_FOLLOWING = frozenset(chr(point) for point in range(0x17B6, 0x17D4) if point != 0x17CB)
_KHMER_CONSONANT = re.compile("[\u1780-\u17a2]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One folded spelling of a form; `plain` when Vietnamese diacritics were left out of it."""

    text: str
    entries: tuple[Entry, ...]
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found at `start:end` of a folded text."""

    start: int
    end: int
    pattern: Pattern


class PatternSet:
    """Finds all patterns of some lexicon entries in folded text, each at a place where it is a word of its own."""

    def __init__(self, source: Iterable[Entry]) -> None:
        table: dict[tuple[str, bool], list[Entry]] = {}
        for entry in source:
            for form in entry.forms:
                for text, plain in spellings(form, entry):
                    table.setdefault((text, plain), []).append(entry)
        for key, found in table.items():
            if any(entry.kind == "species" for entry in found):
                table[key] = [entry for entry in found if entry.kind != "evasion"]
        exact = {text for text, plain in table if not plain}
        self.patterns = tuple(
            Pattern(text, tuple(dict.fromkeys(found)), plain)
            for (text, plain), found in table.items()
            if not (plain and text in exact)
        )
        self._automaton = AhoCorasick([pattern.text for pattern in self.patterns])

    def find(self, folded: str) -> list[Hit]:
        """Give all hits, overlapping ones too, in the order in which they end."""
        hits = []
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            pattern = self.patterns[number]
            allowed = tuple(entry for entry in pattern.entries if stands_alone(folded, start, end, entry))
            if allowed:
                hits.append(Hit(start, end, pattern if allowed == pattern.entries else _narrowed(pattern, allowed)))
        return hits


def _narrowed(pattern: Pattern, allowed: tuple[Entry, ...]) -> Pattern:
    return Pattern(pattern.text, allowed, pattern.plain)


def spellings(form: str, entry: Entry) -> Sequence[tuple[str, bool]]:
    """Give the folded spellings to search for, each with whether diacritics were left out of it."""
    folded = fold_form(form)
    if not folded:
        return ()
    found = {folded: False}
    if not is_latin(folded):
        return tuple(found.items())
    for variant in (
        folded.replace("-", " "),
        folded.replace("-", " - "),
        folded.replace("'", "’"),
        folded.replace("'", ""),
    ):
        found.setdefault(variant, False)
    if entry.kind == "species":
        if " " in folded or "-" in folded:
            found.setdefault(folded.replace(" ", "-"), False)
            joined = folded.replace(" ", "").replace("-", "")
            if len(joined) >= 5:
                found.setdefault(joined, False)
        words = folded.split(" ")
        if len(words) <= 4 and strip_diacritics(folded) != folded:
            for mixed in itertools.product(*((word, strip_diacritics(word)) for word in words)):
                found.setdefault(" ".join(mixed), True)
                found.setdefault("".join(mixed), True)
    plain = strip_diacritics(folded)
    if plain != folded:
        found.setdefault(plain, True)
    return tuple(found.items())


def is_latin(folded: str) -> bool:
    """Tell whether a folded form is written in Latin letters, where words have edges."""
    return _LATIN.search(folded) is not None and not any(
        "\u0e00" <= c <= "\u17ff" or (c >= "\u3040" and c.isalpha()) for c in folded
    )


def stands_alone(folded: str, start: int, end: int, entry: Entry) -> bool:
    """Tell whether a hit is the entry's own word at that place: by its boundary, its neighbours and its script."""
    first, last = folded[start], folded[end - 1]
    after = folded[end : end + 1]
    if entry.not_before and folded.startswith(_folded_tuple(entry.not_before), end):
        return False
    if entry.not_after and folded.endswith(_folded_tuple(entry.not_after), 0, start):
        return False
    if first.isdigit() and start and folded[start - 1].isdigit():
        return False
    if last.isdigit() and after.isdigit():
        return False
    if _THAI_CONSONANT.match(last) and after and after in _THAI_FOLLOWING:
        return False
    if _THAI_CONSONANT.match(first) and start and folded[start - 1] in _THAI_LEADING:
        return False
    if "\u1780" <= last <= "\u17d3" and after and _khmer_continues(folded, end, last):
        return False
    if entry.boundary == "none" and not is_latin(folded[start:end]):
        return True
    if _LATIN.match(first) and start and _LATIN.match(folded[start - 1]):
        return False
    if _LATIN.match(last) and after and _LATIN.match(after):
        return _SUFFIX.match(folded, end) is not None and end - start > 2
    return True


def _khmer_continues(folded: str, end: int, last: str) -> bool:
    """Tell whether the syllable that a Khmer hit ends in goes on after it (a vowel or a stacked consonant follows)."""
    return folded[end] in _KHMER_FOLLOWING and (_KHMER_CONSONANT.match(last) is not None or folded[end] == "\u17d2")


_tuples: dict[tuple[str, ...], tuple[str, ...]] = {}


def _folded_tuple(forms: tuple[str, ...]) -> tuple[str, ...]:
    if forms not in _tuples:
        _tuples[forms] = tuple(fold_form(form) or form for form in forms)
    return _tuples[forms]
