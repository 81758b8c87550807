"""Folds a text so that one spelling stands for its many disguises, and keeps the way back to the original code
points.
"""

import json
import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = json.loads((Path(__file__).parent / "data" / "confusables.json").read_text("utf-8"))
_LETTERS: dict[str, str] = {look: letter for letter, looks in _TABLE["letters"].items() for look in looks}
for _range in _TABLE["ranges"]:
    for _n, _point in enumerate(range(int(_range["first"], 16), int(_range["last"], 16) + 1)):
        _LETTERS[chr(_point)] = chr(ord(_range["from"]) + _n)

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u3099\u309a\uff9e\uff9f\ufe20-\ufe2f"
_MARK = re.compile(f"[{_MARKS}]")
_DROPPED_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]")
_CLUSTER = re.compile(f"[^{_MARKS}][{_MARKS}]+")
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]+")
_FLAGS = frozenset(
    [
        "id",
        "my",
        "th",
        "vn",
        "kh",
        "jp",
        "cn",
        "ph",
        "sg",
        "us",
        "gb",
        "hk",
        "tw",
        "la",
        "mm",
        "in",
        "bd",
        "bn",
        "tl",
        "au",
        "kr",
        "ru",
    ]
)
_INVISIBLE = frozenset({"Cf", "Cc", "Cn", "Co"})
_SPACES = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text with, for each of its code points, where it starts and ends in the original (code points, end
    exclusive).
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the original (start, end) of the folded slice `start:end`; the slice must not be empty."""
        return self.starts[start], self.ends[end - 1]

    @property
    def plain(self) -> str:
        """Give the text without Vietnamese (and other Latin) diacritics; same length, so the same offsets hold."""
        return strip_diacritics(self.text)


class _CharacterMap(dict[str, str]):
    """Remembers what each character folds to; filled as characters are met."""

    def __missing__(self, character: str) -> str:
        folded = _fold_character(character)
        self[character] = folded
        return folded


class _PlainMap(dict[int, str]):
    """Remembers the base letter of each Latin character; a table for `str.translate`."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        base = "d" if character == "đ" else character
        if 0xC0 <= point <= 0x24F or 0x1E00 <= point <= 0x1EFF:
            base = unicodedata.normalize("NFD", base)[0]
        self[point] = base
        return base


_PLAIN = _PlainMap()


def strip_diacritics(text: str) -> str:
    """Give `text` with each Latin letter reduced to its base letter; the length never changes."""
    return text.translate(_PLAIN)


def _fold_character(character: str) -> str:
    point = ord(character)
    if 0xD800 <= point <= 0xDFFF:
        return "\ufffd"
    if character in _SPACES:
        return "\n" if character not in "\t\v\f" else " "
    if unicodedata.category(character) in _INVISIBLE or 0xFE00 <= point <= 0xFE0F or 0x1F3FB <= point <= 0x1F3FF:
        return ""
    if character in "\u115f\u1160\u3164\uffa0\u17b4\u17b5":
        return ""
    if character in _LETTERS:
        return _LETTERS[character]
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    pieces = []
    for piece in folded:
        parts = unicodedata.normalize("NFD", piece)
        if parts[0] in _LETTERS:
            piece = unicodedata.normalize("NFC", _LETTERS[parts[0]] + parts[1:])
        digit = unicodedata.decimal(piece, None) if len(piece) == 1 else None
        pieces.append(str(digit) if digit is not None else piece)
    folded = "".join(pieces)
    if len(folded) > 1 or not _MARK.match(folded):
        folded = _DROPPED_MARK.sub("", folded)
    return folded.replace("\u2044", "/")


_CHARACTERS = _CharacterMap()


def _fold_cluster(cluster: str) -> str:
    base = _CHARACTERS[cluster[0]]
    if not base or not (base[-1].isalpha()):
        return _DROPPED_MARK.sub("", base + "".join(_CHARACTERS[mark] for mark in cluster[1:]))
    composed = unicodedata.normalize("NFKC", base + "".join(_CHARACTERS[mark] for mark in cluster[1:]))
    return _DROPPED_MARK.sub("", composed)


