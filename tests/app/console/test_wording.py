"""How things are said."""

import datetime as dt
from decimal import Decimal

import pytest

from alerts.cases.queue import STATUSES
from app.console import wording
from classifier.labels import AGE_CLASSES, INTENTS, KINDS, LANGUAGES, SPECIES
from classifier.stage import UNREAD


def test_every_label_has_words() -> None:
    assert set(wording.INTENTS) == {*INTENTS, UNREAD}
    assert set(wording.CUES) == set(KINDS)
    assert set(wording.LANGUAGES) == set(LANGUAGES)
    assert set(wording.SPECIES) == set(SPECIES)
    assert set(wording.AGES) == set(AGE_CLASSES)
    assert set(STATUSES) < set(wording.STATUSES)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (1200000, "IDR", "1,200,000 IDR"),
        (Decimal("2500"), "THB", "2,500 THB"),
        (19.5, "USD", "19.50 USD"),
        (850, None, "850 (currency unknown)"),
        ("much", "USD", ""),
        (float("nan"), "USD", ""),
    ],
)
def test_money(amount: object, currency: str | None, said: str) -> None:
    assert wording.money(amount, currency) == said


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        (dt.timedelta(seconds=20), "less than a minute"),
        (dt.timedelta(minutes=1), "1 minute"),
        (dt.timedelta(hours=5, minutes=50), "5 hours"),
        (dt.timedelta(days=13), "13 days"),
        (dt.timedelta(days=20), "2 weeks"),
        (dt.timedelta(days=-1), "less than a minute"),
    ],
)
def test_spans(delta: dt.timedelta, said: str) -> None:
    assert wording.span(delta) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1440, "every day"), (360, "every 6 hours"), (90, "every 90 minutes"), (10080, "every week"), (60, "every hour")],
)
def test_schedules(minutes: int, said: str) -> None:
    assert wording.every(minutes) == said


def test_likelihood_is_never_certain() -> None:
    assert wording.percent(1.0) == "over 99 %"
    assert wording.percent(0.0) == "under 1 %"
    assert wording.percent(0.625) == "62 %"
    assert wording.likelihood(0.97) == "almost certainly an offer"
    assert wording.likelihood(0.0) == "very likely no offer"


def test_points_carry_their_sign() -> None:
    assert [wording.points(p) for p in (40.0, 17.6, -15.0)] == ["+40", "+17.6", "−15"]


def test_moments_are_utc_and_say_so() -> None:
    bangkok = dt.timezone(dt.timedelta(hours=7))
    assert wording.moment(dt.datetime(2026, 11, 22, 3, 5, tzinfo=bangkok)) == "2026-11-21 20:05 UTC"
