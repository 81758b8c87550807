"""The marketplace's web server: plain pages, two of them broken on purpose, all of it invented.

Which state of the site is served is a setting: the `visit` of `make_app`, `serve` and `running`, changed at run time by
`POST /__visit/1` or `POST /__visit/2` from the same machine. Visit 2 shows lower prices and lacks the vanished adverts.
"""

import datetime as dt
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.demo import jsonld
from app.demo.market import Advert, Market
from app.demo.posts import HERE

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
DEFAULT_PORT = 8140
GLYPHS = {
    "bicycles": "🚲", "books": "📚", "community": "📣", "electronics": "🔌", "farm": "🌾", "fashion": "👕",
    "fishing": "🎣", "food": "🍚", "hobby": "🎸", "home": "🛋️", "jewellery": "💍", "kids": "🧸", "pets": "🐾",
    "phones": "📱", "rooms": "🔑", "services": "🧰", "vehicles": "🛵",
}  # fmt: skip


class Site:
    """The pages of one market, as Starlette end points."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["glyph"] = GLYPHS.__getitem__

    def home(self, request: Request) -> Response:
        """The front page with the newest adverts."""
        market = self.market
        return self._page(
            "home.html", newest=market.adverts[:8], categories=market.categories(), total=len(market.adverts)
        )

    def listings(self, request: Request) -> Response:
        """One page of the listing: `?page=N`, counted from 1."""
        number = request.query_params.get("page", "1")
        page = self.market.page(int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else None
        return self._missing() if page is None else self._page("listings.html", page=page)

    def listing(self, request: Request) -> Response:
        """One advert; an address with another slug is redirected to the advert's own."""
        advert = self.market.advert(request.path_params["number"])
        if advert is None:
            return self._missing()
        post = advert.post
        if request.url.path != post.path:
            return RedirectResponse(post.path, 301, HEADERS)
        if post.fault == "error":
            return PlainTextResponse("Internal Server Error\n", 500, HEADERS)
        html = self._advert(advert, _base(request))
        return HTMLResponse(_cut(html) if post.fault == "cut" else html, headers=HEADERS)

    def account(self, request: Request) -> Response:
        """A stand-in for pages that robots.txt asks crawlers to leave alone."""
        return self._page("account.html")

    def broken(self, request: Request) -> Response:
        """A part of the site that robots.txt closes and that never works."""
        return PlainTextResponse("Internal Server Error\n", 500, HEADERS)

    def robots(self, request: Request) -> Response:
        """What crawlers may fetch."""
        return PlainTextResponse(self._render("robots.txt", base=_base(request)), headers=HEADERS)

    def sitemap(self, request: Request) -> Response:
        """Every advert's address with the date of its last change."""
        xml = self._render("sitemap.xml", base=_base(request), adverts=self.market.adverts)
        return Response(xml, media_type="application/xml", headers=HEADERS)

    def style(self, request: Request) -> Response:
        """The style sheet."""
        css = (HERE / "templates" / "style.css").read_text(encoding="utf-8")
        return Response(css, media_type="text/css", headers=HEADERS | {"Cache-Control": "max-age=600"})

    def visit(self, request: Request) -> Response:
        """Change the state that is served; only for requests from this machine."""
        if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
            return PlainTextResponse("Only from this machine\n", 403, HEADERS)
        try:
            self.market.visit = request.path_params["number"]
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", 404, HEADERS)
        return PlainTextResponse(f"visit {self.market.visit}\n", headers=HEADERS)

    def _advert(self, advert: Advert, base: str) -> str:
        # Markup: jsonld.script escapes what could close the element.
        return self._render("listing.html", advert=advert, base=base, jsonld=Markup(jsonld.script(advert, base)))  # noqa: S704

    def _missing(self) -> Response:
        return HTMLResponse(self._render("missing.html"), 404, HEADERS)

    def _page(self, template: str, **values: object) -> Response:
        return HTMLResponse(self._render(template, **values), headers=HEADERS)

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(**values)


def _base(request: Request) -> str:
    """The site's address as the visitor wrote it (from the Host header), without a slash at the end."""
    return str(request.base_url).rstrip("/")


def _cut(html: str) -> str:
    """The page as a failing server sends it: JSON-LD that breaks off, and nothing after the description."""
    start = html.index("{", html.index("application/ld+json"))
    end = html.index("</script>", start)
    middle = start + (end - start) // 2
    return html[:middle] + html[end : html.index("<dl", end)] + '<dl class="fac'


def make_app(*, today: dt.date, visit: int = 1) -> Starlette:
    """The site as an ASGI application, dated relative to `today` (UTC), in the state of `visit` (1 or 2)."""
    site = Site(Market(today, visit))
    return Starlette(
        routes=[
            Route("/", site.home),
            Route("/listings", site.listings),
            Route("/listing/{number:int}-{slug}", site.listing),
            Route("/account/{rest:path}", site.account),
            Route("/broken-private/{rest:path}", site.broken),
            Route("/robots.txt", site.robots),
            Route("/sitemap.xml", site.sitemap),
            Route("/style.css", site.style),
            Route("/__visit/{number:int}", site.visit, methods=["POST"]),
        ],
        exception_handlers={404: lambda _request, _error: site._missing()},
    )


def _server(host: str, port: int, visit: int) -> uvicorn.Server:
    app = make_app(today=dt.datetime.now(dt.UTC).date(), visit=visit)
    return uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, lifespan="off", log_level="warning", access_log=False)
    )


def serve(port: int = DEFAULT_PORT, host: str = "127.0.0.1", visit: int | None = None) -> None:
    """Serve the marketplace until interrupted, in the state of `visit` (1 unless given)."""
    with suppress(KeyboardInterrupt):
        _server(host, port, 1 if visit is None else visit).run()


@contextmanager
def running(port: int = 0, visit: int = 1) -> Iterator[str]:
    """Serve the marketplace on loopback in a thread and give its address, such as `http://127.0.0.1:40123`.

    `port` 0 takes a free one. Raises `OSError` when the port is taken.
    """
    with socket.create_server(("127.0.0.1", port)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = _server("127.0.0.1", port, visit)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="demo-site", daemon=True)
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise RuntimeError("the demonstration site did not start")
                time.sleep(0.01)
            yield address
        finally:
            server.should_exit = True
            thread.join(timeout=10)
