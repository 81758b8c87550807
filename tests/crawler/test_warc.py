"""WARC files that a stranger's reader takes and verifies."""

import datetime as dt
import gzip
import hashlib
import io

from fastwarc.warc import ArchiveIterator

from crawler.warc import Hop, warc_of

AT = dt.datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=dt.UTC)
BODY = gzip.compress("<html>นาก</html>".encode())


def hop(url: str, status: int = 200, body: bytes = BODY, headers: bytes = b"Content-Encoding: gzip") -> Hop:
    return Hop(url, "GET", b"User-Agent: Otterwatch/0", status, "HTTP/1.1", headers, body, "1.1.1.1", AT, AT)


def test_the_hops_of_a_visit() -> None:
    first = hop("https://example.org/old?a=1", 301, b"", b"Location: /new")
    made = warc_of([first, hop("https://example.org/new")], software="Otterwatch/0", user_agent="Otterwatch/0 (+x)")
    assert made.payload_sha256 == hashlib.sha256(BODY).hexdigest()
    records = []
    for record in ArchiveIterator(io.BytesIO(made.content), parse_http=False):
        assert record.verify_block_digest()
        records.append((dict(record.headers), record.reader.read()))
    kinds = [headers["WARC-Type"] for headers, _ in records]
    assert kinds == ["warcinfo", "response", "request", "response", "request"]
    info, moved, asked, final, _ = records
    assert b"format: WARC File Format 1.1" in info[1]
    assert b"grouped by name" in info[1], "it says what is not as it went over the wire"
    assert moved[0]["WARC-Target-URI"] == "https://example.org/old?a=1"
    assert moved[0]["WARC-IP-Address"] == "1.1.1.1"
    assert moved[0]["WARC-Date"] == "2026-11-22T12:00:00.123456Z"
    assert asked[0]["WARC-Concurrent-To"] == moved[0]["WARC-Record-ID"]
    assert asked[1] == b"GET /old?a=1 HTTP/1.1\r\nHost: example.org\r\nUser-Agent: Otterwatch/0\r\n\r\n"
    assert moved[1] == b"HTTP/1.1 301 Moved Permanently\r\nLocation: /new\r\n\r\n"
    assert final[1] == b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + BODY
    assert final[0]["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(BODY).hexdigest()}"
    assert len({headers["WARC-Record-ID"] for headers, _ in records}) == 5


def test_payload_digests_are_of_the_bytes_received() -> None:
    made = warc_of([hop("https://example.org/new")], software="x", user_agent="y")
    for record in ArchiveIterator(io.BytesIO(made.content), parse_http=True, auto_decode="none"):
        if record.headers["WARC-Type"] == "response":
            assert record.verify_payload_digest()
            assert record.http_headers.status_code == 200


def test_each_record_is_a_gzip_member_of_its_own() -> None:
    made = warc_of([hop("https://example.org/new")], software="x", user_agent="y")
    assert made.content.count(b"\x1f\x8b\x08") >= 3
    assert gzip.decompress(made.content).count(b"WARC/1.1\r\n") == 3


def test_odd_hops() -> None:
    odd = hop("https://[::1]:8/%ff?x", 799, b"", b"")
    made = warc_of([odd], software="x", user_agent="y")
    assert b"HTTP/1.1 799 Unknown" in gzip.decompress(made.content)
