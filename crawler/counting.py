"""Counts that a batch adds to: of the run, of the source's week, and of what the prefilter rejected."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from crawler.visits import Visit
from models.tables import CollectedCount, CollectingEffort, CrawlRun, RejectedPost
from models.weeks import monday_of, utc_now

SAMPLE_ONE_IN = 100
"""One in so many rejected posts keeps its text for a while."""


def add_run_counts(
    session: Session, run_id: int, counts: Mapping[str, int], requests: int, pages_failed: int, answers: dict[str, int]
) -> None:
    """Add to a run's counters; `answers`, unless empty, takes the place of what stood there."""
    values: dict[str, object] = {name: getattr(CrawlRun, name) + count for name, count in counts.items() if count}
    if requests:
        values["requests"] = CrawlRun.requests + requests
    if pages_failed:
        values["pages_failed"] = CrawlRun.pages_failed + pages_failed
    if answers:
        values["answers"] = answers
    if values:
        statement = update(CrawlRun).where(CrawlRun.id == run_id).values(**values)
        session.execute(statement, execution_options={"synchronize_session": False})


def add_effort(
    session: Session,
    source_id: int,
    week: dt.date,
    requests: int = 0,
    seconds: float = 0.0,
    runs: int = 0,
    complete: int = 0,
) -> None:
    """Add to the effort spent on a source in a week (its Monday)."""
    effort = session.get(CollectingEffort, (source_id, week))
    if effort is None:
        effort = CollectingEffort(source_id=source_id, week=week, runs=0, runs_complete=0, requests=0, seconds=0.0)
        session.add(effort)
    effort.runs += runs
    effort.runs_complete += complete
    effort.requests += requests
    effort.seconds += seconds


def add_counts(
    session: Session,
    source_id: int,
    *,
    kept: Counter[tuple[dt.date, str]] | None = None,
    rejected: Counter[tuple[dt.date, str]] | None = None,
) -> None:
    """Add distinct posts first met, by week (its Monday) and language."""
    kept, rejected = kept or Counter(), rejected or Counter()
    for week, language in sorted(kept.keys() | rejected.keys()):
        row = session.get(CollectedCount, (source_id, week, language))
        if row is None:
            row = CollectedCount(source_id=source_id, week=week, language=language, kept=0, rejected=0)
            session.add(row)
        row.kept += kept[week, language]
        row.rejected += rejected[week, language]


def newly_rejected(session: Session, source_id: int, by_hash: Mapping[str, Visit], *, sample_days: int) -> list[Visit]:
    """Remember rejected addresses (keyed hashes) and give the visits whose address was never rejected before.

    One in a hundred, chosen by the hash and so the same in every run, keeps title and text for `sample_days`.
    """
    now = utc_now()
    weeks = set(
        session.scalars(
            select(CollectedCount.week).where(CollectedCount.source_id == source_id, CollectedCount.rejected > 0)
        )
    ) | {monday_of(now)}
    met = set(
        session.scalars(
            select(RejectedPost.address_hash).where(
                RejectedPost.source_id == source_id,
                RejectedPost.week.in_(weeks),  # so that the index on (source, week, hash) serves
                RejectedPost.address_hash.in_(list(by_hash)),
            )
        )
    )
    session.execute(
        update(RejectedPost)
        .where(RejectedPost.sample_until < now)
        .values(sample_title=None, sample_text=None, sample_until=None)
    )
    fresh = {address: visit for address, visit in by_hash.items() if address not in met}
    rows = []
    for address, visit in fresh.items():
        sampled = sample_days > 0 and int(address[:8], 16) % SAMPLE_ONE_IN == 0
        rows.append(
            {
                "source_id": source_id,
                "week": visit.week,
                "address_hash": address,
                "sample_title": visit.item.title if sampled else None,
                "sample_text": visit.item.text if sampled else None,
                "sample_until": now + dt.timedelta(days=sample_days) if sampled else None,
            }
        )
    if rows:
        session.execute(insert(RejectedPost), rows)
    return list(fresh.values())
