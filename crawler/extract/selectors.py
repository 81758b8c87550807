"""What a page shows, read through the source's CSS selectors or through common ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from cssselect import ExpressionError, SelectorSyntaxError
from lxml import etree
from parsel import Selector
from parsel.csstranslator import HTMLTranslator

from crawler.extract.text import clean, visible_text
from crawler.source_file import Fields

_COMMON_TEXT = ("[itemprop=description]", ".description", "#description", "article", "main")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows about a post; empty where nothing was found."""

    title: str = ""
    text: str = ""
    price: str = ""
    seller: str = ""
    posted_at: str = ""
    place: str = ""


class SelectorError(ValueError):
    """A CSS selector of a source file cannot be read; the message names it."""


def shown_data(page: Selector, fields: Fields) -> Shown:
    """Read the fields for which the source has a selector; raises SelectorError for one that is not CSS."""
    return Shown(
        title=" ".join(first_value(page, fields.title).split()) if fields.title else "",
        text=first_value(page, fields.text) if fields.text else "",
        price=" ".join(first_value(page, fields.price).split()) if fields.price else "",
        seller=" ".join(first_value(page, fields.seller).split()) if fields.seller else "",
        posted_at=" ".join(first_value(page, fields.posted_at).split()) if fields.posted_at else "",
        place=" ".join(first_value(page, fields.place).split()) if fields.place else "",
    )


def common_title(page: Selector) -> str:
    """The page's only `h1`, else its `title`."""
    headings = page.root.findall(".//h1")
    if len(headings) == 1 and (text := visible_text(headings[0])):
        return " ".join(text.split())
    title = page.root.find(".//head/title")
    return " ".join((title.text or "").split()) if title is not None else ""


def common_text(page: Selector) -> str:
    """The text where pages commonly have it, empty where none of those places exists."""
    return next((text for css in _COMMON_TEXT if (text := first_value(page, css))), "")


def first_value(page: Selector, css: str) -> str:
    """Text (or, with `::attr(name)`, attribute) of the first element that `css` selects; empty where there is none."""
    for found in compiled(css)(page.root):
        text = clean(str(found)) if isinstance(found, str) else visible_text(found)
        if text:
            return text
    return ""


def elements(page: Selector, css: str) -> list[Any]:
    """The lxml elements that `css` selects."""
    return [found for found in compiled(css)(page.root) if not isinstance(found, str)]


@lru_cache(maxsize=256)
def compiled(css: str) -> Callable[[Any], list[Any]]:
    """A CSS selector, `::text` and `::attr(name)` included, as a compiled XPath; raises SelectorError."""
    try:
        return cast(Callable[[Any], list[Any]], etree.XPath(HTMLTranslator().css_to_xpath(css)))
    except (ExpressionError, SelectorSyntaxError, etree.XPathError, ValueError) as error:
        raise SelectorError(f"{css!r} is not a CSS selector") from error
