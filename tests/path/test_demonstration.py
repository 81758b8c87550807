"""The whole path on the demonstration marketplace, by the commands that people type."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.cli.starting import DEMONSTRATION
from app.demo.site import running
from app.installation import Installation
from models.settings import load_settings
from models.tables import Assessment, Capture, Case, CollectedCount, CrawlRun, Post, PostVersion, RejectedPost

OTTERWATCH = [sys.executable, "-m", "app.cli.main"]


def command(data: Path, *words: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*OTTERWATCH, "--data-dir", str(data), *words], capture_output=True, text=True, timeout=timeout, check=False
    )


def switch(site: str, visit: int) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{site}/__visit/{visit}", method="POST"), timeout=10).close()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, site: str) -> Installation:
    """An installation whose only source is the demonstration on a free port."""
    made = Installation.create(load_settings(data_dir=tmp_path_factory.mktemp("data")))
    text = DEMONSTRATION.read_text("utf-8").replace("http://127.0.0.1:8140", site)
    (made.settings.sources_dir / "pasar-bebas.toml").write_text(text, "utf-8")
    return made


def stored(installation: Installation) -> dict[str, int]:
    """How many rows there are of what a second run must not double."""
    tables = [Post, PostVersion, Capture, RejectedPost, Assessment, Case]
    with installation.database.reading() as session:
        return {t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def test_run_collects_assesses_links_and_weighs(installation: Installation) -> None:
    done = command(installation.settings.data_dir, "run")
    assert "Pasar Bebas" in done.stderr
    with installation.database.reading() as session:
        run = session.scalars(select(CrawlRun)).one()
        counts = session.execute(select(func.sum(CollectedCount.kept), func.sum(CollectedCount.rejected))).one()
        flagged = session.scalar(select(func.count()).where(Assessment.flagged)) or 0
        cases = session.scalars(select(Case).where(Case.status == "open")).all()
    # One page of the demonstration answers 500, so the run says so and does not claim to be complete.
    assert (run.status, run.answers.get("500", 0) > 0) == ("partial", True)
    assert counts[0] + counts[1] == 253, "252 adverts and the one that is cut in the middle"
    assert counts[1] > 150, "what the prefilter rejects is counted and dropped"
    assert 32 <= flagged <= 48, "about 40 of the adverts are offers"
    assert 20 <= len(cases) <= 48
    assert all(case.reasons and not case.stale for case in cases)


def test_second_run_stores_nothing_new(installation: Installation) -> None:
    before = stored(installation)
    command(installation.settings.data_dir, "run")
    assert stored(installation) == before


def test_changed_prices_make_versions_and_vanished_posts_are_gone(installation: Installation, site: str) -> None:
    before = stored(installation)
    switch(site, 2)
    try:
        command(installation.settings.data_dir, "run")
    finally:
        switch(site, 1)
    after = stored(installation)
    with installation.database.reading() as session:
        gone = session.scalar(select(func.count()).where(Post.gone_at.is_not(None)))
        changed = session.scalar(select(func.count()).where(Post.current_number == 2))
    assert gone == 3
    assert changed == 3
    assert after["post"] == before["post"]
    assert after["post_version"] == before["post_version"] + 3
    assert after["capture"] == before["capture"] + 3


def test_export_writes_what_is_stored(installation: Installation, tmp_path: Path) -> None:
    output = tmp_path / "posts.jsonl"
    done = command(installation.settings.data_dir, "export", "posts", "--output", str(output))
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert len(rows) == stored(installation)["post"]
    assert {r["source"] for r in rows} == {"pasar-bebas"}
    assert all(re.fullmatch("[0-9a-f]{64}", r["seller"]) for r in rows if r["seller"])
    assert list(rows[0]["assessment"]) == [
        *["id", "intent", "flagged", "probability", "language", "species", "age_classes", "eyes_closed", "quantity"],
        *["price", "contacts", "cues", "model"],
    ]


def test_reveal_needs_a_right_and_is_logged(installation: Installation) -> None:
    done = command(installation.settings.data_dir, "export", "posts", "--output", "-", "--reveal")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "approver or administrator" in done.stderr


def test_doctor_finds_all_well(installation: Installation) -> None:
    done = command(installation.settings.data_dir, "doctor")
    assert done.returncode == 0, done.stderr
    assert "All is well." in done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_start_on_an_empty_machine_serves_a_queue_and_ends_at_ctrl_c(tmp_path: Path, site: str) -> None:
    """From nothing to a console that answers; a second start shows no password."""
    sources = tmp_path / "sources"
    sources.mkdir()
    text = DEMONSTRATION.read_text("utf-8").replace("http://127.0.0.1:8140", site)
    (sources / "pasar-bebas.toml").write_text(text, "utf-8")
    port = free_port()
    for first in (True, False):
        process = subprocess.Popen(
            [*OTTERWATCH, "--data-dir", str(tmp_path / "data"), "start", "--sources", str(sources)],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "OTTERWATCH_CONSOLE_PORT": str(port)},
        )
        try:
            assert wait_for(f"http://127.0.0.1:{port}/health") == 200
            assert wait_for_cases(tmp_path / "data") > 20
        finally:
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
        assert process.returncode in {0, 130}, said
        assert "Traceback" not in said
        assert ("password:" in said) is first
        assert f"http://127.0.0.1:{port}/" in said


def wait_for_cases(data: Path, seconds: float = 90) -> int:
    """Open cases that were weighed, as the queue shows them, once there are more than twenty."""
    end, found = time.monotonic() + seconds, 0
    while found <= 20 and time.monotonic() < end:
        with closing(sqlite3.connect(data / "otterwatch.db")) as connection:
            query = "SELECT count(*) FROM [case] WHERE status = 'open' AND priority > 0"
            found = connection.execute(query).fetchone()[0]
        time.sleep(0.3)
    return int(found)


def wait_for(address: str, seconds: float = 90) -> int:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(answer.status)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)
