"""Checking a capture against the hashes taken when it was made, and reading what it holds."""

import hashlib
import io
from dataclasses import dataclass

from fastwarc.warc import ArchiveIterator, WarcRecordType

from models.errors import DamagedContentError, StoreError
from models.store import ContentStore
from models.tables import Capture


@dataclass(frozen=True)
class CaptureCheck:
    """Whether a capture still is what was stored, in plain words."""

    intact: bool
    words: str


def check(store: ContentStore, capture: Capture) -> CaptureCheck:
    """Hash the stored file and the body in it again and compare both with what was recorded at capture."""
    try:
        warc = store.get(capture.warc_sha256)
    except DamagedContentError:
        return CaptureCheck(False, "The stored file was altered after capture: its SHA-256 differs.")
    except (StoreError, ValueError):  # ValueError: what is recorded is no SHA-256
        return CaptureCheck(False, "The stored file is missing or cannot be read.")
    body = last_body(warc)
    if body is None or hashlib.sha256(body).hexdigest() != capture.payload_sha256:
        return CaptureCheck(False, "The page in the stored file is not the one that was recorded.")
    return CaptureCheck(True, "Intact: file and page have the SHA-256 recorded at capture.")


def last_body(warc: bytes) -> bytes | None:
    """The body of the last response in a WARC file, as it was received; None where there is none, or no WARC file."""
    body: bytes | None = None
    try:
        for record in ArchiveIterator(io.BytesIO(warc), record_types=WarcRecordType.response, parse_http=False):
            _, _, body = record.reader.read().partition(b"\r\n\r\n")
    except (OSError, ValueError):  # what FastWARC says of bytes that it cannot read
        return None
    return body
