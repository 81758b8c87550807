"""A crawl run seen from outside: one child process, its progress passed on, and an end in the tables in any case."""

import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self, cast

import structlog
from sqlalchemy import select

from crawler.child_line import STOP, Order
from crawler.ending import begin_run, interrupt_run, refuse_run
from crawler.identity import NoContactError, user_agent
from crawler.lease import SECONDS, CrawlLease
from crawler.progress import Ended, RunProgress, RunResult
from crawler.source_file import SourceFile, register
from models.database import Database
from models.settings import Settings
from models.tables import CrawlRun

__all__ = ["RunProgress", "RunResult", "collect"]

SILENCE_SECONDS = 120.0
"""A child that says nothing for so long is stuck and is ended."""
GRACE_SECONDS = 30.0
"""Time for a child to end politely."""

logger = structlog.get_logger(__name__)


def collect(
    database: Database,
    settings: Settings,
    source: SourceFile,
    *,
    command: Callable[[Path], Sequence[str]],
    on_progress: Callable[[RunProgress], None],
    stop: threading.Event | None = None,
    silence_seconds: float = SILENCE_SECONDS,
) -> RunResult:
    """Crawl a source once, in a process of its own, and wait for its end.

    `command` gives the command line of the child for a source file; the child inherits `settings` as environment
    variables and calls `crawler.crawl.crawl`. `on_progress` is called about once a second. `stop`, when set, ends the
    run politely, as Ctrl-C does (KeyboardInterrupt goes on after the run was marked). Raises DatabaseError where the
    database cannot be used, and nothing for what a site or the child does: that is in the result.
    """
    source_id = register(database, source)
    lease = CrawlLease(database, source_id)
    if not lease.claim():
        return RunResult("refused", "another process is collecting this source now")
    try:
        run_id = begin_run(database, source_id)
        if refusal := _refusal(settings, source):
            refuse_run(database, run_id, refusal)
        else:
            reason = "stopped by its operator before it had seen everything"
            try:
                with Child(command(source.path), settings, Order(run_id, source_id)) as child:
                    reason = child.accompany(lease, on_progress, stop or threading.Event(), silence_seconds)
            except OSError as error:
                reason = f"the crawl process could not be started ({error.strerror})"
            finally:
                interrupt_run(database, run_id, reason)
        result = _result(database, run_id)
    finally:
        lease.release()
    logger.info("run ended", source=source.key, run=run_id, status=result.status, posts=result.posts_seen)
    return result


class Child:
    """The crawl process as its parent sees it."""

    def __init__(self, command: Sequence[str], settings: Settings, order: Order) -> None:
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **as_environment(settings)},
            # Ctrl-C reaches the parent alone, which then asks politely.
            start_new_session=os.name != "nt",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) if os.name == "nt" else 0,
        )
        self._said: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, name="crawl process", daemon=True).start()
        self._tell(order.to_line())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.end()

    def accompany(
        self,
        lease: CrawlLease,
        on_progress: Callable[[RunProgress], None],
        stop: threading.Event,
        silence_seconds: float,
    ) -> str:
        """Pass progress on and hold the lease until the child ends; gives the reason, should it leave its run open."""
        heard = renewed = time.monotonic()
        while True:
            try:
                line = self._said.get(timeout=0.2)
            except queue.Empty:
                line = ""
            now = time.monotonic()
            if line is None:
                return self._last_words()
            if line:
                heard = now
                if progress := RunProgress.from_line(line):
                    on_progress(progress)
            if now - heard > silence_seconds:
                self._process.kill()
                return f"the crawl process gave no sign of life for {silence_seconds:.0f} seconds and was ended"
            if stop.is_set():
                return "stopped by its operator before it had seen everything"
            if now - renewed > SECONDS / 3:
                renewed = now
                if not lease.renew():
                    return "another process took over the source while this one slept"

    def end(self) -> None:
        """Make sure that the child is no more: politely, then less so."""
        if self._process.poll() is None:
            self._tell(STOP)
        for insist in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(GRACE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                insist()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _tell(self, words: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # a child that is no more is noticed by its silence
            self._process.stdin.write(words)
            self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError, OSError):  # closed by `end`
            for line in self._process.stdout:
                self._said.put(line.decode("utf-8", "replace"))
        self._said.put(None)

    def _last_words(self) -> str:
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return "the crawl process closed its line and would not end"
        how = f"ended by signal {-code}" if code < 0 else f"exit code {code}"
        return f"the crawl process ended before the run did ({how})"


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, so that a child has the same ones whatever files it reads."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"OTTERWATCH_{name.upper()}": str(value) for name, value in values.items()}


def _refusal(settings: Settings, source: SourceFile) -> str:
    """Why a source may not be crawled at all, before any process is started; else empty."""
    if source.registry.robots == "disallowed":
        return "the registry entry says that robots.txt does not allow collecting"
    try:
        user_agent(settings, source)
    except NoContactError as error:
        return str(error)
    return ""


def _result(database: Database, run_id: int) -> RunResult:
    with database.reading() as session:
        run = session.scalars(select(CrawlRun).where(CrawlRun.id == run_id)).one()
        return RunResult(
            status=cast(Ended, run.status),
            reason=run.reason,
            run_id=run_id,
            requests=run.requests,
            pages_failed=run.pages_failed,
            posts_seen=run.posts_seen,
            posts_new=run.posts_new,
            posts_changed=run.posts_changed,
            posts_gone=run.posts_gone,
            posts_rejected=run.posts_rejected,
        )
