"""Sitemaps (sitemaps.org 0.9): lists of addresses and indexes of further sitemaps, plain or gzipped."""

import zlib
from dataclasses import dataclass

from defusedxml import DefusedXmlException, ElementTree

LARGEST = 50 * 2**20
"""Bytes of an unpacked sitemap, the protocol's own limit."""
MOST = 50_000
"""Addresses of one sitemap, the protocol's own limit."""


class SitemapError(ValueError):
    """A sitemap cannot be read; the message says why in words that fit a run's reason."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one sitemap file lists."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap or sitemap index; raises SitemapError for one that is no XML, a bomb or beyond the limits."""
    if body[:2] == b"\x1f\x8b":
        body = _unpacked(body)
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise SitemapError("the sitemap declares entities, which no sitemap needs and bombs are made of") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SitemapError("the sitemap is not XML") from error
    kind = root.tag.rpartition("}")[2]
    if kind not in {"urlset", "sitemapindex"}:
        raise SitemapError("the sitemap is XML of another kind")
    found: list[str] = []
    for entry in root:
        address = next((e.text.strip() for e in entry if e.tag.rpartition("}")[2] == "loc" and e.text), "")
        if address:
            found.append(address)
        if len(found) > MOST:
            raise SitemapError(f"the sitemap lists more than {MOST:,} addresses")
    return Sitemap(sitemaps=tuple(found)) if kind == "sitemapindex" else Sitemap(pages=tuple(found))


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(body, LARGEST)
    except zlib.error as error:
        raise SitemapError("the sitemap's gzip is damaged") from error
    if unpacker.unconsumed_tail:
        raise SitemapError("the sitemap unpacks to more than 50 MiB")
    if not unpacker.eof:
        raise SitemapError("the sitemap's gzip is cut short")
    return content
