"""`otterwatch classify` as labels define it: one line out for each line in, whatever comes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CLASSIFY = [sys.executable, "-m", "app.cli.main", "classify"]
KEYS = ["id", "intent", "flagged", "probability", "language", "species", "age_classes", "eyes_closed", "quantity"]
KEYS += ["price", "contacts", "cues", "model"]

LINES: list[tuple[bytes, str | None]] = [
    # what comes in, and the error that comes out (None: an assessment)
    (b'{"id": "a", "text": "Jual anakan berang-berang, mata masih merem, 850rb"}', None),
    (b"not json", "not JSON"),
    (b"", "not JSON"),  # a blank line keeps its place
    (b"[1, 2]", "not a JSON object"),
    (b'{"id": "b", "title": "no text"}', "no text"),
    (b'{"text": null}', "no text"),
    (b'\xef\xbb\xbf{"text": "otter plush"}', None),  # a byte order mark, as Windows writes it
    (b'{"text": "\xff"}', "not UTF-8"),
    (b'{"text": "\\ud83d half a pair, baby otter for sale"}', None),
    ('{"text": "🦦🦦🦦"}'.encode(), None),
    (b'{"text": "\\u0000\\u0001\\u0007"}', None),
    (b'{"text": ""}', None),
    (b'{"text": "x", "price": 5, "lang": 3, "unknown": {}}', None),
]


def test_every_line_gets_an_answer_in_its_place() -> None:
    done = subprocess.run(
        [*CLASSIFY, "-", "--output", "-"], input=b"\n".join(line for line, _ in LINES), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row.get("error") for row in rows] == [error for _, error in LINES]
    assert all(list(row) == KEYS for row in rows if "error" not in row)
    assert (rows[0]["id"], rows[0]["intent"], rows[0]["eyes_closed"]) == ("a", "sale", True)
    assert rows[4]["id"] == "b", "the error says which post it was, where the line says so"
    assert "6 of 13 lines" in done.stderr.decode()


def test_nothing_that_can_be_read_is_an_error() -> None:
    done = subprocess.run([*CLASSIFY, "-", "-o", "-"], input=b"x\ny\n", capture_output=True, check=False)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("posts", "output", "words"),
    [
        ("missing.jsonl", "out.jsonl", "cannot be read"),
        ("posts.jsonl", "no/such/folder/out.jsonl", "cannot be written"),
    ],
)
def test_files_that_cannot_be_used_are_said_plainly(tmp_path: Path, posts: str, output: str, words: str) -> None:
    (tmp_path / "posts.jsonl").write_text('{"text": "x"}\n', "utf-8")
    done = subprocess.run([*CLASSIFY, posts, "-o", output], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
