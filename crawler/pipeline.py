"""Between the spider and the writer: gathers batches and writes them in one thread beside the crawl."""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from crawler.outcome import Outcome
from crawler.storing import Effort
from crawler.visits import Gone, Visit
from models.errors import OtterwatchError

BATCH = 40
"""Posts written at once."""
LONGEST_HOLD = 2.0
"""Seconds after which a smaller batch is written too."""
MOST_WAITING = 3
"""Batches that may wait for the writer before the crawl waits for it."""


class BatchWriter(Protocol):
    """What stores a batch, and returns when it is stored; raises OtterwatchError when it cannot."""

    def write(self, found: Sequence[Visit | Gone], effort: Effort) -> None:
        """Store a batch."""


class Batches:
    """Collects what the spider finds and hands it to the writer in order; a failing writer ends the run."""

    def __init__(self, writer: BatchWriter, outcome: Outcome) -> None:
        self._writer = writer
        self._outcome = outcome
        self._found: list[Visit | Gone] = []
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._waiting: deque[Future[None]] = deque()
        self._since = time.monotonic()
        self._requests = 0
        self._pages_failed = 0

    def add(self, found: Visit | Gone) -> None:
        """Take one find; waits where the writer is far behind."""
        if self._outcome.failure:
            return
        self._found.append(found)
        if len(self._found) >= BATCH:
            self.flush()

    def flush_old(self) -> None:
        """Write what has waited for LONGEST_HOLD; call it every so often."""
        self._look_back()
        if time.monotonic() - self._since > LONGEST_HOLD:
            self.flush()

    def flush(self, *, last: bool = False) -> None:
        """Hand over what there is, effort included; while there is nothing, the effort grows until there is."""
        effort = self._effort()
        if self._found or effort.requests or effort.pages_failed or last:
            found, self._found = self._found, []
            self._since += effort.seconds
            self._requests += effort.requests
            self._pages_failed += effort.pages_failed
            self._waiting.append(self._thread.submit(self._writer.write, found, effort))
        self._look_back()

    def close(self) -> None:
        """Write the rest and wait for it."""
        self.flush(last=True)
        self._look_back(wait_for_all=True)
        self._thread.shutdown()

    def _effort(self) -> Effort:
        outcome = self._outcome
        return Effort(
            requests=outcome.requests - self._requests,
            seconds=time.monotonic() - self._since,
            pages_failed=outcome.pages_failed - self._pages_failed,
            answers=tuple(outcome.answers.items()),
        )

    def _look_back(self, *, wait_for_all: bool = False) -> None:
        while self._waiting and (wait_for_all or self._waiting[0].done() or len(self._waiting) > MOST_WAITING):
            try:
                self._waiting.popleft().result()
            except OtterwatchError as error:
                self._outcome.failure = self._outcome.failure or f"what was found could not be stored: {error}"


class StoringPipeline:
    """Scrapy's item pipeline in front of the batches."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    @classmethod
    def from_crawler(cls, crawler: object) -> "StoringPipeline":
        """Scrapy's way of making a pipeline."""
        return cls(crawler.spider.batches)  # type: ignore[attr-defined]

    def process_item(self, item: Visit | Gone) -> Visit | Gone:
        """Pass a find on."""
        self._batches.add(item)
        return item
