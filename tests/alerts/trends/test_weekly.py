"""Weekly offers: each post once, in the week of its stated date or else of its first sight."""

import datetime as dt
from typing import Any

import pytest

from alerts.cases.decisions import decide
from alerts.trends.weekly import Week, weekly_offers
from models.tables import CollectingEffort
from tests.conftest import MONDAY, Builder

TODAY = MONDAY.date()
LAST_WEEK = TODAY - dt.timedelta(weeks=1)


def weeks(build: Builder, number: int = 3, today: dt.date = TODAY) -> list[Week]:
    with build.database.reading() as session:
        return weekly_offers(session, weeks=number, today=today)


def at(day: dt.date, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC)


def test_every_week_is_there_the_oldest_first_also_without_offers(build: Builder) -> None:
    found = weeks(build, 12)
    assert [week.monday for week in found] == [TODAY - dt.timedelta(weeks=n) for n in range(11, -1, -1)]
    assert {(w.probable, w.confirmed, w.by_stated_date, w.by_first_sight, w.requests) for w in found} == {(0,) * 5}


@pytest.mark.parametrize(
    ("post", "counted"),
    [
        # the stated date counts, not the week in which it was found
        ({"posted_at": at(LAST_WEEK, 9), "first_seen": at(TODAY, 9)}, Week(LAST_WEEK, 1, 0, 1, 0, 0)),
        # the site states none: first sight counts, and is said to
        ({"posted_at": None, "first_seen": at(LAST_WEEK, 9)}, Week(LAST_WEEK, 1, 0, 0, 1, 0)),
        # the first and the last minute of a week
        ({"posted_at": at(LAST_WEEK)}, Week(LAST_WEEK, 1, 0, 1, 0, 0)),
        ({"posted_at": at(TODAY) - dt.timedelta(minutes=1)}, Week(LAST_WEEK, 1, 0, 1, 0, 0)),
        # Monday morning in Bangkok is Sunday in UTC
        (
            {"posted_at": dt.datetime(2026, 11, 16, 6, tzinfo=dt.timezone(dt.timedelta(hours=7)))},
            Week(LAST_WEEK, 1, 0, 1, 0, 0),
        ),
        ({"posted_at": at(LAST_WEEK), "intent": "parts"}, Week(LAST_WEEK, 1, 0, 1, 0, 0)),
        ({"posted_at": at(LAST_WEEK), "intent": "wanted"}, Week(LAST_WEEK, 0, 0, 0, 0, 0)),  # no offer
        ({"posted_at": at(LAST_WEEK), "gone_at": at(TODAY)}, Week(LAST_WEEK, 1, 0, 1, 0, 0)),  # it was there
    ],
)
def test_where_an_offer_counts(build: Builder, post: dict[str, Any], counted: Week) -> None:
    build.offer(**post)
    assert [week for week in weeks(build) if week.monday == counted.monday] == [counted]
    others = [week for week in weeks(build) if week.monday != counted.monday]
    assert all(week == Week(week.monday, 0, 0, 0, 0, 0) for week in others)


def test_what_was_before_the_first_week_is_left_out(build: Builder) -> None:
    build.offer(posted_at=at(LAST_WEEK) - dt.timedelta(minutes=1), first_seen=at(TODAY))
    build.offer(first_seen=at(LAST_WEEK) - dt.timedelta(minutes=1))
    assert sum(week.probable for week in weeks(build, 2)) == 0
    assert sum(week.probable for week in weeks(build, 3)) == 2


def test_a_post_counts_once_however_often_it_changed_and_was_read(build: Builder) -> None:
    post = build.offer(posted_at=at(TODAY))
    build.version(post, "harga turun")
    build.assessment(post, model="test-1")
    build.assessment(post, model="test-2")
    assert weeks(build)[-1].probable == 1


def test_what_the_newest_model_says_of_the_newest_version_counts(build: Builder) -> None:
    turned, cleared = build.offer(posted_at=at(TODAY)), build.offer(posted_at=at(TODAY))
    build.version(turned, "sudah laku")
    build.assessment(turned, intent="other")
    build.assessment(cleared, intent="other", model="test-2")
    assert weeks(build)[-1].probable == 0


@pytest.mark.parametrize(
    ("verdict", "probable", "confirmed"),
    [(None, 1, 0), ("needs_more", 1, 0), ("confirm", 0, 1), ("dismiss", 0, 0)],
)
def test_what_a_person_decided_counts(build: Builder, verdict: str | None, probable: int, confirmed: int) -> None:
    post = build.offer(posted_at=at(TODAY))
    build.link()
    if verdict:
        decide(build.database, case_id=build.case_of(post), user_id=build.user(), verdict=verdict, reason="other")
    week = weeks(build)[-1]
    assert (week.probable, week.confirmed, week.by_stated_date) == (probable, confirmed, probable + confirmed)


def test_the_effort_of_all_sources_stands_beside(build: Builder) -> None:
    pasar, forum = build.source("pasar"), build.source("forum")
    with build.database.writing() as session:
        session.add_all(
            CollectingEffort(source_id=source, week=week, requests=requests)
            for source, week, requests in ((pasar, TODAY, 30), (forum, TODAY, 12), (pasar, LAST_WEEK, 5))
        )
    assert [week.requests for week in weeks(build, 3)] == [0, 5, 42]
