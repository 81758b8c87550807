"""One spelling for each address, and the links of a listing."""

import pytest
from parsel import Selector

from crawler.addresses import canonical, detail_links, next_link, without_query
from crawler.source_file import Listing

CANONICAL = [
    ("http://Example.ORG:80/a#top", "http://example.org/a"),
    ("https://example.org", "https://example.org/"),
    ("https://example.org:8443/a?b=2&a=1", "https://example.org:8443/a?b=2&a=1"),
    ("https://example.org/a?utm_source=x&id=5&fbclid=y&UTM_Campaign=z", "https://example.org/a?id=5"),
    ("https://example.org/a?utm_source=x", "https://example.org/a"),
    ("https://example.org/a?id=&empty", "https://example.org/a?id=&empty"),
    ("https://example.org/นาก", "https://example.org/%E0%B8%99%E0%B8%B2%E0%B8%81"),
    ("https://example.org/%e0%b8%99", "https://example.org/%e0%b8%99"),
    ("http://[::1]:8080/a", "http://[::1]:8080/a"),
]


@pytest.mark.parametrize(("url", "address"), CANONICAL)
def test_canonical(url: str, address: str) -> None:
    assert canonical(url) == address
    assert canonical(address) == address


def test_what_a_log_may_hold() -> None:
    assert without_query("https://user:pw@example.org/seller/name?phone=1") == "https://example.org/"


PAGE = Selector("""<html><body>
<a class=listing href="/p/1#x">1</a> <div class=listing><a href="p/2?utm_source=a">2</a></div>
<a class=listing href="/p/1">again</a> <a class=listing href="mailto:a@example.org">mail</a>
<a class=listing href="javascript:void(0)">js</a> <a class=listing>none</a> <a class=listing href="http://[x">bad</a>
<a href="/about">about</a> <a rel="nofollow next" href="?page=2">next</a></body></html>""")
BASE = "https://example.org/list/"


def test_links_by_selector_and_by_pattern() -> None:
    both = ["https://example.org/p/1", "https://example.org/list/p/2"]
    assert list(detail_links(PAGE, BASE, Listing(start=["/"], detail=".listing"))) == both
    assert list(detail_links(PAGE, BASE, Listing(start=["/"], detail_pattern=r"/p/\d+$"))) == both
    assert list(detail_links(PAGE, BASE, Listing(start=["/"], detail=".listing", detail_pattern="/p/1"))) == both[:1]


@pytest.mark.parametrize(
    ("markup", "given", "found"),
    [
        ("<a rel=next href='/l?page=2'>x</a>", "", "https://example.org/l?page=2"),
        ("<link rel=next href='/l?page=2'>", "", "https://example.org/l?page=2"),
        ("<ul class=pagination><li class=next><a href='/2'>x</a></li></ul>", "", "https://example.org/2"),
        ("<a aria-label='Next page' href='/2'>x</a>", "", "https://example.org/2"),
        ("<a rel=next href='/2'>x</a><a class=more href='/3'>x</a>", "a.more", "https://example.org/3"),
        ("<a rel=next href='/2'>x</a>", "a.more", ""),
        ("<a href='/2'>Next</a>", "", ""),
        ("<a rel=next href='#'>x</a>", "", ""),
    ],
)
def test_the_next_page(markup: str, given: str, found: str) -> None:
    listing = Listing(start=["/"], detail="a", next=given)
    assert next_link(Selector(f"<html><body>{markup}</body></html>"), BASE, listing) == found
