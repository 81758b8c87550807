"""What the crawler reads from a page."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PostItem:
    """One public post as its page states it; absent facts are empty or None, never guessed."""

    url: str
    """Canonical address: no fragment, no tracking parameters."""
    title: str
    text: str
    """As its author wrote it, with line breaks; no white space around it."""
    price_amount: Decimal | None = None
    price_currency: str | None = None
    """ISO 4217."""
    price_text: str = ""
    """As the page shows it."""
    seller: str = ""
    posted_at: dt.datetime | None = None
    """UTC; an estimate where the site only says "2 weeks ago"."""
    place: str = ""

    def __repr__(self) -> str:
        """No content: a post may hold personal data and a representation may reach a log."""
        return f"<PostItem of {len(self.title)} + {len(self.text)} characters>"
