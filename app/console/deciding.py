"""Deciding about cases: verdicts, undo, comments, merges. Each is a plain form; the keys press its buttons."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from alerts.cases import decisions
from alerts.cases.decisions import CannotDecideError, CaseChangedError
from alerts.cases.queue import next_open
from app.console.access import Analyst, Here, installation_of
from app.console.case_page import RowId, case_response
from app.console.history import entries
from app.console.wording import moment
from models.tables import Case

router = APIRouter()
Text = Annotated[str, Form()]


@router.post("/cases/{case_id}/decide")
def decide(
    request: Request,
    here: Here,
    person: Analyst,
    case_id: RowId,
    verdict: Text = "",
    reason: Text = "",
    comment: Text = "",
    expected: Text = "",
) -> Response:
    """Decide and go on to the next open case; a `reason` makes it a dismissal."""
    with here.database.reading() as session:
        case = session.get(Case, case_id)
        place = (case.priority, case.id) if case else (0.0, 0)
    try:
        decisions.decide(
            here.database,
            case_id=case_id,
            user_id=person.user_id,
            verdict="dismiss" if reason else verdict,
            reason=reason,
            comment=comment.strip(),
            expected=_version(expected),
        )
    except (CannotDecideError, CaseChangedError) as error:
        return _again(request, case_id, error, comment)
    with here.database.reading() as session:
        following = next_open(session, priority=place[0], case_id=place[1])
    return RedirectResponse(f"/cases/{following}" if following else "/?note=all_decided", 303)


@router.post("/cases/{case_id}/undo")
def undo(request: Request, here: Here, person: Analyst, case_id: RowId, decision: Text = "") -> Response:
    """Take a decision back and show the case."""
    try:
        decisions.undo_decision(here.database, case_id=case_id, user_id=person.user_id, decision_id=_number(decision))
    except (CannotDecideError, CaseChangedError) as error:
        return _again(request, case_id, error, "")
    return RedirectResponse(f"/cases/{case_id}?note=undone", 303)


@router.post("/cases/{case_id}/comments")
def comment(request: Request, here: Here, person: Analyst, case_id: RowId, comment: Text = "") -> Response:
    """Add a comment to the history."""
    try:
        decisions.comment(here.database, case_id=case_id, user_id=person.user_id, text=comment)
    except (CannotDecideError, CaseChangedError) as error:
        return _again(request, case_id, error, comment)
    return RedirectResponse(f"/cases/{case_id}?note=commented#history", 303)


@router.post("/cases/{case_id}/merge")
def merge(request: Request, here: Here, person: Analyst, case_id: RowId, other: Text = "") -> Response:
    """Bring all posts of another case into this one."""
    number = _number(other)
    if number is None:
        problem = "Type the number of the other case, as it stands on its page."
        return case_response(request, case_id, status=422, merge_problem=problem, merge_with=other)
    try:
        decisions.merge(here.database, into_id=case_id, from_id=number, user_id=person.user_id)
    except CannotDecideError as error:
        return case_response(request, case_id, status=422, merge_problem=_sentence(error), merge_with=other)
    except CaseChangedError as error:
        return case_response(request, case_id, status=409, merge_problem=_sentence(error), merge_with=other)
    return RedirectResponse(f"/cases/{case_id}?note=merged", 303)


@router.post("/cases/{case_id}/unmerge")
def unmerge(request: Request, here: Here, person: Analyst, case_id: RowId, other: Text = "") -> Response:
    """Take a merge back, of a person or the machine."""
    try:
        decisions.undo_merge(here.database, into_id=case_id, from_id=_number(other) or 0, user_id=person.user_id)
    except (CannotDecideError, CaseChangedError) as error:
        return _again(request, case_id, error, "")
    return RedirectResponse(f"/cases/{case_id}?note=unmerged", 303)


def _again(request: Request, case_id: int, error: Exception, comment: str) -> Response:
    """The case as it stands now, with what is wrong and what the person had typed."""
    problem = _sentence(error)
    if not isinstance(error, CaseChangedError):
        return case_response(request, case_id, status=422, problem=problem, comment=comment)
    with installation_of(request).database.reading() as session:
        problem += _last_change(session, case_id)
    return case_response(request, case_id, status=409, problem=problem, comment=comment)


def _last_change(session: Session, case_id: int) -> str:
    """Who did what last, so that a conflict is understood at a glance."""
    latest = next(iter(entries(session, case_id)), None)
    return f" Last change: {latest.words} ({latest.who}, {moment(latest.at)})." if latest else ""


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def _version(text: str) -> int:
    """The case version a form was shown with; one that is missing or wrong matches none."""
    return _number(text) or 0


def _number(text: str) -> int | None:
    text = text.strip().removeprefix("#")
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
    return found if found is not None and found < 2**31 else None
