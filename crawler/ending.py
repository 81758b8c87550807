"""How a run begins and ends in the tables: its row, its verdict, and what only a complete run may conclude."""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crawler.counting import add_effort, add_run_counts
from crawler.outcome import Outcome, Status
from models.database import Database
from models.tables import CrawlRun, Post
from models.weeks import monday_of, utc_now


def begin_run(database: Database, source_id: int) -> int:
    """Write the row of a new run, marking those that a killed process left `running` as interrupted; gives its id."""
    with database.writing() as session:
        _interrupt(session, source_id)
        run = CrawlRun(source_id=source_id, started_at=utc_now())
        session.add(run)
        add_effort(session, source_id, monday_of(run.started_at), runs=1)
        session.flush()
        return run.id


def end_run(database: Database, run_id: int, source_id: int, outcome: Outcome) -> None:
    """Write the verdict; a complete run declares the posts it did not find gone, in the same transaction."""
    with database.writing() as session:
        verdict = outcome.verdict(had_posts=_had_posts(session, source_id, run_id))
        if verdict.status == "complete":
            gone = _declare_gone(session, source_id, run_id)
            add_run_counts(session, run_id, {"posts_gone": gone}, 0, 0, {})
            add_effort(session, source_id, monday_of(utc_now()), complete=1)
        if outcome.answers:
            add_run_counts(session, run_id, {}, 0, 0, dict(outcome.answers))
        _end(session, CrawlRun.id == run_id, verdict.status, verdict.reason)


def refuse_run(database: Database, run_id: int, reason: str) -> None:
    """Mark a run for which no process was started."""
    with database.writing() as session:
        _end(session, CrawlRun.id == run_id, "refused", reason)


def interrupt_run(database: Database, run_id: int, reason: str) -> None:
    """Mark a run that its process did not end itself; one that did stays as it is."""
    with database.writing() as session:
        _end(session, CrawlRun.id == run_id, "interrupted", reason)


def _interrupt(session: Session, source_id: int) -> None:
    reason = "the machine or the process stopped before the run ended"
    _end(session, CrawlRun.source_id == source_id, "interrupted", reason)


def _end(session: Session, which: object, status: Status, reason: str) -> None:
    now: dt.datetime = utc_now()
    statement = update(CrawlRun).where(which, CrawlRun.status == "running")  # type: ignore[arg-type]
    session.execute(
        statement.values(status=status, reason=reason, ended_at=now), execution_options={"synchronize_session": False}
    )


def _declare_gone(session: Session, source_id: int, run_id: int) -> int:
    """Give `gone_at` to the posts that a complete run did not find; gives how many.

    A clock that was set back leaves `last_seen` ahead of the run's start, and then a post counts as there.
    """
    started_at = session.scalars(select(CrawlRun.started_at).where(CrawlRun.id == run_id)).one()
    unseen = update(Post).where(Post.source_id == source_id, Post.gone_at.is_(None), Post.last_seen < started_at)
    return session.connection().execute(unseen.values(gone_at=utc_now())).rowcount


def _had_posts(session: Session, source_id: int, run_id: int) -> bool:
    """Whether this source ever showed posts in an earlier run, kept or not."""
    earlier = (
        select(CrawlRun.id)
        .where(CrawlRun.source_id == source_id, CrawlRun.id < run_id, CrawlRun.posts_seen + CrawlRun.posts_rejected > 0)
        .limit(1)
    )
    kept = select(Post.id).where(Post.source_id == source_id).limit(1)
    return session.scalar(earlier) is not None or session.scalar(kept) is not None
