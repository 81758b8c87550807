"""The queue: by priority, page after page, with the words of the likeliest post."""

import datetime as dt

import pytest
from sqlalchemy import update

from alerts.cases import queue
from alerts.cases.decisions import decide, merge
from alerts.cases.queue import Cursor, QueueRow
from models.tables import Case
from tests.conftest import MONDAY, Builder


def pages(build: Builder, limit: int, status: str = "open") -> list[list[int]]:
    found: list[list[int]] = []
    after: Cursor | None = None
    with build.database.reading() as session:
        while True:
            rows, after = queue.page(session, status=status, after=after, limit=limit)
            found.append([row.case_id for row in rows])
            if after is None:
                return found


def with_priorities(build: Builder, priorities: list[float]) -> list[int]:
    posts = [build.offer() for _ in priorities]
    build.link()
    ids = [build.case_of(post) for post in posts]
    with build.database.writing() as session:
        session.execute(update(Case), [{"id": i, "priority": p} for i, p in zip(ids, priorities, strict=True)])
    return ids


def only_row(build: Builder) -> QueueRow:
    with build.database.reading() as session:
        (row,), _ = queue.page(session)
        return row


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
def test_pages_hold_every_case_once_by_priority_and_then_by_age(build: Builder, limit: int) -> None:
    a, b, c, d, e = with_priorities(build, [10.5, 70.1, 10.5, -3.0, 10.5])
    found = pages(build, limit)
    assert [i for page in found for i in page] == [b, a, c, e, d]
    assert all(len(page) == limit for page in found[:-1])
    assert found[-1]  # no empty page at the end


def test_an_empty_queue(build: Builder) -> None:
    assert pages(build, 50) == [[]]


@pytest.mark.parametrize(
    ("text", "cursor"),
    [
        ("41.5:7", Cursor(41.5, 7)),
        ("-3.0:1", Cursor(-3.0, 1)),
        ("", None),
        ("41.5", None),
        ("x:1", None),
        ("nan:1", None),
        ("inf:1", None),
        ("1.0:99999999999999999999", None),  # more than a database can hold
        ("1.0:-1", None),
    ],
)
def test_cursors_in_addresses(text: str, cursor: Cursor | None) -> None:
    assert Cursor.parse(text) == cursor
    if cursor:
        assert str(cursor) == text


def test_a_status_is_listed_by_itself_and_counted(build: Builder) -> None:
    a, b, c, d = with_priorities(build, [4, 3, 2, 1])
    ana = build.user()
    decide(build.database, case_id=b, user_id=ana, verdict="confirm")
    merge(build.database, into_id=a, from_id=d, user_id=ana)
    assert pages(build, 50) == [[a, c]]
    assert pages(build, 50, "confirmed") == [[b]]
    assert pages(build, 50, "merged") == [[]]
    with build.database.reading() as session:
        assert queue.counts(session) == {"open": 2, "needs_more": 0, "confirmed": 1, "dismissed": 0}


def test_the_likeliest_post_leads(build: Builder) -> None:
    later = MONDAY + dt.timedelta(days=2)
    build.offer("berang-berang", seller="Sari", field_probability=0.2, eyes="closed", language="ms")
    build.offer("anak berang", title="Dijual", seller="Sari", field_probability=0.8, posted_at=later, quantity=2)
    build.offer("satu lagi", seller="Sari", field_probability=0.8, gone_at=later)
    build.link()
    row = only_row(build)
    assert (row.posts, row.title, row.text, row.language) == (3, "Dijual", "anak berang", "id")
    assert row.eyes == "closed"  # of any post
    assert row.newest == later
    assert row.newest.tzinfo is not None
    assert not row.gone
    assert row.facts["quantity"] == 2
    assert row.sources == ["Pasar pasar"]


def test_the_newest_version_and_assessment_are_shown(build: Builder) -> None:
    post = build.offer("lama", seller="Sari")
    build.version(post, "baru")
    build.assessment(post, species="Lutra lutra", model="test-1")
    build.assessment(post, species="Aonyx cinereus", model="test-2")
    build.link()
    row = only_row(build)
    assert (row.text, row.species, row.posts) == ("baru", "Aonyx cinereus", 1)


def test_a_changed_post_that_was_not_assessed_yet_is_shown_all_the_same(build: Builder) -> None:
    post = build.offer("lama", seller="Sari")
    build.link()
    build.version(post, "baru")
    row = only_row(build)
    assert (row.text, row.intent, row.language, row.species, row.facts) == ("baru", "other", "und", None, {})


def test_a_case_is_gone_when_every_post_is(build: Builder) -> None:
    build.offer(seller="Sari", gone_at=MONDAY)
    build.offer(seller="Sari", gone_at=MONDAY)
    build.link()
    assert only_row(build).gone


def test_a_page_takes_the_same_few_statements_however_long_it_is(build: Builder) -> None:
    """Counted, not timed."""
    with_priorities(build, [1, 2, 3, 4, 5, 6])
    counts = []
    for limit in (1, 6):
        with build.statements() as statements, build.database.reading() as session:
            queue.page(session, limit=limit)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_next_case_after_a_decision(build: Builder) -> None:
    a, b, c = with_priorities(build, [3, 2, 1])
    with build.database.reading() as session:
        assert queue.next_open(session, priority=3, case_id=a) == b
        assert queue.next_open(session, priority=1, case_id=c) == a  # from the end to the first
    with build.database.writing() as session:
        session.execute(update(Case).where(Case.id != b).values(status="dismissed"))
    with build.database.reading() as session:
        assert queue.next_open(session, priority=2, case_id=b) is None


def test_the_cases_beside_one(build: Builder) -> None:
    a, b, c = with_priorities(build, [2, 2, 1])
    with build.database.reading() as session:
        beside = {i: queue.neighbours(session, session.get_one(Case, i)) for i in (a, b, c)}
    assert beside == {a: (None, b), b: (a, c), c: (b, None)}
