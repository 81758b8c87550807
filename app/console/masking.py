"""Hides contacts in a text until somebody asks to see them.

What the reader recognised as a contact is hidden, and what plainly looks like one. That is not a promise: a number
spelled out in words still stands, and the console says so.
"""

import re
from collections.abc import Iterable

from app.console.highlighting import Cue, Segment, segments

MASK = "•••"
HIDDEN = "hidden contact"
_OF_A_NUMBER = "0123456789 +().-–"
_LOOKS_LIKE_CONTACT = re.compile(
    r"(?<![\d.,])(?:\+|00)?\(?\d(?:[ \-–()]{0,2}\d){8,14}(?![.,]?\d)"  # nine digits or more, not a price with its marks
    r"|(?<![\d.,])(?:\+|0)\d{1,3}(?:[ .\-]\d{2,4}){2,4}(?![.,]?\d)"  # no price begins with 0
    r"|[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}"
    r"|(?<![\w@])@\w[\w.]{2,40}"
    r"|\b(?:wa\.me|t\.me|line\.me|zalo\.me)/\S{3,60}",
    re.IGNORECASE,
)


def suspected_contacts(text: str) -> list[Cue]:
    """Spans that look like a telephone number, an e-mail address or the name of an account."""
    return [Cue(m.start(), m.end(), "contact", HIDDEN) for m in _LOOKS_LIKE_CONTACT.finditer(text)]


def masked_segments(text: str, cues: Iterable[Cue]) -> list[Segment]:
    """The segments of a text with every contact replaced by MASK; contacts with only marks between become one."""
    shown: list[Segment] = []
    for segment in segments(text, [*cues, *suspected_contacts(text)]):
        if segment.cue is None or segment.cue.kind != "contact":
            shown.append(segment)
            continue
        between = shown.pop() if len(shown) > 1 and _only_marks(shown[-1]) and _is_contact(shown[-2]) else None
        if not (shown and _is_contact(shown[-1])):
            if between:
                shown.append(between)
            shown.append(Segment(MASK, Cue(segment.cue.start, segment.cue.end, "contact", HIDDEN), ends=True))
    return shown


def masked(text: str, cues: Iterable[Cue] = (), words: Iterable[str] = ()) -> str:
    """The text with contacts replaced by MASK, also wherever one of `words` stands by itself."""
    plain = "".join(segment.text for segment in masked_segments(text, cues))
    for word in sorted({word for word in words if len(word) >= 3}, key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", MASK, plain)
    return plain


def blotted(text: str, cues: Iterable[Cue] = ()) -> str:
    """The text with every character of a contact replaced, so that the places of cues in it stay right."""
    pieces = segments(text, [*cues, *suspected_contacts(text)])
    return "".join("•" * len(piece.text) if _is_contact(piece) else piece.text for piece in pieces)


def beginning(text: str, length: int) -> str:
    """The first characters of a long text; a number that is cut there is left out, since half of it is not masked."""
    return text if len(text) <= length else text[:length].rstrip(_OF_A_NUMBER)


def _is_contact(segment: Segment) -> bool:
    return segment.cue is not None and segment.cue.kind == "contact"


def _only_marks(segment: Segment) -> bool:
    return segment.cue is None and len(segment.text) <= 3 and not any(c.isalnum() or c == "\n" for c in segment.text)


def excerpt(text: str, length: int) -> str:
    """The first words of a text on one line, at most about `length` characters, never torn inside a character."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    kept = segments(line, [Cue(0, length, "excerpt")])[0].text
    space = kept.rfind(" ", length // 2)
    return f"{kept[:space] if space > 0 else kept} …"
