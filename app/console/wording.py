"""How the console says things: words for every code, times in UTC, money, likelihood."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any, Final

STATUSES: Final = {
    "open": "Open",
    "needs_more": "Needs more",
    "confirmed": "Confirmed",
    "dismissed": "Dismissed",
    "merged": "Merged",
}
INTENTS: Final = {
    "sale": "Live otter offered",
    "parts": "Otter parts offered",
    "rehoming": "Otter given away",
    "unread": "Not read by the program: read it yourself",
    "wanted": "Somebody looks for an otter",
    "keeping": "Otter kept, not offered",
    "other": "Something else",
}
SPECIES: Final = {
    "Aonyx cinereus": "Asian small-clawed otter (Aonyx cinereus)",
    "Lutrogale perspicillata": "Smooth-coated otter (Lutrogale perspicillata)",
    "Lutra lutra": "Eurasian otter (Lutra lutra)",
    "Lutra sumatrana": "Hairy-nosed otter (Lutra sumatrana)",
    "other_otter": "Another kind of otter",
    "unspecified": "Otter, species not named",
}
AGES: Final = {
    "neonate": "newborn, under 6 weeks",
    "cub": "cub, 6 weeks to 6 months",
    "juvenile": "juvenile, 6 to 18 months",
    "adult": "adult, over 18 months",
}
EYES: Final = {
    "closed": "Closed: unweaned, cannot live without care",
    "partly": "Opening",
    "open": "Open",
    "unknown": "The text does not say",
}
LANGUAGES: Final = {
    "en": "English",
    "id": "Indonesian",
    "ms": "Malay",
    "th": "Thai",
    "vi": "Vietnamese",
    "km": "Khmer",
    "ja": "Japanese",
    "zh": "Chinese",
    "tl": "Filipino",
}
CONTACTS: Final = {
    "phone": "telephone number",
    "whatsapp": "WhatsApp number",
    "zalo": "Zalo number",
    "viber": "Viber number",
    "line": "LINE name",
    "telegram": "Telegram name",
    "wechat": "WeChat name",
    "instagram": "Instagram name",
    "email": "e-mail address",
}
CUES: Final = {
    "species": ("Animal", "animal"),
    "age": ("Age", "animal"),
    "quantity": ("How many", "animal"),
    "husbandry": ("Care and feeding", "animal"),
    "eyes_closed": ("Eyes", "urgent"),
    "offer": ("Offering", "trade"),
    "price": ("Price", "trade"),
    "delivery": ("Delivery", "trade"),
    "rehoming": ("Giving away", "trade"),
    "wanted": ("Looking for", "trade"),
    "contact": ("Contact", "contact"),
    "source_claim": ("Where it comes from", "claim"),
    "evasion": ("Hiding words", "claim"),
    "counter": ("Speaks against a sale", "counter"),
}
"""Kind of cue -> how it is called, and the family that shares a look."""
RUNS: Final = {
    "running": "Collecting now",
    "complete": "Complete",
    "partial": "Partly collected",
    "failed": "Failed",
    "refused": "Not allowed, so nothing was collected",
    "interrupted": "Interrupted",
}
NOTES: Final = {
    "undone": "Taken back. The case stands where it was before, and nothing else was changed.",
    "commented": "Your comment was added.",
    "merged": "Merged. The posts of the other case stand here now.",
    "unmerged": "The merge was taken back. Both cases stand as before.",
    "all_decided": "That was the last open case.",
    "signed_out": "You are signed out.",
}
"""What may be said after an act; an address carries the name only."""


def language(code: str) -> str:
    """The English name of an ISO 639-1 language."""
    return LANGUAGES.get(code, "language unknown" if code in {"", "und"} else code)


def moment(value: dt.datetime | None) -> str:
    """A moment in UTC, to the minute."""
    return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if value else ""


def span(delta: dt.timedelta) -> str:
    """A length of time in its largest unit: `40 minutes`, `3 days`."""
    seconds = max(delta.total_seconds(), 0.0)
    for unit, size, least in (("week", 604800, 14 * 86400), ("day", 86400, 86400), ("hour", 3600, 3600)):
        if seconds >= least:
            return plural(int(seconds // size), unit)
    return plural(int(seconds // 60), "minute") if seconds >= 60 else "less than a minute"


def every(minutes: int) -> str:
    """A schedule: `every 30 minutes`, `every day`."""
    for unit, size in (("week", 10080), ("day", 1440), ("hour", 60)):
        if minutes >= size and minutes % size == 0:
            return f"every {unit}" if minutes == size else f"every {plural(minutes // size, unit)}"
    return f"every {plural(minutes, 'minute')}"


def ago(value: dt.datetime, now: dt.datetime) -> str:
    """How long ago a moment was."""
    return f"{span(now - value)} ago"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 post`, `2 posts`, `1,200 posts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def money(amount: Any, currency: str | None) -> str:
    """An amount in full units with its ISO 4217 currency: `1,200,000 IDR`; empty where it is not a number."""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return ""
    if not value.is_finite():
        return ""
    shown = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return f"{shown} {currency or '(currency unknown)'}"


def points(value: float) -> str:
    """Points with their sign; whole ones without a decimal."""
    return f"{'−' if value < 0 else '+'}{number(abs(value))}"


def number(value: float) -> str:
    """A number to one decimal, whole ones without."""
    return f"{value:,.1f}".removesuffix(".0")


def likelihood(probability: float) -> str:
    """A probability in words."""
    for least, words in (
        (0.95, "almost certainly an offer"),
        (0.8, "very likely an offer"),
        (0.6, "probably an offer"),
        (0.4, "could be an offer or not"),
        (0.2, "probably no offer"),
    ):
        if probability >= least:
            return words
    return "very likely no offer"


def percent(probability: float) -> str:
    """A probability in per cent, never as if it were certain."""
    if probability > 0.99:
        return "over 99 %"
    if probability < 0.01:
        return "under 1 %"
    return f"{probability * 100:.0f} %"


def size(count: int) -> str:
    """A number of bytes in kB or MB."""
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{max(count / 1000, 0.1):,.1f} kB"
