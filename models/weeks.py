"""Weeks are named by their Monday, computed here and stored, so that every database agrees."""

import datetime as dt


def utc_now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def monday_of(moment: dt.datetime | dt.date) -> dt.date:
    """The Monday of the ISO 8601 week that holds `moment`, read in UTC; raises ValueError for a naive datetime."""
    if isinstance(moment, dt.datetime):
        if moment.tzinfo is None:
            raise ValueError("a time stamp without a time zone belongs to no week")
        moment = moment.astimezone(dt.UTC).date()
    return moment - dt.timedelta(days=moment.weekday())
