"""A run from outside: kills, hangs, Ctrl-C and two at once; it always ends, nothing is lost and nothing doubled."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.installation import Installation
from crawler.ending import begin_run
from crawler.lease import CrawlLease
from crawler.progress import RunProgress, RunResult
from crawler.runs import as_environment, collect
from crawler.source_file import SourceFile, load_source, register
from models.leases import Lease
from models.tables import Account, Capture, CollectedCount, CrawlRun, CustodyEntry, Post, PostVersion
from models.weeks import utc_now
from tests.crawler.conftest import CHILD, Crawler, Site, http, post_page, source_text

ROOT = Path(__file__).resolve().parents[2]


def run(installation: Installation, source: SourceFile, script: str, **options: float) -> RunResult:
    """Collect with a child that is a few lines of Python."""
    return collect(
        installation.database,
        installation.settings,
        source,
        command=lambda path: [sys.executable, "-c", script],
        on_progress=lambda progress: None,
        **options,  # type: ignore[arg-type]
    )


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    path = tmp_path / "market.toml"
    path.write_text(source_text("http://127.0.0.1:9/"))
    return load_source(path)


CHILDREN = [
    # a child, how its run ends, words of the reason
    ("raise SystemExit(3)", "ended before the run did (exit code 3)"),
    ("import os; os.kill(os.getpid(), 9)", "ended by signal 9"),
    ("print('no progress', flush=True)", "ended before the run did (exit code 0)"),
    ("import time; time.sleep(60)", "no sign of life for 1 seconds"),
    ("import os, time; os.close(1); time.sleep(0.3)", "ended before the run did"),
]


@pytest.mark.parametrize(("script", "words"), CHILDREN)
def test_a_child_that_fails_leaves_an_interrupted_run(
    installation: Installation, source: SourceFile, script: str, words: str
) -> None:
    result = run(installation, source, script, silence_seconds=1)
    assert result.status == "interrupted"
    assert words in result.reason
    assert not result.trustworthy
    with installation.database.reading() as session:
        ended = session.scalars(select(CrawlRun)).one()
        assert (ended.status, ended.ended_at is None) == ("interrupted", False)
        assert session.scalar(select(func.count()).select_from(Lease)) == 0


def test_a_child_that_cannot_be_started(installation: Installation, source: SourceFile) -> None:
    result = collect(
        installation.database,
        installation.settings,
        source,
        command=lambda path: ["/nowhere/python"],
        on_progress=lambda progress: None,
    )
    assert (result.status, result.run_id is None) == ("interrupted", False)
    assert "could not be started" in result.reason


def test_two_runs_of_one_source_at_a_time_are_refused(installation: Installation, source: SourceFile) -> None:
    lease = CrawlLease(installation.database, register(installation.database, source))
    assert lease.claim()
    refused = run(installation, source, "pass")
    assert (refused.status, refused.run_id) == ("refused", None)
    assert "another process is collecting this source" in refused.reason
    assert lease.renew()
    lease.release()
    assert not lease.renew()
    assert run(installation, source, "pass").run_id is not None


def test_the_lease_of_a_dead_process_is_taken_over(installation: Installation, source: SourceFile) -> None:
    source_id = register(installation.database, source)
    lease = CrawlLease(installation.database, source_id)
    assert lease.claim()
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    with installation.database.writing() as session:
        holder = session.scalars(select(Lease.holder)).one()
        session.execute(update(Lease).values(holder=holder.replace(f":{os.getpid()}:", f":{dead.pid}:")))
    assert CrawlLease(installation.database, source_id).claim()
    with installation.database.writing() as session:
        session.execute(update(Lease).values(holder="another-machine:1:x"))
    assert not CrawlLease(installation.database, source_id).claim(), "of another machine nothing is known"
    with installation.database.writing() as session:
        session.execute(update(Lease).values(until=utc_now()))
    assert CrawlLease(installation.database, source_id).claim()


def test_a_run_left_open_is_closed_by_the_next(installation: Installation, source: SourceFile) -> None:
    source_id = register(installation.database, source)
    left = begin_run(installation.database, source_id)
    run(installation, source, "pass")
    with installation.database.reading() as session:
        assert session.get_one(CrawlRun, left).status == "interrupted"
        assert "stopped before the run ended" in session.get_one(CrawlRun, left).reason


def test_without_a_contact_nothing_leaves_this_machine(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "public.toml"
    limits = {"requests_per_second": 0.5}
    public = {"keep": "matches", "demonstration": False, "limits": limits}
    path.write_text(source_text("https://market.example.org/", **public))
    result = run(installation, load_source(path), "raise SystemExit('started')")
    assert result.status == "refused"
    assert "without a contact address" in result.reason
    path.write_text(source_text("https://market.example.org/", **public, registry={"robots": "disallowed"}))
    assert "robots.txt does not allow" in run(installation, load_source(path), "raise SystemExit").reason


def test_a_child_has_the_settings_of_its_parent(installation: Installation) -> None:
    environment = as_environment(installation.settings)
    assert environment["OTTERWATCH_DATA_DIR"] == str(installation.settings.data_dir)
    assert "OTTERWATCH_KEYS_DIR" not in environment


def counts(installation: Installation) -> dict[str, int]:
    with installation.database.reading() as session:
        tables = (Post, PostVersion, Capture, CustodyEntry, Account)
        found = {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
        found["kept"] = session.scalar(select(func.sum(CollectedCount.kept))) or 0
        return found


POSTS = 60
WHOLE = {"post": POSTS, "post_version": POSTS, "capture": POSTS, "custody_entry": POSTS, "account": 1, "kept": POSTS}


def slow_market(site: Site) -> threading.Event:
    """A listing whose last posts do not come before the event: a run has written some of it and not all."""
    go_on = threading.Event()

    def late(connection: socket.socket, path: str) -> None:
        go_on.wait(20)
        connection.sendall(http(post_page(f"Otter {path}")))

    pages = {f"n{n}": http(post_page(f"Otter /p/n{n}")) if n < POSTS - 10 else late for n in range(POSTS)}
    site.posts(**pages)
    return go_on


def until_some_are_stored(installation: Installation) -> None:
    deadline = time.monotonic() + 60
    while counts(installation)["post"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def processes_of(path: Path, parent: int | None = None) -> list[int]:
    """Crawl processes of one source file, the crawl before its writer (Linux)."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except (OSError, NotADirectoryError):
            continue
        if str(CHILD).encode() in words and str(path).encode() in words and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return sorted(found)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds processes through /proc")
