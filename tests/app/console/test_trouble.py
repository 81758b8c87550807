"""What a person reads when something fails, and what nobody may read."""

import json
import re
import sqlite3
from typing import Any

import pytest

from app.console import queue_page, trouble
from app.console.server import ConsoleServer
from app.installation import Installation
from models.errors import DatabaseError, OtterwatchError


def test_missing_pages_and_wrong_methods(reader: Any) -> None:
    answer = reader.get("/no/such/page")
    assert (answer.status, "There is no such page" in answer.words) == (404, True)
    answer = reader.get("/cases/1/decide")
    assert (answer.status, answer.location) == (303, "/cases/1")
    answer = reader.request("DELETE", "/cases/1")
    assert (answer.status, "cannot be opened like that" in answer.words) == (405, True)
    assert reader.get("/static/../application.py").status == 404
    assert reader.get("/static/no.css").status == 404


def test_nothing_describes_the_programme_to_strangers(reader: Any) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert reader.get(path).status == 404
    assert "server" not in reader.get("/login").headers


def test_a_locked_database_is_said_and_nothing_typed_is_lost(
    mai: Any, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.BUSY_SECONDS", 0)
    installation.database.close()
    path = installation.settings.database_address.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert mai.get("/cases/1").status == 200, "reading goes on"
        answer = mai.post("/cases/1/comments", comment="An hour of thought")
    finally:
        other.rollback()
        other.close()
    assert answer.status == 503
    assert "Another process holds the database; end it or wait, then try again. Nothing was changed." in answer.words
    assert "An hour of thought</textarea>" in answer.text


def test_a_database_that_cannot_be_read(mai: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("the disk answers with an error; check its health and free space")

    monkeypatch.setattr(queue_page.queue, "page", broken)
    answer = mai.get("/")
    assert answer.status == 503
    assert "The disk answers with an error; check its health and free space." in answer.words


def test_health(empty: Installation, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with ConsoleServer(empty).running() as server:
        client = client_of(server.address)
        answer = client.get("/health")
        assert (answer.status, json.loads(answer.text)) == (200, {"status": "ok"})
        assert client.request("HEAD", "/health").status == 200

        def broken() -> None:
            raise DatabaseError("no")

        monkeypatch.setattr(type(empty.database), "reading", lambda _self: broken())
        answer = client.get("/health")
        assert (answer.status, json.loads(answer.text)) == (503, {"status": "database"})


def test_a_known_trouble_is_said_as_it_stands(mai: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OtterwatchError("a value was written with another key; restore the key folder")

    monkeypatch.setattr(queue_page.queue, "page", broken)
    answer = mai.get("/")
    assert (answer.status, "A value was written with another key; restore the key folder." in answer.words) == (
        500,
        True,
    )


def test_an_unexpected_error_tells_nobody_what_a_post_said(
    mai: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    noted: list[dict[str, Any]] = []

    class Log:
        def error(self, event: str, **values: Any) -> None:
            noted.append({"event": event, **values})

    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("Somchai +66800000117")

    monkeypatch.setattr(trouble, "log", Log())
    monkeypatch.setattr(queue_page.queue, "page", broken)
    answer = mai.get("/")
    assert answer.status == 500
    assert "That did not work" in answer.words
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert noted[0]["kind"] == "ValueError"
    assert any("queue_page.py" in place for place in noted[0]["places"])
    said = answer.text + str(noted) + "".join(capsys.readouterr())
    assert "Somchai" not in said
    assert "66800000117" not in said


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/cases/1/comments", {"comment": " "}, 422),
        ("/cases/9999/posts/1/unmask", {}, 404),
        ("/cases/1/decide", {"verdict": "confirm", "expected": "0"}, 409),
    ],
)
def test_htmx_gets_a_sentence_for_its_notice(mai: Any, path: str, fields: dict[str, str], status: int) -> None:
    mai.headers["HX-Request"] = "true"
    assert mai.post(path, **fields).status == status
    mai.cookie = ""
    answer = mai.post(path, **fields)
    assert answer.status == 401
    assert answer.headers["hx-retarget"] == "#notice"
    assert answer.headers["hx-reselect"] == "#problem"
    assert 'id="problem"' in answer.text
    assert mai.get("/queue/state").status == 401


def test_pages_carry_no_inline_code_and_no_outside_address(reader: Any) -> None:
    for path in ("/", "/cases/1", "/trend", "/sources", "/login", "/nowhere"):
        page = reader.get(path).text
        assert " style=" not in page, path
        assert "<style" not in page, path
        assert " onclick" not in page, path
        assert "<script>" not in page, path
        for source in re.findall(r'(?:src|href|action)="([^"]*)"', page):
            assert source.startswith(("/", "#", "https://market.example/")), (path, source)


def test_static_files_are_kept_by_their_mark(reader: Any) -> None:
    page = reader.get("/").text
    marked = re.search(r'href="(/static/console\.css\?v=[0-9a-f]{12})"', page)
    assert marked
    answer = reader.get(marked[1])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")
    assert reader.get("/static/console.css").headers["cache-control"] == "no-cache"
    assert reader.get("/").headers["cache-control"] == "no-store"
    assert reader.get("/static/console.js").headers["content-type"].startswith("text/javascript")
