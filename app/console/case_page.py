"""A case: its posts with their originals and evidence, unmasking, checking a capture."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from alerts.cases.decisions import COMMENT_LENGTH
from alerts.evidence.captures import CaptureCheck, check
from app.console.access import Analyst, Here, installation_of
from app.console.case_reading import post_in_case, read_case
from app.console.frame import page
from app.console.trouble import problem_page
from models.custody import record
from models.tables import Capture, CasePost, PostVersion
from models.weeks import utc_now

router = APIRouter()
RowId = Annotated[int, Path(ge=1, lt=2**31)]
"""The id of a row in an address."""


@dataclass(frozen=True)
class Checked:
    """What came of checking a capture just now."""

    capture_id: int
    result: CaptureCheck
    at: dt.datetime


def case_response(
    request: Request,
    case_id: int,
    *,
    status: int = 200,
    problem: str = "",
    comment: str = "",
    merge_problem: str = "",
    merge_with: str = "",
    unmask: Collection[int] = (),
    checked: Checked | None = None,
) -> Response:
    """The page of a case as it stands now, with what the person had typed; 404 where there is no such case."""
    here = installation_of(request)
    all_posts = request.query_params.get("posts") == "all"
    with here.database.reading() as session:
        case = read_case(session, here.keyring, case_id, unmask=unmask, all_posts=all_posts or bool(unmask or checked))
    if case is None:
        return problem_page(404, title=f"There is no case {case_id}", typed=comment)
    return page(
        request,
        "case.html",
        status=status,
        case=case,
        problem=problem,
        comment=comment,
        merge_problem=merge_problem,
        merge_with=merge_with,
        checked=checked,
        comment_length=COMMENT_LENGTH,
    )


@router.get("/cases/{case_id}")
def show(request: Request, _person: Analyst, case_id: RowId) -> Response:
    """The page of a case; names and contacts are hidden."""
    return case_response(request, case_id)


@router.post("/cases/{case_id}/posts/{post_id}/unmask")
def unmask(
    request: Request,
    here: Here,
    person: Analyst,
    case_id: RowId,
    post_id: RowId,
    comment: Annotated[str, Form()] = "",
) -> Response:
    """The page with the names and contacts of one post, noted in the custody log before they are shown.

    The answer is the page itself and not a redirection: an address that shows names must not exist.
    """
    with here.database.writing() as session:
        if not post_in_case(session, case_id, post_id):
            return problem_page(404, typed=comment)
        record(session, actor=f"user:{person.user_id}", action="unmasked", subject=f"post:{post_id}", case=case_id)
    return case_response(request, case_id, unmask={post_id}, comment=comment)


@router.post("/cases/{case_id}/captures/{capture_id}/check")
def check_capture(
    request: Request,
    here: Here,
    person: Analyst,
    case_id: RowId,
    capture_id: RowId,
    comment: Annotated[str, Form()] = "",
) -> Response:
    """Hash a capture again, note it in the custody log and say what came out."""
    with here.database.reading() as session:
        capture = session.scalars(
            select(Capture)
            .join(PostVersion, PostVersion.capture_id == Capture.id)
            .join(CasePost, CasePost.post_id == PostVersion.post_id)
            .where(Capture.id == capture_id, CasePost.case_id == case_id)
        ).first()
    if capture is None:
        return problem_page(404, typed=comment)
    result = check(here.store, capture)
    with here.database.writing() as session:
        record(
            session,
            actor=f"user:{person.user_id}",
            action="checked",
            subject=f"capture:{capture_id}",
            intact=result.intact,
        )
    return case_response(request, case_id, checked=Checked(capture_id, result, utc_now()), comment=comment)


@router.get("/cases/{case_id}/{rest:path}")
def back_to_case(_person: Analyst, case_id: RowId, rest: str) -> Response:
    """An address that only answers a button leads back to the case, as after signing in again."""
    return RedirectResponse(f"/cases/{case_id}", 303)
