"""The stream of JSON lines: one answer a line, an error in the place of each bad one, whatever comes in."""

import json
import time

from classifier.assessment import Classifier
from classifier.lines import BATCH, LineCounts, classify_lines, encode_line


def run(classifier: Classifier, lines: list[bytes | str]) -> tuple[list[dict[str, object]], LineCounts]:
    counts = LineCounts()
    return list(classify_lines(lines, classifier, counts=counts)), counts


def test_bad_lines_get_an_error_in_their_place(classifier: Classifier) -> None:
    found, counts = run(
        classifier,
        [
            b'{"id": "a", "text": "jual otter"}',
            b"no json",
            b'{"id": "c"}',
            b"[1]",
            b'{"text": 7}',
            b"\xff\xfe",
            b'{"id": 5, "text": ""}',
            b"[" * 20_000,
        ],
    )
    assert ["error" in one for one in found] == [False, True, True, True, True, True, False, True]
    assert (counts.read, counts.bad) == (8, 6)
    assert found[6]["id"] == "5"


def test_odd_posts_are_answered(classifier: Classifier) -> None:
    odd = ["\ud83e otter \udda6", "🦦🦦🦦", "\x00\x1b[31m\x7f", "otter " * 180_000, "ก" * 1_000_000, " "]
    found, counts = run(classifier, [json.dumps({"text": text}) for text in odd])
    assert len(found) == len(odd)
    assert counts.bad == 0
    for one in found:
        assert json.loads(encode_line(one).encode("utf-8"))["intent"]


def test_batches_keep_the_order_and_report_progress(classifier: Classifier) -> None:
    steps: list[int] = []
    lines = [json.dumps({"id": str(n), "text": "hello"}) for n in range(BATCH + 3)]
    found = list(classify_lines(lines, classifier, steps.append))
    assert [one["id"] for one in found] == [str(n) for n in range(BATCH + 3)]
    assert steps == [BATCH, BATCH + 3]


def test_a_blank_line_is_a_bad_line_too(classifier: Classifier) -> None:
    found, counts = run(classifier, [b"\n", b'{"text": "x"}\n'])
    assert ["error" in one for one in found] == [True, False]
    assert (counts.read, counts.bad) == (2, 1)


def test_hostile_repetition_is_answered_soon(classifier: Classifier) -> None:
    units = ["🦦", "9", "1,", "1 ", "a", "a.", "@a.", "0812-", "line ", "三", "o\u0336", "nol "]
    started = time.monotonic()
    found, _ = run(classifier, [json.dumps({"text": "🦦 otter " + unit * (8_000 // len(unit))}) for unit in units])
    assert len(found) == len(units)
    assert time.monotonic() - started < 60
