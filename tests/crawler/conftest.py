"""A web server that can misbehave in any way, source files for it, and one line that crawls it in a real process."""

import json
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.installation import Installation
from crawler.runs import RunResult, collect
from crawler.source_file import SourceFile, load_source
from models.tables import Post, PostVersion

Answer = bytes | Callable[[socket.socket, str], None]
CHILD = Path(__file__).with_name("child.py")


def http(
    body: bytes | str = b"", status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str
) -> bytes:
    """A whole, honest answer; `headers` with underscores for hyphens."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return http(b"", status, Location=location)


def post_page(title: str, text: str = "Two tame otters, otter pups", price: str = "US$30.00", **facts: str) -> str:
    """A post's page without structured data."""
    seller = facts.get("seller", "otter_shop")
    return (
        f"<html><head><title>{title} | Site</title></head><body><h1>{title}</h1>"
        f"<div class=description>{text}</div><p class=price>{price}</p><a class=seller>{seller}</a>"
        f"<time datetime='2026-11-01T10:00:00+07:00'>x</time></body></html>"
    )


def listing_page(*paths: str, following: str = "") -> str:
    links = "".join(f"<a class=listing href='{path}'>post</a>" for path in paths)
    return f"<html><body>{links}{f'<a rel=next href={following!r}>next</a>' if following else ''}</body></html>"


class Site:
    """A threaded server on loopback; `pages` by path, each bytes to send or a function on the open socket."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {"/robots.txt": http("User-agent: *\nAllow: /\n", kind="text/plain")}
        self.asked: Counter[str] = Counter()
        self.heads: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def posts(self, **pages: Answer | str) -> None:
        """Serve a listing of posts `/p/NAME`."""
        self.pages["/listings"] = http(listing_page(*(f"/p/{name}" for name in pages)))
        for name, page in pages.items():
            self.pages[f"/p/{name}"] = http(page) if isinstance(page, str) else page

    def hang(self, connection: socket.socket, _head: str) -> None:
        """Say nothing until the test is over."""
        self._closing.wait(60)

    def close(self) -> None:
        self._closing.set()
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            path = head.split(b" ", 2)[1].decode()
            self.asked[path] += 1
            self.heads.append(head.decode("latin-1"))
            answer = self.pages.get(path, http("not here", "404 Not Found"))
            if callable(answer):
                answer(connection, path)
            else:
                connection.sendall(answer)


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


REGISTRY = {
    "owner": "test",
    "access_route": "public pages",
    "terms_reviewed_by": "test",
    "terms_reviewed_on": "2026-11-22",
    "robots": "allowed",
    "legal_basis": "test",
}


def source_text(url: str, **changes: Any) -> str:
    """A whole source file; a keyword is a top-level field or, as a mapping, a table to change."""
    top: dict[str, Any] = {"name": "Test market", "url": url, "keep": "all", "demonstration": True}
    tables: dict[str, dict[str, Any]] = {
        "registry": dict(REGISTRY),
        "listing": {"start": ["/listings"], "detail": "a.listing"},
        "fields": {"text": ".description", "price": ".price", "seller": ".seller", "posted_at": "time::attr(datetime)"},
        "limits": {"requests_per_second": 500, "timeout_seconds": 10.0, "retries": 0, "longest_wait_seconds": 1.0},
    }
    for name, value in changes.items():
        if isinstance(value, dict):
            tables[name].update(value)
        else:
            top[name] = value
    lines = [f"{name} = {json.dumps(value)}" for name, value in top.items()]
    for table, fields in tables.items():
        lines.append(f"[{table}]")
        for name, value in fields.items():
            if value is not None:
                lines.append(f"{name} = {value if name == 'terms_reviewed_on' else json.dumps(value)}")
    return "\n".join(lines)


class Crawler:
    """Crawls the test's site into the test's installation."""

    def __init__(self, installation: Installation, site: Site, folder: Path) -> None:
        self.installation = installation
        self.site = site
        self._folder = folder

    def source(self, **changes: Any) -> SourceFile:
        path = self._folder / "market.toml"
        path.write_text(source_text(changes.pop("url", self.site.url), **changes))
        return load_source(path)

    def __call__(self, **changes: Any) -> RunResult:
        return collect(
            self.installation.database,
            self.installation.settings,
            self.source(**changes),
            command=lambda path: [sys.executable, str(CHILD), str(path)],
            on_progress=lambda progress: None,
        )

    def posts(self) -> dict[str, Post]:
        """All posts by the last part of their address."""
        with self.installation.database.reading() as session:
            return {post.url.rpartition("/")[2]: post for post in session.scalars(select(Post))}

    def versions(self, name: str) -> list[PostVersion]:
        with self.installation.database.reading() as session:
            of_post = select(PostVersion).join(Post).where(Post.url.endswith(f"/{name}")).order_by(PostVersion.number)
            return list(session.scalars(of_post))


@pytest.fixture
def crawl(installation: Installation, site: Site, tmp_path: Path) -> Crawler:
    return Crawler(installation, site, tmp_path)
