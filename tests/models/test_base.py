"""Column types: what goes in comes out, in every time zone and to the last digit."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.exc import StatementError

from models.base import Amount, UTCDateTime
from models.database import Database

MEMORY = Database("sqlite://")
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
MOMENTS = st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1), timezones=ZONES)


def stored_moment(value: dt.datetime | None) -> dt.datetime | None:
    with MEMORY.reading() as session:
        return session.scalar(select(literal(value, UTCDateTime())))


def stored_amount(value: Decimal | None) -> Decimal | None:
    with MEMORY.reading() as session:
        return session.scalar(select(literal(value, Amount())))


@given(MOMENTS)
def test_a_moment_comes_back_as_the_same_instant_in_utc(moment: dt.datetime) -> None:
    found = stored_moment(moment)
    assert found == moment
    assert found is not None
    assert found.utcoffset() == dt.timedelta(0)


@given(MOMENTS, MOMENTS)
def test_moments_compare_in_the_database_as_instants(one: dt.datetime, other: dt.datetime) -> None:
    with MEMORY.reading() as session:
        found = session.scalar(select(literal(one, UTCDateTime()) < literal(other, UTCDateTime())))
    assert bool(found) is (one < other)


def test_a_moment_without_a_zone_is_refused_rather_than_guessed() -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        stored_moment(dt.datetime(2026, 11, 16))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18, places=20))
def test_an_amount_comes_back_to_the_last_digit(amount: Decimal) -> None:
    assert stored_amount(amount) == amount


@pytest.mark.parametrize(
    ("given_amount", "kept"),
    [
        (Decimal("1E+6"), "1000000"),  # no exponent
        (Decimal("850000.00"), "850000"),  # no idle zeros
        (Decimal("0.10"), "0.1"),
        (Decimal("100"), "100"),  # zeros that count
        (Decimal("0E-9"), "0"),
        (Decimal("-0.0"), "0"),
        (Decimal("12345678901234567890.12345678901234567"), "12345678901234567890.12345678901234567"),  # over 28 digits
        (Decimal("9" * 40), "9" * 40),  # the longest
    ],
)
def test_an_amount_is_kept_as_plain_digits(given_amount: Decimal, kept: str) -> None:
    with MEMORY.reading() as session:
        connection = session.connection()
        text = connection.exec_driver_sql("SELECT ?", (Amount().process_bind_param(given_amount, connection.dialect),))
        assert text.scalar_one() == kept
    assert stored_amount(given_amount) == given_amount


@pytest.mark.parametrize(
    "amount",
    [
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("9" * 41),  # PostgreSQL would refuse it, SQLite would not
        Decimal("1E+999999"),  # as digits it would fill the memory
        Decimal("1E-999999"),
    ],
)
def test_what_is_no_amount_is_refused(amount: Decimal) -> None:
    with pytest.raises(StatementError, match="cannot be stored"):
        stored_amount(amount)


def test_nothing_stays_nothing() -> None:
    assert stored_moment(None) is None
    assert stored_amount(None) is None
