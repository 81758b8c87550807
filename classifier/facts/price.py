"""Chooses the asking price among the amounts of a post, and leaves out deposits, former prices, budgets, fees,
fines and masked sums.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from classifier.facts.amounts import Amount, find_amounts
from classifier.facts.price_words import (
    CANTONESE,
    CURRENCY_OF_COUNTRY,
    CURRENCY_OF_LANGUAGE,
    EACH,
    LOT,
    NOT_ASKED,
    NOT_ASKED_AFTER,
    NOW,
    PLACES,
    PRICE_AFTER,
    PRICE_WORD,
    TRADED,
    TRADITIONAL,
    UNIT_AFTER,
)
from classifier.fold import fold_characters


@dataclass(frozen=True, slots=True)
class Price:
    """An asking price in full units of an ISO 4217 currency, and where it stands (original code points)."""

    amount: float
    currency: str
    start: int
    end: int
    high: float
    lot: bool


def find_prices(text: str, language: str = "und", country: str | None = None) -> list[Price]:
    """Give the asking prices in a text, in their order; `country` (ISO 3166) and `language` settle the currency
    where none is written.
    """
    folded = fold_characters(text)
    amounts = find_amounts(folded.text)
    default = default_currency(folded.text, language, country, amounts)
    asked = [price for amount in amounts if (price := _asked(folded.text, amount, default, language)) is not None]
    return [Price(p.amount, p.currency, *folded.span(p.start, p.end), p.high, p.lot) for p in asked]


def asking_price(text: str, language: str = "und", country: str | None = None) -> Price | None:
    """Give the asking price of one animal: the first one, of the lot only where no other is given; None where none
    is asked.
    """
    return choose(find_prices(text, language, country))


def choose(prices: Sequence[Price]) -> Price | None:
    """Give the first price that is not for a pair or a lot, else the first."""
    return next((price for price in prices if not price.lot), prices[0] if prices else None)


def displayed_price(shown: str, language: str = "und", country: str | None = None) -> Price | None:
    """Read the price field of a listing as it was displayed, where any lone number is the price."""
    folded = fold_characters(shown)
    amounts = [amount for amount in find_amounts(folded.text) if not amount.masked and amount.value > 0]
    if not amounts:
        return None
    first = amounts[0]
    currency = _currency(first, default_currency(folded.text, language, country, amounts), language)
    value = _full(first, currency)
    return Price(value, currency, *folded.span(first.start, first.end), max(value, first.high), False)


def default_currency(text: str, language: str, country: str | None, amounts: Sequence[Amount] = ()) -> str:
    """Give the currency that a bare amount is in: that of the country, of a place named in the text, or of the
    language.
    """
    if country and country.upper() in CURRENCY_OF_COUNTRY:
        return CURRENCY_OF_COUNTRY[country.upper()]
    written = [
        amount.currency
        for amount in amounts
        if amount.currency and len(amount.currency) == 3 and not amount.dollar_sign
    ]
    if written:
        return written[0]
    if language == "zh" and not any(places.search(text) for _, places in PLACES):
        if CANTONESE.search(text):
            return "HKD"
        if TRADITIONAL.search(text):
            return "TWD"
    if language in ("zh", "ms", "en", "und", "ja", "th"):
        for currency, places in PLACES:
            if places.search(text):
                return currency
    return CURRENCY_OF_LANGUAGE.get(language, "USD")


def _currency(amount: Amount, default: str, language: str) -> str:
    if amount.currency == "¥":
        return "CNY" if language == "zh" else "JPY" if language == "ja" or default == "JPY" else "CNY"
    if amount.currency == "P":
        return "PHP"
    if amount.currency == "USD" and amount.dollar_sign and default in ("SGD", "HKD", "TWD", "AUD"):
        return default
    if amount.scaled and not amount.currency and default == "USD" and language == "km":
        return "KHR"
    if amount.currency == "CNY" and default in ("TWD", "HKD", "MYR"):
        return default
    return amount.currency or default


def _full(amount: Amount, currency: str) -> float:
    """Give the value in full units: bare `850` is 850,000 rupiah, bare `4.5` is 4.5 million dong."""
    value = amount.value
    if amount.scaled or currency not in ("IDR", "VND"):
        return round(value, 2)
    if value < 20 and ("," in amount.digits or "." in amount.digits or value < 10):
        return round(value * 1e6)
    return round(value * 1000) if value < 20000 else round(value)


def _asked(text: str, amount: Amount, default: str, language: str) -> Price | None:
    before, after = text[max(0, amount.start - 34) : amount.start], text[amount.end : amount.end + 24]
    line = re.split(r"[\n;。!?]|(?<!\d)[.,](?!\d)|, ", before)[-1]
    if (
        amount.masked
        or amount.value <= 0
        or re.match(r"^\s?[x*]{2,}", after)
        or (amount.end < len(text) and re.match(r"[\d]", after))
    ):
        return None
    if amount.currency == "IDR" and default != "IDR" and not any(c.isdigit() for c in amount.digits):
        if default != "MYR" or re.match(r"\s(?:satu|dua|tiga|empat|lima|enam|tujuh|lapan|sembilan)", after):
            return None
        amount = replace(amount, value=amount.value / 1000, high=amount.high / 1000, currency="MYR")
    current = NOW.search(line)
    if (NOT_ASKED.search(line) and not current) or NOT_ASKED_AFTER.match(after):
        return None
    currency = _currency(amount, default, language)
    if amount.bare and not _bare_is_price(text, amount, line, after, currency):
        return None
    if not amount.bare and not amount.currency and _is_unit(amount, text, after):
        return None
    value = _full(amount, currency)
    if value < 1:
        return None
    around = text[max(0, amount.start - 14) : amount.start].rsplit("\n", maxsplit=1)[-1]
    tail = re.split(r"[\n;。!?,]|\.\s", after)[0]
    lot = bool(
        (LOT.search(around) and not EACH.search(around + tail)) or (LOT.search(tail[:16]) and not EACH.match(tail))
    )
    return Price(value, currency, amount.start, amount.end, max(value, amount.high), lot)


def _is_unit(amount: Amount, text: str, after: str) -> bool:
    """Tell whether a scaled number counts something else than money (`2k followers`, `千葉`)."""
    return bool(
        re.match(r"^\s?(?:followers|views|likes|members|subs|人|葉|km|people|nasib|回|字|粉|pixels|再生)", after)
    ) or (
        text[amount.start : amount.end].rstrip().endswith(("千", "万", "萬", "百"))
        and not any(c.isdigit() for c in amount.digits)
        and bool(re.match(r"[别年不分]", after))
    )


def _bare_is_price(text: str, amount: Amount, line: str, after: str, currency: str) -> bool:
    """Tell whether a number with neither currency nor scale is a price: by the words of price beside it."""
    if (
        UNIT_AFTER.match(after)
        or re.match(r"^[\d.,:/\-]*\d|^\s?\d{3,}", after)
        or re.search(
            r"[\d/:#][\s\-.]?$|(?:\+|no|id|umur|usia|age|อายุ|size|lv|level|part|gen|th|tahun|sisa|ready|stok|"
            r"wa|hp|tel|left|(?<!ลด)เหลือ)[.:\s]{0,2}$",
            line,
        )
    ):
        return False
    if amount.value < (100 if currency not in ("USD", "MYR", "GBP", "EUR", "SGD") else 20) and not re.search(
        r"[.,]\d", amount.digits
    ):
        return False
    if (
        (re.fullmatch(r"(?:19|20)\d\d", amount.digits) and not PRICE_WORD.search(line))
        or len(amount.digits.replace(" ", "")) > 9
        or amount.digits.startswith("0")
    ):
        return False
    if PRICE_WORD.search(line) or PRICE_AFTER.match(after):
        return True
    if currency in ("IDR", "VND") and not 100 <= amount.value <= 20000 and amount.value < 100000:
        return False
    near = text[max(0, amount.start - 60) : amount.end + 60]
    if currency == "IDR":
        return bool(TRADED.search(near))
    return (
        len(text) < 90
        and amount.value >= (100 if amount.end >= len(text.rstrip()) else 300)
        and not re.search(r"[.,]\d{1,2}$", amount.digits)
    )
