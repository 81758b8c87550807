"""Cuts a text at its cues, so that a template can mark them without ever touching the original characters.

Offsets are Unicode code points, as the classifier gives them and as Python counts; a browser counts otherwise, which is
why this is done here.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST = ("contact", "eyes_closed")
"""Kinds that win where cues overlap: a contact, since it may have to be hidden, then what is urgent."""
_JOINERS = {"\u200d", "\u17d2"}
"""Zero-width joiner and the Khmer coeng: the character after them belongs to the one before."""


@dataclass(frozen=True)
class Cue:
    """A span of one field with its kind (see the labels) and what it means in English."""

    start: int
    end: int
    kind: str
    gloss: str = ""


@dataclass(frozen=True)
class Segment:
    """A piece of the text; `cue` is what marks it, `ends` tells that the cue's last piece is this one."""

    text: str
    cue: Cue | None = None
    ends: bool = False


def read_cues(found: Iterable[Any], field: str, length: int) -> list[Cue]:
    """The cues of `field` that lie in a text of `length` code points, by their places.

    `found` is what stands in an assessment. A cue that reaches beyond the text is cut, one that lies outside it or is
    not well formed is left out: a wrong cue must never hide the text.
    """
    cues = []
    for item in found:
        if not isinstance(item, Mapping) or item.get("field") != field:
            continue
        start, end = item.get("start"), item.get("end")
        if not isinstance(start, int) or not isinstance(end, int):
            continue
        start, end = max(start, 0), min(end, length)
        if start < end:
            cues.append(Cue(start, end, str(item.get("kind") or ""), str(item.get("gloss") or "")))
    return sorted(cues, key=lambda cue: (cue.start, cue.end, cue.kind))


def segments(text: str, cues: Iterable[Cue]) -> list[Segment]:
    """The text in pieces, in order; joined they are the text again.

    Where cues overlap, each character belongs to one of them: a kind of FIRST before others, then the longer.
    """
    snapped = [(cue, *_whole_characters(text, cue)) for cue in cues]
    ranked = sorted((s for s in snapped if s[1] < s[2]), key=_rank)
    owner: list[Cue | None] = [None] * len(text)
    for cue, start, end in reversed(ranked):
        owner[start:end] = [cue] * (end - start)
    pieces: list[tuple[int, int, Cue | None]] = []
    for place, its in enumerate(owner):
        if pieces and pieces[-1][2] is its:
            pieces[-1] = (pieces[-1][0], place + 1, its)
        else:
            pieces.append((place, place + 1, its))
    last = {id(its): place for place, (_, _, its) in enumerate(pieces)}
    return [
        Segment(text[start:end], its, ends=its is not None and last[id(its)] == place)
        for place, (start, end, its) in enumerate(pieces)
    ]


def _rank(snapped: tuple[Cue, int, int]) -> tuple[int, int, int]:
    cue, start, end = snapped
    return (FIRST.index(cue.kind) if cue.kind in FIRST else len(FIRST), start - end, start)


def _whole_characters(text: str, cue: Cue) -> tuple[int, int]:
    """The cue's span widened so that it tears no written character from its marks (Thai vowels, Khmer subscripts)."""
    start, end = max(cue.start, 0), min(cue.end, len(text))
    if start >= end:
        return 0, 0
    while start > 0 and _belongs_to_previous(text, start):
        start -= 1
    while end < len(text) and _belongs_to_previous(text, end):
        end += 1
    return start, end


def _belongs_to_previous(text: str, place: int) -> bool:
    character = text[place]
    return (
        unicodedata.category(character).startswith("M")
        or character in _JOINERS
        or text[place - 1] in _JOINERS
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
    )
