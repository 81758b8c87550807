"""The line between the crawl process and its parent: an order on standard input, and its end when the parent ends."""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from models.errors import OtterwatchError

STOP = b"stop\n"
"""What a parent writes to end the run politely; closing the line does the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which run to be, and whether to crawl or to write for it."""

    run_id: int
    source_id: int
    role: Literal["crawl", "write"] = "crawl"

    def to_line(self) -> bytes:
        """The order as the parent writes it."""
        return json.dumps(asdict(self)).encode() + b"\n"


def read_order() -> Order:
    """Read the order from standard input; raises OtterwatchError where there is none."""
    line = b""
    while not line.endswith(b"\n") and len(line) < 1000:
        # os.read and not sys.stdin: a thread must be able to wait on the descriptor while the interpreter ends.
        piece = os.read(0, 1) if not os.isatty(0) else b""
        if not piece:
            break
        line += piece
    try:
        content = json.loads(line)
        role: Literal["crawl", "write"] = "write" if content["role"] == "write" else "crawl"
        return Order(run_id=int(content["run_id"]), source_id=int(content["source_id"]), role=role)
    except (ValueError, TypeError, KeyError) as error:
        raise OtterwatchError("this is the crawl process; run `otterwatch collect`, which starts it") from error


def watch_parent(interrupted: Callable[[str], None]) -> None:
    """Call `interrupted` with a sentence, from another thread, when the parent says stop or is no more."""

    def wait() -> None:
        said = b""
        while not said.endswith(STOP):
            try:
                piece = os.read(0, 64)
            except OSError:
                piece = b""
            if not piece:
                interrupted("the process that had started the crawl ended before it")
                return
            said = (said + piece)[-64:]
        interrupted("stopped by its operator before it had seen everything")

    threading.Thread(target=wait, name="parent", daemon=True).start()
