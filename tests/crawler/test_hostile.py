"""Sites that hang, lie, bomb, lead astray or do not want us: a run always ends, and never says more than it saw."""

import gzip
import socket
import time
import zlib

import pytest
from sqlalchemy import select

from crawler.listing import REFUSALS_IN_A_ROW
from models.tables import Capture, CrawlRun
from tests.crawler.conftest import Crawler, Site, http, listing_page, post_page, redirect

GOOD = post_page("A good otter")


def half(connection: socket.socket, _path: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n<html><h1>Otter")


def drip(connection: socket.socket, _path: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(60):
        connection.sendall(b"<p>")
        time.sleep(0.1)


def endless(connection: socket.socket, _path: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(40):
        connection.sendall(b"x" * 2**20)


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(bytes(2**20)) for _ in range(megabytes)), packer.flush()])


def test_pages_of_every_evil_kind_in_one_run(crawl: Crawler, site: Site) -> None:
    broken_ld = '<script type="application/ld+json">{"@type": "Product", "name": oops,,}</script>'
    surrogate = '<script type="application/ld+json">{"@type":"Product","name":"Otter \\ud83d!"}</script>'
    site.posts(
        good=GOOD,
        hangs=site.hang,
        drips=drip,
        closes=lambda connection, path: connection.close(),
        half=half,
        short=http(post_page("Otter cut")).replace(b"Content-Length: ", b"Content-Length: 1", 1),
        nonsense=b"\x00\xff no http at all\r\n\r\n",
        bomb=http(bomb(64), Content_Encoding="gzip"),
        damaged=http(gzip.compress(GOOD.encode())[:-30], Content_Encoding="gzip"),
        endless=endless,
        empty=http(""),
        picture=http(b"\x89PNG\r\n\x1a\n" + bytes(500), kind="image/png"),
        loop=redirect("/p/loop"),
        away=redirect("http://169.254.169.254/latest/meta-data/"),
        inside=redirect(f"http://127.0.0.1:{site.port + 1}/"),
        other=redirect("https://example.org/"),
        file=redirect("file:///etc/passwd"),
        error=http("oops", "500 Internal Server Error"),
        latin=http("<html><h1>Otter caf\xe9</h1><div class=description>ot\xe9r</div>".encode("latin-1")),
        liar=http("<html><meta charset=utf-16><h1>Otter ៛ นาก</h1><div class=description>x</div>"),
        broken=post_page("Otter with broken data") + broken_ld,
        surrogate=post_page("Otter").replace("<body>", "<body>" + surrogate).replace("<h1>Otter</h1>", ""),
        deep="<html><h1>Otter deep</h1><div class=description>" + "<div>" * 60_000 + "x",
        nested=post_page("Otter nested") + '<script type="application/ld+json">' + "[" * 90_000 + "</script>",
        big="<html><h1>Otter big</h1><div class=description>" + "otter <br>" * 500_000 + "</div>",
        xhtml=http(post_page("Otter as XML"), kind="application/xhtml+xml"),
        json=http('{"otter": 1}', kind="application/json"),
        named=post_page("Captcha - access denied - log in").replace("<body>", "<body><input type=password>"),
        nul="<html><h1>Otter nul</h1><div class=description>a\x00b&#0;c</div>",
        gone=http("gone", "410 Gone"),
        **{"percent%ZZ": GOOD},
    )
    started = time.monotonic()
    result = crawl(limits={"timeout_seconds": 2.0})
    assert time.monotonic() - started < 45

    assert result.status == "partial"
    kept = {"good", "latin", "liar", "broken", "surrogate", "nested", "big", "nul", "percent%ZZ", "xhtml", "named"}
    assert set(crawl.posts()) == kept
    assert "\x00" not in crawl.versions("nul")[0].text
    assert len(crawl.versions("big")[0].text) == 200_000
    assert crawl.versions("liar")[0].title == "Otter ៛ นาก"
    assert "caf" in crawl.versions("latin")[0].title
    with crawl.installation.database.reading() as session:
        run = session.scalars(select(CrawlRun)).one()
        assert run.answers["timeout"] >= 2
        for wanted in ("169.254.169.254 was refused", "example.org was refused"):
            assert wanted in run.reason
        assert result.pages_failed >= 14
        assert "/latest/" not in run.reason, "a reason names hosts only"
        for capture in session.scalars(select(Capture)):
            assert all(hop["ip"] == "127.0.0.1" for hop in capture.details["hops"])


ROBOTS_THAT_SAY_NO = [
    # What stands in place of robots.txt, and what the run then says. `test_robots.py` has the other kinds.
    pytest.param(http("<!DOCTYPE html><form><input type=password></form>"), "a web page", id="a login page"),
    pytest.param(redirect("http://169.254.169.254/robots.txt"), "leads away", id="a redirect inside"),
    pytest.param("hang", "timeout", id="hangs"),
]


