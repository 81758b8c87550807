"""robots.txt by RFC 9309, failing closed."""

import pytest

from crawler.robots import LARGEST, decide

PLAIN = "text/plain"
CASES = [
    # status, body, content type, path, allowed?
    pytest.param(200, b"User-agent: *\nDisallow: /p/", PLAIN, "/p/1", False, id="closed for all"),
    pytest.param(200, b"User-agent: *\nDisallow: /p/", PLAIN, "/q", True, id="another path"),
    pytest.param(200, b"User-agent: otterwatch\nDisallow: /\n\nUser-agent: *\nAllow: /", PLAIN, "/q", False, id="us"),
    pytest.param(200, b"User-agent: googlebot\nDisallow: /", PLAIN, "/q", True, id="only somebody else"),
    pytest.param(200, b"User-agent: *\nDisallow: /a\nAllow: /a/b", PLAIN, "/a/b/c", True, id="the longer rule wins"),
    pytest.param(200, b"User-agent: *\nDisallow: /*.pdf$", PLAIN, "/x.pdf", False, id="wildcards"),
    pytest.param(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /", PLAIN, "/q", False, id="byte order mark"),
    pytest.param(200, b"", PLAIN, "/q", True, id="an empty file"),
    pytest.param(204, b"", "", "/q", True, id="no content"),
    pytest.param(200, b"\xff\xfe\x00garbage", PLAIN, "/q", False, id="garbage without a rule"),
    pytest.param(200, "User-agent: *\nDisallow: /".encode("utf-16"), PLAIN, "/q", False, id="UTF-16"),
    pytest.param(200, b"please log in", PLAIN, "/q", False, id="words without a rule"),
    pytest.param(200, b"# nothing is closed", PLAIN, "/q", True, id="only a comment"),
    pytest.param(200, b"<form action=/login>", PLAIN, "/q", False, id="a form called plain"),
    pytest.param(200, b"<!-- x --><html>", PLAIN, "/q", False, id="HTML after a comment"),
    pytest.param(200, b'{"error": "login required"}', "application/json", "/q", False, id="JSON"),
    pytest.param(200, b"<!DOCTYPE html><p>please log in", PLAIN, "/q", False, id="HTML called plain"),
    pytest.param(200, b"\n\n  <HTML>", PLAIN, "/q", False, id="HTML in capitals"),
    pytest.param(200, b"User-agent: *", "text/html; charset=utf-8", "/q", False, id="called HTML"),
    pytest.param(404, b"", PLAIN, "/q", True, id="404: there is none"),
    pytest.param(410, b"<html>", "text/html", "/q", True, id="410: there is none"),
    pytest.param(401, b"", PLAIN, "/q", False, id="401: our own, stricter rule"),
    pytest.param(403, b"", PLAIN, "/q", False, id="403: our own, stricter rule"),
    pytest.param(429, b"", PLAIN, "/q", False, id="429: our own, stricter rule"),
    pytest.param(500, b"User-agent: *\nAllow: /", PLAIN, "/q", False, id="500"),
    pytest.param(503, b"", PLAIN, "/q", False, id="503"),
    pytest.param(304, b"", PLAIN, "/q", False, id="304 to a question never asked"),
    pytest.param(100, b"", PLAIN, "/q", False, id="100"),
]


@pytest.mark.parametrize(("status", "body", "kind", "path", "allowed"), CASES)
def test_the_answer_decides(status: int, body: bytes, kind: str, path: str, allowed: bool) -> None:
    decision = decide(status, body, kind)
    assert decision.allows(f"https://example.org{path}") is allowed
    assert decision.reason


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 7.5", 7.5),
        ("User-agent: *\nRequest-rate: 1/10s", 10),
        ("User-agent: *\nCrawl-delay: 2\nRequest-rate: 1/4s", 4),
        ("User-agent: otherbot\nCrawl-delay: 9", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("", 0),
    ],
)
def test_the_delay_it_asks_for(rules: str, seconds: float) -> None:
    assert decide(200, rules.encode(), PLAIN).delay == seconds


def test_only_the_first_500_kib_count() -> None:
    filler = b"# " + b"x" * LARGEST + b"\n"
    assert decide(200, filler + b"User-agent: *\nDisallow: /", PLAIN).allows("https://example.org/q")
