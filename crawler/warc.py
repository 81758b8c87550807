"""WARC 1.1 (ISO 28500:2017): the hops of one visit as request and response records, each its own gzip member."""

import datetime as dt
import hashlib
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

NOTES = (
    "Bodies are the bytes received, after any transfer coding and before any content coding was undone. "
    "Header names are in the spelling of Scrapy (Title-Case) and grouped by name; the reason phrase of the status line "
    "and the Host line of the request are reconstructed; hop-by-hop headers are not recorded."
)
"""What in these records is not byte for byte as it went over the wire."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer."""

    url: str
    method: str
    request_headers: bytes
    status: int
    protocol: str
    response_headers: bytes
    body: bytes
    address: str
    """IP address that was connected to, empty where it is not known."""
    started_at: dt.datetime
    """UTC, when the request was sent."""
    ended_at: dt.datetime
    """UTC, when the last byte had come."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A finished WARC file and the SHA-256 (hexadecimal) of the last hop's body."""

    content: bytes
    payload_sha256: str


def warc_of(hops: Sequence[Hop], *, software: str, user_agent: str) -> WarcFile:
    """Build the WARC file of one visit: a warcinfo record, then response and request of each hop in order."""
    information = f"software: {software}\r\nformat: WARC File Format 1.1\r\n"
    information += "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    information += (
        f"robots: obeyed, RFC 9309, fail closed\r\nhttp-header-user-agent: {user_agent}\r\nnotes: {NOTES}\r\n"
    )
    info_id = _new_id()
    parts = [
        _record("warcinfo", info_id, hops[0].started_at, "application/warc-fields", information.encode(), extra=())
    ]
    for hop in hops:
        parts += _pair(hop, info_id)
    return WarcFile(b"".join(parts), hashlib.sha256(hops[-1].body).hexdigest())


def _pair(hop: Hop, info_id: str) -> list[bytes]:
    response_id, request_id = _new_id(), _new_id()
    common = [("WARC-Target-URI", hop.url), ("WARC-Warcinfo-ID", info_id)]
    if hop.address:
        common.append(("WARC-IP-Address", hop.address))
    truncated = [("WARC-Truncated", "disconnect")] if "dataloss" in hop.flags else []
    block = b"%s %d %s\r\n%s\r\n\r\n" % (
        (hop.protocol or "HTTP/1.1").encode("ascii", "replace"), hop.status, _reason(hop.status), hop.response_headers
    )  # fmt: skip
    response = _record(
        "response", response_id, hop.started_at, "application/http; msgtype=response", block + hop.body,
        extra=[*common, *truncated, ("WARC-Payload-Digest", _digest(hop.body))],
    )  # fmt: skip
    parts = urlsplit(hop.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = f"{hop.method} {target} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
    request = _record(
        "request", request_id, hop.started_at, "application/http; msgtype=request",
        asked.encode("utf-8", "replace") + hop.request_headers + b"\r\n\r\n",
        extra=[*common, ("WARC-Concurrent-To", response_id)],
    )  # fmt: skip
    return [response, request]


def _record(
    kind: str, record_id: str, date: dt.datetime, content_type: str, block: bytes, *, extra: Sequence[tuple[str, str]]
) -> bytes:
    headers = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", date.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
        *extra,
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", content_type),
        ("Content-Length", str(len(block))),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    whole = b"WARC/1.1\r\n" + lines.encode("utf-8", "replace") + b"\r\n" + block + b"\r\n\r\n"
    return packer.compress(whole) + packer.flush()


def _digest(content: bytes) -> str:
    """A labelled digest, hexadecimal like the names in the content store."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _new_id() -> str:
    return f"<{uuid.uuid4().urn}>"


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b"Unknown"
