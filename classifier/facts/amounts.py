"""The grammar of amounts as people of the nine languages write them: 1,2jt, 850rb, 4tr5, 3củ, 25 พัน, 12万円, 1千8,
฿, ៛, masked 35xx.
"""

import re
from dataclasses import dataclass
from typing import Final

_L = r"(?![^\W\d_])"
SCALES: Final[tuple[tuple[float, str], ...]] = (
    (1e9, rf"(?:tỷ|tỉ|milyar|miliar|billion){_L}"),
    (
        1e6,
        rf"(?:jt|juta|jeti|jutaan|jtan|jutaan|jute|triệu|trieu|trịu|củ|cu|tr|chai|milyon|million|mil){_L}|"
        rf"(?<=\d)(?:tr|jt|m)(?=\d)|ล้าน|លាន|百万",
    ),
    (1e5, rf"(?:lít|lit|xị|xi|loét){_L}|แสน"),
    (1e4, r"(?:w|wan)(?![a-z])|หมื่น|ម៉ឺន|មឺន|万|萬|マン(?![ァ-ヶ])"),
    (
        1e3,
        rf"(?:rb|ribu|rebu|rban|ribuan|rbu|k|thousand|grand|nghìn|nghin|ngàn|ngan|libo|libong|thou|"
        rf"yuan千){_L}|(?<=\d)k(?=\d)|พัน|ពាន់|千",
    ),
    (1e2, rf"(?:hundred|trăm|daan){_L}|ร้อย|រយ|百"),
)
"""Words that multiply a number, with their factor."""

CURRENCIES: Final[tuple[tuple[str, str], ...]] = (
    ("TWD", r"nt\$|ntd|twd|台[幣币]|臺幣|新台币"),
    ("HKD", r"hk\$|hkd|港[幣币纸紙]|蚊"),
    ("SGD", r"s\$|sgd"),
    ("AUD", r"au\$|aud"),
    (
        "USD",
        r"us\$|usd|usdt|dollars?(?![a-z])|\$|ដុល្លារ|ដុល្លា|ដុល|ដល្លារ|ดอลลาร์|ดอล|đô(?:\s?la)?(?!\w)|美金|"
        r"美元|美刀|刀(?!具)|ドル|bucks|dolar",
    ),
    ("IDR", r"rp\.?|idr|rupiah"),
    ("MYR", r"rm|myr|ringgit|令吉|马币|馬幣|ริงกิต|リンギット"),
    (
        "THB",
        r"฿|thb|baht|บาท|(?:(?<=\d)|(?<=\d )|(?<=พัน)|(?<=หมื่น))บ(?![\u0e00-\u0e7f])|bath(?![a-z])|បាត|泰[铢銖]|バーツ",
    ),
    ("VND", r"₫|vnđ|vnd|vnd|đồng|đ(?![^\W\d_])|越南盾"),
    ("KHR", r"៛|រៀល|riels?|khr"),
    ("PHP", r"₱|php|pesos?|piso|披索|ペソ"),
    ("JPY", r"円|jpy|yen(?![a-z])|日[元圓币幣]|エン"),
    ("CNY", r"rmb|cny|人民[币幣]|元|块(?:钱|錢)?|塊(?:錢)?|圆|圓|yuan|米(?![a-z\u4e00-\u9fff])|大洋"),
    ("EUR", r"€|eur(?:os?)?(?![a-z])"),
    ("GBP", r"£|gbp|quid|pounds?(?! \d)(?![a-z])"),
    ("INR", r"₹|inr|rs\.?|rupees?"),
    ("LAK", r"₭|kip|ກີບ"),
    ("MMK", r"mmk|kyats?|ကျပ်"),
    ("AED", r"aed|dirhams?"),
    ("KRW", r"₩|krw|won(?![a-z])"),
    ("¥", r"[¥￥]"),
    ("P", r"(?<![a-z])p(?=\s?\d)|(?<=[\dk])p(?![a-z0-9])"),
)
"""How currencies are written, as ISO 4217 codes; `¥` is yen or yuan and `P` peso only by the place."""

