"""Addresses of pages: one spelling for each, and the links of a listing page."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from parsel import Selector
from w3lib.url import safe_url_string

from crawler.extract.selectors import elements
from crawler.source_file import Listing

LONGEST = 2_000
"""Characters of an address that is visited."""

_TRACKING = re.compile(r"^(?:utm_[a-z0-9_]*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid)$", re.I)
_COMMON_NEXT = (
    "a[rel~=next], link[rel~=next]",
    "a.next, li.next a, .pagination .next a, a[aria-label^=Next], a[aria-label^=next]",
)


def canonical(url: str) -> str:
    """The address under which a page is kept: no fragment, no tracking parameters, the host in small letters.

    The rest stays as it is, in its order, since a site may tell pages apart by any of it (RFC 3986, 6.2.2).
    """
    parts = urlsplit(safe_url_string(url))
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != standard else ""
    query = "&".join(p for p in parts.query.split("&") if not _TRACKING.match(p.partition("=")[0]))
    return urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", query, ""))


def without_query(url: str) -> str:
    """An address fit for a log line: scheme and host only, since a path may hold a name and a query anything."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"


def detail_links(page: Selector, base: str, listing: Listing) -> Iterator[str]:
    """Canonical addresses of the posts that a listing page links to, each once, in order.

    Links that a reader cannot follow (`mailto:`, `javascript:`, longer than LONGEST) are left out.
    """
    found = elements(page, listing.detail) if listing.detail else page.root.iterfind(".//a[@href]")
    pattern = re.compile(listing.detail_pattern) if listing.detail_pattern else None
    seen: set[str] = set()
    for element in found:
        link = followed(element, base)
        if link and link not in seen and (pattern is None or pattern.search(link)):
            seen.add(link)
            yield link


def next_link(page: Selector, base: str, listing: Listing) -> str:
    """The canonical address of the next listing page, empty on the last one."""
    for css in (listing.next,) if listing.next else _COMMON_NEXT:
        for element in elements(page, css):
            if link := followed(element, base):
                return link
    return ""


def followed(element: Any, base: str) -> str:
    """Where an element leads: its own `href` or that of the first link inside, canonical; empty for nowhere."""
    href = element.get("href")
    if href is None:
        inner = element.find(".//a[@href]")
        href = inner.get("href") if inner is not None else ""
    try:
        link = canonical(urljoin(base, href.strip())) if href and not href.startswith("#") else ""
        return link if link.startswith(("http://", "https://")) and len(link) <= LONGEST else ""
    except ValueError:
        return ""
