"""robots.txt by RFC 9309, failing closed: a file that cannot be read is a no."""

import asyncio
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.egress import EgressRefusedError
from crawler.identity import ROBOTS_TOKEN
from crawler.outcome import Outcome
from crawler.recording import trouble

_DIRECTIVE = re.compile(r"(user-?agent|disallow|allow|sitemap|crawl-?delay|host|request-rate)\s*:", re.IGNORECASE)
LARGEST = 500 * 1024
"""Bytes that are parsed, as RFC 9309 section 2.5 asks for at least."""
MOST_HOPS = 5
"""Redirects that are followed, RFC 9309 section 2.3.1.2."""
OURS = "otterwatch_robots"
"""Key of a request's meta: that it asks for a robots.txt itself."""


class ClosedByRobotsError(IgnoreRequest):
    """robots.txt closes an address, or is itself unreadable, which closes the host."""


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """What one host's robots.txt says to us."""

    rules: Protego | None
    """None where everything is allowed or nothing."""
    allowed: bool
    """False where the whole host is closed."""
    reason: str
    """In plain words, why it is closed or what was found."""

    def allows(self, url: str) -> bool:
        """Whether an address may be fetched."""
        return self.allowed and (self.rules is None or self.rules.can_fetch(url, ROBOTS_TOKEN))

    @property
    def delay(self) -> float:
        """Seconds that the file asks for between two requests (Crawl-delay, Request-rate), 0 for none."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(ROBOTS_TOKEN)
        return max(self.rules.crawl_delay(ROBOTS_TOKEN) or 0.0, rate.seconds / rate.requests if rate else 0.0)


def decide(status: int, body: bytes, content_type: str) -> RobotsDecision:
    """Judge the answer to a request for robots.txt after its redirects.

    2xx is parsed; HTML in its place, such as a login page, is a no. 4xx means there is none and all is allowed
    (RFC 9309, 2.3.1.3), EXCEPT 401, 403 and 429, which are a no by our own, stricter rule: a site that refuses to say
    is not asked further. 5xx and everything else is a no (2.3.1.4).
    """
    if 200 <= status < 300:
        start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
        if "html" in content_type.lower() or start.startswith((b"<", b"{", b"[")):
            return RobotsDecision(None, False, "robots.txt is a web page and no robots.txt, such as a login page")
        try:
            # What the size limit cuts may end inside a character; anything else that is not UTF-8 is not readable.
            text = body[:LARGEST].decode("utf-8-sig", "ignore" if len(body) > LARGEST else "strict")
        except UnicodeDecodeError:
            return RobotsDecision(None, False, "robots.txt is not UTF-8 text and cannot be read")
        if "\0" in text or not _says_something(text):
            return RobotsDecision(None, False, "robots.txt holds no rule that can be read")
        return RobotsDecision(Protego.parse(text), True, f"robots.txt read ({status})")
    if status in {401, 403, 429}:
        return RobotsDecision(None, False, f"the site refuses to show its robots.txt ({status})")
    if 400 <= status < 500:
        return RobotsDecision(None, True, f"there is no robots.txt ({status})")
    return RobotsDecision(None, False, f"robots.txt cannot be read ({status})")


def _says_something(text: str) -> bool:
    """Whether there is a rule in it, or nothing but comments, which means that all is allowed."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    return not lines or any(_DIRECTIVE.match(line) for line in lines)


class RobotsMiddleware:
    """Asks each host's robots.txt before its first page and obeys it, delays included."""

    def __init__(self, crawler: Crawler, outcome: Outcome) -> None:
        self._crawler = crawler
        self._outcome = outcome
        self._decisions: dict[str, asyncio.Task[RobotsDecision]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making a middleware."""
        return cls(crawler, crawler.spider.outcome)  # type: ignore[union-attr]

    async def process_request(self, request: Request) -> None:
        """Raise ClosedByRobotsError for what robots.txt closes."""
        if OURS in request.meta:
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._decisions:
            self._decisions[origin] = asyncio.create_task(self._asked(origin))
        decision = await asyncio.shield(self._decisions[origin])
        if not decision.allowed:
            raise ClosedByRobotsError(f"{decision.reason}; an unreadable robots.txt is no permission")
        if not decision.allows(request.url):
            raise ClosedByRobotsError("robots.txt does not allow it")
        request.meta["otterwatch_robots_decision"] = decision.reason

    async def _asked(self, origin: str) -> RobotsDecision:
        url = f"{origin}/robots.txt"
        decision = None
        for hop in range(MOST_HOPS + 1):
            try:
                response = await self._fetched(url, redirected=hop > 0)
            except EgressRefusedError as error:
                return RobotsDecision(None, False, f"robots.txt leads away: {error}")
            except Exception as error:  # noqa: BLE001 - whatever goes wrong on the way, the answer is no
                return RobotsDecision(None, False, f"robots.txt cannot be read ({trouble(error)})")
            location = response.headers.get("Location")
            if response.status not in {301, 302, 303, 307, 308} or not location:
                content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
                decision = decide(response.status, response.body, content_type)
                break
            url = urljoin(url, location.decode("latin-1"))
        if decision is None:
            return RobotsDecision(None, False, f"robots.txt cannot be read (more than {MOST_HOPS} redirects)")
        self._slow_down(urlsplit(origin).hostname or "", decision.delay)
        return decision

    async def _fetched(self, url: str, *, redirected: bool) -> Response:
        meta = {OURS: True, "dont_redirect": True, "max_retry_times": 1}
        if redirected:
            meta["redirect_urls"] = [url]  # type: ignore[assignment]
        request = Request(url, callback=NO_CALLBACK, priority=1000, meta=meta, dont_filter=True)
        return await self._crawler.engine.download_async(request)

    def _slow_down(self, host: str, delay: float) -> None:
        """Make `delay` the least pause between two requests to a host, also once its slot was cleared away."""
        downloader = self._crawler.engine.downloader
        delay = max(delay, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[host] = {
            "delay": delay,
            "concurrency": 1 if delay else self._crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        }
        if slot := downloader.slots.get(host):
            slot.delay = delay