_SCALE = "|".join(f"(?P<{{p}}s{n}>{words})" for n, (_, words) in enumerate(SCALES))
_CURRENCY = "|".join(f"(?P<{{p}}c{n}>{words})" for n, (_, words) in enumerate(CURRENCIES))
_DIGITS = r"\d{1,3}(?:[.,']\d{3})+(?:[.,]\d{1,2}(?!\d))?|\d{1,3}(?: \d{3}){1,3}(?!\d)|\d+(?:[.,]\d{1,3})?"
_WORDED = {
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "lapan": 8,
    "sembilan": 9,
    "sepuluh": 10,
    "setengah": 0.5,
    "seratus": 100,
    "lima belas": 15,
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "nửa": 0.5,
    "rưỡi": 1.5,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "a": 1,
    "fifteen": 15,
    "twelve": 12,
    "isang": 1,
    "dalawang": 2,
    "tatlong": 3,
    "apat na": 4,
    "limang": 5,
    "anim na": 6,
    "pitong": 7,
    "walong": 8,
    "siyam na": 9,
    "sampung": 10,
    "kinse": 15,
    "bente": 20,
    "หนึ่ง": 1,
    "สอง": 2,
    "สาม": 3,
    "สี่": 4,
    "ห้า": 5,
    "หก": 6,
    "เจ็ด": 7,
    "แปด": 8,
    "เก้า": 9,
    "สิบ": 10,
    "ครึ่ง": 0.5,
    "មួយ": 1,
    "ពីរ": 2,
    "បី": 3,
    "បួន": 4,
    "ប្រាំ": 5,
    "ប្រាំមួយ": 6,
    "ប្រាំពីរ": 7,
    "ប្រាំបី": 8,
    "ប្រាំបួន": 9,
    "ដប់": 10,
    "ម្ភៃ": 20,
    "សាមសិប": 30,
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十五": 15,
    "二十": 20,
    "三十": 30,
    "十二": 12,
    "十八": 18,
    "五十": 50,
    "四十": 40,
}
_BY_LENGTH = sorted(_WORDED, key=len, reverse=True)
_WORD_LATIN = "|".join(re.escape(word) for word in _BY_LENGTH if word[0] < "\u0e00" or "\u1e00" <= word[0] <= "\u1eff")
_WORD_OTHER = "[二三四五六七八九]?十[一二三四五六七八九]?|" + "|".join(
    re.escape(word) for word in _BY_LENGTH if word[0] >= "\u0e00" and not "\u1e00" <= word[0] <= "\u1eff"
)
_TAIL = (
    r"(?P<tail>(?:\s?(?:rưỡi|ruoi|ครึ่ง|setengah|stgh|半|កន្លះ|and a half)(?![a-z]))|"
    r"(?<=[a-zữệủ千万萬wพันหมื่นនន់])\s?\d{1,3}(?:rb|ribu|k|千|พัน|ពាន់)?(?![\d.,]*\d|[a-z])|"
    r"[一二三四五六七八九](?![个個只隻条月周天岁])(?:百|千)?|(?:สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า)(?:พัน|ร้อย)?)?"
)
AMOUNT: Final = re.compile(
    "(?:(?:"
    + _CURRENCY.replace("{p}", "a")
    + r")\s?[.:]?\s?)?"
    + rf"(?:(?P<mask>(?<![\w])(?:\d+[.,]?\d*(?:[x*×]|○|〇){{1,6}}[\d.,x*]*(?![0-9a-z]*\d)|"
    rf"[x*]{{1,4}}[.,]?[x*\d]{{2,6}}))|(?P<number>(?<![\w.,\-])(?:{_DIGITS})|"
    rf"(?:(?<=[$₱฿៛₫¥€£₹.\u0e00-\u9fff,~\-@=:])|(?<=rp)|(?<=rm)|(?<=usd)|(?<=sgd)|(?<=php)|(?<=vnd)|"
    rf"(?<=hrg)|(?<=harga)|(?<=price)|(?<=gia)|(?<=(?<![a-z])p))(?:{_DIGITS})|"
    rf"(?:(?<![^\W\d_])(?:{_WORD_LATIN})|(?:{_WORD_OTHER}))(?=\s?(?:"
    + "|".join(words for _, words in SCALES)
    + r")))(?:\s?(?:"
    + _SCALE.replace("{p}", "x")
    + r"))?(?:(?<=[万萬])(?P<sub>\d千))?"
    + _TAIL
    + rf"(?:\s?(?:-|–|—|~|〜|to|sampai|sampe|s/d|sd|ถึง|đến|den|到|至|"
    rf"hanggang)\s?(?:[rpm$₱฿¥]+\s?)?(?P<high>{_DIGITS})(?:\s?(?:"
    + _SCALE.replace("{p}", "y")
    + r"))?)?)"
    + r"(?P<over>\s?(?:ish|-?an|多|กว่า|lẻ|plus|\+))?"
    + r"(?:\s?(?:"
    + _CURRENCY.replace("{p}", "b")
    + "))?"
)
"""An amount of money on text folded by character, with its scale, tail, range and currency."""

