"""Classifies a stream of JSON lines in batches of bounded size, with an error object in the place of each bad line."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from classifier.assessment import Classifier
from classifier.reading import Post

BATCH: Final = 256
"""Posts that are assessed together."""
BATCH_CHARACTERS: Final = 2_000_000
"""A batch is closed early when its texts are longer than this, so that memory stays bounded."""


@dataclass
class LineCounts:
    """How many lines were read and how many of them could not be; the generator updates it as it goes."""

    read: int = 0
    bad: int = 0


class BadLineError(ValueError):
    """The line is not a JSON object with a text; `post_id` is its id where it has one."""

    def __init__(self, words: str, post_id: str | None = None) -> None:
        super().__init__(words)
        self.post_id = post_id


def classify_lines(
    lines: Iterable[bytes | str],
    classifier: Classifier,
    progress: Callable[[int], None] | None = None,
    counts: LineCounts | None = None,
) -> Iterator[dict[str, Any]]:
    """Give one object a line, in order: the assessment's `as_dict`, or `{"id", "error"}` for a line that is no post.

    `progress` is called with the number of lines done after each batch; `counts` is kept up to date.
    """
    counts = counts if counts is not None else LineCounts()
    waiting: list[Post | dict[str, Any]] = []
    size = 0
    for line in lines:
        counts.read += 1
        try:
            post = parse_line(line)
            waiting.append(post)
            size += len(post.text) + len(post.title)
        except BadLineError as error:
            counts.bad += 1
            waiting.append({"id": error.post_id, "error": str(error)})
        if len(waiting) >= BATCH or size >= BATCH_CHARACTERS:
            yield from _assessed(waiting, classifier)
            waiting, size = [], 0
            if progress:
                progress(counts.read)
    yield from _assessed(waiting, classifier)
    if progress:
        progress(counts.read)


def parse_line(line: bytes | str) -> Post:
    """Give the post of one JSON line; raises BadLineError when it is not JSON, not an object, or has no text."""
    try:
        raw = json.loads(line if isinstance(line, str) else line.decode("utf-8-sig", "strict"))
    except UnicodeDecodeError as error:
        raise BadLineError("not UTF-8") from error
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise BadLineError("not JSON") from error
    if not isinstance(raw, Mapping):
        raise BadLineError("not a JSON object")
    if not isinstance(raw.get("text"), str):
        raise BadLineError("no text", _text(raw, "id"))
    return Post(
        text=raw["text"],
        title=_text(raw, "title") or "",
        id=_text(raw, "id"),
        lang=_text(raw, "lang"),
        channel=_text(raw, "channel"),
        price=_text(raw, "price"),
        country=_text(raw, "country"),
        seller=_text(raw, "seller"),
        posted_at=_text(raw, "posted_at"),
    )


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _assessed(waiting: list[Post | dict[str, Any]], classifier: Classifier) -> Iterator[dict[str, Any]]:
    assessed = iter(classifier.assess_many([one for one in waiting if isinstance(one, Post)]))
    for one in waiting:
        yield next(assessed).as_dict() if isinstance(one, Post) else one


def encode_line(result: Mapping[str, Any]) -> str:
    """Give a result as one line of JSON that UTF-8 can always hold: lone surrogates are escaped, the rest stays
    readable.
    """
    plain = json.dumps(result, ensure_ascii=False)
    try:
        plain.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(result, ensure_ascii=True)
    return plain
