"""Prices: machine-readable ones exactly, displayed ones by the customs of the region."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from crawler.extract.text import western_digits

LONGEST = 200
"""Characters of a displayed price that are looked at."""

_SIGNS: tuple[tuple[str, str], ...] = (
    # Longer signs first: "US$" before "$". Sources: ISO 4217 and CLDR 47 (narrow and local signs).
    ("us$", "USD"),
    ("nt$", "TWD"),
    ("hk$", "HKD"),
    ("s$", "SGD"),
    ("a$", "AUD"),
    ("rp", "IDR"),
    ("rm", "MYR"),
    ("baht", "THB"),
    ("บาท", "THB"),
    ("฿", "THB"),
    ("vnđ", "VND"),
    ("đồng", "VND"),
    ("₫", "VND"),
    ("đ", "VND"),
    ("riel", "KHR"),
    ("រៀល", "KHR"),
    ("៛", "KHR"),
    ("ดอลลาร์", "USD"),
    ("ដុល្លារ", "USD"),
    ("円", "JPY"),
    ("人民币", "CNY"),
    ("rmb", "CNY"),
    ("元", "CNY"),
    ("₱", "PHP"),
    ("₭", "LAK"),
    ("₹", "INR"),
    ("৳", "BDT"),
    ("₩", "KRW"),
    ("€", "EUR"),
    ("£", "GBP"),
)
_AMBIGUOUS = {"$": ("USD", "SGD", "HKD", "TWD", "AUD", "CAD", "NZD", "BND"), "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY")}
_KNOWN = (
    "USD IDR THB MYR VND KHR JPY CNY PHP SGD TWD HKD LAK MMK INR BDT KRW EUR GBP AUD CAD NZD BND CHF RUB NPR LKR "
    "PKR AED SAR BRL MXN ZAR TRY PLN SEK NOK DKK CZK HUF"
)
_CODES = frozenset(_KNOWN.split())
_TIMES = {
    "jt": 10**6, "juta": 10**6, "rb": 10**3, "ribu": 10**3, "k": 10**3, "tr": 10**6, "triệu": 10**6, "củ": 10**6,
    "nghìn": 10**3, "ngàn": 10**3, "พัน": 10**3, "หมื่น": 10**4, "แสน": 10**5, "ล้าน": 10**6, "万": 10**4, "萬": 10**4,
    "千": 10**3, "ម៉ឺន": 10**4, "ពាន់": 10**3, "លាន": 10**6, "million": 10**6, "m": 10**6,
}  # fmt: skip
_NUMBER = re.compile(r"\d(?:[\d.,'’  ]*\d)?")
_AFTER = re.compile(rf"\s?({'|'.join(sorted(map(re.escape, _TIMES), key=len, reverse=True))})(?![^\W\d_])(\d)?", re.I)
_AFTER_UNSPACED = re.compile(r"\s?(พัน|หมื่น|แสน|ล้าน|万|萬|千|ម៉ឺន|ពាន់|លាន)(\d)?")
_PLAIN = re.compile(r"[+]?\d{1,20}(?:\.\d{1,20})?")
_RANGE = re.compile(r"\d\s*(?:-|–|—|~|〜|to|s/d|đến|ถึง)\s*\D{0,5}\d", re.I)


@dataclass(frozen=True, slots=True)
class Price:
    """An amount with its ISO 4217 currency; each None where it is not stated or not one number."""

    amount: Decimal | None = None
    currency: str | None = None


def machine_price(amount: object, currency: object) -> Price:
    """Read `price` and `priceCurrency` of schema.org: the exact decimal that stands there, and an ISO 4217 code.

    A number that is no machine-readable one ("Rp 850.000") is read as a displayed price.
    """
    code = currency.strip().upper() if isinstance(currency, str) else ""
    known = code if re.fullmatch(r"[A-Z]{3}", code) else None
    if isinstance(amount, bool) or not isinstance(amount, (int, str, Decimal, float)):
        return Price(None, known)
    text = western_digits(str(amount)).strip()
    if _PLAIN.fullmatch(text):
        return Price(_stored(Decimal(text)), known)
    shown = displayed_price(text, currency=known or "")
    return Price(shown.amount, known or shown.currency)


def displayed_price(text: str, *, currency: str = "") -> Price:
    """Read a price as a page shows it; `currency` (ISO 4217) is the site's, for texts that do not say.

    Ranges, masked amounts ("850.xxx") and words such as "ask" have no amount.
    """
    text = western_digits(text[:LONGEST])
    code = displayed_currency(text, currency=currency)
    if _RANGE.search(text):
        return Price(None, code)
    numbers = list(_NUMBER.finditer(text))
    if not numbers or re.search(r"\d[.,]?[xX*]{2,}", text):
        return Price(None, code)
    match = numbers[0]
    amount = _decimal(match[0])
    rest = text[match.end() :]
    after = _AFTER_UNSPACED.match(rest) or _AFTER.match(rest)
    if after:
        times = _TIMES[after[1].lower()]
        amount = _decimal(match[0], scaled=True) * times
        if after[2]:  # "4tr5" is 4.5 million
            amount += Decimal(after[2]) * times / 10
        if len(numbers) > (2 if after[2] else 1):
            return Price(None, code)
    elif len(numbers) > 1:
        return Price(None, code)
    return Price(_stored(amount), code)


def displayed_currency(text: str, *, currency: str = "") -> str | None:
    """The currency a displayed price names, the site's where the sign leaves it open or there is none."""
    lower = unicodedata.normalize("NFC", text[:LONGEST]).lower()
    for match in re.finditer(r"[A-Z]{3}", text[:LONGEST]):
        if match[0] in _CODES:
            return match[0]
    for sign, code in _SIGNS:
        if sign in lower and (
            not sign.isascii() or not sign.isalpha() or re.search(rf"(?<![a-z]){sign}(?![a-z])", lower)
        ):
            return code
    for sign, codes in _AMBIGUOUS.items():
        if sign in lower:
            if currency in codes:
                return currency
            return "USD" if sign == "$" else None
    return currency or None


def _decimal(digits: str, *, scaled: bool = False) -> Decimal:
    """The number in digits with separators; `scaled` before "juta" or "k", where "1.234" is a fraction."""
    digits = re.sub(r"[ '’  ]", "", digits)
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        mark = max(digits.rfind("."), digits.rfind(","))
        other = "," if digits[mark] == "." else "."
        whole, fraction = digits[:mark], digits[mark + 1 :]
        if digits.count(digits[mark]) > 1:  # the later separator repeats: it groups, and the other is the decimal one
            return Decimal(re.sub(r"[.,]", "", digits))
        return Decimal(f"{whole.replace(other, '')}.{fraction}")
    if dots + commas == 1:
        whole, fraction = re.split(r"[.,]", digits)
        groups = len(fraction) == 3 and whole.strip("0") != "" and len(whole) <= 3 and not scaled
        return Decimal(whole + fraction) if groups else Decimal(f"{whole}.{fraction}")
    return Decimal(re.sub(r"[.,]", "", digits))


def _stored(amount: Decimal) -> Decimal | None:
    """The amount where the tables can hold it: below 10^20 and with four places at most after the point."""
    try:
        rounded = amount.quantize(Decimal("0.0001")) if amount < Decimal(10) ** 20 else None
    except InvalidOperation:
        return None
    return amount if rounded == amount else rounded