@pytest.mark.parametrize("victim", [0, 1], ids=["the crawl", "the writer"])
def test_a_killed_process_loses_and_doubles_nothing(crawl: Crawler, site: Site, victim: int) -> None:
    go_on = slow_market(site)
    path = crawl.source().path
    results: list[RunResult] = []
    thread = threading.Thread(target=lambda: results.append(crawl()))
    thread.start()
    until_some_are_stored(crawl.installation)
    os.kill(processes_of(path)[victim], signal.SIGKILL)
    go_on.set()
    thread.join(60)
    (result,) = results
    assert result.status == ("interrupted", "failed")[victim]
    assert result.reason
    stored = counts(crawl.installation)
    assert 0 < stored["post"] < POSTS
    assert stored["post"] == stored["post_version"] == stored["capture"] == stored["kept"]
    assert crawl().status == "complete"
    assert counts(crawl.installation) == WHOLE


PARENT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from crawler.runs import collect
from crawler.source_file import load_source
from models.database import Database
from models.settings import load_settings
settings = load_settings()
collect(Database(settings.database_address), settings, load_source(Path({path!r})),
        command=lambda path: [sys.executable, {child!r}, str(path)], on_progress=lambda progress: None)
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds processes through /proc")
@pytest.mark.parametrize(
    ("how", "words"),
    [(signal.SIGKILL, "the process that had started the crawl ended"), (signal.SIGINT, "stopped by its operator")],
    ids=["killed", "Ctrl-C"],
)
def test_a_parent_that_ends_takes_its_crawl_along(crawl: Crawler, site: Site, how: int, words: str) -> None:
    go_on = slow_market(site)
    path = crawl.source().path
    script = PARENT.format(root=str(ROOT), path=str(path), child=str(CHILD))
    environment = {**os.environ, **as_environment(crawl.installation.settings)}
    parent = subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL)
    until_some_are_stored(crawl.installation)
    parent.send_signal(how)
    go_on.set()
    assert parent.wait(60) != 0
    wait_for(lambda: not processes_of(path))
    with crawl.installation.database.reading() as session:
        ended = session.scalars(select(CrawlRun)).one()
    assert ended.status == "interrupted"
    assert words in ended.reason
    assert crawl().status == "complete", "at once, whatever lease was left"
    assert counts(crawl.installation) == WHOLE


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_progress_lines() -> None:
    progress = RunProgress(3, 10, 5, 1, 40)
    assert RunProgress.from_line(progress.to_line()) == progress
    assert progress.in_words("Market") == "Market: 5 of 40 posts read, 1 pages failed"
    for line in ("", "nonsense", "{}", '{"progress": 3}', '{"progress": {"x": 1}}', '{"progress": {"run_id": "a"}}'):
        assert RunProgress.from_line(line) is None
    words = RunResult("partial", "posts were not read: 500", 1, 9, 1, 5, 4, 1, 0, 7).in_words("Market")
    assert words.startswith("Market: partial: posts were not read: 500. 5 posts kept (4 new, 1 changed, 0 gone)")
