"""Retry-After: read in both its forms, waited for within the limit, never longer."""

import asyncio
import datetime as dt
import time
from email.utils import format_datetime

import pytest
from scrapy.http import Request, Response

from crawler.outcome import Outcome
from crawler.patience import PatienceMiddleware, RunEndingError, retry_after
from crawler.robots import OURS
from models.weeks import utc_now

URL = "https://example.org/"


def test_both_forms() -> None:
    assert retry_after(b"120") == 120
    in_an_hour = retry_after(format_datetime(utc_now() + dt.timedelta(hours=1), usegmt=True).encode())
    assert in_an_hour is not None
    assert 3590 < in_an_hour <= 3600
    assert retry_after(format_datetime(utc_now() - dt.timedelta(hours=1), usegmt=True).encode()) == 0
    for nonsense in (b"soon", b"", b"-5", b"1e9", b"\xff"):
        assert retry_after(nonsense) is None
    assert retry_after(None) is None


def answer(status: int, wait: str | None = None) -> Response:
    return Response(URL, status=status, headers={"Retry-After": wait} if wait is not None else {})


def ask(
    outcome: Outcome, response: Response, *, longest: float, retries: int = 2, waits: int = 0
) -> Request | Response:
    middleware = PatienceMiddleware(outcome, longest=longest, retries=retries)
    request = Request(URL, meta={"otterwatch_waits": waits})
    return asyncio.run(middleware.process_response(request, response))


def test_a_wait_within_the_limit_is_kept_and_the_request_repeated() -> None:
    outcome, started = Outcome(), time.monotonic()
    again = ask(outcome, answer(429, "1"), longest=5)
    assert isinstance(again, Request)
    assert again.meta["otterwatch_waits"] == 1
    assert time.monotonic() - started >= 1
    assert outcome.block == ""


@pytest.mark.parametrize(
    ("response", "longest", "waits", "words"),
    [
        (answer(429, "9999"), 120, 0, "a pause of 9,999 seconds (429)"),
        (answer(503, "9999"), 120, 0, "a pause of 9,999 seconds (503)"),
        (answer(429, "0"), 120, 2, "keeps asking to slow down (429)"),
        (answer(429), 0, 2, "keeps asking to slow down (429)"),
    ],
)
def test_else_the_run_ends(response: Response, longest: float, waits: int, words: str) -> None:
    outcome = Outcome()
    assert ask(outcome, response, longest=longest, waits=waits) is response
    assert words in outcome.block
    assert outcome.ending


def test_other_answers_pass() -> None:
    outcome = Outcome()
    for status in (200, 404, 500):
        response = answer(status, "9")
        assert ask(outcome, response, longest=0) is response
    assert not outcome.ending


def test_robots_txt_is_not_waited_for() -> None:
    outcome, response = Outcome(), answer(503, "60")
    middleware = PatienceMiddleware(outcome, longest=120, retries=2)
    assert asyncio.run(middleware.process_response(Request(URL, meta={OURS: True}), response)) is response


def test_an_ending_run_asks_nothing_more() -> None:
    outcome = Outcome(block="the site refuses")
    middleware = PatienceMiddleware(outcome, longest=1, retries=2)
    with pytest.raises(RunEndingError):
        asyncio.run(middleware.process_request(Request(URL)))
