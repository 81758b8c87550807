"""The spider: a listing or a sitemap leads to the pages of posts, and each page to a post or a note of what failed."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from scrapy import Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response, TextResponse
from twisted.python.failure import Failure

from crawler.addresses import LONGEST, canonical, detail_links, next_link
from crawler.blocks import block_on
from crawler.egress import EgressPolicy, EgressRefusedError
from crawler.extract.page import read_post
from crawler.extract.selectors import SelectorError, shown_data
from crawler.extract.structured import structured_data
from crawler.outcome import Outcome
from crawler.patience import RunEndingError
from crawler.recording import HOPS, is_whole, trouble
from crawler.robots import ClosedByRobotsError
from crawler.sitemaps import SitemapError, read_sitemap
from crawler.source_file import SourceFile
from crawler.visits import Gone, Visit
from crawler.warc import Hop
from models.weeks import utc_now

REFUSALS_IN_A_ROW = 5
"""So many posts refused (401, 403) one after the other end the run."""


class ListingSpider(Spider):
    """Visits the listing of one source and the posts it links to."""

    name = "listing"

    def __init__(self, source: SourceFile, outcome: Outcome, known: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.outcome = outcome
        self._known = known
        self._policy = EgressPolicy(source.url)
        self._listings: set[str] = set()
        self._details: set[str] = set()
        self._refused_in_a_row = 0

    async def start(self) -> AsyncIterator[Request]:
        """The first listing pages, or the sitemap."""
        listing = self.source.listing
        if listing.sitemap:
            for request in self._sitemap(urljoin(self.source.url, listing.sitemap), depth=0):
                yield request
        for number, start in enumerate([listing.numbered] if listing.numbered else listing.start):
            address = start.replace("{page}", "1") if listing.numbered else start
            # Each listing waits for the one before it: what a site shows first is read first.
            for request in self._page(urljoin(self.source.url, address), page=1, priority=-number):
                yield request

    def _page(self, url: str, *, page: int, priority: int = 0) -> Iterator[Request]:
        address = self._new_listing(url)
        if address:
            yield Request(
                address,
                callback=self.read_listing,
                errback=self.listing_failed,
                cb_kwargs={"page": page},
                priority=priority,
                dont_filter=True,
            )

    def _sitemap(self, url: str, *, depth: int) -> Iterator[Request]:
        address = self._new_listing(url)
        if address:
            yield Request(
                address,
                callback=self.read_sitemap,
                errback=self.listing_failed,
                cb_kwargs={"depth": depth},
                dont_filter=True,
            )

    def _new_listing(self, url: str) -> str:
        """The canonical address of a listing page that is to be visited, empty where it was or may not be."""
        address = canonical(url)
        if address in self._listings or self.outcome.ending:
            return ""
        if len(self._listings) >= self.source.listing.max_pages:
            self.outcome.cap = f"the limit of {self.source.listing.max_pages} listing pages was reached"
            return ""
        self._listings.add(address)
        return address

    def read_listing(self, response: Response, page: int) -> Iterator[Request]:
        """Follow a listing page to its posts and to the next page."""
        if not self._answered_well(response):
            if not (self.source.listing.numbered and page > 1 and response.status == 404):
                return
            self.outcome.listing_troubles.subtract({"404": 1})  # numbered pages end like this
            self.outcome.listing_troubles += type(self.outcome.listing_troubles)()
            return
        selector, listing = page_of(response), self.source.listing
        try:
            links = list(detail_links(selector, response.url, listing))
            following = next_link(selector, response.url, listing) if not listing.numbered else ""
        except SelectorError as error:
            self.outcome.failure = f"the source file's selector {error}"
            return
        self.outcome.listings_read += 1
        fresh = list(self._posts(links))
        yield from fresh
        if listing.numbered and fresh:
            following = urljoin(self.source.url, listing.numbered.replace("{page}", str(page + 1)))
        if following and self._policy.owns(following):
            yield from self._page(following, page=page + 1, priority=1)

    def read_sitemap(self, response: Response, depth: int) -> Iterator[Request]:
        """Follow a sitemap to its posts, an index to its sitemaps."""
        if response.status != 200:
            self._answered_well(response)
            return
        try:
            sitemap = read_sitemap(response.body)
        except SitemapError as error:
            self.outcome.listing_troubles[str(error)] += 1
            return
        self.outcome.listings_read += 1
        pattern = self.source.listing.detail_pattern
        for address in sitemap.sitemaps:
            if depth >= 3:
                self.outcome.cap = "sitemaps are nested deeper than three levels"
            elif self._policy.owns(urljoin(response.url, address)):
                yield from self._sitemap(urljoin(response.url, address), depth=depth + 1)
        yield from self._posts(detail_addresses(sitemap.pages, response.url, pattern))

    def _posts(self, links: Iterator[str] | list[str]) -> Iterator[Request]:
        for link in links:
            if link in self._details or not self._policy.owns(link) or self.outcome.ending:
                continue
            if len(self._details) >= self.source.limits.max_posts:
                self.outcome.cap = f"the limit of {self.source.limits.max_posts} posts was reached"
                return
            self._details.add(link)
            self.outcome.found_links += 1
            yield Request(link, callback=self.read_detail, errback=self.detail_failed, dont_filter=True)

    def missing_posts(self) -> Iterator[Request]:
        """Requests for the known posts that the listing did not show; none where it was not read.

        A post may have slipped from one listing page to another while they were read, so it is asked before it is
        called gone, and one that answers 404 is gone also in a run that is not complete.
        """
        known, self._known = self._known, ()
        if self.outcome.listings_read and not self.outcome.ending:
            found = self.outcome.found_links
            yield from self._posts(list(known))
            self.outcome.found_links = found

    def read_detail(self, response: Response) -> Iterator[Visit | Gone]:
        """Read a post from its page, or note that it is gone or why it was not read."""
        request, outcome = response.request, self.outcome
        assert request is not None
        requested = request.meta.get("redirect_urls", [request.url])[0]
        if response.status in {404, 410}:
            outcome.posts_gone += 1
            yield from (Gone(address) for address in {canonical(requested), canonical(response.url)})
            return
        redirected = bool(request.meta.get("redirect_urls"))
        if redirected and canonical(response.url) in self._listings | {canonical(self.source.url)}:
            outcome.posts_gone += 1  # a site's polite way to say so; declared by the end of a complete run
            return
        if not self._answered_well(response, detail=True):
            return
        hops: tuple[Hop, ...] = request.meta.get(HOPS, ())
        item = read_post(
            page_of(response),
            address=response.url,
            url=canonical(response.url),
            source=self.source,
            fetched_at=hops[-1].ended_at if hops else utc_now(),
        )
        if item is None:
            outcome.post_troubles["a page without title and text"] += 1
            return
        outcome.posts_read += 1
        self._refused_in_a_row = 0
        yield Visit(item, hops, requested, request.meta.get("otterwatch_robots_decision", ""))

    def _answered_well(self, response: Response, *, detail: bool = False) -> bool:
        """Whether a page is what was asked for; notes what it is else."""
        outcome = self.outcome
        troubles = outcome.post_troubles if detail else outcome.listing_troubles
        if response.status in {401, 403, 429}:
            troubles[str(response.status)] += 1
            self._refused_in_a_row += 1
            if (not detail or self._refused_in_a_row >= REFUSALS_IN_A_ROW) and not outcome.block:
                outcome.block = f"the site refuses to be read ({response.status}); the run ended there"
            return False
        if response.status != 200:
            troubles[str(response.status)] += 1
            return False
        if response.request and not is_whole(response.request.meta.get(HOPS, ())):
            troubles["cut off"] += 1
            return False
        if not isinstance(response, TextResponse) or not response.body.strip():
            troubles["a page that is no text" if response.body else "an empty page"] += 1
            return False
        redirected = bool(response.request and response.request.meta.get("redirect_urls"))
        page = page_of(response)
        sign = block_on(page, response.body, response.url, redirected=redirected)
        # A title is the seller's to choose: a page that has what was asked for is no block, whatever it is called.
        if sign and (redirected or not self._has_what_was_asked(page, response.url, detail=detail)):
            troubles[sign] += 1
            outcome.block = outcome.block or f"the site answers with {sign}; the run ended there"
            return False
        return True

    def _has_what_was_asked(self, page: Selector, url: str, *, detail: bool) -> bool:
        if not detail:
            return any(detail_links(page, url, self.source.listing))
        fields = self.source.fields
        shown = shown_data(page, fields)
        return bool(shown.text or shown.price or structured_data(page.root, url).price.amount is not None)

    def listing_failed(self, failure: Failure) -> None:
        """Note why a listing page did not come."""
        self._failed(failure, self.outcome.listing_troubles)

    def detail_failed(self, failure: Failure) -> None:
        """Note why a post's page did not come."""
        self._failed(failure, self.outcome.post_troubles)

    def _failed(self, failure: Failure, troubles: Any) -> None:
        error = failure.value
        assert error is not None
        if isinstance(error, RunEndingError):
            return
        if isinstance(error, ClosedByRobotsError):
            if troubles is self.outcome.listing_troubles and not self.outcome.listings_read:
                self.outcome.refusal = f"the listing is closed to us: {error}"
            else:
                self.outcome.closed_by_robots += 1
        elif isinstance(error, EgressRefusedError):
            self.outcome.refused_addresses[str(error)] += 1
            troubles["a redirect that leads away"] += 1
        elif isinstance(error, IgnoreRequest):
            troubles["too many redirects" if "redirections" in str(error) else "too large"] += 1
        else:
            troubles[trouble(error)] += 1


def page_of(response: Response) -> Selector:
    """A page as HTML, whatever its Content-Type calls it."""
    if isinstance(response, HtmlResponse):
        return response.selector
    return Selector(text=response.text if isinstance(response, TextResponse) else "", type="html")


def detail_addresses(pages: tuple[str, ...], base: str, pattern: str) -> Iterator[str]:
    """The canonical addresses of a sitemap that match `pattern` (all for an empty one), each once."""
    seen: set[str] = set()
    for page in pages:
        try:
            address = canonical(urljoin(base, page))
            readable = urlsplit(address).scheme in {"http", "https"} and len(address) <= LONGEST
        except ValueError:
            continue
        if readable and address not in seen and (not pattern or re.search(pattern, address)):
            seen.add(address)
            yield address
