"""What is said of a run while it goes on and at its end, and the lines by which the crawl process says it."""

import json
from dataclasses import asdict, dataclass
from typing import Literal, Self

Ended = Literal["complete", "partial", "failed", "refused", "interrupted"]


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Counts of a run that goes on."""

    run_id: int = 0
    requests: int = 0
    posts_read: int = 0
    pages_failed: int = 0
    found_links: int = 0

    def to_line(self) -> str:
        """One line of JSON for the crawl process's standard output."""
        return json.dumps({"progress": asdict(self)}) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Self | None:
        """The progress in a line, None for any other line."""
        try:
            content = json.loads(line)
            return cls(**{name: int(value) for name, value in content["progress"].items()})
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def in_words(self, name: str) -> str:
        """One line for a person."""
        failed = f", {self.pages_failed} pages failed" if self.pages_failed else ""
        return f"{name}: {self.posts_read} of {self.found_links} posts read{failed}"


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended; counts are of posts but for `requests` and `pages_failed`."""

    status: Ended
    reason: str = ""
    """Plain words; empty for a complete run."""
    run_id: int | None = None
    """None where no run was started."""
    requests: int = 0
    pages_failed: int = 0
    posts_seen: int = 0
    posts_new: int = 0
    posts_changed: int = 0
    posts_gone: int = 0
    posts_rejected: int = 0

    @property
    def trustworthy(self) -> bool:
        """Whether what was not seen may be taken as not there."""
        return self.status == "complete"

    def in_words(self, name: str) -> str:
        """One line for a person."""
        counts = (
            f"{self.posts_seen} posts kept ({self.posts_new} new, {self.posts_changed} changed, {self.posts_gone} gone)"
            f", {self.posts_rejected} not about otters"
        )
        reason = f": {self.reason}" if self.reason else ""
        return f"{name}: {self.status}{reason}. {counts}."
