"""Structured data of a page: JSON-LD, microdata (schema.org) and OpenGraph, through extruct."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import extruct
from extruct.jsonld import JsonLdExtractor
from lxml import etree

from crawler.extract.prices import Price, machine_price
from crawler.extract.text import clean, from_markup

MOST_ITEMS = 300
"""Items of one page that are looked at."""
LONGEST_REPAIR = 100_000
"""Characters of broken JSON-LD that are worth a repair."""

_OFFERED = ("Product", "IndividualProduct", "ProductModel", "Vehicle", "Car", "Offer", "Demand", "Service", "Animal")
_SAID = ("SocialMediaPosting", "DiscussionForumPosting", "BlogPosting", "Article", "NewsArticle", "CreativeWork")
_DATES = ("datePosted", "datePublished", "dateCreated", "uploadDate", "validFrom", "availabilityStarts")


@dataclass(frozen=True, slots=True)
class Stated:
    """What structured data says about a post; empty where it says nothing."""

    title: str = ""
    text: str = ""
    price: Price = field(default_factory=Price)
    price_text: str = ""
    seller: str = ""
    posted_at: str = ""
    place: str = ""


def structured_data(tree: Any, url: str) -> Stated:
    """Read the item that a page is about: JSON-LD before microdata before OpenGraph, each filling the gaps.

    `tree` is the lxml root of the page, `url` its address, which tells the page's own item from related ones.
    Broken JSON-LD is mended where extruct can, else skipped: the other scripts still count.
    """
    stated = Stated()
    items = [*_json_ld(tree)]
    if tree.find(".//*[@itemscope]") is not None:
        found = extruct.extract(tree, base_url=url, syntaxes=["microdata"], errors="ignore")
        items += [_flat(item) for item in found.get("microdata", [])[:MOST_ITEMS]]
    if item := _about(items, url):
        stated = _read(item)
    if stated.title and stated.text and stated.price.amount is not None:
        return stated
    graph = extruct.extract(tree, base_url=url, syntaxes=["opengraph"], errors="ignore").get("opengraph", [])
    return _filled(stated, dict(reversed(graph[0]["properties"]))) if graph else stated


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    count = 0
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        for item in _of_graph(_parsed(script)):
            count += 1
            if count > MOST_ITEMS:
                return
            yield item


def _parsed(script: Any) -> Any:
    source = script.text or ""
    try:
        # Decimal, so that a price stays the number that stands there.
        return json.loads(source, strict=False, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError):
        if len(source) > LONGEST_REPAIR:
            return None
    try:
        return JsonLdExtractor().extract_items(script)
    except (ValueError, IndexError, RecursionError, etree.LxmlError):
        return None


def _of_graph(data: Any) -> Iterator[dict[str, Any]]:
    """The items of a JSON-LD document: of a list, of `@graph`, and what a page's `mainEntity` is."""
    waiting = [data]
    while waiting:
        data = waiting.pop(0)
        if isinstance(data, list):
            waiting += data[:MOST_ITEMS]
        elif isinstance(data, dict):
            yield data
            waiting += [data[name] for name in ("@graph", "mainEntity") if name in data]


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """A microdata item in the form of a JSON-LD one."""
    properties = item.get("properties")
    flat: dict[str, Any] = {"@type": item.get("type", "")}
    for name, value in (properties or {}).items():
        values = [_flat(v) if isinstance(v, dict) else v for v in (value if isinstance(value, list) else [value])]
        flat[name] = values[0] if len(values) == 1 else values
    return flat


def _about(items: list[dict[str, Any]], url: str) -> dict[str, Any] | None:
    """The item a page is about: one that names the page's address, else the first of the most fitting kind."""
    ranked = [(rank, position, item) for position, item in enumerate(items) if (rank := _rank(item)) is not None]
    if not ranked:
        return None
    own = [entry for entry in ranked if _names(entry[2], url)]
    return min(own or ranked, key=lambda entry: entry[:2])[2]


def _rank(item: dict[str, Any]) -> int | None:
    kinds = {str(kind).rstrip("/").rpartition("/")[2] for kind in _listed(item.get("@type"))}
    if kinds.intersection(_OFFERED):
        return 0
    return 1 if kinds.intersection(_SAID) else None


def _names(item: dict[str, Any], url: str) -> bool:
    addresses = [item.get("url"), item.get("@id"), item.get("mainEntityOfPage")]
    return any(isinstance(address, str) and urljoin(url, address) == url for address in addresses)


def _read(item: dict[str, Any]) -> Stated:
    product = next((v for v in _listed(item.get("itemOffered")) if isinstance(v, dict)), item)
    offer = next((v for v in _listed(product.get("offers")) if isinstance(v, dict)), item)
    if "price" not in offer and "lowPrice" not in offer:
        inner = next((v for v in _listed(offer.get("offers")) if isinstance(v, dict)), None)
        offer = inner or next((v for v in _listed(offer.get("priceSpecification")) if isinstance(v, dict)), offer)
    amount = _first(offer.get("price"))
    if amount is None and offer.get("lowPrice") == offer.get("highPrice"):
        amount = _first(offer.get("lowPrice"))
    sellers = (
        offer.get("seller"),
        product.get("seller"),
        item.get("seller"),
        item.get("offeredBy"),
        item.get("author"),
    )
    places = (
        offer.get("availableAtOrFrom"),
        item.get("contentLocation"),
        item.get("location"),
        offer.get("areaServed"),
    )
    return Stated(
        title=_text(product.get("name")) or _text(item.get("name")) or _text(item.get("headline")),
        text=_text(product.get("description")) or _text(item.get("description")) or _text(item.get("articleBody")),
        price=machine_price(amount, _first(offer.get("priceCurrency"))),
        price_text="" if amount is None else clean(str(amount)),
        seller=next((name for value in sellers if (name := _name(value))), ""),
        posted_at=next((clean(v) for n in _DATES for v in (item.get(n), offer.get(n)) if isinstance(v, str)), ""),
        place=next((place for value in places if (place := _place(value))), ""),
    )


def _filled(stated: Stated, graph: dict[str, Any]) -> Stated:
    """The same with its gaps filled from OpenGraph (ogp.me)."""
    amount = graph.get("product:price:amount") or graph.get("og:price:amount")
    currency = graph.get("product:price:currency") or graph.get("og:price:currency")
    return Stated(
        title=stated.title or clean(str(graph.get("og:title", ""))),
        text=stated.text or clean(str(graph.get("og:description", ""))),
        price=stated.price if stated.price.amount is not None or not amount else machine_price(amount, currency),
        price_text=stated.price_text or clean(str(amount or "")),
        seller=stated.seller,
        posted_at=stated.posted_at or clean(str(graph.get("article:published_time", ""))),
        place=stated.place,
    )


def _name(value: Any) -> str:
    first = _first(value)
    return _text(first.get("name")) if isinstance(first, dict) else _text(first)


def _place(value: Any) -> str:
    first = _first(value)
    if not isinstance(first, dict):
        return _text(first)
    address = first.get("address", first)
    if not isinstance(address, dict):
        return _text(address)
    parts = [_name(address.get(part)) for part in ("addressLocality", "addressRegion", "addressCountry")]
    return ", ".join(filter(None, parts)) or _text(first.get("name"))


def _text(value: Any) -> str:
    first = _first(value)
    return from_markup(first) if isinstance(first, str) else ""


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else (None if isinstance(value, list) else value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
