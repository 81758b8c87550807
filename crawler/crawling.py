"""Scrapy at work: the hardened settings of one source, and a heart that ends the crawl when there is a reason to."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Any

import scrapy
import structlog
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.exceptions import DontCloseSpider

from crawler import child_line, log
from crawler.egress import LOOPBACK_SETTING, EgressMiddleware, EgressPolicy, PublicOnlyResolver
from crawler.listing import ListingSpider
from crawler.outcome import Outcome
from crawler.patience import PatienceMiddleware
from crawler.pipeline import Batches, StoringPipeline
from crawler.progress import RunProgress
from crawler.recording import RecordingMiddleware
from crawler.robots import RobotsMiddleware
from crawler.source_file import SourceFile

LARGEST_PAGE = 8 * 2**20
"""Bytes of one answer, before and after unpacking."""
MOST_REDIRECTS = 5
MEMORY_MIB = 1500
"""A crawl process beyond this ends its run."""
TICK_SECONDS = 0.25

logger = structlog.get_logger(__name__)


class CrawlSpider(ListingSpider):
    """The listing spider with the batches its finds go to."""

    def __init__(self, source: SourceFile, outcome: Outcome, known: Sequence[str], batches: Batches) -> None:
        super().__init__(source, outcome, known)
        self.batches = batches


def run_scrapy(
    source: SourceFile, agent: str, run_id: int, outcome: Outcome, known: Sequence[str], batches: Batches
) -> None:
    """Crawl a source with `agent` as the User-Agent, and return when the last page was read.

    `known` are the addresses of posts that were there in earlier runs: those the listing no longer shows are asked for.
    """
    process = CrawlerProcess(scrapy_settings(source, agent))
    log.quieten()
    crawler = process.create_crawler(CrawlSpider)
    # Signals hold their receivers weakly, so these names keep them alive until the crawl has ended.
    heart, count_error, note_closing = _Heart(outcome, batches, run_id), _error_counter(outcome), _closing(outcome)
    crawler.signals.connect(heart.start, signals.spider_opened)
    crawler.signals.connect(_ask_for_the_missing, signals.spider_idle)
    crawler.signals.connect(count_error, signals.spider_error)
    crawler.signals.connect(note_closing, signals.spider_closed)
    process.crawl(crawler, source=source, outcome=outcome, known=known, batches=batches)
    process.start()


def scrapy_settings(source: SourceFile, agent: str) -> dict[str, Any]:
    """Scrapy's settings for one source, hardened: every one that differs from Scrapy's default is here."""
    policy = EgressPolicy(source.url)
    delay = 1 / source.limits.requests_per_second
    eager = source.is_loopback and source.limits.requests_per_second >= 10
    return {
        "AUTOTHROTTLE_ENABLED": False,
        "CLOSESPIDER_TIMEOUT": source.limits.max_minutes * 60,
        "CONCURRENT_ITEMS": 1,  # Scrapy starts so many tasks for each page, and ours hand over at once
        "CONCURRENT_REQUESTS": 16 if eager else 2,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8 if eager else 1,
        "COOKIES_ENABLED": False,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "*" if source.language == "und" else f"{source.language},*;q=0.5",
        },
        "DEPTH_LIMIT": 0,  # pages are counted instead, and reaching the limit is said
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the egress policy is stricter
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # it fails open
            EgressMiddleware: 10,
            RobotsMiddleware: 100,
            PatienceMiddleware: 560,
            RecordingMiddleware: 880,
        },
        "DOWNLOAD_DELAY": 0 if source.is_loopback and source.limits.requests_per_second >= 100 else delay,
        "DOWNLOAD_DELAY_JITTER": 0,  # a delay is a floor
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        "DOWNLOAD_MAXSIZE": LARGEST_PAGE,
        "DOWNLOAD_TIMEOUT": source.limits.timeout_seconds,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_WARNSIZE": 0,
        "EXTENSIONS": {
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.remote_control.RemoteControl": None,
            "scrapy.extensions.telnet.TelnetConsole": None,
        },
        "HTTPCACHE_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,  # the spider judges every status itself
        "HTTPPROXY_ENABLED": False,  # through a proxy nobody could say where it connected
        "ITEM_PIPELINES": {StoringPipeline: 300},
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_VERSIONS": [],
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 10.0,
        "MEMUSAGE_LIMIT_MB": MEMORY_MIB,
        "METAREFRESH_ENABLED": False,
        "OTTERWATCH_SOURCE_URL": source.url,
        LOOPBACK_SETTING: policy.loopback_host,
        "REDIRECT_MAX_TIMES": MOST_REDIRECTS,
        "REMOTE_CONTROL_ENABLED": False,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # the run's reason says it
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],  # 429 and 503 are for patience
        "RETRY_TIMES": source.limits.retries,
        "ROBOTSTXT_OBEY": False,  # done by our own, which fails closed
        "STATS_DUMP": False,
        "TELNETCONSOLE_ENABLED": False,
        "TWISTED_DNS_RESOLVER": PublicOnlyResolver,
        "USER_AGENT": agent,
    }


class _Heart:
    """Beats a few times a second: tells progress, writes old batches, and ends the crawl when there is a reason to."""

    def __init__(self, outcome: Outcome, batches: Batches, run_id: int) -> None:
        self._outcome = outcome
        self._batches = batches
        self._run_id = run_id
        self._task: asyncio.Task[None] | None = None

    def start(self, spider: scrapy.Spider) -> None:
        """Begin with the crawl."""
        child_line.watch_parent(self._parent_said)
        self._task = asyncio.ensure_future(self._beat(spider))

    def _parent_said(self, reason: str) -> None:
        self._outcome.interruption = self._outcome.interruption or reason

    async def _beat(self, spider: scrapy.Spider) -> None:
        beats = 0
        while True:
            self._batches.flush_old()
            if beats % 4 == 0:
                self._tell()
            if self._outcome.ending:
                self._batches.flush()  # what hangs may outlast our parent's patience; what is read is kept
                await spider.crawler.engine.close_spider_async(reason="ended")
                return
            beats += 1
            await asyncio.sleep(TICK_SECONDS)

    def _tell(self) -> None:
        outcome = self._outcome
        progress = RunProgress(
            run_id=self._run_id,
            requests=outcome.requests,
            posts_read=outcome.posts_read,
            pages_failed=outcome.pages_failed,
            found_links=outcome.found_links,
        )
        sys.stdout.write(progress.to_line())
        sys.stdout.flush()


def _ask_for_the_missing(spider: CrawlSpider) -> None:
    """When the listing is read to its end, ask for the known posts that it no longer shows."""
    requests = list(spider.missing_posts())
    for request in requests:
        spider.crawler.engine.crawl(request)
    if requests:
        raise DontCloseSpider


def _error_counter(outcome: Outcome) -> Callable[..., None]:
    def count(failure: Any) -> None:
        logger.error("a page broke the reader", kind=type(failure.value).__name__)
        outcome.post_troubles["a page that broke the reader"] += 1

    return count


def _closing(outcome: Outcome) -> Callable[..., None]:
    words = {
        "closespider_timeout": "the limit of `limits.max_minutes` was reached",
        "memusage_exceeded": "the crawl process needed too much memory",
        "shutdown": "",
    }

    def note(reason: str) -> None:
        if reason == "shutdown":
            outcome.interruption = outcome.interruption or "the crawl process was asked to stop"
        elif reason in words:
            outcome.cap = outcome.cap or words[reason]
        elif reason not in {"finished", "ended"}:
            outcome.failure = outcome.failure or "the crawl ended in an unforeseen way"

    return note
