"""Turns a reading into what the model learns from: counts of cues and their crossings, English glosses, and folded
characters.
"""

import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass

from classifier.reading import Reading
from classifier.stance import stance

MOST = 60
"""Cues of a kind that are compared by their places; posts with more are lists, where it no longer matters."""

_QUOTED = re.compile(r"[\"“”「」『』«»‘]")
_ASKED = re.compile(r"[?？]|ไหม|มั้ย|หรอ|ยังไง|吗|嗎|か[。？?\n]|không\?|ba\b|មែនទេ|ទេ\?")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Features:
    """Three views of one post: named numbers, the words of its cues' English glosses, and its folded characters."""

    numbers: dict[str, float]
    glosses: str
    characters: str


def features_of(reading: Reading) -> Features:
    """Give the features of one reading."""
    return Features(_numbers(reading), _glosses(reading), _characters(reading))


def _glosses(reading: Reading) -> str:
    """Give a little English document: each cue as its kind and the words of its gloss, so that languages teach one
    another.
    """
    words = []
    for cue in reading.cues:
        words.append(f"{cue.kind}")
        words += [f"{cue.kind}_{word}" for word in _WORD.findall(cue.entry.gloss.lower()) if len(word) > 2]
        if cue.entry.topic:
            words.append(f"topic_{cue.entry.topic}")
    return " ".join(words)


def _characters(reading: Reading) -> str:
    text = re.sub(r"\d", "0", reading.folded)
    return f" {text} "


def _numbers(reading: Reading) -> dict[str, float]:
    kinds = Counter(cue.kind for cue in reading.cues)
    topics = Counter(cue.entry.topic for cue in reading.cues if cue.entry.topic)
    signs: dict[str, bool] = {f"kind {kind}": count > 0 for kind, count in kinds.items()}
    signs |= {f"topic {topic}": count > 0 for topic, count in topics.items()}
    species = [cue for cue in reading.cues if cue.kind == "species"]
    amounts = any(field.prices for field in reading.fields)
    length = sum(len(field.text) for field in reading.fields)
    signs |= {
        "asking price": reading.price is not None,
        "amount": amounts,
        "contact": bool(reading.contacts),
        "quantity": reading.quantity is not None,
        "stated age": any(field.ages for field in reading.fields),
        f"eyes {reading.eyes}": reading.eyes != "unknown",
        "disguised name": any(cue.disguised for cue in species),
        "emoji": "🦦" in reading.folded,
        "code word": any(cue.kind == "evasion" and "otter" in cue.gloss and cue.form != "🦦" for cue in reading.cues),
        "hint": any(cue.kind == "evasion" and cue.gloss.startswith("hint") for cue in reading.cues),
        "quotation": bool(_QUOTED.search(reading.folded)),
        "question": bool(_ASKED.search(reading.folded)),
        "scientific species": reading.species not in (None, "unspecified"),
        "short": length < 60,
        "long": length > 240,
        "title": bool(reading.post.title),
        "near": _beside(reading, "species", ("offer", "price", "rehoming", "wanted"), 25),
        "offer near": _beside(reading, "species", ("offer",), 14),
        "counter near": _beside(reading, "species", ("counter",), 14),
        "no name": not species,
    }
    signs |= {f"stance {name}": True for field in reading.fields for name in stance(field)}
    present = sorted(name for name, value in signs.items() if value)
    numbers = dict.fromkeys(present, 1.0)
    numbers |= {f"count {kind}": math.log1p(count) for kind, count in kinds.items()}
    numbers |= {f"{a} & {b}": 1.0 for a, b in itertools.combinations(present, 2)}
    numbers["length"] = math.log1p(length) / 5
    numbers[f"language {reading.language}"] = 1.0
    return numbers


def _beside(reading: Reading, kind: str, others: tuple[str, ...], distance: int) -> bool:
    """Tell whether a cue of one kind stands within a distance (code points) of one of other kinds."""
    for field in reading.fields:
        firsts = [cue for cue in field.cues if cue.kind == kind]
        seconds = [cue for cue in field.cues if cue.kind in others]
        for first, second in itertools.product(firsts[:MOST], seconds[:MOST]):
            if second.start - first.end <= distance and first.start - second.end <= distance:
                return True
    return False
