"""The marketplace at one day and one visit: which adverts stand, when each was posted, and on which page."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.demo.posts import VISITS, Post, Seller, load_faults, load_posts, load_sellers

PER_PAGE = 20
WEEKS = 12

# Hours from UTC of the places that adverts come from; winter time where clocks change.
UTC_OFFSETS = {
    "CN": 8, "GB": 0, "HK": 8, "ID": 7, "JP": 9, "KH": 7, "MY": 8, "PH": 8, "SG": 8, "TH": 7, "TW": 8, "US": -8,
    "VN": 7,
}  # fmt: skip


@dataclass(frozen=True)
class Advert:
    """A post as one visitor finds it, with its seller and its dates."""

    post: Post
    seller: Seller
    posted: dt.datetime
    modified: dt.datetime


@dataclass(frozen=True)
class Page:
    """One page of the listing, newest advert first."""

    number: int
    last: int
    adverts: Sequence[Advert]


class Market:
    """All adverts, dated over the twelve whole weeks before `today` (a UTC date) and served as `visit` says.

    `visit` is 1 for the first state, 2 for the second (changed prices, vanished adverts). It is a setting, not a
    count of requests; it may be assigned while the site is being served.
    """

    def __init__(self, today: dt.date, visit: int = 1) -> None:
        self.today = today
        self._posts = load_posts() + load_faults()
        self._sellers = load_sellers()
        self.visit = visit

    @property
    def visit(self) -> int:
        """Which state of the site is served."""
        return self._visit

    @visit.setter
    def visit(self, value: int) -> None:
        if value not in VISITS:
            raise ValueError(f"visit must be one of {VISITS}")
        self._visit = value
        found = (self._advert(post, value) for post in self._posts)
        standing = [advert for advert in found if advert is not None]
        self._adverts = sorted(standing, key=lambda advert: (advert.posted, advert.post.id), reverse=True)
        self._by_id = {advert.post.id: advert for advert in self._adverts}

    @property
    def adverts(self) -> Sequence[Advert]:
        """Every advert that stands now, newest first."""
        return self._adverts

    def advert(self, number: int) -> Advert | None:
        """The advert of that id, or None if there is none or it has gone."""
        return self._by_id.get(number)

    def page(self, number: int) -> Page | None:
        """A page of the listing counted from 1, or None beyond the last."""
        last = -(-len(self._adverts) // PER_PAGE)
        if not 1 <= number <= last:
            return None
        return Page(number, last, self._adverts[(number - 1) * PER_PAGE : number * PER_PAGE])

    def categories(self) -> list[tuple[str, int]]:
        """The categories with their number of adverts, largest first."""
        return Counter(advert.post.category for advert in self._adverts).most_common()

    def posted(self, post: Post) -> dt.datetime:
        """When the post was put up, in the time zone of its place: always before today."""
        monday = self.today - dt.timedelta(days=self.today.weekday(), weeks=WEEKS - post.week)
        zone = dt.timezone(dt.timedelta(hours=UTC_OFFSETS[post.country]))
        return dt.datetime.combine(
            monday + dt.timedelta(days=post.weekday), dt.time.fromisoformat(post.time), tzinfo=zone
        )

    def _advert(self, post: Post, visit: int) -> Advert | None:
        now = post.at(visit)
        if now is None:
            return None
        posted = self.posted(post)
        changed = dt.datetime.combine(self.today, dt.time(), tzinfo=dt.UTC).astimezone(posted.tzinfo)
        return Advert(now, self._sellers[post.seller], posted, posted if now is post else changed)