def fold_characters(text: str) -> Folded:
    """Fold character by character only: width, case, look-alikes, digits, invisible characters and stray marks.

    Numbers, handles and addresses keep their shape; it is the layer that prices, ages and contacts are read from.
    """
    pieces = [_CHARACTERS[character] for character in text]
    joined = "".join(pieces)
    if _MARK.search(joined) is None and _REGIONAL.search(joined) is None:
        if len(joined) == len(text) and "" not in pieces:
            return Folded(joined, range(len(text)), range(1, len(text) + 1))
        units: list[tuple[int, int, str]] = [(n, n + 1, piece) for n, piece in enumerate(pieces)]
    else:
        units = list(_clustered(text, pieces))
    starts, ends = array("L"), array("L")
    out = []
    for start, end, piece in units:
        out.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Folded("".join(out), starts, ends)


def _clustered(text: str, pieces: list[str]) -> Iterable[tuple[int, int, str]]:
    position = 0
    marks = {found.start(): found.end() for found in _CLUSTER.finditer(text)}
    flags = {found.start(): found.end() for found in _REGIONAL.finditer(text)}
    while position < len(text):
        if position in flags:
            end = flags[position]
            letters = "".join(chr(ord(c) - 0x1F1E6 + ord("a")) for c in text[position:end])
            is_flag = len(letters) % 2 == 0 and all(letters[n : n + 2] in _FLAGS for n in range(0, len(letters), 2))
            for n, letter in enumerate(letters):
                yield position + n, position + n + 1, text[position + n] if is_flag else letter
            position = end
        elif position in marks and not _REGIONAL.match(text[position]):
            end = marks[position]
            yield position, end, _fold_cluster(text[position:end])
            position = end
        else:
            yield position, position + 1, _DROPPED_MARK.sub("", pieces[position])
            position += 1


def fold(text: str) -> Folded:
    """Fold a text fully: characters, then letters that were spaced out, replaced by digits, repeated or abbreviated.

    The slow steps run only where a text looks disguised. Never raises; folding a folded text changes nothing.
    """
    return undisguise(fold_characters(text))


_A = "a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_SEP = r"[ .\-_*·•|/,+~]"
_SPACED = re.compile(rf"(?<![{_A}0-9])[{_A}](?:({_SEP})[{_A}](?![{_A}0-9]))(?:\1[{_A}](?![{_A}0-9]))+")
_SPACED_LEET = re.compile(
    rf"(?<![{_A}0-9])[{_A}](?:({_SEP})[{_A}013457](?![{_A}0-9]))(?:\1[{_A}013457](?![{_A}0-9])){{2,}}(?<=[{_A}])"
)
_T = "\u0e01-\u0e2e\u0e30\u0e32\u0e33\u0e40-\u0e45"
_TM = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_THAI_SPACED = re.compile(
    rf"(?<![{_T}{_TM}])(?:[{_T}][{_TM}]*)(?:({_SEP})[{_T}][{_TM}]*)(?:\1[{_T}][{_TM}]*)+(?![{_T}{_TM}])"
)
_SPLIT_SIGN = re.compile(rf"(?<=[\u0e01-\u0e2e\u1780-\u17a2]){_SEP}+(?=[{_TM}\u0e30\u0e32\u17b6-\u17d3])")
_H = "\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff"
_DOTTED = re.compile(rf"(?<![{_A}0-9.@/])[{_A}]{{1,4}}(?:\.[{_A}]{{1,4}}){{1,24}}(?![{_A}0-9@/]|\.[{_A}])")
_HAN_SPACED = re.compile(rf"(?<=[{_H}])[ .\-_*·•|/+~]+(?=[{_H}])")
_LEET_WORD = re.compile(rf"(?<![{_A}0-9@._/:#$])(?:0[{_A}]|[{_A}])[{_A}0-9@$!]*[{_A}](?=2?(?![{_A}0-9@]))")
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i"}
_LEET_SIGN = re.compile(rf"(?<=[{_A}])[0134578@$!](?=[{_A}])|^0(?=[{_A}])")
_MONEY = re.compile(r"(?:rp|rm|idr|php|thb|vnd|usd|us|myr|sgd|hk|nt|jpy|cny|rmb|s)?[0-9]|\D*[0-9]{2}")
_UNITS = r"(?:juta|ribu|rebu|triệu|trieu|ngàn|nghìn|ngan|nghin|libo)"
_REDUPLICATED = re.compile(
    rf"(?<![{_A}0-9@._/:])(?!{_UNITS}2)([{_A}]{{3,}})(?:2|\")(?:(?=an\b|nya\b|ku\b|mu\b|[^{_A}0-9.,/]|"
    rf"[.,/][^0-9]|$))"
)
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_BLANKS = re.compile(r" ?\n\s*|\s{2,}|[^\S \n]")
_SUSPICIOUS = re.compile(
    rf"\s\s|[^\S \n]|(?<![{_A}])[{_A}]\.[{_A}]|[{_A}]\.[{_A}](?![{_A}])|"
    rf"(?<![{_A}])[{_A}]{_SEP}[{_A}013457](?![{_A}])|[{_A}][0-9@$!]|\b0[{_A}]|([^\W\d_])\1\1"
    rf"|[\u0e01-\u0e45\u1780-\u17b3]{_SEP}+[\u0e00-\u0e4e\u1780-\u17d3]|[{_H}][ .\-_*·•|/+~]+[{_H}]"
)


