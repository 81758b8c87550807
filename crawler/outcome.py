"""What one run has met so far, and the verdict on it: complete only when nothing was missed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["complete", "partial", "failed", "refused", "interrupted"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended, with the reason in plain words (empty for a complete one)."""

    status: Status
    reason: str = ""


@dataclass
class Outcome:
    """Counts and notes of a run; written from the crawl's one thread only."""

    requests: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    """How often each kind of answer came: `200`, `404`, `timeout`."""
    listings_read: int = 0
    listing_troubles: Counter[str] = field(default_factory=Counter)
    posts_read: int = 0
    posts_gone: int = 0
    post_troubles: Counter[str] = field(default_factory=Counter)
    refused_addresses: Counter[str] = field(default_factory=Counter)
    """Sentences of the egress policy and how often each was said."""
    closed_by_robots: int = 0
    refusal: str = ""
    """Why the site may not be collected at all."""
    block: str = ""
    """Why the site does not want to be collected further."""
    cap: str = ""
    """Which limit of the source file was reached."""
    failure: str = ""
    """Why this machine could not go on, such as a full disk."""
    interruption: str = ""
    found_links: int = 0
    """Addresses of posts that the listing pages link to."""

    @property
    def pages_failed(self) -> int:
        """Pages that did not answer well."""
        return self.listing_troubles.total() + self.post_troubles.total()

    @property
    def ending(self) -> bool:
        """Whether there is a reason to ask nothing more of the site."""
        return bool(self.refusal or self.block or self.failure or self.interruption)

    def verdict(self, *, had_posts: bool) -> Verdict:
        """Judge the run; `had_posts` says whether earlier runs found posts on this source."""
        read_any = bool(self.listings_read or self.posts_read)
        if self.interruption:
            return Verdict("interrupted", self.interruption)
        if self.failure:
            return Verdict("failed", self.failure)
        if self.refusal:
            return Verdict("partial" if read_any else "refused", self.refusal)
        if self.block:
            return Verdict("partial" if self.posts_read else "failed", self.block)
        if not self.listings_read:
            words = _counted(self.listing_troubles) or "no listing page was read"
            return Verdict("failed", f"the listing could not be read: {words}")
        reasons = self._shortfalls(had_posts=had_posts)
        return Verdict("partial", "; ".join(reasons)) if reasons else Verdict("complete")

    def _shortfalls(self, *, had_posts: bool) -> list[str]:
        reasons = []
        if self.listing_troubles:
            reasons.append(f"listing pages were not read: {_counted(self.listing_troubles)}")
        if self.post_troubles:
            reasons.append(f"posts were not read: {_counted(self.post_troubles)}")
        if self.refused_addresses:
            reasons += list(self.refused_addresses)
        if self.closed_by_robots:
            reasons.append(f"robots.txt closes {self.closed_by_robots} of the pages")
        if self.cap:
            reasons.append(self.cap)
        if not reasons and not self.found_links:
            reasons.append(
                "the listing shows no posts, where earlier runs found some; the site may have changed or may hide them"
                if had_posts
                else "the listing shows no posts; check `detail` and `detail_pattern` in the source file"
            )
        elif not reasons and not self.posts_read and had_posts:
            reasons.append("all posts of the listing are gone at once; the site may hide them")
        return reasons


def _counted(troubles: Counter[str]) -> str:
    """How often each trouble came, in words; a number alone is the status that a site answered with."""
    named = ((f"the site answered {words}" if words.isdigit() else words, n) for words, n in troubles.most_common(5))
    return ", ".join(f"{words} ({n} times)" if n > 1 else words for words, n in named)
