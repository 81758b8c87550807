"""What the command says, however hostile the words that it passes on."""

import logging
import os
import stat
import sys
from pathlib import Path

import pytest

from app import logs
from app.cli import context
from app.cli.writing import opened
from app.terminal import printable
from app.workers.collecting import crawl_command

HOSTILE = "\x1b]0;owned\x07 \x1b[2J \x9b31m \u202eesrever\u2066 [/red] [bold]x \\[/] \ud800 \r gone"


@pytest.mark.parametrize("tell", [context.say, context.say_error])
def test_no_word_steers_the_terminal(tell: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(tell)
    tell(HOSTILE)
    said = capsys.readouterr().err
    assert not set("\x1b\x07\x9b\u202e\u2066\ud800\r") & set(said)
    assert "[/red] [bold]x \\[/]" in said


def test_no_logged_word_steers_it_either(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    try:
        logs.configure(None)
        logging.getLogger("crawler").error("no such host %s", HOSTILE)
    finally:
        root.handlers, root.level = before, level
    said = capsys.readouterr().err
    assert "no such host" in said
    assert not set("\x1b\x07\x9b\u202e\u2066\ud800\r") & set(said)


def test_a_logged_error_shows_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    words = " ".join(["call", "0812-3456-7890"])
    try:
        logs.configure(None)
        try:
            print(len(words) / 0)
        except ZeroDivisionError:
            logging.getLogger("stage").exception("a post was not read")
    finally:
        root.handlers, root.level = before, level
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "call 0812" not in said


def test_lines_and_every_script_stay() -> None:
    words = "ขายลูกนาก\tផ្សាយ\n獭"
    assert printable(words) == words


def test_the_crawl_process_imports_nothing_from_the_folder_it_stands_in(tmp_path: Path) -> None:
    command = crawl_command(tmp_path)(tmp_path / "a.toml")
    assert command[0] == sys.executable
    assert "-P" in command[: command.index("-m")]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_an_export_is_its_owners_alone_and_follows_no_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "posts.jsonl.part").symlink_to(victim)  # the name that could once be foreseen
    with opened(tmp_path / "posts.jsonl") as file:
        file.write(b"{}\n")
    assert victim.read_text() == "mine"
    assert stat.S_IMODE((tmp_path / "posts.jsonl").stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["posts.jsonl", "posts.jsonl.part", "victim"]
