"""Captures: whatever was altered since, the check finds it and says so in plain words."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from alerts.evidence.captures import check, last_body
from models.store import ContentStore
from models.tables import Capture
from tests.conftest import MONDAY

BODY = "<html>dijual anakan berang-berang 🦦</html>".encode()
REDIRECT = b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://pasar.example/item/1\r\n\r\nmoved"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY


def warc(*responses: bytes) -> bytes:
    """A WARC 1.1 file of these responses, each a gzip member of its own, written out by hand."""
    members = []
    for number, response in enumerate(responses):
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>\r\n"
            "WARC-Date: 2026-11-16T12:00:00Z\r\nWARC-Target-URI: https://pasar.example/item/1\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(response)}\r\n\r\n"
        )
        members.append(gzip.compress(head.encode() + response + b"\r\n\r\n", mtime=0))
    return b"".join(members)


def captured(store: ContentStore, content: bytes, body: bytes = BODY) -> Capture:
    return Capture(
        requested_url="https://pasar.example/item/1",
        final_url="https://pasar.example/item/1",
        started_at=MONDAY,
        ended_at=MONDAY,
        warc_sha256=store.put(content),
        warc_size=len(content),
        payload_sha256=hashlib.sha256(body).hexdigest(),
    )


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "evidence")


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (warc(PAGE), BODY),
        (warc(REDIRECT, PAGE), BODY),  # the last hop is the page
        (warc(b"HTTP/1.1 200 OK\r\n\r\n"), b""),  # an empty page is a page
        (warc(b"HTTP/1.1 200 OK\r\n\r\na\r\n\r\nb"), b"a\r\n\r\nb"),  # a blank line inside the page
        (warc(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x00"), b"\x1f\x8b\x00"),  # as received
        (warc(), None),
    ],
)
def test_the_body_of_the_last_response_as_it_was_received(content: bytes, body: bytes | None) -> None:
    assert last_body(content) == body


def test_an_intact_capture(store: ContentStore) -> None:
    found = check(store, captured(store, warc(REDIRECT, PAGE)))
    assert found.intact
    assert found.words.startswith("Intact")


def alter(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.chmod(0o644)
    file.write_bytes(change(file.read_bytes()))


@pytest.mark.parametrize("place", [0, 40, -10, -1])  # in the record's head, the page, the end
def test_any_altered_byte_is_found(store: ContentStore, place: int) -> None:
    capture = captured(store, warc(PAGE))
    alter(store.path(capture.warc_sha256), lambda c: c[:place] + bytes([c[place] ^ 1]) + c[place:][1:])
    found = check(store, capture)
    assert not found.intact
    assert "altered after capture" in found.words


def test_a_file_that_is_gone_is_found(store: ContentStore) -> None:
    capture = captured(store, warc(PAGE))
    store.path(capture.warc_sha256).unlink()
    found = check(store, capture)
    assert not found.intact
    assert "missing" in found.words


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (warc(PAGE), b"another page"),
        (warc(REDIRECT), BODY),  # only the redirect was stored
        (warc(), BODY),
        (warc(PAGE)[:-20], BODY),  # it was cut off before it was stored
        (warc(PAGE) + b"and no archive", BODY),
        (b"no archive at all", BODY),
        (b"", BODY),
    ],
)
def test_a_record_that_does_not_fit_its_file_is_found(store: ContentStore, content: bytes, body: bytes) -> None:
    found = check(store, captured(store, content, body))
    assert not found.intact
    assert "not the one that was recorded" in found.words


def test_a_row_that_was_altered_is_found(store: ContentStore) -> None:
    capture = captured(store, warc(PAGE))
    capture.warc_sha256 = "../../etc/passwd"
    assert not check(store, capture).intact