def undisguise(folded: Folded) -> Folded:
    """Undo spaced letters, digits for letters, repeated letters and `berang2`, in a text folded by character."""
    for _ in range(6):
        if _SUSPICIOUS.search(folded.text) is None:
            return folded
        before = folded.text
        folded = rewrite(folded, _gaps(folded.text))
        folded = rewrite(folded, _leet(folded.text))
        folded = rewrite(folded, ((m.start() + 1, m.end(), "") for m in _REPEATED.finditer(folded.text)))
        folded = rewrite(folded, _reduplications(folded.text))
        blanks = [(m.start(), m.end(), " " if len(m.group()) > 1 else m.group()) for m in _BLANKS.finditer(folded.text)]
        folded = rewrite(folded, blanks)
        if folded.text == before:
            return folded
    return folded


def _gaps(text: str) -> Iterable[tuple[int, int, str]]:
    gaps: set[tuple[int, int]] = set()
    for pattern in (_SPACED, _SPACED_LEET, _THAI_SPACED):
        for found in pattern.finditer(text):
            separator = found.group(1)
            gaps.update((n, n + 1) for n in range(found.start(), found.end()) if text[n] == separator)
    for found in _DOTTED.finditer(text):
        pieces = found.group().split(".")
        if sum(len(piece) == 1 for piece in pieces) * 2 >= len(pieces):
            gaps.update((n, n + 1) for n in range(found.start(), found.end()) if text[n] == ".")
    for pattern in (_SPLIT_SIGN, _HAN_SPACED):
        gaps.update(found.span() for found in pattern.finditer(text) if _isolated(text, found, pattern))
    last = -1
    for start, end in sorted(gaps):
        if start >= last:
            yield start, end, ""
            last = end


def _isolated(text: str, gap: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Tell whether a gap between Han or kana letters stands beside a letter that is alone (`水 獭`, not two words)."""
    if pattern is _SPLIT_SIGN:
        return True
    left, right = gap.start() - 1, gap.end()
    alone_left = left == 0 or not re.match(f"[{_H}]", text[left - 1])
    alone_right = right + 1 >= len(text) or not re.match(f"[{_H}]", text[right + 1])
    return alone_left or alone_right


def _leet(text: str) -> Iterable[tuple[int, int, str]]:
    for found in _LEET_WORD.finditer(text):
        word = found.group()
        if word.isalpha() or (_MONEY.match(word) and not word.startswith("0")):
            continue
        if sum(letter.isalpha() for letter in word) < 3:
            continue
        for sign in _LEET_SIGN.finditer(word):
            yield found.start() + sign.start(), found.start() + sign.end(), _LEET[sign.group()]


def _reduplications(text: str) -> Iterable[tuple[int, int, str]]:
    for found in _REDUPLICATED.finditer(text):
        yield found.end(1), found.end(1) + 1, "-" + found.group(1)


def rewrite(folded: Folded, edits: Iterable[tuple[int, int, str]]) -> Folded:
    """Replace slices of a folded text; a replacement stands for the whole slice that it replaces."""
    edits = list(edits)
    if not edits:
        return folded
    pieces, starts, ends = [], array("L"), array("L")
    position = 0
    for start, end, new in edits:
        pieces += [folded.text[position:start], new]
        starts.extend(folded.starts[position:start])
        ends.extend(folded.ends[position:start])
        starts.extend([folded.starts[start]] * len(new))
        ends.extend([folded.ends[end - 1]] * len(new))
        position = end
    pieces.append(folded.text[position:])
    starts.extend(folded.starts[position:])
    ends.extend(folded.ends[position:])
    return Folded("".join(pieces), starts, ends)


@cache
def fold_form(form: str) -> str:
    """Give a lexicon form as it appears in folded texts; not for long texts, since results are kept."""
    return fold(form).text.strip()
