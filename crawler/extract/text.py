"""Text out of HTML, with the line breaks that a reader sees."""

import re
import unicodedata
from html import unescape
from typing import Any

from bs4 import BeautifulSoup
from lxml import etree, html

LONGEST_TITLE = 1_000
LONGEST_TEXT = 200_000
"""Characters kept of a post; the capture has all of it."""

_BLOCK_TAGS = (
    "address article aside blockquote dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol pre section table tbody td th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN_TAGS = "script style noscript template svg head button select option textarea iframe object"
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_TAG = re.compile(r"</?(?:p|br|div|span|ul|ol|li|b|i|em|strong|u|a|h[1-6]|font|table|tr|td)(?:\s[^<>]*)?/?>", re.I)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CUT = re.compile(r"\s*(?:…|\.{3})\s*$")


def clean(text: str) -> str:
    """Text fit for storing: no control characters, no lone surrogates, one kind of line break, no white space around.

    Inner white space, compatibility characters and zero-width characters stay: they are the author's.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _FORBIDDEN.sub("", text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "\n".join(line.rstrip(" \t") for line in text.split("\n")).strip()


def visible_text(element: Any) -> str:
    """What a reader sees of an lxml element: collapsed white space, `br` and blocks as line breaks, `p` set apart.

    Walks without recursion, so that no depth of nesting can exhaust the stack.
    """
    pieces: list[str] = []
    unseen: Any = None
    preformatted = 0
    length = 0
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            if unseen is None and node is not element:
                pieces.append(_collapsed(node.tail, preformatted))
            continue
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if unseen is not None:
                continue
            if tag in _UNSEEN and node is not element:
                unseen = node
                continue
            preformatted += tag == "pre"
            pieces.append(_break(tag))
            pieces.append(_collapsed(node.text, preformatted))
            length += len(pieces[-1])
        else:
            if unseen is not None and node is not unseen:
                continue
            if unseen is None:
                preformatted -= tag == "pre"
                if tag != "br":
                    pieces.append(_break(tag))
            unseen = None
            if node is not element:
                pieces.append(_collapsed(node.tail, preformatted))
                length += len(pieces[-1])
        if length > 2 * LONGEST_TEXT:
            break
    return _laid_out("".join(pieces))


def from_markup(value: str) -> str:
    """A value of structured data as text: entities resolved and tags taken out where it holds any."""
    if _TAG.search(value):
        try:
            return visible_text(html.fragment_fromstring(value, create_parent="div"))
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return clean(BeautifulSoup(value, "html.parser").get_text(" "))  # reads what lxml gives up on
    return clean(unescape(value) if _ENTITY.search(value) else value)


def fuller(first: str, second: str) -> str | None:
    """The fuller of two readings of one text, or None when they are different texts.

    They are one text where they agree but for white space and entities, or where one is the other cut short; of two
    that agree the one with more line breaks wins, since white space is lost and never won on the way.
    """
    if not first or not second:
        return first or second
    a, b = _key(first), _key(second)
    if a == b:
        return second if second.count("\n") > first.count("\n") else first
    for short, long, whole in ((a, b, second), (b, a, first)):
        stem = _CUT.sub("", short)
        if stem and len(stem) < len(long) and long.startswith(stem):
            return whole
    return None


def fuller_title(stated: str, shown: str) -> str:
    """The shown title, unless it is the stated one cut short with dots; the stated one where none is shown."""
    if not shown or not stated:
        return shown or stated
    stem = _CUT.sub("", _key(shown))
    return stated if stem != _key(shown) and _key(stated).startswith(stem) else shown


def western_digits(text: str) -> str:
    """The text with the decimal digits of every script (Thai, Khmer, full-width ...) as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if not c.isascii() and c.isdecimal() else c for c in text)


def _key(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", unescape(text)).replace("\xa0", " ")).strip()


def _collapsed(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    if preformatted:  # its spaces and line breaks pass the collapsing as characters that no cleaned text holds
        return text.replace("\r\n", "\n").replace("\n", "\x0c").replace(" ", "\x1d")
    return _SPACES.sub(" ", text)


def _break(tag: str) -> str:
    if tag == "br":
        return "\x0b"
    if tag == "p":
        return "\x1e"
    return "\x1f" if tag in _BLOCKS else ""


def _laid_out(marked: str) -> str:
    """Turn marks into breaks: 0B is one line, 1F (a block's edge) at least one, 1E (a paragraph's) at least two."""
    marked = re.sub(r"[ \t]*([\x0b\x1e\x1f])[ \t]*", r"\1", marked)
    marked = re.sub(r"  +", " ", marked)
    marked = re.sub(r"[\x1e\x1f]+", lambda run: "\x1e" if "\x1e" in run[0] else "\x1f", marked)
    marked = re.sub(r"\x0b([\x1e\x1f])", r"\1", marked)  # a break right before a block's edge is not seen
    return clean(
        marked.replace("\x1e", "\n\n")
        .replace("\x1f", "\n")
        .replace("\x0b", "\n")
        .replace("\x0c", "\n")
        .replace("\x1d", " ")
    )
