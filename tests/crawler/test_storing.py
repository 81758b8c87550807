"""Writing batches: idempotent, never backwards, bytes before rows."""

import datetime as dt
import os
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.installation import Installation
from crawler.capturing import Circumstances
from crawler.counting import SAMPLE_ONE_IN
from crawler.ending import begin_run, end_run
from crawler.items import PostItem
from crawler.outcome import Outcome
from crawler.storing import Effort, Work, Writer, content_hash, live_posts
from crawler.visits import Gone, Visit
from crawler.warc import Hop
from models.errors import StoreError
from models.tables import (
    Account,
    Capture,
    CollectedCount,
    CollectingEffort,
    CrawlRun,
    CustodyEntry,
    Post,
    PostVersion,
    RejectedPost,
)
from models.weeks import utc_now
from tests.conftest import Builder

NOW = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)
URL = "https://pasar.example/p/"


def visit(name: str, text: str = "two otters", at: dt.datetime = NOW, **fields: Any) -> Visit:
    hop = Hop(URL + name, "GET", b"A: b", 200, "HTTP/1.1", b"C: d", f"{name}{text}".encode(), "1.1.1.1", at, at)
    values: dict[str, Any] = {"price_amount": Decimal(30), "price_currency": "USD", "seller": "otter_shop"}
    return Visit(PostItem(URL + name, f"Post {name}", text, **(values | fields)), (hop,), URL + name, "read")


class Desk:
    """A writer with its run, and what stands in the tables."""

    def __init__(self, installation: Installation, build: Builder) -> None:
        self.installation = installation
        self.source_id = build.source()

    def writer(self, *, keep_all: bool = True, sample_days: int = 28) -> Writer:
        self.run_id = begin_run(self.installation.database, self.source_id)
        how = Circumstances(self.run_id, "Otterwatch/0", "Otterwatch/0 (+x@example.org)", "0" * 64)
        work = Work(
            source_id=self.source_id, source_key="pasar", keep_all=keep_all, sample_days=sample_days, how=how,
            prefilter=lambda text: "otter" in text, language=lambda text: "en",
        )  # fmt: skip
        return Writer(self.installation.database, self.installation.store, self.installation.keyring, work)

    def end(self, **met: Any) -> CrawlRun:
        outcome = Outcome(**({"listings_read": 1, "found_links": 1, "posts_read": 1} | met))
        end_run(self.installation.database, self.run_id, self.source_id, outcome)
        return self.rows(CrawlRun)[-1]

    def rows(self, table: type[Any]) -> list[Any]:
        with self.installation.database.reading() as session:
            return list(session.scalars(select(table).order_by(*table.__table__.primary_key.columns)))

    def post(self, name: str) -> Post:
        with self.installation.database.reading() as session:
            return session.scalars(select(Post).where(Post.url == URL + name)).one()


@pytest.fixture
def desk(installation: Installation, build: Builder) -> Desk:
    return Desk(installation, build)


def test_a_new_post_with_all_that_belongs_to_it(desk: Desk) -> None:
    desk.writer().write([visit("a"), visit("b", seller="")], Effort(3, 1.5, 1, (("200", 2), ("404", 1))))
    a, b = desk.rows(Post)
    (account,) = desk.rows(Account)
    assert (a.account_id, b.account_id, a.first_seen, a.last_seen) == (account.id, None, NOW, NOW)
    assert account.pseudonym == desk.installation.keyring.pseudonym("account", "pasar:otter_shop")
    version = desk.rows(PostVersion)[0]
    assert (version.number, version.price_amount, version.text) == (1, Decimal(30), "two otters")
    capture = desk.rows(Capture)[0]
    assert version.capture_id == capture.id
    assert len(desk.installation.store.get(capture.warc_sha256)) == capture.warc_size
    entry = desk.rows(CustodyEntry)[0]
    assert (entry.actor, entry.action, entry.subject) == (f"run:{desk.run_id}", "captured", f"capture:{capture.id}")
    run, effort, count = desk.rows(CrawlRun)[0], desk.rows(CollectingEffort)[0], desk.rows(CollectedCount)[0]
    assert (run.requests, run.posts_seen, run.posts_new, run.pages_failed) == (3, 2, 2, 1)
    assert run.answers == {"200": 2, "404": 1}
    assert (effort.runs, effort.requests, effort.seconds) == (1, 3, 1.5)
    assert (count.week, count.language, count.kept) == (dt.date(2026, 11, 16), "en", 2)


def test_writing_the_same_batch_again_changes_nothing(desk: Desk) -> None:
    batch = [visit("a"), visit("b")]
    writer = desk.writer()
    writer.write(batch, Effort())
    before = [len(desk.rows(table)) for table in (Post, PostVersion, Capture, CustodyEntry, Account)]
    writer.write(batch, Effort())
    writer.write([*batch, *batch], Effort())
    assert [len(desk.rows(table)) for table in (Post, PostVersion, Capture, CustodyEntry, Account)] == before
    assert desk.rows(CollectedCount)[0].kept == 2


CHANGES = [
    # what another visit shows, does it make a version?
    ({"text": "sold"}, True),
    ({"price_amount": Decimal(25)}, True),
    ({"price_currency": "SGD"}, True),
    ({"price_amount": None, "price_text": "ask"}, True),
    ({"price_amount": Decimal("30.00")}, False),
    ({"price_text": "US$ 30"}, False),
    ({"place": "elsewhere"}, False),
    ({"seller": "somebody"}, False),
    ({"posted_at": NOW}, False),
    ({}, False),
]


