"""Words of strangers on a terminal, which obeys some characters instead of showing them."""

import unicodedata
from typing import Final

STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Kinds of characters that change how others are shown: control, direction, half a pair, line separators."""


def printable(words: str) -> str:
    """The words without what would steer the terminal: names and reasons may come from a hostile site."""
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in STEERING else "\N{REPLACEMENT CHARACTER}" for c in words
    )
