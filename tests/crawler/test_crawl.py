"""Whole runs in the real process, over a site that behaves."""

import datetime as dt
import gzip
import io
from decimal import Decimal

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from sqlalchemy import func, select

from models.tables import (
    Account,
    Capture,
    CollectedCount,
    CollectingEffort,
    CrawlRun,
    CustodyEntry,
    RejectedPost,
)
from tests.crawler.conftest import Crawler, Site, http, listing_page, post_page, redirect


def test_a_run_its_versions_and_what_is_gone(crawl: Crawler, site: Site) -> None:
    site.pages["/listings"] = http(listing_page("/p/a", "/p/b", "/p/c?utm_source=x#top", following="/listings?page=2"))
    site.pages["/listings?page=2"] = http(listing_page("/p/a", "/old/d"))
    site.pages["/old/d"] = redirect("/p/d", "301 Moved Permanently")
    packed = gzip.compress(post_page("Post b", "First line<br>Second line &amp; more").encode())
    site.pages["/p/b"] = http(packed, Content_Encoding="gzip")
    for name in "acd":
        site.pages[f"/p/{name}"] = http(post_page(f"Post {name}"))

    first = crawl()

    assert (first.status, first.reason, first.posts_new) == ("complete", "", 4)
    post, (version,) = crawl.posts()["b"], crawl.versions("b")
    assert (version.title, version.text) == ("Post b", "First line\nSecond line & more")
    assert (version.price_amount, version.price_currency, version.price_text) == (Decimal("30"), "USD", "US$30.00")
    assert post.posted_at == dt.datetime(2026, 11, 1, 3, tzinfo=dt.UTC)
    assert post.account_id is not None
    assert any(head.startswith("GET /p/c HTTP") for head in site.heads), "tracking parameters are not sent back"
    assert not any("cookie:" in head.lower() for head in site.heads)
    assert all("User-Agent: Otterwatch/" in head for head in site.heads)

    with crawl.installation.database.reading() as session:
        captures = {c.requested_url.rpartition("/")[2]: c for c in session.scalars(select(Capture))}
        assert session.scalar(select(func.count(CustodyEntry.id)).where(CustodyEntry.action == "captured")) == 4
        (account,) = session.scalars(select(Account))
        assert crawl.installation.keyring.decrypt(account.name_encrypted) == "otter_shop"
        (count,) = session.scalars(select(CollectedCount))
        assert (count.kept, count.rejected, count.language) == (4, 0, "en")
    moved = records(crawl, captures["d"].warc_sha256)
    assert [(headers["WARC-Type"], headers["WARC-Target-URI"].rpartition(":")[2]) for _, headers, _ in moved[1:]] == [
        ("response", f"{site.port}/old/d"),
        ("request", f"{site.port}/old/d"),
        ("response", f"{site.port}/p/d"),
        ("request", f"{site.port}/p/d"),
    ]
    assert captures["d"].final_url.endswith("/p/d")
    (body,) = [body for kind, _, body in records(crawl, captures["b"].warc_sha256) if kind is WarcRecordType.response]
    assert body.endswith(packed), "the bytes received, still packed"

    # The second visit: one changed, one gone from the listing and the site, one gone from the site only.
    site.pages["/listings"] = http(listing_page("/p/a", "/p/b", "/p/c"))
    site.pages["/p/a"] = http(post_page("Post a", price="US$25.00"))
    del site.pages["/p/d"], site.pages["/p/c"]
    second = crawl()
    assert (second.status, second.posts_changed, second.posts_gone, second.posts_new) == ("complete", 1, 2, 0)
    old, new = crawl.versions("a")
    assert (old.number, new.number, old.capture_id != new.capture_id) == (1, 2, True)
    assert (old.price_amount, new.price_amount) == (Decimal("30"), Decimal("25"))
    posts = crawl.posts()
    assert posts["a"].gone_at is None
    assert posts["a"].current_number == 2
    assert posts["c"].gone_at is not None
    assert posts["d"].gone_at is not None
    assert len(crawl.versions("b")) == 1, "an unchanged post has no second capture"

    # The third: one comes back.
    site.pages["/p/c"] = http(post_page("Post c"))
    third = crawl()
    assert (third.status, third.posts_changed, third.posts_gone) == ("complete", 0, 0)
    assert crawl.posts()["c"].gone_at is None
    with crawl.installation.database.reading() as session:
        (effort,) = session.scalars(select(CollectingEffort))
        assert (effort.runs, effort.runs_complete) == (3, 3)
        assert effort.requests == session.scalar(select(func.sum(CrawlRun.requests)))
        assert effort.seconds > 0


