"""Reads the invented posts that the model is trained and measured on: one JSON object a line, a file a language."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.labels import INTENTS, LANGUAGES
from classifier.reading import Post

CORPUS = Path(__file__).parent / "corpus"


class CorpusError(ValueError):
    """A corpus file is malformed; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Example:
    """One invented post with its labels, its situation (`scenario`) and its tags."""

    post: Post
    intent: str
    species: str | None
    age_classes: tuple[str, ...]
    eyes_closed: bool
    quantity: int | None
    price: tuple[float, str] | None
    contacts: tuple[str, ...]
    lang: str
    group: str
    tags: tuple[str, ...]

    @property
    def flagged(self) -> bool:
        """Tell whether the post is to be flagged."""
        return self.intent in ("sale", "parts")


def load_corpus(directory: Path) -> tuple[Example, ...]:
    """Give the examples of all `*.jsonl` files in a folder, by language and line; raises CorpusError where one is
    malformed.
    """
    found = []
    for path in sorted(directory.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                found.append(_example(line, f"{path.parent.name}/{path.name}:{number}"))
    return tuple(found)


def _example(line: str, where: str) -> Example:
    try:
        raw: dict[str, Any] = json.loads(line)
        price = raw.get("price")
        example = Example(
            post=Post(
                text=raw["text"],
                title=raw.get("title") or "",
                id=raw.get("id"),
                lang=raw["lang"],
                channel=raw.get("channel"),
                price=raw.get("price_field"),
                country=raw.get("country"),
            ),
            intent=raw["intent"],
            species=raw.get("species"),
            age_classes=tuple(raw.get("age_classes") or ()),
            eyes_closed=bool(raw.get("eyes_closed")),
            quantity=raw.get("quantity"),
            price=(float(price["amount"]), str(price["currency"])) if price else None,
            contacts=tuple(raw.get("contacts") or ()),
            lang=raw["lang"],
            group=f"{raw['lang']}: {raw.get('scenario') or raw.get('id')}",
            tags=tuple(raw.get("tags") or ()),
        )
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise CorpusError(f"{where}: {error}") from error
    if example.intent not in INTENTS or example.lang not in LANGUAGES:
        raise CorpusError(f"{where}: intent {example.intent!r} or language {example.lang!r} is unknown")
    return example


def posts_of(examples: Sequence[Example]) -> list[Post]:
    """Give the posts of some examples, in their order."""
    return [example.post for example in examples]
