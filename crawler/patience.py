"""Patience: a site that says 429 or 503 is waited for as long as it asks, within the source's limit, or left alone."""

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler.outcome import Outcome
from crawler.robots import OURS
from models.weeks import utc_now

SLOW_DOWN = frozenset({429, 503})
UNASKED_WAIT = 10.0
"""Seconds of the first wait where the site names none; doubled for the second."""


class RunEndingError(IgnoreRequest):
    """A request was not sent because the run has a reason to end."""


class PatienceMiddleware:
    """Waits for Retry-After (RFC 9110, 10.2.3) with all requests, then repeats the one, twice at most."""

    def __init__(self, outcome: Outcome, *, longest: float, retries: int) -> None:
        self._outcome = outcome
        self._longest = longest
        self._retries = retries
        self._not_before = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making a middleware."""
        spider = crawler.spider
        limits = spider.source.limits  # type: ignore[union-attr]
        return cls(spider.outcome, longest=limits.longest_wait_seconds, retries=limits.retries)  # type: ignore[union-attr]

    async def process_request(self, request: Request) -> None:
        """Hold every request while the site wants rest; raises RunEndingError once the run is to end."""
        await self._rest()
        if self._outcome.ending:
            raise RunEndingError("the run is ending")

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Repeat what was answered 429 or 503 after the wait, or end the run where the wait is too long."""
        if response.status not in SLOW_DOWN or OURS in request.meta:
            return response
        attempts = request.meta.get("otterwatch_waits", 0)
        asked = retry_after(response.headers.get("Retry-After"))
        wait = min(UNASKED_WAIT * 2**attempts, self._longest) if asked is None else asked
        if wait > self._longest:
            self._outcome.block = (
                f"the site asks for a pause of {wait:,.0f} seconds ({response.status}), which is longer than "
                "`limits.longest_wait_seconds`; the run ended there"
            )
            return response
        if attempts >= self._retries:
            self._outcome.block = f"the site keeps asking to slow down ({response.status}); the run ended there"
            return response
        self._not_before = max(self._not_before, time.monotonic() + wait)
        await self._rest()
        if self._outcome.ending:
            return response
        again = request.replace(dont_filter=True)
        again.meta["otterwatch_waits"] = attempts + 1
        return again

    async def _rest(self) -> None:
        while (left := self._not_before - time.monotonic()) > 0 and not self._outcome.ending:
            await asyncio.sleep(min(left, 0.5))


def retry_after(value: bytes | None) -> float | None:
    """Seconds to wait by a Retry-After header (a number or an HTTP date), None where it names none."""
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - utc_now()).total_seconds())
    except (ValueError, TypeError):
        return None
