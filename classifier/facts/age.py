"""Reads stated ages in the nine languages as an interval in days, and turns it into the age classes of the labels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.facts.numerals import NUMBER, value
from classifier.fold import Folded, fold_characters

BOUNDS = (("neonate", 0.0, 42.0), ("cub", 42.0, 183.0), ("juvenile", 183.0, 548.0), ("adult", 548.0, float("inf")))
"""Each age class with its first day and the day on which it ends."""

_L = r"(?![^\W\d_]|['’](?!s))"
_UNITS = (
    (
        1.0,
        rf"(?:days?|d|hari|hr|araw|ngày|ngay|harian){_L}|วัน|ថ្ងៃ|日齢|日令|日目|日(?![本曜にのでか前後])|天|日龄|日齡",
    ),
    (
        7.0,
        rf"(?:weeks?|wks?|weeker|weekers|w|minggu|mgg|mggu|mg|pekan|mingguan|linggo|linggong|tuần|"
        rf"tuan){_L}|สัปดาห์|อาทิตย์|วีค|วีก|សប្តាហ៍|សប្ដាហ៍|អាទិត្យ|週間|週齢|週令|週|周龄|周|星期|礼拜|禮拜|个星期|個星期",
    ),
    (
        30.4,
        rf"(?:months?|mon|mths?|mos?|m|bulan|bln|bl|bulanan|blnan|buwan|buwang|tháng|thang|mnths?){_L}|"
        rf"th(?=\.?\s?tu[ổo]i)|เดือน|ខែ|[かヶカヵケヵ箇]月齢|[かヶカヵケ箇]月|ヵ月|个月|個月|月龄|月齡|月大|月齢",
    ),
    (
        365.0,
        rf"(?:years?|yrs?|yo|y/o|y|tahun|thn|th|tahunan|taon|taong|năm|nam|tuổi|tuoi){_L}|ปี|ขวบ|ឆ្នាំ|歳|才|"
        rf"年(?!前|末|度|間|代|中)|岁|歲",
    ),
)
_UNIT = "|".join(f"(?P<u{n}>{pattern})" for n, (_, pattern) in enumerate(_UNITS))
_HALF_AFTER = (
    r"(?P<half>\s?(?:ครึ่ง|setengah|stgh|rưỡi|ruoi|半|កន្លះ|and a half|at kalahati|"
    r"'t kalahati))?(?P<more>\s?(?:lebih|กว่า|出头|出頭|多(?![一-龯])|hơn|mahigit|ជាង|過ぎ|以上))?"
)
_STATED = re.compile(
    rf"(?P<low>(?<![\d$₱฿#/:])(?<!\d[.,]){NUMBER}|setengah|kalahating|half|half a|ครึ่ง|nửa|半|"
    rf"កន្លះ)(?P<midhalf>半|半个|ครึ่ง|[個个]半)?"
    rf"(?:\s?(?:-|–|~|〜|to|or|sampai|sampe|hingga|s/d|s\.d\.|ถึง|đến|den|或|到|至|hanggang|o|ដល់|atau|"
    rf"หรือ)\s?(?P<high>{NUMBER}))?"
    rf"(?:\s?(?:plus|\+|lebih|an|กว่า|hơn|ish|多|来|來))?[\s\-]?(?:个半|個半)?(?:a |of )?(?:{_UNIT}){_HALF_AFTER}"
)
_WORDED = re.compile(
    r"(?P<word>sebulan(?: setengah)?|seminggu|sehari|setahun(?: setengah)?(?: lebih)?|ขวบกว่า|ปีกว่า|"
    r"fortnight|a month old|a week old|newborn|満月|满月|滿月|isang buwan|isang linggo|หนึ่งเดือน)(?![a-z])"
)
_WORDED_DAYS = {
    "sebulan": 30.0,
    "seminggu": 7.0,
    "sehari": 1.0,
    "setahun": 365.0,
    "setahun setengah": 547.0,
    "setahun setengah lebih": 560.0,
    "setahun lebih": 400.0,
    "sebulan setengah": 45.0,
    "ขวบกว่า": 400.0,
    "ปีกว่า": 400.0,
    "fortnight": 14.0,
    "a month old": 30.0,
    "a week old": 7.0,
    "満月": 30.0,
    "满月": 30.0,
    "滿月": 30.0,
}
_AGE_BEFORE = re.compile(
    r"(?:umur(?:nya|an)?|usia(?:nya)?|ages?|aged|อายุ(?:ประมาณ|ได้|แค่|เพียง)?|tuổi|tuoi|"
    r"អាយុ(?:ប្រហែល|ប្រមាណ|ទើប|បាន|តែ)?|生後|生后|年齢|月齢|edad|gulang|born|lahir|เกิดได้|เกิดมา|เพิ่งเกิด|"
    r"mới|moi|được|dc|đc|刚|剛|出生|now|about|around|approx|just|only|baru|usai|kira|lebih|sekitar|skitar|"
    r"±|est|ngayon|大概|差不多|才|约|約|已经|已經)[\s:=~.\-]{0,4}[^\W\d_]{0,9}[\s:=~.\-±]{0,3}$"
)
_AGE_AFTER = re.compile(
    r"^[\s\-]{0,2}(?:old|of age|tuổi|tuoi|gulang|na gulang|umur|usia|大|龄|齡|齢|令|的(?:小|奶|幼)|くらいの|ぐらいの|"
    r"の(?:赤|子|ベビー|カワウソ|幼)|แล้ว|ที่แล้ว$|an(?![a-z])|y/o|pup|otter|cub|bab|kit)"
)
_NOT_BEFORE = re.compile(
    r"(?:garansi|warranty|guarantee[ds]?|guaranteed|within|dalam(?: masa)?|selama|setelah|every|tiap|"
    r"setiap|per|kirim|estimasi|tunggu|nunggu|ภายใน|อีก|ทุก|ทุกๆ|รอ|ประกัน|sau|trong|bảo hành|bao|mỗi|"
    r"còn|"
    r"ក្នុងរយៈពេល|ក្នុង|រាល់|あと|毎|每|再|质保|质保期|包活|包|loob ng|sa loob|pagkatapos|kada|after|in|for|"
    r"sentenced to|sentenced|jail|penjara|จําคุก|phạt|tù|有期徒刑|懲役|over the last|past|last|kept|keeping|pelihara|"
    r"rawat|"
    r"เลี้ยงมา|nuôi|nuôi được|飼って|飼い始めて|养了|養了|since|sudah dipelihara|bela|ចិញ្ចឹម|inalagaan|"
    r"alaga ko ng|may experience|experience|pengalaman|รับหิ้ว|เปิดมา|until|up to|ready in|hatid|"
    r"deliver|dating in|wait|(?:pulled|released|leave|leaves|ready|go|weaned|home|removed|taken) at|"
    r"រង់ចាំ|គ្រប់|chuyến|khong|không|chin|chín|mot|hai|bon|sau|bay|tam)"
    r"[\s:~]{0,3}(?:about |around |the next |like |almost |nearly |mga |khoảng |ประมาณ |hampir |"
    r"sekitar |kurang lebih )?$"
)
_NOT_AFTER = re.compile(
    r"^\s?(?:lagi|ago|later|warranty|garansi|(?:health )?guarantee|delivery|có hàng|là có|về hàng|"
    r"sau có|lalu|yang lalu|yg lalu|kemudian|ที่แล้ว|ก่อน|ข้างหน้า|ถัดไป|trước|truoc|nữa|nua|sau|ទៀត|"
    r"មុន|前|後に|以内|間|后(?!的)|後(?!の)|以后|之后|以前|"
    r"pa(?! lang)|na nakalipas|nakaraan|to go|left|(?:in )?(?:prison|jail|penjara)|tù|experience|"
    r"pengalaman|deposit|cod|notice|free|away|from now|walk|kerja|trial|menunggu|hold|ni diposting|"
    r"(?:na )?(?:siyang|ko nang)? ?alaga|na po sa akin|with (?:us|me)|bareng|sama (?:saya|gue|aku)|"
    r"ไปแล้ว$|出货|到货|可接|可以接|发货|在家|交期|包退|free ongkir)"
)
_YEARLIKE = re.compile(r"^(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class StatedAge:
    """An age that the text states, in days from `low` to `high`; `sure` when a word of age stands beside it."""

    low: float
    high: float
    sure: bool
    start: int
    end: int


def find_ages(text: str) -> list[StatedAge]:
    """Give the ages stated in a text, in their order (original code points); waits, guarantees and sentences left
    out.
    """
    folded = fold_characters(text)
    found = [age for match in _STATED.finditer(folded.text) if (age := _read(folded, match))]
    for match in _WORDED.finditer(folded.text):
        days = _WORDED_DAYS.get(match.group("word"))
        overlaps = any(
            age.start < folded.ends[match.end() - 1] and folded.starts[match.start()] < age.end for age in found
        )
        if days and not overlaps and not _excluded(folded.text, match.start(), match.end()):
            found.append(StatedAge(days, days, True, *folded.span(*match.span())))
    return sorted(found, key=lambda age: age.start)


def _read(folded: Folded, match: re.Match[str]) -> StatedAge | None:
    text, (start, end) = folded.text, match.span()
    if _excluded(text, start, end):
        return None
    low_text = match.group("low")
    number = next(n for n in range(len(_UNITS)) if match.group(f"u{n}"))
    days, unit = _UNITS[number][0], match.group(f"u{number}")
    if _YEARLIKE.match(low_text):
        return None
    low = (
        0.5 if low_text in ("setengah", "kalahating", "half", "half a", "ครึ่ง", "nửa", "半", "កន្លះ") else value(low_text)
    )
    if match.group("half") or match.group("midhalf"):
        low += 0.5
    high = value(match.group("high")) if match.group("high") else low
    if match.group("more"):
        low, high = low * 1.05, max(high, low * 1.05)
    if high < low:
        low, high = high, low
    before, after = text[max(0, start - 28) : start], text[end : end + 16]
    sure = bool(_AGE_BEFORE.search(before) or _AGE_AFTER.match(after))
    sure = sure or unit in (
        "y/o",
        "yo",
        "歳",
        "才",
        "ขวบ",
        "tuổi",
        "tuoi",
        "岁",
        "歲",
        "月龄",
        "月齢",
        "月齡",
        "日齢",
        "日龄",
        "日齡",
        "周龄",
        "週齢",
        "月大",
        "bulanan",
    )
    if _confusable(unit, text, start, end, low_text, sure):
        return None
    return StatedAge(low * days, high * days, sure, *folded.span(start, end))


def _confusable(unit: str, text: str, start: int, end: int, low: str, sure: bool) -> bool:
    """Tell whether a short unit, a year or a date is more likely something else than an age."""
    if unit == "hr":
        return value(low) < 14 if low[0].isdigit() else True
    if unit == "天" and low == "一" and not sure:
        return True
    if unit in ("m", "d", "w", "y", "mo", "mon", "th", "bl", "mg") and not sure:
        return unit in ("m", "y", "th", "mg", "d")
    if (
        unit in ("tháng", "thang")
        and not sure
        and re.search(r"(?:ngày|ngay|/)\s?\d*\s?$", text[max(0, start - 8) : start])
    ):
        return True
    if unit.startswith(("日", "天")) and re.search(r"月\s?$", text[max(0, start - 2) : start]):
        return True
    if low in ("a", "an", "se", "o") and not sure:
        return True
    if unit in ("ปี", "năm", "nam", "ឆ្នាំ", "tahun", "thn", "years", "year", "yrs", "yr", "taon", "taong", "年"):
        return not sure and low[0].isdigit() and value(low) > 25
    return unit == "年" and not sure


def _excluded(text: str, start: int, end: int) -> bool:
    return bool(_NOT_BEFORE.search(text[max(0, start - 32) : start]) or _NOT_AFTER.match(text[end : end + 24]))


def classes_of(low: float, high: float) -> list[str]:
    """Give the age classes that an interval in days falls into, youngest first."""
    return [name for name, first, last in BOUNDS if low < last and (high > first or high == low >= first)]


def age_classes(stated: Sequence[StatedAge], words: Sequence[str], eyes: str) -> list[str]:
    """Give the age classes of a post: a stated age wins over words, closed eyes over a plain word for a cub.

    `words` are the classes that the words of the post name, `eyes` is closed, partly, open or unknown.
    """
    sure = [age for age in stated if age.sure] or list(stated[:1])
    if sure:
        found = {name for age in sure for name in classes_of(age.low, age.high)}
        if "adult" in words and "adult" not in found and len(words) > 1:
            found.add("adult")
        return [name for name, _, _ in BOUNDS if name in found]
    found = set(words)
    if eyes == "closed":
        found = (found - {"cub"}) | {"neonate"}
    elif eyes in ("partly", "open"):
        found = {name for name in found if name != "neonate"} or {"cub"}
    elif "neonate" in found:
        found.discard("cub")
    return [name for name, _, _ in BOUNDS if name in found]
