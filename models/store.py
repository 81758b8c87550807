"""The content-addressed store: originals under the SHA-256 of their bytes, never changed."""

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from models.errors import DamagedContentError, StoreError

T = TypeVar("T")
FLUSHED_AT_ONCE = 8
"""Files that wait for the disk together."""


class ContentStore:
    """Files named by their SHA-256 (hexadecimal) under `root/ab/cdef...`; originals are read-only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes) -> str:
        """Store `content` durably and give its SHA-256; storing the same bytes twice is one file."""
        return self.put_many([content])[0]

    def put_many(self, contents: Iterable[bytes]) -> list[str]:
        """Store several contents durably with one flush at the end; gives their SHA-256 in order.

        Raises StoreError when the disk is full or the folder cannot be written. What was half written is never taken as
        whole: a file gets its name only when its bytes are on the disk. An original that was damaged meanwhile is
        written anew, since here are the right bytes.
        """
        names: list[str] = []
        waiting: dict[Path, Path] = {}
        pieces: list[tuple[Path, bytes]] = []
        try:
            for content in contents:
                name = hashlib.sha256(content).hexdigest()
                names.append(name)
                final = self.path(name)
                if final in waiting or _holds(final, name):
                    continue
                final.parent.mkdir(parents=True, exist_ok=True)
                temporary = final.with_name(f".{name[:8]}.{secrets.token_hex(6)}.part")
                waiting[final] = temporary
                pieces.append((temporary, content))
            _side_by_side(_write_durably, pieces)
            for final, temporary in waiting.items():
                if final.exists():
                    final.chmod(0o644)  # Windows does not replace a read-only file
                temporary.replace(final)
                final.chmod(0o444)
            # Also where nothing was written: another process may have named the file, and not flushed it yet.
            _side_by_side(flush_folder, {folder for name in names for folder in (self.path(name).parent, self.root)})
        except OSError as error:
            for temporary in waiting.values():
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
            raise StoreError(f"the evidence folder cannot be written: {_reason(error)}") from error
        return names

    def get(self, name: str) -> bytes:
        """The bytes stored under a SHA-256.

        Raises DamagedContentError when they no longer match it, StoreError when the file is missing or unreadable.
        """
        try:
            content = self.path(name).read_bytes()
        except FileNotFoundError as error:
            raise StoreError(f"an original is missing from the evidence folder: {name}") from error
        except OSError as error:
            raise StoreError(f"an original cannot be read ({_reason(error)}): {name}") from error
        if hashlib.sha256(content).hexdigest() != name:
            raise DamagedContentError(f"an original in the evidence folder was altered: {name}")
        return content

    def path(self, name: str) -> Path:
        """Where the file of a SHA-256 stands; raises ValueError for anything that is not 64 hexadecimal digits."""
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.root / name[:2] / name[2:]

    def sweep(self) -> int:
        """Remove what writers that were killed left unfinished; gives how many. Call it when no writer runs."""
        parts = list(self.root.glob("*/.*.part"))
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)


def _holds(file: Path, name: str) -> bool:
    return file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == name


def _side_by_side(act: Callable[[T], None], things: Collection[T]) -> None:
    """Do it to each in a few threads: a disk flushes many files at once in the time of two or three."""
    with ThreadPoolExecutor(max(1, min(len(things), FLUSHED_AT_ONCE))) as threads:
        list(threads.map(act, things))


def _write_durably(piece: tuple[Path, bytes]) -> None:
    path, content = piece
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make sure that the names in a folder survive a power cut."""
    if os.name == "nt":  # Windows flushes directory entries itself and cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    words = {
        errno.ENOSPC: "the disk is full",
        errno.EACCES: "permission denied",
        errno.EROFS: "the disk is read-only",
        errno.EDQUOT: "the quota is used up",
    }
    return words.get(error.errno or 0, error.strerror or "the disk answers with an error")
