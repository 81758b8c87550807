"""What stands between a request and the pages: headers, the cross-origin check, the size limit, the host check.

Plain ASGI, so that it can be tested with raw requests and nothing gets past it.
"""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
FORM: Final = "application/x-www-form-urlencoded"
"""The kind of body that forms send."""
LARGEST_BODY: Final = 1_000_000
"""Bytes."""
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer, whatever it is."""


class SecurityHeaders:
    """Puts HEADERS on every answer, and `Cache-Control: no-store` where the answer says nothing about keeping it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class SameOrigin:
    """Refuses what another site makes a browser send.

    A browser says where an unsafe request comes from: in Sec-Fetch-Site, and on plain HTTP at least in Origin. A
    request with neither comes from no browser and carries nobody's cookie, so it may pass (as in Go's
    `http.CrossOriginProtection`). The session cookie is SameSite=Strict besides.
    """

    def __init__(self, app: ASGIApp, refused: ASGIApp) -> None:
        self._app = app
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with `refused`."""
        allowed = scope["type"] != "http" or scope["method"] in SAFE_METHODS or same_origin(Headers(scope=scope))
        await (self._app if allowed else self._refused)(scope, receive, send)


def same_origin(headers: Headers) -> bool:
    """Whether a request comes from this site itself, or from no browser."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == headers.get("host") != ""


class KnownHost:
    """Refuses requests that name another host than those expected; a port is not looked at."""

    def __init__(self, app: ASGIApp, refused: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._refused = refused
        self._hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with `refused`."""
        host = re.sub(r":\d+$", "", Headers(scope=scope).get("host", "")) if scope["type"] == "http" else ""
        allowed = scope["type"] != "http" or host.lower() in self._hosts
        await (self._app if allowed else self._refused)(scope, receive, send)


class PlainForms:
    """Refuses bodies of another kind than plain forms, the only ones that the pages send.

    A multipart body may name the encoding of its fields, and Python knows some that take minutes to decode.
    """

    def __init__(self, app: ASGIApp, refused: ASGIApp) -> None:
        self._app = app
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with `refused`."""
        kinds = Headers(scope=scope).getlist("content-type") if scope["type"] == "http" else []
        allowed = all(kind.partition(";")[0].strip().lower() == FORM for kind in kinds)
        await (self._app if allowed else self._refused)(scope, receive, send)


class _TooLargeError(HTTPException):
    """The body grew beyond the limit while it was read; FastAPI lets an HTTPException through and answers 413."""

    def __init__(self) -> None:
        super().__init__(413)


class BodyLimit:
    """Refuses bodies of more than LARGEST_BODY bytes, also those that do not say their size."""

    def __init__(self, app: ASGIApp, refused: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self._app = app
        self._refused = refused
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with `refused`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isascii() or not stated.isdigit() or int(stated[:20]) > self._largest:
            await self._refused(scope, receive, send)
            return
        read, answering = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                raise _TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLargeError:
            if not answering:
                await self._refused(scope, receive, send)
