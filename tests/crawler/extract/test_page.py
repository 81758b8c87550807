"""A page as a whole: structured data against what is shown."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from parsel import Selector

from crawler.extract.page import read_post
from crawler.extract.selectors import SelectorError, first_value
from crawler.items import PostItem
from crawler.source_file import load_source
from tests.crawler.conftest import source_text

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
URL = "http://127.0.0.1:1/p/1"


def read(tmp_path: Path, markup: str, **fields: str) -> PostItem | None:
    path = tmp_path / "market.toml"
    path.write_text(source_text("http://127.0.0.1:1/", fields=fields))
    return read_post(Selector(markup), address=URL, url=URL, source=load_source(path), fetched_at=NOW)


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "Product", "name": "Otter", {text}}}</script>'


def test_the_fuller_text_wins(tmp_path: Path) -> None:
    cut = ld('"description": "Two tame otters, eyes…"')
    page = read(tmp_path, cut + "<div class=description>Two tame otters,<br>eyes open</div>")
    assert page is not None
    assert page.text == "Two tame otters,\neyes open"
    flat = ld('"description": "Two tame otters,\\neyes open"')
    page = read(tmp_path, flat + "<div class=description>Two tame otters, eyes open</div>")
    assert page is not None
    assert page.text == "Two tame otters,\neyes open", "line breaks that only the structured text has"


def test_what_is_shown_wins_over_another_text(tmp_path: Path) -> None:
    page = read(tmp_path, ld('"description": "Best site for pets"') + "<div class=description>Two otters</div>")
    assert page is not None
    assert page.text == "Two otters"


def test_an_exact_price_beside_a_displayed_one(tmp_path: Path) -> None:
    page = read(tmp_path, ld('"offers": {"price": 850000}') + "<p class=price>Rp850.000</p>")
    assert page is not None
    assert (page.price_amount, page.price_currency, page.price_text) == (Decimal(850000), "IDR", "Rp850.000")
    page = read(tmp_path, ld('"offers": {"price": 5}'), currency="USD")
    assert page is not None
    assert (page.price_amount, page.price_currency) == (Decimal(5), "USD")


def test_a_page_with_nothing_but_html(tmp_path: Path) -> None:
    page = read(tmp_path, "<title>Otter | Site</title><h1>Otter  pup</h1><article>Tame</article>", text="")
    assert page is not None
    assert (page.title, page.text, page.price_amount) == ("Otter pup", "Tame", None)


def test_a_page_that_says_nothing_is_no_post(tmp_path: Path) -> None:
    assert read(tmp_path, "<title>Site</title><body></body>") is None


def test_nothing_personal_in_a_representation(tmp_path: Path) -> None:
    page = read(tmp_path, "<h1>Otter</h1><div class=description>call 0812</div>")
    assert page is not None
    assert "0812" not in repr(page)


def test_selectors() -> None:
    page = Selector("<p><time datetime='2026-11-01'>x</time></p><b>  one <br> two</b>")
    assert first_value(page, "time::attr(datetime)") == "2026-11-01"
    assert first_value(page, "b") == "one\ntwo"
    assert first_value(page, ".missing") == ""
    for css in ("a[", "::before(", "p:nth-child(x)"):
        with pytest.raises(SelectorError):
            first_value(page, css)
