"""The loop: what is due is collected, troubles are said and tried again, and a broken stage does not go unseen."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app.installation import Installation
from app.workers import watch as watching
from app.workers.stages import Stage
from app.workers.watch import watch
from crawler.source_file import SourceFile, load_source, register
from models.errors import OtterwatchError
from models.tables import Source
from models.weeks import utc_now

SOURCE = """
name = "Pasar Hewan"
url = "https://pasar.example/"
kind = "listing"
keep = "matches"
every = "2h"

[registry]
owner = "nobody"
access_route = "public pages"
terms_reviewed_by = "the tests"
terms_reviewed_on = 2026-11-22
robots = "allowed"
legal_basis = "none needed for what does not exist"

[listing]
start = ["/"]
detail = "a"
"""


class Result:
    """How a crawl ended."""

    status = "complete"

    def in_words(self, name: str) -> str:
        return f"{name}: done"


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """Ends the loop; after half a minute in any case, so that a test that fails does not hang."""
    event, late = threading.Event(), []
    timer = threading.Timer(30, lambda: late.append(event.set()))
    timer.start()
    yield event
    timer.cancel()
    assert not late, "the loop did not end by itself"


@pytest.fixture
def source(installation: Installation, tmp_path: Path) -> SourceFile:
    """A source that was due a minute ago."""
    path = tmp_path / "pasar.toml"
    path.write_text(SOURCE, "utf-8")
    file = load_source(path)
    register(installation.database, file)
    with installation.database.writing() as session:
        session.execute(update(Source).values(due_at=utc_now() - dt.timedelta(minutes=1)))
    return file


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SCHEDULE_SECONDS", 0.01)
    monkeypatch.setattr(watching, "STAGE_SECONDS", 0.01)


def due_in(installation: Installation) -> float:
    """Minutes until the source is due."""
    with installation.database.reading() as session:
        return (session.scalars(select(Source.due_at)).one() - utc_now()) / dt.timedelta(minutes=1)


def collecting(monkeypatch: pytest.MonkeyPatch, act: Any) -> list[str]:
    """Let a crawl be `act`; gives the sources that were crawled."""
    crawled: list[str] = []

    def collect_source(_: Installation, source: SourceFile, **named: Any) -> Any:
        crawled.append(source.key)
        return act()

    monkeypatch.setattr(watching, "collect_source", collect_source)
    return crawled


def test_a_source_is_collected_once_and_due_again_after_its_interval(
    installation: Installation, source: SourceFile, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    crawled, said = collecting(monkeypatch, Result), []

    def sources() -> list[SourceFile]:
        rounds.append(1)
        if len(rounds) > 5:
            stop.set()
        return [source]

    watch(installation, sources, [], say=said.append, stop=stop)
    assert crawled == [source.key]
    assert said == [f"{source.name}: done"]
    assert source.every_minutes - 1 < due_in(installation) <= source.every_minutes


def test_a_source_that_fails_is_said_and_tried_again_after_a_pause(
    installation: Installation, source: SourceFile, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OtterwatchError("the disk is full")

    rounds: list[int] = []
    crawled, said = collecting(monkeypatch, fail), []

    def sources() -> list[SourceFile]:
        rounds.append(1)
        if len(rounds) > 5:
            stop.set()
        return [source]

    watch(installation, sources, [], say=said.append, stop=stop)
    assert crawled == [source.key]  # not once a round
    assert said == [f"{source.name}: the disk is full"]
    pause = min(watching.RETRY_MINUTES, source.every_minutes)
    assert pause - 1 < due_in(installation) <= pause


def test_a_run_that_was_broken_off_is_due_at_once(
    installation: Installation, source: SourceFile, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off() -> Result:
        stop.set()
        return Result()

    crawled = collecting(monkeypatch, broken_off)
    watch(installation, lambda: [source], [], say=lambda _: None, stop=stop)
    assert crawled == [source.key]
    assert due_in(installation) < 0


def test_the_stages_go_on_while_a_crawl_is_slow(
    installation: Installation, source: SourceFile, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    drained = threading.Event()

    def slow() -> Result:
        assert drained.wait(20), "no stage ran while the crawl was under way"
        stop.set()
        return Result()

    crawled = collecting(monkeypatch, slow)
    stage = Stage("assess", lambda: drained.set() or 0)
    watch(installation, lambda: [source], [stage], say=lambda _: None, stop=stop)
    assert crawled == [source.key]


def test_a_stage_in_trouble_is_said_once_and_tried_again(installation: Installation, stop: threading.Event) -> None:
    tries: list[int] = []
    said: list[str] = []

    def trouble() -> int:
        tries.append(1)
        if len(tries) > 4:
            stop.set()
        raise OtterwatchError("another process holds the database")

    watch(installation, list, [Stage("assess", trouble)], say=said.append, stop=stop)
    assert len(tries) > 4
    assert said == ["paused: another process holds the database"]


def test_what_nobody_foresaw_in_a_stage_ends_the_watch_and_shows(
    installation: Installation, source: SourceFile, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting(monkeypatch, Result)
    with pytest.raises(ZeroDivisionError):
        watch(installation, lambda: [source], [Stage("assess", lambda: 1 // 0)], say=lambda _: None, stop=stop)


def test_source_files_in_trouble_are_said_and_looked_at_again(
    installation: Installation, stop: threading.Event
) -> None:
    said: list[str] = []
    looks: list[int] = []

    def sources() -> list[SourceFile]:
        looks.append(1)
        if len(looks) > 2:
            stop.set()
        raise OtterwatchError("there is no usable source file")

    watch(installation, sources, [], say=said.append, stop=stop)
    assert len(looks) > 2
    assert set(said) == {"paused: there is no usable source file"}
