"""The writer in a process of its own, so that disk and database never slow the crawl.

The crawl process forks before it loads Scrapy; where there is no fork, it starts its own command line once more and
orders it to write. Batches go one way, an answer for each comes back. A writer whose crawl is no more finishes what it
was given and ends.
"""

import os
import pickle
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO, NoReturn, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from crawler.child_line import Order
from crawler.storing import Effort, Writer
from crawler.visits import Gone, Visit
from models.errors import OtterwatchError, StoreError

WRITTEN = b"written\n"
FAILED = b"failed "
PATIENCE_SECONDS = 60.0
"""Time for a writer to end after its last batch."""

logger = structlog.get_logger(__name__)


class _Process(Protocol):
    """A started writer: where batches go, where answers come from, and its end."""

    batches: BinaryIO
    answers: BinaryIO

    def ended(self) -> bool:
        """Whether it is no more."""

    def kill(self) -> None:
        """End it at once."""


class WriterProcess:
    """The writer as the crawl process sees it; to be used from one thread at a time."""

    def __init__(self, order: Order, make_writer: Callable[[], Writer]) -> None:
        """Start the writer; call this before any thread, database connection or reactor exists."""
        self._process: _Process = _Forked(make_writer) if hasattr(os, "fork") else _Spawned(order)

    def write(self, found: Sequence[Visit | Gone], effort: Effort) -> None:
        """Have a batch stored and wait until it is; raises StoreError with the writer's words."""
        content = pickle.dumps((list(found), effort), protocol=pickle.HIGHEST_PROTOCOL)
        with suppress(OSError):  # a writer that is no more is noticed by its missing answer
            self._process.batches.write(struct.pack(">Q", len(content)) + content)
            self._process.batches.flush()
        for line in self._process.answers:
            if line == WRITTEN:
                return
            if line.startswith(FAILED):
                raise StoreError(line.removeprefix(FAILED).decode("utf-8", "replace").strip())
        raise StoreError("the writing process ended before its work was done")

    def close(self) -> None:
        """End the writer and wait for it."""
        with suppress(OSError):
            self._process.batches.close()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._process.ended():
            if time.monotonic() > deadline:
                self._process.kill()
            time.sleep(0.01)
        self._process.answers.close()


class _Forked:
    """A fork of this process: it has all modules and the prefilter at once."""

    def __init__(self, make_writer: Callable[[], Writer]) -> None:
        batches_out, batches_in = os.pipe()
        answers_out, answers_in = os.pipe()
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(batches_in)
            os.close(answers_out)
            _live(make_writer, batches_out, answers_in)
        os.close(batches_out)
        os.close(answers_in)
        self._status: int | None = None
        self.batches: BinaryIO = os.fdopen(batches_in, "wb")
        self.answers: BinaryIO = os.fdopen(answers_out, "rb")

    def ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    def kill(self) -> None:
        os.kill(self._pid, 9)


class _Spawned:
    """A second process with the same command line, ordered to write."""

    def __init__(self, order: Order) -> None:
        command = [sys.executable, *sys.orig_argv[1:]]
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.batches: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self.answers: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self.batches.write(replace(order, role="write").to_line())
        self.batches.flush()

    def ended(self) -> bool:
        return self._process.poll() is not None

    def kill(self) -> None:
        self._process.kill()


def serve(writer: Writer, batches: BinaryIO, answers: BinaryIO) -> None:
    """Be the writer: store each batch that comes and answer it, until the line is closed."""
    writer.prepare()
    while (content := _frame(batches)) is not None:
        found, effort = pickle.loads(content)  # noqa: S301 - from the process that started this one
        with suppress(BrokenPipeError):  # the crawl is no more; what it sent is still stored
            answers.write(_answer(writer, found, effort))
            answers.flush()


def _live(make_writer: Callable[[], Writer], batches: int, answers: int) -> NoReturn:
    """The whole life of a forked writer; it never returns to what its crawl process was about to do."""
    code = 1
    try:
        with os.fdopen(batches, "rb") as incoming, os.fdopen(answers, "wb") as outgoing:
            try:
                serve(make_writer(), incoming, outgoing)
                code = 0
            except OtterwatchError as error:
                outgoing.write(FAILED + " ".join(str(error).split()).encode() + b"\n")
    finally:
        os._exit(code)


def _answer(writer: Writer, found: Sequence[Visit | Gone], effort: Effort) -> bytes:
    try:
        writer.write(found, effort)
    except OtterwatchError as error:
        return FAILED + " ".join(str(error).split()).encode() + b"\n"
    except SQLAlchemyError as error:  # its words may hold what a post says
        logger.error("the database refused a batch", kind=type(error).__name__)
        return FAILED + b"the database refused a row; run `otterwatch doctor`\n"
    except Exception as error:  # noqa: BLE001 - prefilter and language are given code; a fault there ends the run
        logger.error("the writer broke", kind=type(error).__name__)
        return FAILED + f"the prefilter or the language function broke ({type(error).__name__})\n".encode()
    return WRITTEN


def _frame(incoming: BinaryIO) -> bytes | None:
    """The next batch, None when the line was closed, also in the middle of one."""
    head = incoming.read(8)
    if len(head) < 8:
        return None
    (length,) = struct.unpack(">Q", head)
    content = incoming.read(length)
    return content if len(content) == length else None
