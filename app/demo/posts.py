"""The invented adverts and sellers, as they lie in the data files beside this module."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

HERE = Path(__file__).parent
VISITS = (1, 2)

Language = Literal["en", "id", "ms", "th", "vi", "km", "ja", "zh", "tl"]
Intent = Literal["sale", "parts", "wanted", "rehoming", "keeping", "other"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Truth(_Row):
    """What the advert is by the product's definitions; `otter`: its subject is a real otter or parts of one."""

    intent: Intent
    otter: bool
    eyes_closed: bool

    @property
    def offer(self) -> bool:
        """True for the two intents that are flagged: `sale` and `parts`."""
        return self.intent in ("sale", "parts")


class Change(_Row):
    """What differs from visit `at_visit` on: another price, or the advert is gone."""

    at_visit: int = Field(ge=2)
    price: int | None = None
    price_text: str = ""
    gone: bool = False


class Post(_Row):
    """One advert. `week` 0 to 11 (11: the last whole week), `weekday` 0 Monday to 6 Sunday, `time` local "HH:MM".

    `price` is in full units of the ISO 4217 `currency`; `country` is ISO 3166-1 alpha-2; `repost_of` names the
    advert of the same seller that offered the same animal before. `fault` is what the server does instead of
    answering with a whole page: `error` (status 500) or `cut` (HTML that ends in the middle).
    """

    id: int
    lang: Language
    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    price: int | None
    currency: str | None
    price_text: str
    seller: str
    place: str
    country: str = Field(pattern="^[A-Z]{2}$")
    category: str
    week: int = Field(ge=0, le=11)
    weekday: int = Field(ge=0, le=6)
    time: str = Field(pattern=r"^[0-2]\d:[0-5]\d$")
    truth: Truth
    changes: tuple[Change, ...] = ()
    repost_of: int | None = None
    fault: Literal["error", "cut"] | None = None

    @property
    def slug(self) -> str:
        """The readable tail of the advert's address in ASCII; its category where the title has no Latin letters."""
        plain = unicodedata.normalize("NFKD", self.title.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
        words = re.findall(r"[a-z0-9]+", plain)
        return "-".join(words)[:48].strip("-") if any(word.isalpha() for word in words) else self.category

    @property
    def path(self) -> str:
        """The path of the detail page."""
        return f"/listing/{self.id}-{self.slug}"

    def at(self, visit: int) -> "Post | None":
        """The advert as it stands at `visit`, None once it is gone."""
        post = self
        for change in self.changes:
            if change.at_visit > visit:
                continue
            if change.gone:
                return None
            post = post.model_copy(update={"price": change.price, "price_text": change.price_text})
        return post


class Seller(_Row):
    """One account: `key` never changes, `phone` is E.164; two accounts may share a phone number."""

    key: str
    name: str
    phone: str | None
    telegram: str | None = None
    line: str | None = None
    wechat: str | None = None
    instagram: str | None = None
    email: str | None = None


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()


@cache
def load_posts() -> tuple[Post, ...]:
    """The adverts of `posts.jsonl`, oldest first."""
    return tuple(Post.model_validate_json(line) for line in _lines("posts.jsonl"))


@cache
def load_faults() -> tuple[Post, ...]:
    """The two adverts of `faults.jsonl` whose pages are broken on purpose."""
    return tuple(Post.model_validate_json(line) for line in _lines("faults.jsonl"))


@cache
def load_sellers() -> dict[str, Seller]:
    """The accounts of `sellers.jsonl` by their key."""
    sellers = (Seller.model_validate_json(line) for line in _lines("sellers.jsonl"))
    return {seller.key: seller for seller in sellers}
