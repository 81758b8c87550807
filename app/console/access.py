"""Who is asking: the session cookie, the person behind it, and what each role may see."""

import re
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.responses import Response

from app.accounts import SignedIn, signed_in
from app.installation import Installation

COOKIE: Final = "otterwatch_session"
CONSOLE_ROLES: Final = frozenset({"analyst", "approver", "administrator"})
"""Roles that see the queue; a partner gets referrals, not the queue."""
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_POSTED = re.compile(r"/cases/\d+(?=/)")


class NeedsSignInError(Exception):
    """The page needs a session, and there is none that still holds."""


class NotAllowedError(Exception):
    """The person's role does not include this page."""


def installation_of(request: Request) -> Installation:
    """The installation that this console shows."""
    found: Installation = request.app.state.installation
    return found


def person_of(request: Request, *, touch: bool = True) -> SignedIn | None:
    """The person behind the request's cookie, None where there is no session that still holds."""
    installation = installation_of(request)
    token = request.cookies.get(COOKIE, "")
    return signed_in(installation.database, installation.settings, token, touch=touch) if token else None


def analyst(request: Request) -> SignedIn:
    """The signed-in person; raises NeedsSignInError or NotAllowedError."""
    return _allowed(request, person_of(request))


def watching_analyst(request: Request) -> SignedIn:
    """Like `analyst`, for what a page asks by itself: it does not keep the session alive."""
    return _allowed(request, person_of(request, touch=False))


def _allowed(request: Request, person: SignedIn | None) -> SignedIn:
    if person is None:
        raise NeedsSignInError
    request.state.person = person
    if person.role not in CONSOLE_ROLES:
        raise NotAllowedError
    return person


Here = Annotated[Installation, Depends(installation_of)]
Analyst = Annotated[SignedIn, Depends(analyst)]
WatchingAnalyst = Annotated[SignedIn, Depends(watching_analyst)]


def remember(response: Response, installation: Installation, token: str) -> None:
    """Give the browser the session's cookie; it ends with the browser, and with the session on the server."""
    secure = installation.settings.console_secure_cookies
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")


def forget(response: Response, installation: Installation) -> None:
    """Take the session's cookie away."""
    secure = installation.settings.console_secure_cookies
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure, path="/")


def local_path(wanted: str) -> str:
    """`wanted` where it is a path on this console, otherwise the queue; never another site."""
    return wanted if len(wanted) <= 500 and _LOCAL.fullmatch(wanted) and not wanted.startswith("/login") else "/"


def page_wanted(request: Request) -> str:
    """The page to come back to after signing in: the one asked for, or the case that a form stood on."""
    if request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        return local_path(request.url.path + query)
    case = _POSTED.match(request.url.path)
    return case[0] if case else "/"
