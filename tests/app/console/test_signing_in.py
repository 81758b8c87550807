"""Signing in and out, and what is closed without it."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select, update

from app.console.access import local_path
from app.console.application import create_app
from app.console.server import ConsoleServer
from app.installation import Installation
from models.tables import CustodyEntry, UserSession
from models.weeks import utc_now

PASSWORD = "correct-horse-battery"
OPEN = {"/login", "/logout", "/health"}


def routes(app: Any) -> list[tuple[str, str]]:
    """Every method and path of the application, with numbers filled in."""

    def walk(found: Any) -> list[APIRoute]:
        inner = [r for route in getattr(found, "routes", []) for r in walk(route)]
        original = getattr(found, "original_router", None)
        return [found] if isinstance(found, APIRoute) else inner or (walk(original) if original else [])

    paths = [(m, r.path) for r in walk(app) for m in sorted(r.methods or ())]
    return [(method, re.sub(r"\{[^}]+\}", "1", path)) for method, path in paths if path not in OPEN]


def test_every_page_but_login_and_health_needs_a_session(client: Any, installation: Installation) -> None:
    found = routes(create_app(installation))
    assert len(found) >= 14
    for method, path in found:
        answer = client.request(method, path)
        if method == "GET":
            assert (answer.status, answer.location.split("?")[0]) == (303, "/login"), path
        else:
            assert answer.status == 401, path
            assert "Your session has ended" in answer.words
    assert client.get("/health").status == 200
    assert client.get("/login").status == 200
    assert client.get("/static/console.css").status == 200


def test_a_cookie_that_is_none_of_ours_opens_nothing(client: Any) -> None:
    client.cookie = "otterwatch_session=abc"
    assert client.get("/").status == 303


def test_after_signing_in_back_to_the_page_wanted(client: Any) -> None:
    answer = client.get("/cases/3?posts=all")
    assert answer.location == "/login?next=%2Fcases%2F3%3Fposts%3Dall"
    assert 'value="/cases/3?posts=all"' in client.get(answer.location).text
    answer = client.post("/login", name="mai", password=PASSWORD, next="/cases/3?posts=all")
    assert (answer.status, answer.location) == (303, "/cases/3?posts=all")
    assert client.get("/login?next=/trend").location == "/trend", "who is signed in goes on"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "",
        "/a\r\nSet-Cookie: x=y", "/\t/evil.example", "cases/1", "/login?next=/login", "/" + "x" * 600,
    ],
)  # fmt: skip
def test_never_to_another_site(reader: Any, wanted: str) -> None:
    assert local_path(wanted) == "/"
    assert reader.post("/login", name="mai", password=PASSWORD, next=wanted).location == "/"


def test_the_cookie(client: Any) -> None:
    answer = client.post("/login", name="mai", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "max-age" not in cookie.lower()


def test_behind_tls_the_cookie_is_secure(installation: Installation, client_of: Callable[[str], Any]) -> None:
    settings = installation.settings.model_copy(update={"console_secure_cookies": True})
    with ConsoleServer(dataclasses.replace(installation, settings=settings)).running() as server:
        answer = client_of(server.address).post("/login", name="mai", password=PASSWORD)
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("name", ["mai", "nobody"])
def test_wrong_password_is_one_sentence(client: Any, name: str) -> None:
    answer = client.post("/login", name=name, password="wrong password")
    assert answer.status == 401
    assert re.search(r'role="alert"[^>]*>Name or password is wrong[^<]*\.</p>', answer.text)
    assert f'value="{name}"' in answer.text
    assert "wrong password" not in answer.text.lower().replace("name or password is wrong", "")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("name", "password"), [("", ""), ("mai", ""), ("", "x"), ("  ", "x")])
def test_empty_fields(reader: Any, name: str, password: str) -> None:
    answer = reader.post("/login", name=name, password=password)
    assert (answer.status, "Type your name and your password." in answer.words) == (422, True)


def test_what_was_typed_is_shown_again_when_the_session_has_ended(client: Any) -> None:
    answer = client.post("/cases/3/comments", comment="Long thoughts <b>", expected=1)
    assert answer.status == 401
    assert "Long thoughts &lt;b&gt;" in answer.text
    assert 'value="/cases/3"' in answer.text
    answer = client.post("/login", name="mai", password="wrong", next="/cases/3", comment="Long thoughts")
    assert "Long thoughts" in answer.text


def test_signing_out_ends_the_session_on_the_server(mai: Any) -> None:
    cookie = mai.cookie
    answer = mai.post("/logout")
    assert (answer.status, answer.location) == (303, "/login?note=signed_out")
    assert "You are signed out." in mai.get(answer.location).words
    mai.cookie = cookie
    assert mai.get("/").status == 303
    assert mai.post("/logout").status == 303, "also where it has ended"


def test_an_idle_session_ends(mai: Any, installation: Installation) -> None:
    long_ago = utc_now() - dt.timedelta(hours=2)
    with installation.database.writing() as session:
        session.execute(update(UserSession).values(last_seen_at=long_ago))
    assert mai.get("/").status == 303


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(mai: Any, installation: Installation) -> None:
    before = utc_now() - dt.timedelta(minutes=20)
    with installation.database.writing() as session:
        session.execute(update(UserSession).values(last_seen_at=before))

    def last_seen() -> Any:
        with installation.database.reading() as session:
            return session.scalars(select(UserSession.last_seen_at).order_by(UserSession.id.desc())).first()

    assert mai.get("/queue/state").status == 200
    assert last_seen() == before
    assert mai.get("/").status == 200
    assert last_seen() > before


def test_a_partner_may_not_see_the_queue(client: Any) -> None:
    client.sign_in("warden")
    for path in ("/", "/cases/1", "/trend", "/trend.csv", "/sources", "/queue/state"):
        answer = client.get(path)
        assert answer.status == 403, path
        assert "not for your role" in answer.words
        assert "Sign out" in answer.words
    assert client.post("/cases/1/decide", verdict="confirm", expected=1).status == 403
    assert client.post("/cases/1/posts/1/unmask").status == 403


@pytest.mark.parametrize("name", ["mai", "ana", "root"])
def test_the_other_roles_may(reader: Any, name: str) -> None:
    reader.sign_in(name)
    assert reader.get("/").status == 200
    assert reader.get("/cases/1").status == 200


def test_signing_in_is_in_the_custody_log(mai: Any, installation: Installation) -> None:
    with installation.database.reading() as session:
        entry = session.scalars(select(CustodyEntry).order_by(CustodyEntry.id.desc())).first()
    assert entry is not None
    assert entry.action == "signed_in"
