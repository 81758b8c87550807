"""The loop that goes on for ever: each source on its schedule, the stages in a rhythm of their own."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy import select, update

from alerts.cases.queue import counts
from app.installation import Installation
from app.workers.collecting import collect_source
from app.workers.stages import Stage, drain
from crawler.progress import RunProgress
from crawler.source_file import SourceFile, register
from models.database import Database
from models.errors import OtterwatchError
from models.tables import Source
from models.weeks import utc_now

STAGE_SECONDS = 2.0
"""Pause between two looks for waiting work."""
SCHEDULE_SECONDS = 10.0
"""Pause between two looks at the schedule and the source files."""
RETRY_MINUTES = 5
"""Pause before a source that could not be collected is tried again."""
PROGRESS_SECONDS = 20.0
"""Pause between two words on how far a crawl is."""
log = structlog.get_logger("watch")


def watch(
    installation: Installation,
    sources: Callable[[], Sequence[SourceFile]],
    steps: Sequence[Stage],
    *,
    say: Callable[[str], None],
    stop: threading.Event | None = None,
) -> None:
    """Collect what is due and drain the stages until `stop` is set or Ctrl-C; a slow crawl never delays the stages.

    A trouble with one source or stage is said and tried again; the others go on. What nobody foresaw in a stage ends
    the watch with that error, rather than letting it collect what is never read.
    """
    stop = stop or threading.Event()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="stages") as beside:
        draining = beside.submit(_keep_draining, installation.database, steps, say, stop)
        draining.add_done_callback(lambda _: stop.set())
        try:
            while not stop.is_set():
                for source in _due(installation.database, sources, say):
                    if stop.is_set():
                        break
                    _collect(installation, source, say, stop)
                stop.wait(SCHEDULE_SECONDS)
        finally:
            stop.set()
        draining.result()


def _keep_draining(
    database: Database, steps: Sequence[Stage], say: Callable[[str], None], stop: threading.Event
) -> None:
    last_words, last_open = "", -1
    while not stop.is_set():
        try:
            if drain(steps, stopping=stop.is_set):
                with database.reading() as session:
                    waiting = counts(session)["open"]
                if waiting != last_open:
                    say(f"{waiting} open cases wait in the queue.")
                last_open = waiting
            last_words = ""
        except OtterwatchError as error:
            if str(error) != last_words:  # said once, not every two seconds
                say(f"paused: {error}")
                log.warning("stage paused", reason=str(error))
            last_words = str(error)
        stop.wait(STAGE_SECONDS)


def _due(
    database: Database, sources: Callable[[], Sequence[SourceFile]], say: Callable[[str], None]
) -> list[SourceFile]:
    """The sources whose time has come, longest overdue first."""
    try:
        files = {register(database, file): file for file in sources()}
        with database.reading() as session:
            ids = session.scalars(
                select(Source.id)
                .where(Source.id.in_(files), Source.enabled, Source.due_at <= utc_now())
                .order_by(Source.due_at)
            ).all()
    except OtterwatchError as error:
        say(f"paused: {error}")
        return []
    return [files[i] for i in ids]


def _collect(installation: Installation, source: SourceFile, say: Callable[[str], None], stop: threading.Event) -> None:
    try:
        try:
            result = collect_source(installation, source, on_progress=_now_and_then(source.name, say), stop=stop)
        except OtterwatchError:
            _postpone(installation.database, source, min(RETRY_MINUTES, source.every_minutes))
            raise
        say(result.in_words(source.name))
        if not stop.is_set():  # a run that was broken off is due at once
            again = source.every_minutes if result.status in {"complete", "partial", "refused"} else RETRY_MINUTES
            _postpone(installation.database, source, min(again, source.every_minutes))
    except OtterwatchError as error:
        say(f"{source.name}: {error}")
        log.warning("source failed", source=source.key, reason=str(error))


def _now_and_then(name: str, say: Callable[[str], None]) -> Callable[[RunProgress], None]:
    """Says how far a crawl is, but not every second."""
    said = time.monotonic()

    def show(progress: RunProgress) -> None:
        nonlocal said
        if time.monotonic() - said >= PROGRESS_SECONDS:
            said = time.monotonic()
            say(progress.in_words(name))

    return show


def _postpone(database: Database, source: SourceFile, minutes: float) -> None:
    due = utc_now() + dt.timedelta(minutes=minutes)
    with database.writing() as session:
        session.execute(update(Source).where(Source.key == source.key).values(due_at=due))
