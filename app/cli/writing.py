"""Writing rows to a file, which is put in place only when it is whole, or to standard output."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from models.errors import OtterwatchError


@contextmanager
def opened(output: Path) -> Iterator[BinaryIO]:
    """The file to write; raises OtterwatchError where that is not possible, and then no half file is left."""
    if str(output) == "-":
        with _failing_plainly("standard output"):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    output = output.resolve()  # through a link the file behind it is written, not the link replaced
    if output.exists() and not output.is_file():  # a pipe or a device
        with _failing_plainly(str(output)), output.open("wb") as stream:
            yield stream
        return
    # A name that nobody can foresee, and readable by its owner only: what stands in it names people.
    part = output.with_name(f".{output.name}.{secrets.token_hex(6)}.part")
    try:
        file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")
    except OSError as error:
        raise OtterwatchError(f"{output} cannot be written: {error.strerror}") from error
    try:
        with file:
            yield file
        part.replace(output)
    except OSError as error:
        raise OtterwatchError(f"{output} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _failing_plainly(name: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader has seen enough; `main` ends quietly
    except OSError as error:
        raise OtterwatchError(f"{name} cannot be written: {error.strerror}") from error


def write_row(file: BinaryIO, row: dict[str, Any]) -> None:
    """Write one JSON object as a line of UTF-8; half a surrogate pair, which UTF-8 cannot hold, is escaped."""
    text = json.dumps(row, ensure_ascii=False)
    try:
        line = text.encode()
    except UnicodeEncodeError:
        line = json.dumps(row).encode()
    file.write(line + b"\n")
