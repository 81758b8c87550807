"""Finds the ways to reach a seller: telephone numbers and messenger names, plain, spelled out or spaced out,
normalised.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from classifier.facts.numerals import despelled
from classifier.fold import Folded, fold_characters

REGIONS = {"id": "ID", "ms": "MY", "th": "TH", "vi": "VN", "km": "KH", "ja": "JP", "zh": "CN", "tl": "PH", "en": "US"}
"""The region whose national numbers a post in a language is read by, as ISO 3166 codes."""
_OTHERS = ("ID", "TH", "MY", "VN", "KH", "PH", "CN", "JP", "US", "TW")
_MOBILE = {
    "ID": r"0?8[0-9]{8,11}",
    "TH": r"0[689]\d{8}",
    "MY": r"0?1\d{8,9}",
    "VN": r"0[35789]\d{8}",
    "KH": r"0[1-9]\d{7,8}",
    "JP": r"0[789]0\d{8}",
    "CN": r"1[3-9]\d{9}",
    "PH": r"0?9\d{9}",
    "US": r"1?[2-9]\d{9}",
    "TW": r"09\d{8}",
    "HK": r"[569]\d{7}",
    "SG": r"[89]\d{7}",
}
MOST_RUNS = 40
"""Runs of digits in one field that are tried as telephone numbers."""
_GROUP = re.compile(r"\d+")
_RUN = re.compile(r"(?<!\d)(?<!\d[.,])(?:\+|00)?\(?\d[\d \t.\-()_~·–—]{5,40}\d")
_WHATSAPP = (
    r"whats\s?app|whatsap|wasap|wassap|watsap|wats\s?app|wsap|wsapp|wsp|whatapp|ワッツアップ|วอทแอป|วอทส์แอพ|wa|"
    r"ws|w\.a"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+\s?(?:-|–|~|$)")
_APPS = (
    ("whatsapp", re.compile(rf"(?:{_WHATSAPP})(?![a-z])")),
    ("zalo", re.compile(r"(?:zalo|zl|za lo|dza lô|gia lô)(?![a-z])")),
    ("viber", re.compile(r"(?:viber|vb|ไวเบอร์)(?![a-z])")),
)
_NEAR = re.compile(r"[^\d\n]{0,22}$")
_AFTER = re.compile(rf"^\s?[(\[/,]?\s?(?:on |via |by )?({_WHATSAPP}|zalo|viber)(?![a-z])")
_LINK = re.compile(r"(?:wa\.me/|api\.whatsapp\.com/send\?phone=|whatsapp://send\?phone=)\+?(\d{8,15})")
_HANDLE = r"(@?[a-z0-9][a-z0-9._\-]{1,63})"
_ASK = (
    r"(?:\s?(?:id|ไอดี|ไอดี|ids|แชท|chat|ch|channel|acc|account|akun|handle|user|username|号|號|频道|me|lang|"
    r"na lang|ako|on|at|is|here|add|us|ko|nyo|群|の|は|dm|ku|gue|saya|aku|nick|tên|add|ឈ្មោះ|"
    r"で)(?![a-z0-9_.]))*\s?[:=：;\-–>→~>]*\s?"
)
_EDGE = r"(?<![a-z0-9])"
_MESSENGERS = (
    ("line", re.compile(rf"(?:{_EDGE}line|ไลน์|ไลน|ラ[イィ]ン|{_EDGE}ไอดีไลน์|賴|赖|加賴){_ASK}{_HANDLE}")),
    (
        "telegram",
        re.compile(
            rf"{_EDGE}(?:t\.me/|telegram\.me/|(?:telegram|telegrm|telegr|tele|tlgrm|tlgm|tg|テレグラム|电报|電報|纸飞机|"
            rf"紙飛機|飞机|飛機|เทเลแกรม|តេឡេក្រាម|តេលេក្រាម){_ASK}(?:t\.me/)?){_HANDLE}"
        ),
    ),
    (
        "wechat",
        re.compile(
            rf"(?:{_EDGE}(?:we\s?chat|weixin|wx|vx|v信|wechatid|v)|微信|微|薇信|薇|威信|卫星|衛星|绿泡泡|綠泡泡|วีแชท|"
            rf"ウィーチャット){_ASK}{_HANDLE}"
        ),
    ),
    (
        "instagram",
        re.compile(rf"{_EDGE}(?:instagram\.com/|(?:instagram|insta|ig|อินสตาแกรม|ไอจี|インスタ){_ASK}){_HANDLE}"),
    ),
    ("zalo", re.compile(rf"{_EDGE}(?:zalo\.me/){_HANDLE}")),
)
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{0,63}\s?(?:@|\(at\)|\[at\])\s?[a-z0-9\-]+(?:\s?(?:\.|\(dot\)|\[dot\]|"
    r" dot )\s?[a-z0-9\-]+)*\s?(?:\.|\(dot\)|\[dot\]| dot )\s?(?:com|org|net|co\.[a-z]{2}|"
    r"[a-z]{2,3})(?![a-z])"
)
_BARE = re.compile(r"(?<![\w.@/])@([a-z0-9][a-z0-9._]{2,63})")
_WORDS = frozenset(
    [
        "me",
        "only",
        "saja",
        "aja",
        "id",
        "for",
        "the",
        "is",
        "and",
        "or",
        "pm",
        "dm",
        "inbox",
        "chat",
        "here",
        "add",
        "please",
        "pls",
        "only.",
        "group",
        "grup",
        "channel",
        "us",
        "nya",
        "ya",
        "dong",
        "gan",
        "om",
        "sis",
        "link",
        "in",
        "bio",
        "on",
        "at",
        "with",
        "now",
        "privately",
        "private",
        "video",
        "call",
        "pic",
        "pics",
        "no",
        "not",
        "if",
        "your",
        "my",
        "to",
        "kalau",
        "kalo",
        "langsung",
        "dulu",
        "app",
        "ok",
        "okay",
        "store",
        "shop",
        "up",
        "down",
        "number",
        "num",
        "nomor",
        "no.",
        "bawah",
        "atas",
        "sa",
        "ko",
        "na",
        "po",
        "lang",
        "nalang",
        "via",
        "through",
    ]
)


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach someone: the normalised value, and where it stands (original code points)."""

    value: str
    start: int
    end: int


