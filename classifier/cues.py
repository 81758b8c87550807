"""Finds the lexicons' cues in a text, by characters rather than tokens, and places them on the original code points."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from classifier.fold import Folded, fold, fold_characters
from classifier.labels import KINDS
from classifier.lexicon import Entry, entries
from classifier.patterns import Hit, PatternSet, is_latin

_NEIGHBOURS = {"id": {"id", "ms"}, "ms": {"ms", "id"}}
_RANK = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Match:
    """A cue in one text: original code points `start:end`, its lexicon entry, and whether its spelling was
    disguised.
    """

    start: int
    end: int
    entry: Entry
    form: str
    disguised: bool
    place: int

    @property
    def kind(self) -> str:
        """Give the kind of cue, as in the labels."""
        return self.entry.kind

    @property
    def gloss(self) -> str:
        """Give the meaning in English, with a note when the writer disguised the word."""
        return f"{self.entry.gloss} (disguised)" if self.disguised else self.entry.gloss


class CueMatcher:
    """Finds cues of some lexicon entries; the longest match at a place wins."""

    def __init__(self, source: Iterable[Entry]) -> None:
        self._patterns = PatternSet(source)

    def match(self, text: str | Folded, language: str = "und") -> list[Match]:
        """Give the cues of a text in the order of their places; `language` is its ISO 639-1 code or `und`."""
        folded = fold(text) if isinstance(text, str) else text
        candidates = []
        for hit in self._patterns.find(folded.text):
            entry = _choose(hit, language)
            if entry is not None:
                candidates.append((hit, entry))
        candidates.sort(key=lambda found: (found[0].start - found[0].end, _RANK[found[1].kind], found[0].start))
        kept: list[tuple[Hit, Entry]] = []
        holders: dict[int, list[tuple[Hit, Entry]]] = {}
        for hit, entry in candidates:
            around = [one for place in range(hit.start, hit.end) for one in holders.get(place, ())]
            if not any(_beaten(hit, entry, other, winner) for other, winner in around):
                kept.append((hit, entry))
                for place in range(hit.start, hit.end):
                    holders.setdefault(place, []).append((hit, entry))
        original = text if isinstance(text, str) else None
        found = [_placed(folded, hit, entry, original) for hit, entry in kept]
        return sorted(found, key=lambda match: (match.start, match.end, match.kind))


def _beaten(hit: Hit, entry: Entry, other: Hit, winner: Entry) -> bool:
    if hit.end <= other.start or other.end <= hit.start:
        return False
    if winner.kind == "species":
        return not (entry.kind == "age" and winner.age_class is None)
    return entry.kind != "species" or winner.kind == "counter" or not other.start <= hit.start < hit.end <= other.end


def _choose(hit: Hit, language: str) -> Entry | None:
    """Give the entry that a hit stands for in a post of this language, or None where the word is another language's."""
    best: tuple[int, int, Entry] | None = None
    for entry in hit.pattern.entries:
        rank = _fitness(entry, hit, language)
        if rank and (best is None or (rank, -_RANK[entry.kind]) > best[:2]):
            best = (rank, -_RANK[entry.kind], entry)
    return best[2] if best else None


def _fitness(entry: Entry, hit: Hit, language: str) -> int:
    text = hit.pattern.text
    if entry.language in (language, "common"):
        return 4
    if not is_latin(text):
        return 3
    if entry.kind == "species":
        return 2 if not hit.pattern.plain or " " in text else int(len(text) >= 5)
    if hit.pattern.plain:
        return 1 if language == "und" and len(text) >= 6 else 0
    if entry.language == "en" or entry.language in _NEIGHBOURS.get(language, ()):
        return 2
    return 1 if language == "und" or len(text) >= 6 else 0


def _placed(folded: Folded, hit: Hit, entry: Entry, original: str | None) -> Match:
    start, end = folded.span(hit.start, hit.end)
    disguised = False
    if original is not None and entry.kind in ("species", "evasion"):
        light = fold_characters(original[start:end]).text
        disguised = light != hit.pattern.text or any(ord(c) > 0x2FFF and ord(c) > 0x1F000 for c in original[start:end])
        disguised = disguised and hit.pattern.text.replace("-", "").replace(" ", "") != light.replace("-", "").replace(
            " ", ""
        )
    return Match(start, end, entry, hit.pattern.text, disguised, hit.start)


@cache
def matcher() -> CueMatcher:
    """Give the matcher over the lexicons that come with the package, built once."""
    return CueMatcher(entries())


def find_cues(text: str, language: str = "und") -> list[Match]:
    """Give the cues of a text by the package's lexicons."""
    return matcher().match(text, language)
