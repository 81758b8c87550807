"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.accounts import AccountError, sign_in, sign_out
from app.console.access import Here, forget, local_path, person_of, remember
from app.console.frame import page

router = APIRouter()


@router.get("/login")
def login(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """The form; who is signed in already goes on to the page wanted."""
    wanted = local_path(next)
    if person_of(request):
        return RedirectResponse(wanted, 303)
    return page(request, "login.html", problem="", wanted=wanted, name="", typed="")


@router.post("/login")
def enter(
    request: Request,
    here: Here,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
    comment: Annotated[str, Form()] = "",
) -> Response:
    """Open a session and go to the page wanted; `comment` is what somebody had typed when the last one ended."""
    wanted = local_path(next)
    if not name.strip() or not password:
        return page(
            request,
            "login.html",
            status=422,
            problem="Type your name and your password.",
            wanted=wanted,
            name=name,
            typed=comment,
        )
    try:
        token = sign_in(here.database, name=name, password=password)
    except AccountError as error:
        problem = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return page(request, "login.html", status=401, problem=problem, wanted=wanted, name=name, typed=comment)
    answer = RedirectResponse(wanted, 303)
    remember(answer, here, token)
    return answer


@router.post("/logout")
def leave(request: Request, here: Here) -> Response:
    """End the session, also where it has ended already."""
    person = person_of(request)
    if person:
        sign_out(here.database, person.session_id)
    answer = RedirectResponse("/login?note=signed_out", 303)
    forget(answer, here)
    return answer
