"""The console as an ASGI application: routes, static files and what protects them, put together."""

import mimetypes
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.console import (
    case_page,
    deciding,
    health,
    queue_page,
    signing_in,
    sources_page,
    trend_page,
)
from app.console.frame import STATIC
from app.console.protection import BodyLimit, KnownHost, PlainForms, SameOrigin, SecurityHeaders
from app.console.trouble import CROSS_SITE, WRONG_HOST, Unexpected, add_handlers, problem_page
from app.installation import Installation

for ending, media_type in ((".js", "text/javascript"), (".css", "text/css"), (".svg", "image/svg+xml")):
    mimetypes.add_type(media_type, ending)  # some Windows machines say text/plain, and browsers then refuse them


class _Static(StaticFiles):
    """Static files that a browser keeps for a year where their address holds a mark of their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        kept = answer.status_code in {200, 304} and scope["query_string"].startswith(b"v=")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return answer


def create_app(installation: Installation, *, hosts: Sequence[str] = ()) -> FastAPI:
    """The console of an installation; with `hosts`, requests that name another host are refused."""
    app = FastAPI(title="Otterwatch console", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.installation = installation
    for module in (signing_in, health, queue_page, case_page, deciding, trend_page, sources_page):
        app.include_router(module.router)
    app.mount("/static", _Static(directory=STATIC), name="static")
    add_handlers(app)
    # The last one added stands outermost.
    cross_site = problem_page(403, title=CROSS_SITE[0], sentence=CROSS_SITE[1])
    app.add_middleware(SameOrigin, refused=cross_site)
    app.add_middleware(PlainForms, refused=problem_page(415))
    app.add_middleware(BodyLimit, refused=problem_page(413))
    if hosts:
        wrong_host = problem_page(400, title=WRONG_HOST[0], sentence=WRONG_HOST[1])
        app.add_middleware(KnownHost, refused=wrong_host, hosts=hosts)
    app.add_middleware(Unexpected)
    app.add_middleware(SecurityHeaders)
    return app
