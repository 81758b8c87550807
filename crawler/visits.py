"""What the spider hands over: a post that was read, or an address that no longer answers."""

import datetime as dt
from dataclasses import dataclass

from crawler.items import PostItem
from crawler.warc import Hop
from models.weeks import monday_of


@dataclass(frozen=True, slots=True)
class Visit:
    """One read post with the hops that led to it."""

    item: PostItem
    hops: tuple[Hop, ...]
    requested_url: str
    robots: str
    """What robots.txt said."""

    @property
    def seen_at(self) -> dt.datetime:
        """When the last byte of the page had come; UTC."""
        return self.hops[-1].ended_at

    @property
    def week(self) -> dt.date:
        """The Monday of the week in which it was seen."""
        return monday_of(self.seen_at)

    @property
    def whole_text(self) -> str:
        """Title and text, as prefilter and language want them."""
        return f"{self.item.title}\n{self.item.text}"


@dataclass(frozen=True, slots=True)
class Gone:
    """That a post's address answers 404 or 410."""

    url: str
