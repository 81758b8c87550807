"""The wheel, installed in a clean environment, runs the whole path outside the checkout."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = """
name = "Pasar Bebas"
url = "http://127.0.0.1:{port}/"
demonstration = true

[registry]
owner = "the test"
access_route = "public pages"
terms_reviewed_by = "the test"
terms_reviewed_on = 2026-11-22
robots = "allowed"
legal_basis = "invented adverts"

[listing]
sitemap = "/sitemap.xml"
detail_pattern = "/listing/"

[limits]
requests_per_second = 100
"""
pytestmark = [pytest.mark.install, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("otterwatch-*.whl"))


@pytest.fixture(scope="module")
def otterwatch(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The command in a new environment that has the wheel and the locked dependencies, nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        python = folder / "venv" / "Scripts" / "python.exe"
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)
    return python.with_name("otterwatch" + python.suffix)


def outside(tmp_path: Path) -> dict[str, str]:
    """An environment that points nowhere near the checkout."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "OTTERWATCH"))}
    return {**kept, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}


def test_wheel_holds_data_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "app/console/templates/queue.html",
        "app/console/static/vendor/VENDOR.toml",
        "app/demo/posts.jsonl",
        "app/demo/pasar-bebas.toml",
        "alerts/cases/priority.toml",
        "classifier/lexicons/km.toml",
        "classifier/artifacts/model.skops",
        "models/migrations/versions/0001_the_first_tables.py",
        "models/migrations/script.py.mako",
    ):
        assert needed in names
    assert [n for n in names if n.startswith(("tests/", "docs/", "benchmarks/"))] == []


def test_classify_by_itself(otterwatch: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(otterwatch), "classify", "-", "--output", "-"],
        input='{"id": "a", "text": "Jual anakan berang-berang, mata masih merem, 850rb"}\n',
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=outside(tmp_path),
        check=True,
    )
    row = json.loads(done.stdout)
    assert (row["intent"], row["eyes_closed"]) == ("sale", True)


def test_path_from_nothing_to_a_served_queue(otterwatch: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        site_port, console_port = one.getsockname()[1], two.getsockname()[1]
    env = {**outside(tmp_path), "OTTERWATCH_CONSOLE_PORT": str(console_port)}
    source = tmp_path / "pasar-bebas.toml"
    source.write_text(SOURCE.format(port=site_port), "utf-8")
    quiet = {"cwd": tmp_path, "env": env, "stderr": subprocess.DEVNULL}
    site = subprocess.Popen([str(otterwatch), "demo-site", "--port", str(site_port)], **quiet)  # type: ignore[call-overload]
    try:
        assert get(f"http://127.0.0.1:{site_port}/robots.txt").startswith("User-agent")
        done = subprocess.run(
            [str(otterwatch), "start", "--once", "--sources", str(source)],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    finally:
        site.terminate()
        site.wait()
    console = subprocess.Popen([str(otterwatch), "serve"], **quiet)  # type: ignore[call-overload]
    try:
        assert "Otterwatch" in get(f"http://127.0.0.1:{console_port}/login")
    finally:
        console.terminate()
        console.wait()
    written = subprocess.run(
        [str(otterwatch), "export", "posts", "-o", "-"], cwd=tmp_path, env=env, capture_output=True, check=True
    )
    rows = [json.loads(line) for line in written.stdout.splitlines()]
    assert sum(row["case"] is not None for row in rows) >= 30


def get(address: str, seconds: float = 60) -> str:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
