"""Dates as sites state them: exact ones, and "2 weeks ago" counted back from the moment of the fetch."""

import datetime as dt
import re
import warnings
from email.utils import parsedate_to_datetime
from functools import lru_cache

from crawler.extract.text import western_digits

LONGEST = 120
"""Characters of a stated date that are looked at."""

_SPANS: dict[str, tuple[str, ...]] = {
    # Unit words in the languages of the region; longest first within the pattern.
    "seconds": ("seconds", "second", "secs", "sec", "detik", "saat", "วินาที", "giây", "វិនាទី", "秒", "segundo"),
    "minutes": (
        "minutes",
        "minute",
        "mins",
        "min",
        "menit",
        "minit",
        "นาที",
        "phút",
        "នាទី",
        "分钟",
        "分鐘",
        "分",
        "minuto",
    ),
    "hours": (
        "hours",
        "hour",
        "hrs",
        "hr",
        "jam",
        "ชั่วโมง",
        "ชม.",
        "giờ",
        "tiếng",
        "ម៉ោង",
        "時間",
        "小时",
        "小時",
        "oras",
    ),
    "days": ("days", "day", "hari", "วัน", "ngày", "ថ្ងៃ", "日", "天", "araw"),
    "weeks": (
        "weeks",
        "week",
        "minggu",
        "pekan",
        "สัปดาห์",
        "อาทิตย์",
        "tuần",
        "សប្តាហ៍",
        "សប្ដាហ៍",
        "週間",
        "周",
        "星期",
        "linggo",
    ),
    "months": ("months", "month", "bulan", "เดือน", "tháng", "ខែ", "ヶ月", "か月", "カ月", "个月", "個月", "buwan"),
    "years": ("years", "year", "tahun", "ปี", "năm", "ឆ្នាំ", "年", "taon"),
}
_DAYS = {
    "seconds": 1 / 86400,
    "minutes": 1 / 1440,
    "hours": 1 / 24,
    "days": 1,
    "weeks": 7,
    "months": 30.44,
    "years": 365.25,
}
_UNIT = {word: unit for unit, words in _SPANS.items() for word in words}
_PART = re.compile(
    rf"(\d{{1,4}}|\ba|\ban)\s?({'|'.join(sorted(map(re.escape, _UNIT), key=len, reverse=True))})(?![a-z])", re.I
)
_AGO = re.compile(
    r"\bago\b|\blalu\b|\blepas\b|\byang lalu\b|ที่แล้ว|ที่ผ่านมา|ก่อน|trước|មុន|前|nakalipas|nakaraan|\bearlier\b", re.I
)
_TODAY = {
    "just now": 0,
    "today": 0,
    "hari ini": 0,
    "baru saja": 0,
    "วันนี้": 0,
    "hôm nay": 0,
    "今日": 0,
    "今天": 0,
    "ngayon": 0,
}
_YESTERDAY = {"yesterday": 1, "kemarin": 1, "semalam": 1, "เมื่อวาน": 1, "hôm qua": 1, "昨日": 1, "昨天": 1, "kahapon": 1}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?")
_CJK = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")


def posted_at(stated: str, fetched_at: dt.datetime) -> dt.datetime | None:
    """When a post was posted, in UTC, from what its page states; None where that is no date.

    A stated date without a zone is taken as UTC, and "2 weeks ago" is an estimate from `fetched_at` (aware).
    Buddhist-era years (2569 for 2026) are recognised.
    """
    text = western_digits(" ".join(stated.split())[:LONGEST])
    if not text:
        return None
    found = _exact(text) or _relative(text, fetched_at) or _loosely(text, fetched_at)
    if found is None:
        return None
    if found.year > fetched_at.year + 400:
        found = _from_buddhist(found)
    return found if dt.datetime(1990, 1, 1, tzinfo=dt.UTC) <= found <= fetched_at + dt.timedelta(days=366) else None


def _exact(text: str) -> dt.datetime | None:
    if match := _ISO.search(text):
        try:
            return _utc(dt.datetime.fromisoformat(match[0].replace(",", ".").replace(" +", "+").replace(" -", "-")))
        except ValueError:
            return None
    if match := _CJK.search(text):
        try:
            return dt.datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=dt.UTC)
        except ValueError:
            return None
    if re.search(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:", text):
        try:
            return _utc(parsedate_to_datetime(text))
        except ValueError:
            return None
    if re.fullmatch(r"1\d{9}(\d{3})?", text):  # seconds or milliseconds since 1970
        return dt.datetime.fromtimestamp(int(text[:10]), dt.UTC)
    return None


def _relative(text: str, fetched_at: dt.datetime) -> dt.datetime | None:
    lower = text.lower()
    parts = _PART.findall(lower)
    if parts and _AGO.search(lower):
        days = sum((1 if n in {"a", "an"} else int(n)) * _DAYS[_UNIT[unit.lower()]] for n, unit in parts)
        return fetched_at.astimezone(dt.UTC) - dt.timedelta(days=days) if days < 40_000 else None
    for words, days_back in {**_TODAY, **_YESTERDAY}.items():
        if words in lower:
            return fetched_at.astimezone(dt.UTC) - dt.timedelta(days=days_back)
    return None


def _loosely(text: str, fetched_at: dt.datetime) -> dt.datetime | None:
    """Whatever dateparser makes of it; slow, so it comes last, and its answers are remembered."""
    if len(text) < 5 or not any(character.isdigit() for character in text):
        return None
    naive = fetched_at.astimezone(dt.UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    return _dateparser(text, naive)


@lru_cache(maxsize=512)
def _dateparser(text: str, base: dt.datetime) -> dt.datetime | None:
    import dateparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own deprecations are not our reader's concern
        try:
            found = dateparser.parse(
                text,
                languages=["en", "id", "ms", "th", "vi", "ja", "zh", "tl", "km"],
                settings={
                    "RELATIVE_BASE": base,
                    "PREFER_DATES_FROM": "past",
                    "DATE_ORDER": "DMY",
                    "TIMEZONE": "UTC",
                    "TO_TIMEZONE": "UTC",
                    "RETURN_AS_TIMEZONE_AWARE": True,
                },
            )
        except (ValueError, OverflowError, RecursionError):
            return None
    return _utc(found) if found else None


def _from_buddhist(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.replace(year=moment.year - 543)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year - 543, day=28)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