@pytest.mark.parametrize(("fields", "makes_one"), CHANGES)
def test_what_makes_a_version(desk: Desk, fields: dict[str, Any], makes_one: bool) -> None:
    writer = desk.writer()
    writer.write([visit("a")], Effort())
    later = NOW + dt.timedelta(days=1)
    writer.write([visit("a", **{"at": later, **fields})], Effort())
    versions = desk.rows(PostVersion)
    assert [v.number for v in versions] == ([1, 2] if makes_one else [1])
    assert len(desk.rows(Capture)) == len(versions)
    assert (desk.post("a").current_number, desk.post("a").last_seen) == (len(versions), later)
    assert versions[-1].content_sha256 == content_hash(visit("a", **fields).item if makes_one else visit("a").item)


def test_time_never_goes_back(desk: Desk) -> None:
    writer = desk.writer()
    writer.write([visit("a", posted_at=NOW - dt.timedelta(days=9))], Effort())
    writer.write([visit("a", at=NOW - dt.timedelta(days=3), posted_at=NOW - dt.timedelta(days=2))], Effort())
    post = desk.post("a")
    assert (post.first_seen, post.last_seen) == (NOW, NOW)
    assert post.posted_at == NOW - dt.timedelta(days=9), "an estimate does not move with each visit"


def test_gone_at_once_gone_at_the_end_and_back(desk: Desk) -> None:
    writer = desk.writer()
    writer.write([visit(name, at=utc_now()) for name in "abc"], Effort())
    assert desk.end().status == "complete"

    writer = desk.writer()
    later = utc_now()
    writer.write([visit("a", at=later), Gone(URL + "b"), Gone(URL + "never-met")], Effort())
    assert desk.post("b").gone_at is not None
    assert desk.post("c").gone_at is None, "a run that goes on says nothing about the rest"
    run = desk.end()
    assert (run.status, run.posts_gone) == ("complete", 2)
    assert desk.post("c").gone_at is not None
    assert live_posts(desk.installation.database, desk.source_id, limit=9) == [URL + "a"]

    desk.writer().write([visit("b", at=utc_now())], Effort())
    assert desk.post("b").gone_at is None


def test_a_partial_run_declares_nothing_gone(desk: Desk) -> None:
    desk.writer().write([visit("a", at=utc_now())], Effort())
    desk.end()
    desk.writer()
    assert desk.end(cap="a limit").status == "partial"
    assert desk.post("a").gone_at is None


def test_rejected_posts_are_counted_once_and_a_few_are_sampled(desk: Desk) -> None:
    many = [visit(f"x{n}", "a bicycle", seller="") for n in range(20 * SAMPLE_ONE_IN)]
    writer = desk.writer(keep_all=False)
    writer.write([*many, visit("a")], Effort())
    writer.write(many, Effort())
    rejected = desk.rows(RejectedPost)
    assert len(rejected) == len(many)
    sampled = [row for row in rejected if row.sample_text]
    assert 4 <= len(sampled) <= 45
    assert all(row.sample_until is not None and row.sample_title.startswith("Post x") for row in sampled)
    assert all(row.sample_until is None for row in rejected if not row.sample_text)
    assert not any(URL in row.address_hash for row in rejected)
    (count,) = desk.rows(CollectedCount)
    assert (count.kept, count.rejected) == (1, len(many))
    assert desk.rows(CrawlRun)[0].posts_rejected == 2 * len(many)
    assert len(desk.rows(Capture)) == 1
    next_week = [visit(f"x{n}", "a bicycle", at=NOW + dt.timedelta(days=7)) for n in range(50)]
    desk.writer(keep_all=False, sample_days=0).write([*next_week, visit("y", "a car")], Effort())
    assert sum(row.rejected for row in desk.rows(CollectedCount)) == len(many) + 1, "first met, and only then"


def test_a_kept_post_stays_kept(desk: Desk) -> None:
    desk.writer(keep_all=False).write([visit("a")], Effort())
    desk.writer(keep_all=False).write([visit("a", "sold")], Effort())
    assert [v.text for v in desk.rows(PostVersion)] == ["two otters", "sold"]
    assert desk.rows(RejectedPost) == []


def test_no_rows_without_their_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = desk.writer()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="the disk is full"):
            writer.write([visit("a")], Effort(requests=5))
    assert desk.rows(Post) == []
    assert desk.rows(CrawlRun)[0].requests == 0
    writer.write([visit("a")], Effort(requests=5))
    assert len(desk.rows(Post)) == 1


def test_killed_between_bytes_and_rows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = desk.writer()

    class Killed(BaseException):
        pass

    def die(*_args: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "_posts", die)
        with pytest.raises(Killed):
            writer.write([visit("a")], Effort())
    assert [len(desk.rows(table)) for table in (Post, Capture, CustodyEntry, Account)] == [0, 0, 0, 0]
    desk.writer().write([visit("a")], Effort())
    assert [len(desk.rows(table)) for table in (Post, Capture, CustodyEntry, Account)] == [1, 1, 1, 1]


def test_odd_values_are_storable(desk: Desk) -> None:
    largest = Decimal("99999999999999999999")
    odd = visit("a", "x" * 200_000, price_amount=largest, price_text="?" * 200, seller="🦦" * 100)
    desk.writer().write([odd], Effort())
    with desk.installation.database.reading() as session:
        assert session.scalar(select(func.length(PostVersion.text))) == 200_000
