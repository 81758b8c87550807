"""Counts the animals that a post offers, as a range, from words of counting in the nine languages."""

import re
from dataclasses import dataclass

from classifier.facts.numerals import NUMBER, value
from classifier.fold import Folded, fold_characters

_E = r"(?![^\W\d_])"
_COUNTERS = (
    rf"(?:ekor|ekr|ek|pcs?|heads?|otters?|oters?|pups?|cubs?|kits?|babies|baby|bby|littermates|"
    rf"siblings|brothers|sisters|boys|girls|males?|females?|anakan|anak|piraso|pares|bebe|bata|biik|"
    rf"con|bé|be|em|bạn|đứa|nhóc|cháu|cục|little ones|tails|skins?|pelts?|hides?|lembar|lbr|helai|"
    rf"keping|tấm|bộ|jantan|betina|left|available|remaining|survivors|slots?|kbal|tua|beradik|tam){_E}|"
    rf"cái(?! con)(?! cá)(?![^\W\d_])"
    r"|ตัว(?!ละ|ผู้|เมีย|เล็ก|ใหญ่|นี้)|ក្បាល|匹|頭|羽|只|隻|头|條|条|尾|个(?!月|半|星|小)|個(?!月|半)|张|張|枚|ผืน|แผ่น|"
    r"โต(?![\u0e00-\u0e7f])|ផ្ទាំង|សន្លឹក|兄弟|兄妹|姉妹|姐妹|兄弟姐妹|本"
)
_PAIRS = rf"(?:pairs?|pasang|psg|cặp|cap|đôi|pares){_E}|คู่(?!ละ)|គូ|ペア|つがい|对|對"
_RANGE = r"(?:\s?(?:-|–|~|〜|to|or|sampai|ถึง|đến|到|至|或|หรือ|atau|hanggang|o)\s?(?P<high>" + NUMBER + "))?"
_ADJECTIVE = (
    r"(?:\s?(?:x|×)?\s?(?:(?:big|small|little|tiny|baby|cute|tame|wild|live|healthy|hand|raised|"
    r"hand-raised|young|asian|small-clawed|small clawed|smooth|coated|river|male|female|beautiful|"
    r"gorgeous|lovely|adult|newborn|weaned|more|of|mga|na|pang|pcs|ang|สี|bạn|em|bé|chú|cái)\s){0,4})"
)
_COUNT = re.compile(
    rf"(?<![\d:/$₱฿@#])(?<!\d[.,])(?P<low>{NUMBER}){_RANGE}{_ADJECTIVE}\s?(?:(?P<pair>{_PAIRS})|"
    rf"(?P<one>{_COUNTERS}))"
)
_SINGLE = re.compile(
    r"(?<![^\W\d_])(?:(?P<pair>sepasang|(?:a |proven |adult |otter |breeding |bonded |young |mated |"
    r"baby )*pair(?!ed|s)|isang pares|cặp|cả đôi|nguyên cặp|1 pair|one pair|một cặp|1 cặp|1 đôi|một đôi|"
    r"magkapares|brother and sister|1\.1)|(?P<one>seekor|sekor|sebiji|satu ekor|solo|isa lang|isa na lang|"
    r"one left|last one|nốt em cuối|em cuối|con cuối|bé cuối|lẻ)|(?P<three>trio|1\.2|2\.1))(?![^\W\d_])"
)
_SINGLE_OTHER = re.compile(
    r"(?P<pair>ペア(?!ル)|つがい|一对|一對|1对|1對|คู่หนึ่ง|เป็นคู่|ยกคู่|មួយគូ)|(?P<one>តែមួយ|一只|一隻|1匹|一匹|最后一只|最後一隻|"
    r"ตัวเดียว|ตัวสุดท้าย)"
)
_STOCK = re.compile(
    rf"(?:(?<![^\W\d_])(?:sisa|ready|tinggal|left|stok|stock|last|mendarat|landing|dateng|datang|masuk|"
    rf"sẵn|san|available|avail|slots?|còn|con|total|jumlah|qty|natitira|tira|meron|have|got|may|ada|"
    rf"nhập|x)|เหลือ(?:แค่|อีก)?|มี|剩|剩下|残り|のこり|あと|还有|還有|有|មាន|ទាំង|នៅ(?:សល់)?)\s?[:=]?\s?(?:tinggal |"
    rf"lang |na lang |only |just |about )?(?P<low>{NUMBER}){_RANGE}"
    r"(?![\d.,/%:]*\d)(?!\s?(?:k|jt|juta|rb|ribu|tr|triệu|weeks?|months?|days?|years?|wks?|bulan|bln|"
    r"minggu|hari|tahun|thn|tuần|tháng|ngày|năm|tuổi|ké?g|kg|g|gr|cm|m|ml|am|pm|buwan|linggo|araw|"
    r"taon|jam|minutes?|hours?|x|%|per|nd|rd|st|th)(?![a-z]))"
    r"(?!\s?(?:เดือน|วัน|อาทิตย์|สัปดาห์|ปี|พัน|หมื่น|บาท|ขวบ|กิโล|โล|จุด|万|萬|千|百|元|円|块|月|天|周|週|日|年|歳|"
    r"岁|ヶ|か|カ|个月|個月|ខែ|ថ្ងៃ|ឆ្នាំ|អាទិត្យ|សប្តាហ៍|លាន|ម៉ឺន|ដុល្លារ|រៀល|\$|៛|ជា|点|種|类|种|回|人|名|位|次|แสน|"
    r"ร้อย|คน|ชั่วโมง|ครั้ง))"
)
_TIMES = re.compile(
    r"(?:(?<![^\W_])[x×]\s?(?P<after>[1-9]\d?)(?![\d.,]*\d|k|jt|rb)|"
    r"(?<![\d.,])(?P<before>[1-9]\d?)\s?x(?![a-z\d]|\s?\d))"
)
_NOT_BEFORE = re.compile(
    r"(?:cicil|諭吉|cicilan|zoom|lipat|/|per|each|mỗi|tiap|setiap|@|min|minimal|minimum|every|kada|ต่อ|"
    r"ครั้งละ|每|一|gaji|rp|rm|age[ds]?|umur|usia)\s?$"
)
_PRICED = re.compile(
    r"(?:\d|百|千|万|萬|พัน|ร้อย|ratus|ribu|juta|triệu|củ|ម៉ឺន)(?:k|jt|rb|tr|củ|w|元|块|塊|บาท|\$|៛|rm|ribu|juta|"
    r"triệu| ?usd)?\d{0,3}\s?[/,]?\s?$"
)
_NAMED = re.compile(
    rf"(?:(?<![^\W\d_])(?:otters?|berang(?:-berang)?|sero|lingsang|regul|memerang|rái(?: cá)?(?: con)?|"
    rf"dungon|small clawed|asco|otr)|นาก(?:น้อย|เล็ก)?|ភេ(?:ញី|ឈ្មោល|តូច)?|カワウソ|コツメ|"
    rf"水[獭獺])\s?[:x×,]?\s?(?P<low>{NUMBER})"
    r"(?![\d.,/%:]*\d)(?!\s?(?:k|jt|juta|rb|ribu|tr|triệu|củ|[^\W\d_]|%|\$|៛|฿|₱))"
)
_SEXES = re.compile(
    r"(?:ผู้|ตัวผู้|male|jantan|đực|公|♂)\s?(?P<a>\d)[\s,/]{0,2}(?:เมีย|ตัวเมีย|female|betina|cái|母|"
    r"♀)\s?(?P<b>\d)(?!\d)"
)
_TAGALOG = re.compile(
    r"(?<![^\W\d_])(?P<low>dalawa|tatlo|apat|lima|anim)(?=\s(?:lang|pa|na lang|sila|na po)(?![^\W\d_])|,)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many are offered, from `low` to `high`, and where it is said (original code points)."""

    low: int
    high: int
    start: int
    end: int


def find_quantities(text: str) -> list[Quantity]:
    """Give the counts of animals that a text states, the surest kind of statement first."""
    folded = fold_characters(text)
    counted: list[Quantity] = []
    for match in _COUNT.finditer(folded.text):
        if _NOT_BEFORE.search(folded.text[max(0, match.start() - 10) : match.start()]):
            continue
        quantity = _quantity(folded, match, 2 if match.group("pair") else 1)
        if quantity and quantity.low == 1 and _PRICED.search(folded.text[max(0, match.start() - 14) : match.start()]):
            continue
        if quantity and not (quantity.low == 1 and match.group("low") in ("a", "an", "se")):
            counted.append(quantity)
    for pattern in (_SINGLE, _SINGLE_OTHER):
        for match in pattern.finditer(folded.text):
            if match.lastgroup == "one" and _PRICED.search(folded.text[max(0, match.start() - 14) : match.start()]):
                continue
            if folded.text[max(0, match.start() - 1) : match.start()] == "/":
                continue
            number = {"pair": 2, "one": 1, "three": 3}[match.lastgroup or "one"]
            counted.append(Quantity(number, number, *folded.span(*match.span())))
    for match in _SEXES.finditer(folded.text):
        total = int(match.group("a")) + int(match.group("b"))
        counted.insert(0, Quantity(total, total, *folded.span(*match.span())))
    if not counted:
        counted += [
            Quantity(int(value(m.group("low"))), int(value(m.group("low"))), *folded.span(*m.span("low")))
            for pattern in (_NAMED, _TAGALOG)
            for m in pattern.finditer(folded.text)
            if 0 < value(m.group("low")) < 100 and value(m.group("low")) == int(value(m.group("low")))
        ]
    if not counted:
        counted += [q for match in _STOCK.finditer(folded.text) if (q := _quantity(folded, match, 1))]
    if not counted:
        for match in _TIMES.finditer(folded.text):
            number = int(match.group("after") or match.group("before"))
            counted.append(Quantity(number, number, *folded.span(*match.span())))
    return sorted(counted, key=lambda quantity: quantity.start)


def _quantity(folded: Folded, match: re.Match[str], each: int) -> Quantity | None:
    low = value(match.group("low"))
    high = value(match.group("high")) if match.group("high") else low
    if not 0 < low <= high <= 500 or low != int(low) or high != int(high):
        return None
    return Quantity(int(low) * each, int(high) * each, *folded.span(*match.span()))


def offered(quantities: list[Quantity]) -> Quantity | None:
    """Give the count that is on offer: the first that is more than one, else the first."""
    more = [quantity for quantity in quantities if quantity.low > 1]
    return (more or quantities or [None])[0]  # type: ignore[list-item]
