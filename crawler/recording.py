"""Records every hop as it is received, next to the network: content codings still on, redirects not yet followed."""

import datetime as dt
import zlib
from collections.abc import Sequence
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response

from crawler.outcome import Outcome
from crawler.warc import Hop
from models.weeks import utc_now

HOPS = "otterwatch_hops"
"""Key of a request's meta: the hops so far, as `tuple[Hop, ...]`."""
_SENT = "otterwatch_sent_at"

_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "no such host"),
    (DownloadConnectionRefusedError, "connection refused"),
    (ResponseDataLossError, "cut off"),
    (DownloadCancelledError, "too large"),
)


class RecordingMiddleware:
    """Keeps request and response of each hop with the request, and counts answers.

    It stands at order 880, beyond everything that changes a response (content decoding is at 590), so a body is what
    was received. Nothing is written here: only posts that are kept leave bytes.
    """

    def __init__(self, crawler: Crawler, outcome: Outcome) -> None:
        self._outcome = outcome
        crawler.signals.connect(self._headers_received, signals.headers_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making a middleware."""
        return cls(crawler, crawler.spider.outcome)  # type: ignore[union-attr]

    def _headers_received(self, request: Request) -> None:
        latency = dt.timedelta(seconds=request.meta.get("download_latency", 0.0))
        request.meta[_SENT] = utc_now() - latency

    def process_request(self, request: Request) -> None:
        """Count what is sent."""
        self._outcome.requests += 1

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the hop in the request, from where redirects and callbacks take it on."""
        now = utc_now()
        self._outcome.answers[str(response.status)] += 1
        hop = Hop(
            url=request.url,
            method=request.method,
            request_headers=request.headers.to_string(),
            status=response.status,
            protocol=response.protocol or "",
            response_headers=response.headers.to_string(),
            body=response.body,
            address=str(response.ip_address or ""),
            started_at=request.meta.pop(_SENT, now),
            ended_at=now,
            flags=tuple(response.flags),
        )
        # A repeated attempt does not belong to the chain that leads to the page.
        redirects = tuple(h for h in request.meta.get(HOPS, ()) if 300 <= h.status < 400)
        request.meta[HOPS] = (*redirects, hop)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what went wrong on the way."""
        if not isinstance(exception, IgnoreRequest):
            self._outcome.answers[trouble(exception)] += 1


def is_whole(hops: Sequence[Hop]) -> bool:
    """Whether a page came whole; Scrapy unpacks a gzip that was cut short without a word (RFC 1952, 2.3)."""
    if not hops or b"gzip" not in hops[-1].response_headers.lower() or hops[-1].body[:2] != b"\x1f\x8b":
        return True
    rest = hops[-1].body
    while rest:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            unpacker.decompress(rest)
        except zlib.error:
            return False
        if not unpacker.eof:
            return False
        rest = unpacker.unused_data.lstrip(b"\x00")
    return True


def trouble(error: BaseException) -> str:
    """What went wrong on the way, in a word or two."""
    if "certificate verify failed" in str(error):
        return "an invalid certificate"
    return next((words for kind, words in _TROUBLES if isinstance(error, kind)), "connection lost")
