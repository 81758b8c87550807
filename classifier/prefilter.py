"""A quick test, light enough for the crawl, of whether a post may concern otters; it would rather keep than lose."""

import re
from functools import cache

from classifier.fold import fold
from classifier.lexicon import Entry, entries, of_kind
from classifier.patterns import Hit, PatternSet

_ANIMAL_AFTER_ALL = frozenset({"zoo", "cafe", "news", "ngo", "pet_owner", "quoted", "not_for_sale", "fur"})
_AMOUNT = re.compile(
    r"(?:rp|rm|php|[$₱฿₫៛¥])\s?\d|\d\s?(?:jt|juta|rb|ribu|k\b|tr\b|triệu|trieu|củ|พัน|หมื่น|บาท|ล้าน|"
    r"万|萬|千|元|円|块|塊|៛|ដុល្លារ|រៀល|លាន|ម៉ឺន|\$|₱|฿|đ\b|usd|pesos?\b)"
)
_PHONE = re.compile(r"(?<!\d)(?:\+?\d[\s.\-]?){9,13}(?!\d)|wa\.me|t\.me/|line\s?id|@[a-z0-9_.]{4,}")
_EMOJI = "🦦"
_CARE = ("age", "husbandry", "eyes_closed")
_TRADE = ("offer", "price", "delivery", "contact", "rehoming")
_GLUE = (
    "baby|babies|pet|my|the|cute|asian|clawed|small|river|smooth|coated|love|ilove|save|sell|selling|"
    "buy|adopt|wild|tiny|jual|beli|anak|"
    "anakan|bayi|adopsi|dijual|jualan|pecinta|komunitas|thai|little|mini|sale|for|exotic|alagang|ang|"
    "mga|hello|happy|tame|pup|sweet|our|an"
)
_HASHTAG = re.compile(
    rf"(?<![a-z0-9_])#?(?:(?:{_GLUE})+otters?|otters?(?:{_GLUE}|s|of|cafe|lover|life|world|cub|pup|daily|"
    rf"ly)+)[a-z]*"
)
_MASKED = re.compile(
    r"(?<![a-z])(?:o[*#_.]{1,2}t?[*#_]?er|ot[*#_]{1,2}er|o[*#]{1,3}r|ott[*#_]r|0tt?[e3]r|"
    r"b[*#_]r[*#_]?ng|b[*#]{1,3}ang|ber[*#_]{1,2}ng|b[e3]r[*#_]?[a4]ng)(?![a-z])|"
    r"(?:(?:lông|da|long) r\*|r[*]i c[aá*]|r[aá]i c[*]|นา[*x_]|น[*x]ก|カワ[*○〇●×]ソ|カ[○〇●×*]ウソ|水[*○〇x△]|"
    r"カワ○○|ភ[*])"
)


@cache
def _first() -> PatternSet:
    """Give the patterns that a post must hold at least one of: names, code words, hints, closed eyes."""
    return PatternSet(of_kind(entries(), "species", "evasion", "eyes_closed"))


@cache
def _signs() -> PatternSet:
    return PatternSet(of_kind(entries(), "counter", *_CARE, *_TRADE))


def may_concern_otters(text: str) -> bool:
    """Tell whether a text may be about otters, named, masked, coded or hinted at; false for nearly all ordinary
    text.
    """
    if _EMOJI in text:
        return True
    folded = fold(text).text
    if _MASKED.search(folded) or _HASHTAG.search(folded):
        return True
    hits = _first().find(folded)
    if not hits:
        return False
    names = [hit for hit in hits if any(entry.kind == "species" for entry in hit.pattern.entries)]
    signs = _signs().find(folded)
    if any(not _is_something_else(name, signs) for name in names if not _is_weak(name)):
        return True
    return _is_coded_offer(folded, hits, signs)


def _is_weak(name: Hit) -> bool:
    """Tell whether a name was met in a spelling that is too loose to count without other signs."""
    return name.pattern.plain and " " not in name.pattern.text and len(name.pattern.text) < 5


def _is_something_else(name: Hit, signs: list[Hit]) -> bool:
    """Tell whether a longer counter-cue at the same place says that the word is no otter (`otterbox`)."""
    for sign in signs:
        if sign.start <= name.start and name.end <= sign.end and sign.end - sign.start > name.end - name.start:
            for entry in sign.pattern.entries:
                if (
                    entry.kind == "counter"
                    and entry.topic not in _ANIMAL_AFTER_ALL
                    and not _inside_another(sign, signs)
                ):
                    return True
    return False


def _inside_another(sign: Hit, signs: list[Hit]) -> bool:
    """Tell whether a longer cue of another kind covers a counter-cue (`น้ำมันนากแท้` over `นากแท้`)."""
    return any(
        other.start <= sign.start
        and sign.end <= other.end
        and other.end - other.start > sign.end - sign.start
        and other.pattern.entries[0].kind != "counter"
        for other in signs
    )


def _is_coded_offer(folded: str, hits: list[Hit], signs: list[Hit]) -> bool:
    """Weigh code words, hints and eyes that are shut against the signs of trade and care that stand with them."""
    found = [entry for hit in hits for entry in hit.pattern.entries[:1]]
    codes = {entry.gloss for entry in found if _is_code(entry)}
    hints = {entry.gloss for entry in found if entry.kind == "evasion" and entry.gloss.startswith("hint:")}
    vague = {entry.gloss for entry in found if entry.kind == "evasion"} - codes - hints
    care = {entry.gloss for hit in signs for entry in hit.pattern.entries[:1] if entry.kind in _CARE}
    eyes = {entry.gloss for entry in found if entry.kind == "eyes_closed" and entry.eyes}
    trade = {entry.gloss for hit in signs for entry in hit.pattern.entries[:1] if entry.kind in _TRADE}
    money = bool(_AMOUNT.search(folded) or _PHONE.search(folded))
    dealing = len(trade) + money
    if codes or hints or any(_is_weak(hit) for hit in hits):
        return dealing >= 1 or bool(care) or len(hints) >= 2 or len(folded) < 60
    if eyes:
        return dealing >= 1 or bool(care - eyes) or len(folded) < 160
    return bool(vague) and dealing >= 1 and (bool(care) or len(folded) < 80)


def _is_code(entry: Entry) -> bool:
    return entry.kind == "evasion" and "otter" in entry.gloss
