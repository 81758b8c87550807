"""Weeks are Mondays in UTC."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.weeks import monday_of, utc_now

BANGKOK = dt.timezone(dt.timedelta(hours=7))


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (dt.date(2026, 11, 16), dt.date(2026, 11, 16)),  # a Monday is its own
        (dt.date(2026, 11, 22), dt.date(2026, 11, 16)),  # Sunday ends the week
        (dt.date(2027, 1, 1), dt.date(2026, 12, 28)),  # across the year
        (dt.datetime(2026, 11, 23, 6, 59, tzinfo=BANGKOK), dt.date(2026, 11, 16)),  # Monday there, Sunday in UTC
        (dt.datetime(2026, 11, 23, 7, 0, tzinfo=BANGKOK), dt.date(2026, 11, 23)),
    ],
)
def test_monday_of(moment: dt.date, monday: dt.date) -> None:
    assert monday_of(moment) == monday


@given(st.dates(dt.date(1, 1, 8)))
def test_the_monday_is_a_monday_at_most_six_days_before(day: dt.date) -> None:
    monday = monday_of(day)
    assert monday.isoweekday() == 1
    assert 0 <= (day - monday).days <= 6


def test_a_moment_without_a_zone_belongs_to_no_week() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        monday_of(dt.datetime(2026, 11, 16))


def test_now_is_aware_and_in_utc() -> None:
    assert utc_now().tzinfo is dt.UTC
