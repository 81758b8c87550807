"""Writes what a run found: batched, idempotent by the posts' addresses, bytes on the disk before rows speak of them."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from crawler.accounts import account_ids
from crawler.capturing import Circumstances, StoredFile, add_captures, store_files
from crawler.counting import add_counts, add_effort, add_run_counts, newly_rejected
from crawler.items import PostItem
from crawler.visits import Gone, Visit
from models.database import Database
from models.errors import DatabaseError
from models.keys import Keyring
from models.store import ContentStore
from models.tables import Post, PostVersion, Source
from models.weeks import monday_of, utc_now

MOST_ATTEMPTS = 3
"""Times a batch is begun anew because another process wrote the same posts."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a writer needs to know of its run."""

    source_id: int
    source_key: str
    keep_all: bool
    sample_days: int
    how: Circumstances
    prefilter: Callable[[str], bool]
    language: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Effort:
    """What was spent since the last batch, and the run's answers up to now."""

    requests: int = 0
    seconds: float = 0.0
    pages_failed: int = 0
    answers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the tables hold of a post."""

    post_id: int
    number: int
    content_sha256: str
    last_seen: dt.datetime
    account_id: int | None
    posted_at: dt.datetime | None


def content_hash(item: PostItem) -> str:
    """SHA-256 (hexadecimal) of title, text and price, which decides whether a visit makes a new version."""
    price = item.price_text if item.price_amount is None else f"{item.price_amount.normalize():f}"
    parts = "\x00".join((item.title, item.text, price, item.price_currency or ""))
    return hashlib.sha256(parts.encode()).hexdigest()


class Writer:
    """Writes batches of one run; every call is one short transaction, and repeating it changes nothing."""

    def __init__(self, database: Database, store: ContentStore, keyring: Keyring, work: Work) -> None:
        self._database = database
        self._store = store
        self._keyring = keyring
        self._work = work

    def prepare(self) -> None:
        """Connect to the database and make its statements ready, while the crawl is still getting up."""
        with self._database.reading() as session:
            self._known(session, [""])

    def write(self, found: Sequence[Visit | Gone], effort: Effort) -> None:
        """Store a batch: captures first, then the rows that point to them; raises StoreError and DatabaseError."""
        visits = {v.item.url: v for v in found if isinstance(v, Visit)}
        gone = [g.url for g in found if isinstance(g, Gone)]
        for _ in range(MOST_ATTEMPTS):
            with self._database.reading() as session:
                known = self._known(session, list(visits))
            kept, rejected = self._sorted(visits, known)
            files = store_files(self._store, _to_capture(kept, known), self._work.how)
            with self._database.writing() as session:
                session.execute(select(Source.id).where(Source.id == self._work.source_id).with_for_update())
                # Read again under the lock. The lease makes a difference all but impossible, and then we begin anew.
                if self._known(session, list(kept)) == {url: known[url] for url in kept if url in known}:
                    self._rows(session, kept, rejected, gone, known, files, effort)
                    return
        raise DatabaseError("another process writes the same posts; let only one collect a source at a time")

    def _rows(
        self,
        session: Session,
        kept: dict[str, Visit],
        rejected: dict[str, Visit],
        gone: list[str],
        known: dict[str, _Known],
        files: dict[str, StoredFile],
        effort: Effort,
    ) -> None:
        work = self._work
        captures = add_captures(session, kept, files, work.how)
        accounts = account_ids(session, self._keyring, work.source_id, work.source_key, kept)
        new, changed = self._posts(session, kept, known, accounts, captures)
        counts = {
            "posts_seen": len(kept),
            "posts_new": new,
            "posts_changed": changed,
            "posts_gone": self._gone(session, gone),
            "posts_rejected": len(rejected),
        }
        add_counts(session, work.source_id, kept=self._by_week([v for u, v in kept.items() if u not in known]))
        self._count_rejected(session, rejected)
        add_run_counts(session, work.how.run_id, counts, effort.requests, effort.pages_failed, dict(effort.answers))
        add_effort(session, work.source_id, monday_of(utc_now()), effort.requests, effort.seconds)

    def _sorted(self, visits: dict[str, Visit], known: dict[str, _Known]) -> tuple[dict[str, Visit], dict[str, Visit]]:
        """Kept and rejected visits; a post once kept stays kept, also when its text turns to "sold"."""
        kept: dict[str, Visit] = {}
        rejected: dict[str, Visit] = {}
        for url, visit in visits.items():
            keep = self._work.keep_all or url in known or self._work.prefilter(visit.whole_text)
            (kept if keep else rejected)[url] = visit
        return kept, rejected

    def _known(self, session: Session, urls: list[str]) -> dict[str, _Known]:
        if not urls:
            return {}
        rows = session.execute(
            select(
                Post.url, Post.id, Post.current_number, PostVersion.content_sha256, Post.last_seen, Post.account_id,
                Post.posted_at,
            )
            .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.current_number))
            .where(Post.source_id == self._work.source_id, Post.url.in_(urls))
        )  # fmt: skip
        return {row[0]: _Known(*row[1:]) for row in rows}

    def _posts(
        self,
        session: Session,
        kept: dict[str, Visit],
        known: dict[str, _Known],
        accounts: dict[str, int],
        captures: dict[str, int],
    ) -> tuple[int, int]:
        """Rows of posts and versions; gives how many posts are new and how many changed."""
        new = {url: visit for url, visit in kept.items() if url not in known}
        ids = {url: k.post_id for url, k in known.items()}
        numbers = dict.fromkeys(new, 1)
        if new:
            rows = [
                {
                    "source_id": self._work.source_id, "url": url, "account_id": accounts.get(url),
                    "posted_at": visit.item.posted_at, "first_seen": visit.seen_at, "last_seen": visit.seen_at,
                    "current_number": 1,
                }
                for url, visit in new.items()
            ]  # fmt: skip
            added = session.scalars(insert(Post).returning(Post.id, sort_by_parameter_order=True), rows)
            ids.update(zip(new, added, strict=True))
        seen_again = []
        for url, was in known.items():
            if url not in kept:
                continue
            if url in captures:
                numbers[url] = was.number + 1
            seen_again.append(
                {
                    "p_id": was.post_id,
                    "p_last_seen": max(was.last_seen, kept[url].seen_at),
                    "p_number": numbers.get(url, was.number),
                    "p_account": was.account_id or accounts.get(url),
                    "p_posted": was.posted_at or kept[url].item.posted_at,
                }
            )
        if seen_again:
            session.connection().execute(_SEEN_AGAIN, seen_again)
        if numbers:
            session.execute(
                insert(PostVersion),
                [_version(kept[url], ids[url], number, captures[url]) for url, number in numbers.items()],
            )
        return len(new), len(numbers) - len(new)

    def _gone(self, session: Session, urls: list[str]) -> int:
        if not urls:
            return 0
        statement = update(Post).where(
            Post.source_id == self._work.source_id, Post.url.in_(urls), Post.gone_at.is_(None)
        )
        return session.connection().execute(statement.values(gone_at=utc_now())).rowcount

    def _count_rejected(self, session: Session, rejected: dict[str, Visit]) -> None:
        if not rejected:
            return
        hashes = {
            self._keyring.pseudonym("address", f"{self._work.source_key}:{url}"): v for url, v in rejected.items()
        }
        fresh = newly_rejected(session, self._work.source_id, hashes, sample_days=self._work.sample_days)
        add_counts(session, self._work.source_id, rejected=self._by_week(fresh))

    def _by_week(self, visits: Sequence[Visit]) -> Counter[tuple[dt.date, str]]:
        return Counter((visit.week, (self._work.language(visit.whole_text) or "und")[:8]) for visit in visits)


_SEEN_AGAIN = (
    update(Post.__table__)  # type: ignore[arg-type]
    .where(Post.__table__.c.id == bindparam("p_id"))
    .values(
        last_seen=bindparam("p_last_seen"),
        gone_at=None,
        current_number=bindparam("p_number"),
        account_id=bindparam("p_account"),
        posted_at=bindparam("p_posted"),
    )
)


def live_posts(database: Database, source_id: int, *, limit: int) -> list[str]:
    """Addresses of a source's posts that are not gone, those seen longest ago first."""
    with database.reading() as session:
        live = select(Post.url).where(Post.source_id == source_id, Post.gone_at.is_(None))
        return list(session.scalars(live.order_by(Post.last_seen).limit(limit)))


def _to_capture(kept: dict[str, Visit], known: dict[str, _Known]) -> dict[str, Visit]:
    """The visits of posts that are new or changed."""
    return {u: v for u, v in kept.items() if u not in known or known[u].content_sha256 != content_hash(v.item)}


def _version(visit: Visit, post_id: int, number: int, capture_id: int) -> dict[str, object]:
    item = visit.item
    return {
        "post_id": post_id, "number": number, "seen_at": visit.seen_at, "title": item.title, "text": item.text,
        "price_text": item.price_text, "price_amount": item.price_amount, "price_currency": item.price_currency,
        "place": item.place, "content_sha256": content_hash(item), "capture_id": capture_id,
    }  # fmt: skip
