"""What stands before the pages, met with raw requests."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.console.application import create_app
from app.console.protection import BodyLimit, KnownHost, PlainForms, SameOrigin, SecurityHeaders
from app.installation import Installation

REFUSED = PlainTextResponse("refused", 403)


async def reading_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the whole body and answers with its length."""
    read, more = 0, True
    while more:
        message = await receive()
        read += len(message.get("body", b""))
        more = message.get("more_body", False)
    await PlainTextResponse(f"read {read}")(scope, receive, send)


def raw(
    app: ASGIApp,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    body: Sequence[bytes] = (b"",),
    path: str = "/x",
) -> tuple[int, dict[str, str], bytes]:
    """One request as it comes from the wire; gives status, headers and body."""
    parts = list(body)
    sent: list[Message] = []

    async def receive() -> Message:
        part = parts.pop(0) if parts else b""
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode()) for k, v in {"host": "console:8130", **(headers or {})}.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8130),
    }
    asyncio.run(app(scope, receive, send))
    found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:])


@pytest.mark.parametrize(
    ("method", "headers", "passes"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, True),
        ("HEAD", {"origin": "https://evil.example"}, True),
        ("POST", {"sec-fetch-site": "same-origin"}, True),
        ("POST", {"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ("POST", {"sec-fetch-site": "none"}, True),
        ("POST", {"sec-fetch-site": "same-site"}, False),  # another service on the same domain
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "http://console:8130"}, False),
        ("POST", {"origin": "http://console:8130"}, True),
        ("POST", {"origin": "https://console:8130"}, True),  # TLS ends at a proxy
        ("POST", {"origin": "http://console:9999"}, False),
        ("POST", {"origin": "http://console.evil.example"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": ""}, False),
        ("POST", {}, True),  # no browser
        ("PUT", {"sec-fetch-site": "cross-site"}, False),
        ("DELETE", {"sec-fetch-site": "cross-site"}, False),
        ("PATCH", {"sec-fetch-site": "cross-site"}, False),
        ("BREW", {"sec-fetch-site": "cross-site"}, False),  # a method nobody knows is not safe
    ],
)
def test_cross_origin(method: str, headers: dict[str, str], passes: bool) -> None:
    status, _, _ = raw(SameOrigin(reading_app, REFUSED), method, headers)
    assert status == (200 if passes else 403)


@pytest.mark.parametrize(
    ("headers", "body", "passes"),
    [
        ({"content-length": "10"}, [b"x" * 10], True),
        ({"content-length": "11"}, [b"x" * 11], False),
        ({}, [b"x" * 5, b"x" * 5], True),
        ({}, [b"x" * 5, b"x" * 6], False),  # does not say its size
        ({"content-length": "3"}, [b"x" * 11], False),  # says another size
        ({"content-length": "9" * 5000}, [b""], False),
        ({"content-length": "ten"}, [b""], False),
    ],
)
def test_body_limit(headers: dict[str, str], body: list[bytes], passes: bool) -> None:
    status, _, _ = raw(BodyLimit(reading_app, REFUSED, largest=10), headers=headers, body=body)
    assert status == (200 if passes else 403)


@pytest.mark.parametrize(
    ("kind", "passes"),
    [
        ("application/x-www-form-urlencoded", True),
        ("application/x-www-form-urlencoded;charset=UTF-8", True),
        ("Application/X-WWW-Form-Urlencoded", True),
        ("multipart/form-data; boundary=b", False),
        ("application/json", False),
        ("", False),
    ],
)
def test_plain_forms(kind: str, passes: bool) -> None:
    status, _, _ = raw(PlainForms(reading_app, REFUSED), headers={"content-type": kind})
    assert status == (200 if passes else 403)


def test_without_a_body_no_kind_is_asked_for() -> None:
    assert raw(PlainForms(reading_app, REFUSED))[0] == 200


@pytest.mark.parametrize(("charset", "value"), [("punycode", b"x-" + b"a" * 9), ("unicode_escape", b"\\ud800")])
def test_no_stranger_chooses_the_encoding_of_a_form(empty: Installation, charset: str, value: bytes) -> None:
    """Punycode of 1 MB keeps the whole console busy for a minute; half a surrogate pair is an error in the database."""
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n, value) for n in (b"name", b"x")
    )
    kind = {"content-type": f"multipart/form-data; boundary=b; charset={charset}"}
    status, _, answer = raw(create_app(empty), headers=kind, body=[body + b"--b--\r\n"], path="/login")
    assert (status, b"no files" in answer) == (415, True)


@pytest.mark.parametrize(
    ("host", "passes"),
    [("console", True), ("Console:8130", True), ("[::1]:8130", True), ("evil.example", False), ("", False)],
)
def test_known_hosts(host: str, passes: bool) -> None:
    status, _, _ = raw(KnownHost(reading_app, REFUSED, ["console", "[::1]"]), headers={"host": host})
    assert status == (200 if passes else 403)


def test_headers_stand_on_every_answer() -> None:
    _, headers, _ = raw(SecurityHeaders(REFUSED))
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"


def test_the_whole_console_refuses_other_sites_and_large_bodies(empty: Installation) -> None:
    app = create_app(empty, hosts=["console"])
    form = {"content-type": "application/x-www-form-urlencoded"}
    status, headers, body = raw(app, headers={"sec-fetch-site": "cross-site", **form}, path="/login")
    assert (status, b"another site" in body) == (403, True)
    assert "content-security-policy" in headers
    status, headers, body = raw(app, headers=form, body=[b"name=" + b"x" * 600_000, b"x" * 600_000], path="/login")
    assert (status, b"At most 1 MB" in body) == (413, True)
    status, headers, body = raw(app, "GET", {"host": "evil.example"}, path="/login")
    assert (status, b"not the console" in body) == (400, True)
    assert raw(app, "GET", path="/login")[0] == 200