def find_contacts(
    text: str, language: str = "und", country: str | None = None, channel: str | None = None
) -> list[Contact]:
    """Give the contacts in a text, in their order, each once; values as `+E164`, `whatsapp:+E164`, `line:ID`, ...

    `country` is an ISO 3166 code; together with `language` it decides how national numbers are read.
    """
    folded = fold_characters(text)
    found = [*_messengers(folded, channel), *_phones(despelled(folded), language, country)]
    found.sort(key=lambda contact: (contact.start, -contact.end))
    kept: list[Contact] = []
    for contact in found:
        overlapping = any(contact.start < other.end and other.start < contact.end for other in kept)
        if not overlapping and contact.value not in {other.value for other in kept}:
            kept.append(contact)
    numbers = {contact.value.split(":", 1)[1] for contact in kept if ":+" in contact.value}
    return [contact for contact in kept if contact.value not in numbers]


def _messengers(folded: Folded, channel: str | None) -> Iterator[Contact]:
    text = folded.text
    taken: list[tuple[int, int]] = []
    for found in _EMAIL.finditer(text):
        value = re.sub(
            r"\s|(?<=\s)at(?=\s)",
            "",
            re.sub(r"\(at\)|\[at\]|\sat\s", "@", re.sub(r"\(dot\)|\[dot\]|\sdot\s", ".", found.group())),
        )
        if value.count("@") == 1:
            taken.append(found.span())
            yield Contact(f"email:{value}", *folded.span(*found.span()))
    for name, pattern in _MESSENGERS:
        for found in pattern.finditer(text):
            start, end = found.span(1)
            handle = found.group(1).strip("@").rstrip(".-")
            end = start + len(found.group(1).rstrip(".-"))
            searched = name == "line" and re.match(r"\s?(?:で検索|で追加|で)", text[end:]) is not None
            if any(a <= start < b for a, b in taken):
                continue
            if not searched and _is_word(handle, found.group(1), found.group(), name):
                continue
            taken.append((start, end))
            yield Contact(f"{name}:{handle}", *folded.span(start, end))
    for found in _BARE.finditer(text):
        if any(a <= found.start(1) < b for a, b in taken):
            continue
        messenger = _bare_handle(found.group(1), channel)
        if messenger:
            yield Contact(f"{messenger}:{found.group(1).rstrip('.')}", *folded.span(*found.span()))


