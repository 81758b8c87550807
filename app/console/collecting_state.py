"""How collecting stands: each source with its last runs, and the whole in one line."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.console import wording
from models.tables import Assessment, CrawlRun, Post, PostVersion, Source

RUNS_SHOWN: Final = 5
"""Runs of each source on its page."""
_MOST_WAITING: Final = 1000


@dataclass(frozen=True)
class SourceState:
    """A source with its last runs, newest first."""

    source: Source
    runs: Sequence[CrawlRun]

    @property
    def last(self) -> CrawlRun | None:
        """The newest run."""
        return self.runs[0] if self.runs else None

    @property
    def in_trouble(self) -> bool:
        """Whether the newest run that ended brought less than the whole."""
        ended = next((run for run in self.runs if run.status != "running"), None)
        return ended is not None and ended.status != "complete"


@dataclass(frozen=True)
class Collecting:
    """The state of collecting as the queue says it."""

    line: str
    trouble: bool
    sources: int
    runs: int
    running: bool


@dataclass(frozen=True)
class Waiting:
    """Posts that are stored, and of them those that no model has read yet (counted up to 1,000)."""

    posts: int
    unread: int


def source_states(session: Session, *, runs: int = RUNS_SHOWN) -> list[SourceState]:
    """Every source by its name, with its last runs."""
    sources = session.scalars(select(Source).order_by(Source.name, Source.id)).all()
    return [
        SourceState(
            source,
            session.scalars(
                select(CrawlRun)
                .where(CrawlRun.source_id == source.id)
                .order_by(CrawlRun.started_at.desc(), CrawlRun.id.desc())
                .limit(runs)
            ).all(),
        )
        for source in sources
    ]


def collecting(session: Session, now: dt.datetime) -> Collecting:
    """The state of all sources in one line."""
    states = source_states(session, runs=2)
    return Collecting(
        line=_line(states, now),
        trouble=any(state.in_trouble for state in states),
        sources=len(states),
        runs=sum(len(state.runs) for state in states),
        running=any(state.last is not None and state.last.status == "running" for state in states),
    )


def waiting(session: Session) -> Waiting:
    """What stands between collecting and the queue, for an empty queue to explain itself."""
    assessed = select(Assessment.id).where(Assessment.version_id == PostVersion.id).exists()
    ids = (
        select(PostVersion.id)
        .join(Post, (Post.id == PostVersion.post_id) & (Post.current_number == PostVersion.number))
        .where(~assessed)
        .limit(_MOST_WAITING)
        .subquery()
    )
    return Waiting(
        posts=session.scalar(select(func.count()).select_from(Post)) or 0,
        unread=session.scalar(select(func.count()).select_from(ids)) or 0,
    )


def _line(states: Sequence[SourceState], now: dt.datetime) -> str:
    runs = [(state.source.name, run) for state in states for run in state.runs]
    if not runs:
        return "Nothing has been collected yet."
    running = [state for state in states if state.last is not None and state.last.status == "running"]
    troubled = [state for state in states if state.in_trouble]
    ended = [(name, run) for name, run in runs if run.ended_at is not None]
    parts = []
    if running:
        seen = sum(state.last.posts_seen for state in running if state.last)
        parts.append(
            f"Collecting now: {', '.join(state.source.name for state in running[:3])}, "
            f"{wording.plural(seen, 'post')} seen so far."
        )
    if ended:
        name, run = max(ended, key=lambda pair: pair[1].ended_at or pair[1].started_at)
        when = wording.ago(run.ended_at or run.started_at, now)
        status = wording.RUNS.get(run.status, run.status).lower()
        parts.append(f"Last run: {name}, {when}, {status}, {wording.plural(run.posts_new, 'new post')}.")
    if len(states) > 1:
        well = len(states) - len(troubled)
        parts.append(f"{well} of {wording.plural(len(states), 'source')} well.")
    return " ".join(parts)
