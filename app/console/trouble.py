"""What a person reads when something does not work: a sentence and a way on, never a stack trace or personal data."""

import traceback
from typing import Final
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.console.access import NeedsSignInError, NotAllowedError, page_wanted
from app.console.frame import bare_page
from models.errors import DatabaseError, OtterwatchError

log = structlog.get_logger("console")

WORDS: Final = {
    400: ("This request was not understood", "Go back and try again."),
    403: (
        "This page is not for your role",
        "The queue is for analysts, approvers and administrators. Cases that concern a partner are sent as referrals.",
    ),
    404: ("There is no such page", "The address may be mistyped, or the case number does not exist."),
    405: ("This page cannot be opened like that", "It answers a button of the console only. Go back to the queue."),
    409: ("Somebody was faster", "The case was changed meanwhile. Look at it again; nothing was overwritten."),
    413: ("That was too much", "At most 1 MB can be sent at once. Shorten what you typed and try again."),
    415: ("This request was not understood", "The console takes what its own forms send, and no files."),
    422: ("Something is missing", "A field is empty or holds what it cannot. Go back and look at it again."),
    500: (
        "That did not work",
        "An error happened that the console did not expect. It was noted in the log, without names and numbers. "
        "Try again; if it happens again, tell whoever looks after Otterwatch.",
    ),
    503: ("The database cannot be used now", "Wait a moment and try again."),
}
CROSS_SITE: Final = (
    "This came from another site",
    "The console only takes what its own pages send. If you did press a button here, open the console again under its "
    "own address and repeat it.",
)
WRONG_HOST: Final = ("This is not the console's address", "Open the console under the address it was started with.")
_SWAP_NOTICE: Final = {"HX-Retarget": "#notice", "HX-Reselect": "#problem", "HX-Reswap": "innerHTML"}
"""For requests by htmx: the sentence goes where notices stand, and the page stays."""


def problem_page(
    status: int, *, title: str = "", sentence: str = "", typed: str = "", by_htmx: bool = False
) -> HTMLResponse:
    """A page that says what is wrong; what the person had typed stands on it, so that it is not lost."""
    usual = WORDS.get(status, WORDS[500])
    return bare_page(
        "problem.html",
        status=status,
        headers=_SWAP_NOTICE if by_htmx else None,
        title=title or usual[0],
        sentence=sentence or usual[1],
        status_code=status,
        typed=typed,
    )


def add_handlers(app: FastAPI) -> None:
    """Answer every kind of error with a page in plain words."""

    @app.exception_handler(NeedsSignInError)
    async def needs_sign_in(request: Request, _error: NeedsSignInError) -> Response:
        wanted = page_wanted(request)
        if request.method == "GET" and not _by_htmx(request):
            path = "/login" if wanted == "/" else f"/login?{_encoded(wanted)}"
            return RedirectResponse(path, 303)
        sentence = "Your session has ended. Sign in again; nothing was stored."
        if _by_htmx(request):
            return problem_page(401, title="You are signed out", sentence=sentence, by_htmx=True)
        return bare_page(
            "login.html", status=401, problem=sentence, wanted=wanted, name="", typed=await _typed(request)
        )

    @app.exception_handler(NotAllowedError)
    async def not_allowed(request: Request, _error: NotAllowedError) -> Response:
        return problem_page(403, by_htmx=_by_htmx(request))

    @app.exception_handler(DatabaseError)
    async def database_trouble(request: Request, error: DatabaseError) -> Response:
        log.warning("database trouble", reason=str(error))
        words = f"{_sentence(error)} Nothing was changed."
        return problem_page(503, sentence=words, typed=await _typed(request), by_htmx=_by_htmx(request))

    @app.exception_handler(OtterwatchError)
    async def known_trouble(request: Request, error: OtterwatchError) -> Response:
        log.warning("trouble", reason=str(error))
        return problem_page(500, sentence=_sentence(error), typed=await _typed(request), by_htmx=_by_htmx(request))

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> Response:
        in_address = any(part.get("loc", ("",))[0] == "path" for part in error.errors())
        return problem_page(404 if in_address else 422, typed=await _typed(request), by_htmx=_by_htmx(request))

    @app.exception_handler(HTTPException)
    async def plain_trouble(request: Request, error: HTTPException) -> Response:
        return problem_page(error.status_code, by_htmx=_by_htmx(request))


class Unexpected:
    """Answers an unexpected error with a page and notes where it happened.

    The message of the error is not noted, since it may hold what a post or a person said; its kind and place are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and answer for it where it fails."""
        answering = False

        async def noted(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except ClientDisconnect:
            return  # whoever asked has gone
        except Exception as error:  # noqa: BLE001 - the last stand before the server, which would print the message
            places = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)][-8:]
            log.error("unexpected error", kind=type(error).__name__, places=places)
            if not answering and scope["type"] == "http":
                await problem_page(500)(scope, receive, send)


def _by_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _sentence(error: Exception) -> str:
    words = str(error).strip()
    words = words[:1].upper() + words[1:]
    return words if words.endswith((".", "!", "?")) else f"{words}."


async def _typed(request: Request) -> str:
    """The comment that came with a form, so that it can be shown again."""
    if request.method == "GET":
        return ""
    try:
        form: FormData = await request.form()
    except (HTTPException, RuntimeError, AssertionError):
        return ""
    comment = form.get("comment", "")
    return comment if isinstance(comment, str) else ""


def _encoded(wanted: str) -> str:
    return urlencode({"next": wanted})
