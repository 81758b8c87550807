"""The verdict on a run: complete only when nothing was missed."""

from collections import Counter
from typing import Any

import pytest

from crawler.outcome import Outcome

GOOD = {"listings_read": 2, "posts_read": 5, "found_links": 5}
VERDICTS = [
    # what the run met, did earlier runs find posts, how it ended, words of the reason
    (GOOD, True, "complete", ""),
    (GOOD | {"posts_gone": 3}, True, "complete", ""),
    (GOOD | {"post_troubles": Counter({"500": 1})}, True, "partial", "posts were not read: the site answered 500"),
    (
        GOOD | {"post_troubles": Counter({"500": 2, "timeout": 1})},
        True,
        "partial",
        "the site answered 500 (2 times), timeout",
    ),
    (GOOD | {"listing_troubles": Counter(timeout=1)}, True, "partial", "listing pages were not read: timeout"),
    (GOOD | {"closed_by_robots": 2}, True, "partial", "robots.txt closes 2"),
    (GOOD | {"cap": "the limit of 5 posts was reached"}, True, "partial", "limit of 5"),
    (GOOD | {"block": "the site answers with a login page"}, True, "partial", "login page"),
    (GOOD | {"failure": "the disk is full"}, True, "failed", "disk is full"),
    (GOOD | {"interruption": "stopped"}, True, "interrupted", "stopped"),
    (GOOD | {"refused_addresses": Counter({"x was refused": 2})}, True, "partial", "x was refused"),
    ({"refusal": "robots.txt says no"}, False, "refused", "robots.txt says no"),
    ({"block": "403", "listings_read": 1, "found_links": 3}, True, "failed", "403"),
    ({"listing_troubles": Counter(timeout=3)}, False, "failed", "the listing could not be read: timeout (3 times)"),
    ({}, False, "failed", "no listing page was read"),
    ({"listings_read": 1}, False, "partial", "check `detail`"),
    ({"listings_read": 1}, True, "partial", "earlier runs found some"),
    ({"listings_read": 1, "found_links": 4, "posts_gone": 4}, True, "partial", "gone at once"),
    ({"listings_read": 1, "found_links": 4, "posts_gone": 4}, False, "complete", ""),
]


@pytest.mark.parametrize(("met", "had_posts", "status", "words"), VERDICTS)
def test_verdicts(met: dict[str, Any], had_posts: bool, status: str, words: str) -> None:
    verdict = Outcome(**met).verdict(had_posts=had_posts)
    assert verdict.status == status
    assert words in verdict.reason
    assert bool(verdict.reason) is (status != "complete")