@pytest.mark.parametrize(("answer", "words"), ROBOTS_THAT_SAY_NO)
def test_an_unreadable_robots_txt_is_a_no(crawl: Crawler, site: Site, answer: bytes | str, words: str) -> None:
    site.posts(a=GOOD)
    site.pages["/robots.txt"] = site.hang if isinstance(answer, str) else answer
    result = crawl(limits={"timeout_seconds": 0.4})
    assert result.status == "refused"
    assert words in result.reason
    assert set(site.asked) == {"/robots.txt"}, "nothing else was asked for"
    assert crawl.posts() == {}


def test_no_robots_txt_is_a_yes_and_its_delay_is_a_floor(crawl: Crawler, site: Site) -> None:
    site.posts(a=GOOD, b=post_page("Otter b"))
    del site.pages["/robots.txt"]
    assert crawl().status == "complete"
    site.pages["/elsewhere"] = http("User-agent: *\nCrawl-delay: 0.6\nDisallow: /p/b\n", kind="text/plain")
    site.pages["/robots.txt"] = redirect("/elsewhere")
    started = time.monotonic()
    result = crawl()
    assert time.monotonic() - started > 1.2, "robots.txt, the listing and one post"
    assert (result.status, result.reason) == ("partial", "robots.txt closes 1 of the pages")
    assert crawl.posts()["b"].gone_at is None


BLOCKS = [
    # What stands in place of the listing, and how the run ends. `test_blocks.py` has more pages.
    pytest.param(http("no", "403 Forbidden"), "refuses to be read (403)", id="403"),
    pytest.param(http("", "503 Service Unavailable", Retry_After="3600"), "pause of 3,600 seconds", id="retry-after"),
    pytest.param(redirect("/login?next=/listings"), "login page", id="redirect to a login page"),
    pytest.param(http(listing_page()), "shows no posts", id="a listing without posts"),
]


@pytest.mark.parametrize(("answer", "words"), BLOCKS)
def test_a_block_is_never_a_complete_run(crawl: Crawler, site: Site, answer: bytes, words: str) -> None:
    site.pages["/login?next=/listings"] = http("<form><input type=password></form>")
    site.pages["/listings"] = answer
    result = crawl(limits={"longest_wait_seconds": 0.1, "retries": 1})
    assert result.status in {"failed", "partial"}
    assert words in result.reason


def test_posts_are_not_gone_because_a_site_hides_them(crawl: Crawler, site: Site) -> None:
    site.posts(a=GOOD, b=post_page("Otter b"))
    assert crawl().status == "complete"
    for page in ("/p/a", "/p/b"):
        site.pages[page] = http("no", "403 Forbidden")
    site.pages["/listings"] = http(listing_page())
    hidden = crawl()
    assert hidden.status == "partial"
    site.posts(a=http("oops", "500 Internal Server Error"), b=post_page("Otter b"))
    troubled = crawl()
    assert (troubled.status, troubled.reason) == ("partial", "posts were not read: the site answered 500")
    assert all(post.gone_at is None for post in crawl.posts().values())
    site.posts(b=post_page("Otter b"))
    del site.pages["/p/a"]
    assert crawl().posts_gone == 1


def test_a_site_that_refuses_post_after_post_is_left_alone(crawl: Crawler, site: Site) -> None:
    site.posts(**{f"x{n}": http("no", "403 Forbidden") for n in range(40)})
    result = crawl(limits={"requests_per_second": 9})
    assert result.status == "failed"
    assert "refuses to be read (403)" in result.reason
    asked = sum(count for path, count in site.asked.items() if path.startswith("/p/"))
    assert asked <= REFUSALS_IN_A_ROW + 2


def test_retry_after_is_waited_for(crawl: Crawler, site: Site) -> None:
    site.posts(a=GOOD)
    answers = [http("wait", "429 Too Many Requests", Retry_After="1"), http(GOOD)]
    site.pages["/p/a"] = lambda connection, path: connection.sendall(answers.pop(0))
    started = time.monotonic()
    result = crawl(limits={"longest_wait_seconds": 5, "retries": 2})
    assert (result.status, result.posts_new) == ("complete", 1)
    assert time.monotonic() - started > 1


def test_a_sitemap_that_is_a_bomb_fails_the_run(crawl: Crawler, site: Site) -> None:
    body = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
    site.pages["/sitemap.xml"] = http(body, kind="text/xml")
    result = crawl(listing={"start": None, "detail": None, "sitemap": "/sitemap.xml"})
    assert result.status == "failed"
    assert "declares entities" in result.reason
