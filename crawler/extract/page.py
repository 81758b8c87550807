"""A post's page as a whole: structured data and visible text weighed against each other."""

import datetime as dt

from parsel import Selector

from crawler.extract.dates import posted_at
from crawler.extract.prices import Price, displayed_currency, displayed_price
from crawler.extract.selectors import Shown, common_text, common_title, shown_data
from crawler.extract.structured import Stated, structured_data
from crawler.extract.text import LONGEST_TEXT, LONGEST_TITLE, fuller, fuller_title
from crawler.items import PostItem
from crawler.source_file import SourceFile


def read_post(
    page: Selector, *, address: str, url: str, source: SourceFile, fetched_at: dt.datetime
) -> PostItem | None:
    """Read a post from its page, None where the page shows neither title nor text.

    `address` is where the page was found, `url` the canonical form under which the post is kept, `fetched_at` (aware)
    what "2 weeks ago" counts from.
    """
    stated = structured_data(page.root, address)
    shown = shown_data(page, source.fields)
    title = fuller_title(stated.title, shown.title) or common_title(page)
    text = _agreed(stated.text, shown.text) or common_text(page)
    if not text and not (stated.title or shown.title):
        return None
    price = _price(stated, shown, source.fields.currency)
    when = shown.posted_at or stated.posted_at
    return PostItem(
        url=url,
        title=title[:LONGEST_TITLE],
        text=text[:LONGEST_TEXT],
        price_amount=price.amount,
        price_currency=price.currency,
        price_text=(shown.price or stated.price_text)[:200],
        seller=(shown.seller or stated.seller)[:200],
        posted_at=posted_at(when, fetched_at) if when else None,
        place=(shown.place or stated.place)[:500],
    )


def _agreed(stated: str, shown: str) -> str:
    """The fuller of two readings of one text; where they are different texts, what the page shows."""
    return fuller(stated, shown) or shown


def _price(stated: Stated, shown: Shown, site_currency: str) -> Price:
    """The machine-readable amount where there is one, else the displayed one; the currency that is stated nearest."""
    currency = stated.price.currency
    if stated.price.amount is not None:
        return Price(
            stated.price.amount,
            currency or displayed_currency(shown.price, currency=site_currency) or site_currency or None,
        )
    if not shown.price:
        return Price(None, currency)
    seen = displayed_price(shown.price, currency=currency or site_currency)
    return Price(seen.amount, currency or seen.currency)
