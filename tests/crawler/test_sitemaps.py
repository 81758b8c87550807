"""Sitemaps: what they list, and that none of them is a bomb."""

import gzip

import pytest

from crawler.sitemaps import MOST, SitemapError, read_sitemap

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*addresses: str) -> bytes:
    return f"<urlset {NS}>{''.join(f'<url><loc> {a} </loc></url>' for a in addresses)}</urlset>".encode()


def test_plain_packed_and_index() -> None:
    assert read_sitemap(urlset("https://a/1", "https://a/2")).pages == ("https://a/1", "https://a/2")
    assert read_sitemap(gzip.compress(urlset("https://a/1"))).pages == ("https://a/1",)
    index = f"<sitemapindex {NS}><sitemap><loc>https://a/s.xml</loc></sitemap></sitemapindex>".encode()
    assert read_sitemap(index).sitemaps == ("https://a/s.xml",)
    assert read_sitemap(b"<urlset><url><loc>https://a/1</loc></url><url/></urlset>").pages == ("https://a/1",)


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(9)
)
BAD = [
    pytest.param(LAUGHS + b"]><urlset><url><loc>&a8;</loc></url></urlset>", "entities", id="a billion laughs"),
    pytest.param(b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset/>', "entities", id="an outer entity"),
    pytest.param(b'<!DOCTYPE x SYSTEM "http://169.254.169.254/"><urlset/>', "entities", id="an outer DTD"),
    pytest.param(b"<html><body/></html>", "another kind", id="HTML"),
    pytest.param(b"<urlset><url>", "not XML", id="cut short"),
    pytest.param(b"", "not XML", id="empty"),
    pytest.param(b"<?xml version='1.0' encoding='nonsense'?><urlset/>", "not XML", id="an unknown encoding"),
    pytest.param(gzip.compress(bytes(60 * 2**20)), "more than 50 MiB", id="a gzip bomb"),
    pytest.param(gzip.compress(urlset("https://a/1"))[:-12], "cut short", id="a gzip cut short"),
    pytest.param(b"\x1f\x8bnonsense", "damaged", id="no gzip"),
    pytest.param(urlset(*["https://a/1"] * (MOST + 1)), "more than 50,000", id="too many"),
]


@pytest.mark.parametrize(("body", "words"), BAD)
def test_what_cannot_be_read_is_said(body: bytes, words: str) -> None:
    with pytest.raises(SitemapError, match=words):
        read_sitemap(body)
