"""The whole path on real server software: a classified-adverts application with known adverts."""

import json
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts import add_user
from app.console.server import ConsoleServer
from app.installation import Installation
from models.settings import load_settings
from models.tables import Capture, Case, CasePost, CrawlRun, Post, PostVersion

SERVER = Path(__file__).parents[3] / "shared" / "servers" / "classified"
SOURCE = """
name = "Classified adverts"
url = "{base}/"
keep = "all"
demonstration = true

[registry]
owner = "the test"
access_route = "public pages"
terms_reviewed_by = "the test"
terms_reviewed_on = 2026-11-22
robots = "allowed"
legal_basis = "invented adverts"

[listing]
numbered = "/search/?page={{page}}"
detail_pattern = "/\\\\d+-[^/]*/$"

[limits]
requests_per_second = 200
"""
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """The seeded adverts, while the server runs."""
    if not SERVER.is_dir():
        pytest.skip("the scripts that start real servers are not beside this checkout (../shared/servers)")
    if sys.platform == "win32" or shutil.which("curl") is None:
        pytest.skip("the script that starts the server needs bash and curl")
    folder = tmp_path_factory.mktemp("classified")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    started = subprocess.run(
        ["bash", str(SERVER / "run.sh"), str(folder), str(port)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    if started.returncode:
        pytest.skip(f"the server's packages could not be installed: {started.stderr[-200:]}")
    try:
        yield json.loads((folder / "ground_truth.json").read_text("utf-8"))
    finally:
        subprocess.run(["bash", str(SERVER / "stop.sh"), str(folder)], check=False, timeout=60)


def new_installation(folder: Path, truth: list[dict[str, Any]]) -> Installation:
    made = Installation.create(load_settings(data_dir=folder, console_port=0))
    base = "/".join(truth[0]["url"].split("/")[:3])
    (made.settings.sources_dir / "classified.toml").write_text(SOURCE.format(base=base), "utf-8")
    return made


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, truth: list[dict[str, Any]]) -> Installation:
    return new_installation(tmp_path_factory.mktemp("data"), truth)


def otterwatch(installation: Installation, *words: str) -> list[str]:
    return [sys.executable, "-m", "app.cli.main", "--data-dir", str(installation.settings.data_dir), *words]


def newest_versions(installation: Installation) -> dict[str, PostVersion]:
    with installation.database.reading() as session:
        rows = session.execute(
            select(Post.url, PostVersion).join(PostVersion, PostVersion.post_id == Post.id).order_by(PostVersion.number)
        )
        return {url: version for url, version in rows}  # noqa: C416 - rows are not pairs to mypy


def row_counts(installation: Installation) -> list[int | None]:
    with installation.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(t)) for t in (Post, PostVersion, Capture)]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def test_all_adverts_are_stored_as_the_site_shows_them(installation: Installation, truth: list[dict[str, Any]]) -> None:
    done = subprocess.run(otterwatch(installation, "run"), capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    found = newest_versions(installation)
    assert set(found) == {t["url"] for t in truth}
    wrong = []
    for t in truth:
        version = found[t["url"]]
        shown = (version.title, lines(version.text), version.price_amount, version.price_currency)
        # The site shows no price where none was asked.
        price = Decimal(str(t["price"])).normalize()
        expected = (t["title"], lines(t["text"]), price, t["currency"])
        if shown != expected:
            wrong.append((expected, shown))
    assert wrong == []
    with installation.database.reading() as session:
        assert session.scalar(select(CrawlRun.status)) == "complete"


def test_second_run_stores_nothing_new(installation: Installation) -> None:
    before = row_counts(installation)
    subprocess.run(otterwatch(installation, "collect"), capture_output=True, timeout=280, check=True)
    assert row_counts(installation) == before == [60, 60, 60]


@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])])
def test_killed_at_random_moments_nothing_is_lost_and_nothing_repeated(
    tmp_path: Path, truth: list[dict[str, Any]], kills: int
) -> None:
    """Crawls whose processes are all killed, each at a random moment, then one that ends."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    moments = random.Random(seed)
    installation = new_installation(tmp_path / "data", truth)
    killed = 0
    for _ in range(kills):
        process = subprocess.Popen(otterwatch(installation, "collect"), stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.8, 5.0))
        killed += process.poll() is None
        # The crawl and its writer name the data folder in their command lines too: none of them ends politely.
        subprocess.run(["pkill", "-KILL", "-f", str(installation.settings.data_dir)], check=False)
        process.wait()
    assert killed >= 1
    subprocess.run(otterwatch(installation, "collect"), capture_output=True, timeout=280, check=True)
    assert row_counts(installation) == [60, 60, 60]
    with installation.database.reading() as session:
        statuses = set(session.scalars(select(CrawlRun.status)))
        captures = session.scalars(select(Capture)).all()
    assert "running" not in statuses
    assert all(installation.store.get(c.warc_sha256) for c in captures), "every capture is whole"


@pytest.mark.browser
def test_otter_offers_are_on_the_queue_page(installation: Installation, truth: list[dict[str, Any]]) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    offers = [t["url"] for t in truth if t["is_otter_sale"]]
    with installation.database.reading() as session:
        rows = session.execute(
            select(Post.url, CasePost.case_id)
            .join(CasePost, CasePost.post_id == Post.id)
            .join(Case, Case.id == CasePost.case_id)
            .where(Post.url.in_(offers))
        )
        cases = {url: case_id for url, case_id in rows}  # noqa: C416 - rows are not pairs to mypy
    assert sorted(cases) == sorted(offers), "every offer is in a case"
    add_user(installation.database, name="tester", role="analyst", password="a long password for tests")
    with ConsoleServer(installation).running() as server, playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        page.goto(server.address)
        page.get_by_label("Name").fill("tester")
        page.get_by_label("Password").fill("a long password for tests")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        for case_id in set(cases.values()):
            assert page.locator(f'a[href="/cases/{case_id}"]').count() >= 1
        browser.close()
