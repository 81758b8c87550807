"""Stand-ins for what is slow or outside."""

from collections.abc import Mapping, Sequence
from typing import Any

from classifier.assessment import Assessment as Assessed
from classifier.assessment import Post as Text
from classifier.assessment import Reason


class FakeAssessor:
    """Stands for a classifier: says `sale` of every text, or what it is told of this one."""

    def __init__(self, told: Mapping[str, Mapping[str, Any]] | None = None, version: str = "fake-1") -> None:
        self.told = told or {}
        self.version = version
        self.read: list[Text] = []

    def assess_many(self, posts: Sequence[Text]) -> list[Assessed]:
        """One assessment for each post, in order."""
        self.read += posts
        return [self._assessed(post) for post in posts]

    def _assessed(self, post: Text) -> Assessed:
        told = dict(self.told.get(post.text, {}))
        intent = told.pop("intent", "sale")
        plain: dict[str, Any] = {
            "id": post.id,
            "intent": intent,
            "flagged": intent in {"sale", "parts"},
            "probability": 0.9,
            "field_probability": 0.5,
            "language": post.lang or "und",
            "species": "Aonyx cinereus",
            "age_classes": (),
            "eyes_closed": False,
            "eyes": "unknown",
            "age_days": None,
            "unweaned": None,
            "quantity": None,
            "quantity_max": None,
            "price": None,
            "contacts": (),
            "cues": (),
            "reasons": (Reason("an otter is named", 1.5), Reason("news", -0.5)),
            "model": self.version,
        }
        return Assessed(**(plain | told))
