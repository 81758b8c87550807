"""What every table shares: naming of constraints, UTC time stamps, JSON."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[dt.datetime]):
    """An aware UTC datetime; a naive one is refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Convert to UTC on the way in; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time stamp without a time zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give back an aware UTC datetime, also from databases that drop the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Amount(TypeDecorator[Decimal]):
    """An exact decimal number kept as its digits: SQLite would turn it into a binary fraction."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write plain digits, never an exponent; raises ValueError for no number and for over 40 characters."""
        if value is None:
            return None
        if not value.is_finite() or (value and abs(value.adjusted()) > 40):
            raise ValueError("an amount that is not a number, or too long a one, cannot be stored")
        digits = f"{value:f}" if value else "0"
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        if len(digits) > 40:
            raise ValueError("an amount that is not a number, or too long a one, cannot be stored")
        return digits

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read it back exactly."""
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    """The one declarative base; its metadata is what migrations are compared with."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {dt.datetime: UTCDateTime, Decimal: Amount, dict[str, Any]: JSON, list[Any]: JSON}
