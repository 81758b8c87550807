"""Structured data: which item a page is about, and what its fields say, broken or not."""

import json
from decimal import Decimal
from typing import Any

import pytest
from parsel import Selector

from crawler.extract.structured import Stated, structured_data

URL = "https://example.org/p/1"


def read(*items: Any, head: str = "", body: str = "") -> Stated:
    scripts = "".join(
        f'<script type="application/ld+json">{item if isinstance(item, str) else json.dumps(item)}</script>'
        for item in items
    )
    return structured_data(Selector(f"<html><head>{head}{scripts}</head><body>{body}</body></html>").root, URL)


PRODUCT = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Otter &amp; pup",
    "description": "Two tame otters.<br>Eyes open",
    "datePosted": "2026-11-01",
    "offers": {
        "@type": "Offer",
        "price": "850000.10",
        "priceCurrency": "IDR",
        "seller": {"@type": "Person", "name": "otter_shop"},
        "availableAtOrFrom": {"address": {"addressLocality": "Bandung", "addressCountry": "ID"}},
    },
}


def test_a_product_with_its_offer() -> None:
    stated = read(PRODUCT)
    assert (stated.title, stated.text) == ("Otter & pup", "Two tame otters.\nEyes open")
    assert (stated.price.amount, stated.price.currency, stated.price_text) == (Decimal("850000.10"), "IDR", "850000.10")
    assert (stated.seller, stated.place, stated.posted_at) == ("otter_shop", "Bandung, ID", "2026-11-01")


OTHER = {"@type": "Product", "name": "Related", "url": "https://example.org/p/2"}
SHAPES = [
    # items of a page, title, amount
    pytest.param([[PRODUCT]], "Otter & pup", "850000.10", id="in a list"),
    pytest.param([{"@graph": [{"@type": "WebSite"}, PRODUCT]}], "Otter & pup", "850000.10", id="in a graph"),
    pytest.param([{"@type": "ItemPage", "mainEntity": PRODUCT}], "Otter & pup", "850000.10", id="as a main entity"),
    pytest.param([OTHER, PRODUCT | {"url": "/p/1"}], "Otter & pup", "850000.10", id="told by its address"),
    pytest.param(['{"@type": oops', PRODUCT], "Otter & pup", "850000.10", id="beside a broken one"),
    pytest.param(['// note\n{"@type": "Product", "name": "x",}'], "x", None, id="comment and comma"),
    pytest.param(['{"@type": "Product", "name": "two\nlines"}'], "two\nlines", None, id="a raw line break"),
    pytest.param([{"@type": ["Product", "Thing"], "name": ["x", "y"], "offers": [{"price": 5}]}], "x", "5", id="lists"),
    pytest.param([{"@type": "http://schema.org/Product", "name": "x"}], "x", None, id="a full type"),
    pytest.param([{"@type": "Offer", "itemOffered": {"name": "x"}, "price": 7}], "x", "7", id="an offer of an item"),
    pytest.param(
        [{"@type": "Product", "name": "x", "offers": {"@type": "AggregateOffer", "lowPrice": 5, "highPrice": 5}}],
        "x", "5", id="an aggregate of one price",
    ),
    pytest.param(
        [{"@type": "Product", "name": "x", "offers": {"@type": "AggregateOffer", "lowPrice": 5, "highPrice": 9}}],
        "x", None, id="an aggregate of several",
    ),
    pytest.param([{"@type": "BreadcrumbList", "name": "x"}], "", None, id="nothing about a post"),
    pytest.param(["null", "3", '"x"', "[]", "{}", "[[[]]]"], "", None, id="no objects"),
    pytest.param(["[" * 90_000], "", None, id="too deep"),
    pytest.param([{"@type": "Product", "name": {"@value": 1}, "offers": "none"}], "", None, id="odd kinds"),
]  # fmt: skip


@pytest.mark.parametrize(("items", "title", "amount"), SHAPES)
def test_shapes_in_the_field(items: list[Any], title: str, amount: str | None) -> None:
    stated = read(*items)
    assert stated.title == title
    assert stated.price.amount == (None if amount is None else Decimal(amount))


def test_microdata() -> None:
    body = """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Otter</h1>
    <p itemprop="description">Two<br>otters</p><div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
    <meta itemprop="priceCurrency" content="THB"><span itemprop="price" content="2500.00">฿2,500</span></div></div>"""
    stated = read(body=body)
    assert (stated.title, stated.text.replace("\n", " ")) == ("Otter", "Two otters")
    assert (stated.price.amount, stated.price.currency) == (Decimal("2500.00"), "THB")


def test_opengraph_fills_the_gaps() -> None:
    head = """<meta property="og:title" content="Otter"><meta property="og:description" content="Tame">
    <meta property="product:price:amount" content="30.00"><meta property="product:price:currency" content="USD">"""
    assert read(head=head).price.amount == Decimal("30.00")
    stated = read({"@type": "Product", "name": "Otter pup"}, head=head)
    assert (stated.title, stated.text, stated.price.currency) == ("Otter pup", "Tame", "USD")