def _is_word(handle: str, written: str, whole: str, name: str) -> bool:
    """Tell whether what follows a messenger's name is an ordinary word or a telephone number rather than a name."""
    if handle in _WORDS or len(handle) < 2 or (handle.isdigit() and len(handle) >= 8):
        return True
    if written.startswith("@") or re.search(r"[:=：/>→]\s?@?$", whole[: len(whole) - len(written)]):
        return False
    if re.search(r"[0-9]|\.\.|_", handle):
        return bool(re.fullmatch(r"\d{1,3}(?:[.,]\d+)?(?:k|jt|rb|tr|w|m|万)?|\d+", handle)) and name != "line"
    return not (len(handle) > 20 and name == "line")


def _bare_handle(handle: str, channel: str | None) -> str | None:
    """Name the messenger of a bare @name: by its form or by the place where it was posted."""
    if re.fullmatch(r"\d+(?:[.,]\d+)?(?:k|jt|juta|rb|ribu|tr|rm|each|per|pcs|ekor|x+)?", handle):
        return None
    if ".." in handle or (channel or "").startswith("instagram"):
        return "instagram"
    if (channel or "").startswith("telegram") or handle[0].isdigit():
        return "telegram"
    if (channel or "").startswith("line"):
        return "line"
    return None


def _phones(folded: Folded, language: str, country: str | None) -> Iterator[Contact]:
    text = folded.text
    for found in _LINK.finditer(text):
        yield Contact(f"whatsapp:+{found.group(1)}", *folded.span(*found.span()))
    regions = [region for region in (country and country.upper(), REGIONS.get(language)) if region]
    regions = list(dict.fromkeys([*regions, *_OTHERS]))
    for run in itertools.islice(_RUN.finditer(text), MOST_RUNS):
        if _THOUSANDS.match(run.group()):
            continue
        groups = list(_GROUP.finditer(text, run.start(), run.end()))
        first = 0
        while first < len(groups):
            number = None
            for last in range(min(len(groups), first + 14), first, -1):
                digits = "".join(group.group() for group in groups[first:last])
                if not 8 <= len(digits) <= 15:
                    continue
                plus = text[: groups[first].start()].rstrip("( ").endswith("+") or digits.startswith("00")
                number = _normalised(digits, plus, regions)
                if number:
                    start, end = groups[first].start(), groups[last - 1].end()
                    start -= plus and text[start - 1 : start] == "+"
                    yield Contact(_labelled(text, start, end, number), *folded.span(start, end))
                    first = last - 1
                    break
            first += 1


def _normalised(digits: str, plus: bool, regions: list[str]) -> str | None:
    if plus:
        return _valid("+" + digits.lstrip("0"), None)
    for region in regions:
        if re.fullmatch(_MOBILE.get(region, r"0\d{8,10}"), digits):
            number = _valid(digits, region)
            if number:
                return number
    for code in ("62", "66", "60", "84", "855", "81", "86", "63", "1202"):
        if digits.startswith(code) and len(digits) >= 10:
            international = _valid("+" + digits, None)
            if international:
                return international
    return None


def _valid(digits: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    if region is None and not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _labelled(text: str, start: int, end: int, number: str) -> str:
    """Put the messenger's name before a number that is said to be reached by it."""
    before = _NEAR.search(text[:start])
    context = before.group() if before else ""
    best = (-1, "")
    for name, pattern in _APPS:
        for found in pattern.finditer(context):
            if (
                found.start() == 0
                or not context[found.start() - 1].isalpha()
                or ord(context[found.start() - 1]) > 0x2FF
            ):
                best = max(best, (found.start(), name))
    if best[0] >= 0:
        return f"{best[1]}:{number}"
    after = _AFTER.match(text[end : end + 24])
    if after:
        for name, pattern in _APPS:
            if pattern.fullmatch(after.group(1)):
                return f"{name}:{number}"
    return number