def records(crawl: Crawler, sha256: str) -> list[tuple[WarcRecordType, dict[str, str], bytes]]:
    """The records of a stored WARC file, each with valid digests."""
    found = []
    for record in ArchiveIterator(io.BytesIO(crawl.installation.store.get(sha256)), parse_http=False):
        assert record.verify_block_digest()
        found.append((record.record_type, dict(record.headers), record.reader.read()))
    return found


def test_what_the_prefilter_rejects_leaves_a_count_and_no_bytes(crawl: Crawler, site: Site) -> None:
    site.posts(a=post_page("An otter"), **{f"x{n}": post_page(f"Bicycle {n}", "as new") for n in range(30)})
    result = crawl(keep="matches")
    assert (result.status, result.posts_seen, result.posts_rejected) == ("complete", 1, 30)
    again = crawl(keep="matches")
    assert again.posts_rejected == 30
    with crawl.installation.database.reading() as session:
        (count,) = session.scalars(select(CollectedCount))
        assert (count.kept, count.rejected) == (1, 30), "a second visit is not counted twice"
        rejected = session.scalars(select(RejectedPost)).all()
        assert len(rejected) == 30
        assert session.scalar(select(func.count(Capture.id))) == 1
    files = [path for path in crawl.installation.settings.evidence_dir.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"Bicycle" not in gzip.decompress(files[0].read_bytes())

    # A kept post stays kept when its text turns to something that the prefilter would reject.
    site.pages["/p/a"] = http(post_page("SOLD", "sold"))
    assert crawl(keep="matches").posts_changed == 1


def test_a_sitemap_with_an_index(crawl: Crawler, site: Site) -> None:
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    child = f"<urlset {namespace}><url><loc>{site.url}p/a</loc></url><url><loc>{site.url}about</loc></url></urlset>"
    site.pages["/sitemap.xml"] = http(
        f"<sitemapindex {namespace}><sitemap><loc>{site.url}one.xml.gz</loc></sitemap></sitemapindex>", kind="text/xml"
    )
    site.pages["/one.xml.gz"] = http(gzip.compress(child.encode()), kind="application/gzip")
    site.posts(a=post_page("Otter a"))
    result = crawl(listing={"start": None, "detail": None, "sitemap": "/sitemap.xml", "detail_pattern": r"/p/\w+$"})
    assert (result.status, result.posts_new) == ("complete", 1)
    assert site.asked["/about"] == 0


def test_numbered_pages_end_where_nothing_new_comes(crawl: Crawler, site: Site) -> None:
    site.posts(a=post_page("Otter a"), b=post_page("Otter b"))
    site.pages["/s?page=1"] = http(listing_page("/p/a"))
    site.pages["/s?page=2"] = http(listing_page("/p/b"))
    result = crawl(listing={"start": None, "numbered": "/s?page={page}"})
    assert (result.status, result.reason, result.posts_new) == ("complete", "", 2)
    assert site.asked["/s?page=3"] == 1
    assert site.asked["/s?page=4"] == 0


def test_where_there_is_no_fork(crawl: Crawler, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_WITHOUT_FORK", "1")
    site.posts(a=post_page("Otter a"), b=post_page("Bicycle", "as new"))
    result = crawl(keep="matches")
    assert (result.status, result.posts_new, result.posts_rejected) == ("complete", 1, 1)


def test_a_cap_makes_the_run_partial(crawl: Crawler, site: Site) -> None:
    site.posts(a=post_page("Otter a"), b=post_page("Otter b"))
    result = crawl(limits={"max_posts": 1})
    assert result.status == "partial"
    assert "limit of 1 posts" in result.reason
