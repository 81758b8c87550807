"""Dates: exact ones in UTC, relative ones as an estimate from the moment of the fetch."""

import datetime as dt

import pytest

from crawler.extract.dates import posted_at

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
EXACT = [
    ("2026-11-01T10:00:00+07:00", "2026-11-01T03:00:00"),
    ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00"),
    ("2026-11-01 10:00:00.123 +0700", "2026-11-01T03:00:00.123"),
    ("2026-11-01T10:00", "2026-11-01T10:00:00"),
    ("2026-11-01", "2026-11-01T00:00:00"),
    ("Posted: 2026-11-01", "2026-11-01T00:00:00"),
    ("Sun, 01 Nov 2026 10:00:00 +0700", "2026-11-01T03:00:00"),
    ("1793527200", "2026-11-01T10:00:00"),
    ("1793527200000", "2026-11-01T10:00:00"),
    ("2026年11月1日", "2026-11-01T00:00:00"),
    ("2569-11-01", "2026-11-01T00:00:00"),
    ("๒๕๖๙-๑๑-๐๑", "2026-11-01T00:00:00"),
    ("1 November 2026", "2026-11-01T00:00:00"),
    ("01/11/2026", "2026-11-01T00:00:00"),
    ("1 พฤศจิกายน 2569", "2026-11-01T00:00:00"),
    ("1 Nopember 2026", "2026-11-01T00:00:00"),
]


@pytest.mark.parametrize(("stated", "moment"), EXACT)
def test_exact(stated: str, moment: str) -> None:
    assert posted_at(stated, NOW) == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


RELATIVE = [
    # stated, days before the fetch
    ("2 weeks ago", 14),
    ("Posted: 2 months, 3 weeks ago", 2 * 30.44 + 21),
    ("2\xa0weeks ago", 14),
    ("an hour ago", 1 / 24),
    ("5 mins ago", 5 / 1440),
    ("3 hari yang lalu", 3),
    ("2 minggu lepas", 14),
    ("2 สัปดาห์ที่แล้ว", 14),
    ("๓ วันที่แล้ว", 3),
    ("2 tuần trước", 14),
    ("5 ngày trước", 5),
    ("២ សប្តាហ៍មុន", 14),
    ("៣ថ្ងៃមុន", 3),
    ("2週間前", 14),
    ("3日前", 3),
    ("2周前", 14),
    ("3个月前", 3 * 30.44),
    ("2 linggo ang nakalipas", 14),
    ("Kemarin", 1),
    ("yesterday", 1),
    ("今天", 0),
]


@pytest.mark.parametrize(("stated", "days"), RELATIVE)
def test_relative(stated: str, days: float) -> None:
    found = posted_at(stated, NOW)
    assert found is not None
    assert abs((NOW - found).total_seconds() - days * 86400) < 1


@pytest.mark.parametrize(
    "stated", ["", "soon", "2026-13-45", "99999 years ago", "1", "x" * 5000, "0812-0000-0123", "1200-01-01"]
)
def test_what_is_no_date(stated: str) -> None:
    assert posted_at(stated, NOW) is None