_SLANG: Final = {
    "sejuta": 1e6,
    "seratus ribu": 1e5,
    "seratus": 1e5,
    "gopek": 5e5,
    "cepek": 1e5,
    "gocap": 5e4,
    "goceng": 5e3,
    "ceban": 1e4,
    "seceng": 1e6,
    "gopek ribu": 5e5,
    "sejeti": 1e6,
    "sejut": 1e6,
    "setengah juta": 5e5,
    "dua ratus": 2e5,
    "tiga ratus": 3e5,
    "empat ratus": 4e5,
    "lima ratus": 5e5,
    "enam ratus": 6e5,
    "tujuh ratus": 7e5,
    "delapan ratus": 8e5,
    "sembilan ratus": 9e5,
}
SLANG: Final = re.compile(
    rf"(?<![a-z])(?P<slang>{'|'.join(sorted(_SLANG, key=len, reverse=True))})(?: ribu)?(?![a-z])(?! (?:ribu|"
    rf"juta))"
)
"""Indonesian names of sums that are words of their own, in rupiah as the animal trade means them."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum found in folded text at `start:end`: the value, a currency when written, and how it was written.

    `bare` when nothing but digits was written, `scaled` when a word multiplied it, `masked` when digits were hidden.
    """

    value: float
    high: float
    currency: str | None
    start: int
    end: int
    bare: bool
    scaled: bool
    masked: bool
    digits: str
    dollar_sign: bool = False


def find_amounts(text: str) -> list[Amount]:
    """Give everything in a text (folded by character) that reads as an amount; bare numbers too."""
    found = []
    for match in AMOUNT.finditer(text):
        amount = _amount(match)
        if amount is not None:
            found.append(amount)
    for match in SLANG.finditer(text):
        if not any(amount.start < match.end() and match.start() < amount.end for amount in found):
            value = _SLANG[match.group("slang")]
            found.append(Amount(value, value, "IDR", match.start(), match.end(), False, True, False, match.group()))
    return sorted(found, key=lambda amount: amount.start)


def _amount(match: re.Match[str]) -> Amount | None:
    currency = _currency(match, "a") or _currency(match, "b")
    start, end = match.span()
    if match.group("mask"):
        return Amount(0, 0, currency, start, end, False, False, True, match.group("mask"))
    digits = match.group("number")
    scale = _scale(match, "x")
    high_scale = _scale(match, "y")
    value = _number(digits, scale or high_scale)
    factor = scale or (high_scale if value < 1000 else None) or 1.0
    high = (
        _number(match.group("high"), high_scale or scale) * (high_scale or scale or 1.0) if match.group("high") else 0.0
    )
    if high and not scale and high_scale == 1e6 and value >= 50:
        factor = 1e3
    value *= factor
    if scale and match.group("sub"):
        value += 1000 * int(match.group("sub")[0])
    elif scale and match.group("tail"):
        value += _tail(match.group("tail").strip(), scale)
    bare = not currency and not scale and not high_scale
    return Amount(
        value,
        max(value, high),
        currency,
        start,
        end,
        bare,
        bool(scale or high_scale),
        False,
        digits,
        _dollar_sign(match),
    )


def _currency(match: re.Match[str], side: str) -> str | None:
    return next((code for n, (code, _) in enumerate(CURRENCIES) if match.group(f"{side}c{n}")), None)


def _dollar_sign(match: re.Match[str]) -> bool:
    """Tell whether the currency is written as a bare dollar sign, which several countries use."""
    code = next(n for n, (name, _) in enumerate(CURRENCIES) if name == "USD")
    return "$" in (match.group(f"ac{code}"), match.group(f"bc{code}"))


def _scale(match: re.Match[str], side: str) -> float | None:
    return next((factor for n, (factor, _) in enumerate(SCALES) if match.group(f"{side}s{n}")), None)


def _number(digits: str, scale: float | None) -> float:
    """Give the value of a written number; separators before three digits are thousands unless a scale follows a
    short one.
    """
    if digits in _WORDED:
        return _WORDED[digits]
    if "十" in digits:
        tens, ones = digits.split("十")
        return _WORDED.get(tens, 1) * 10 + _WORDED.get(ones, 0)
    clean = digits.replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", clean):
        single = clean.count(".") + clean.count(",") == 1
        if scale and scale >= 1e4 and single and len(clean) <= 5:
            return float(clean.replace(",", "."))
        return float(re.sub("[.,]", "", clean))
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+[.,]\d{1,2}", clean):
        whole = re.sub("[.,]", "", clean[: max(clean.rfind("."), clean.rfind(","))])
        return float(whole)
    return float(clean.replace(",", "."))


def _tail(tail: str, scale: float) -> float:
    """Give what `tr5`, `千8`, `jt4`, `triệu rưỡi` or `พันห้า` adds to a scaled number."""
    if re.match(r"rưỡi|ruoi|ครึ่ง|setengah|stgh|半|កន្លះ|and a half", tail):
        return scale / 2
    own = re.search(r"(rb|ribu|k|พัน|千|ពាន់)$", tail)
    hundred = tail.endswith(("ร้อย", "百"))
    body = re.sub(r"(rb|ribu|k|พัน|ร้อย|千|百|ពាន់)$", "", tail)
    if not body:
        return 0.0
    number = _WORDED.get(body) or float(body)
    if own:
        return number * 1000
    if hundred:
        return number * 100
    return float(number * scale / 10.0 ** (len(body) if body.isdigit() else 1))
