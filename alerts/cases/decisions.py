"""What people decide about cases: verdicts, comments, merges, and taking each of them back.

Every act is one writing transaction with its history entry and its custody entry. `expected` is the case version the
person was looking at: where somebody else was faster, CaseChangedError says so and nothing is written.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.custody import record
from models.database import Database
from models.errors import OtterwatchError
from models.tables import Case, CaseEvent, CasePost, Decision
from models.weeks import utc_now

VERDICTS = {"confirm": "confirmed", "dismiss": "dismissed", "needs_more": "needs_more"}
"""Verdict -> the status it gives a case."""
DISMISS_REASONS = {
    "not_an_otter": "not an otter",
    "merchandise": "toy, brand or other product",
    "news_or_warning": "news or a warning",
    "keeping": "kept, not offered",
    "possible_scam": "possible scam",
    "duplicate": "same as another case",
    "other": "another reason",
}
"""Why a case is dismissed -> how the console says it."""
COMMENT_LENGTH = 4000
"""Longest comment, in characters."""


class CaseChangedError(OtterwatchError):
    """Somebody else changed the case meanwhile; look at it again."""


class CannotDecideError(OtterwatchError):
    """The decision is not possible as it was given."""


def decide(
    database: Database,
    *,
    case_id: int,
    user_id: int,
    verdict: str,
    reason: str = "",
    comment: str = "",
    expected: int | None = None,
) -> int:
    """Decide a case and give the decision's id; a dismissal needs a reason from DISMISS_REASONS."""
    if verdict not in VERDICTS:
        raise CannotDecideError("a case can be confirmed, dismissed or marked as needing more")
    if verdict == "dismiss" and reason not in DISMISS_REASONS:
        raise CannotDecideError("say why the case is dismissed")
    _check_comment(comment)
    now = utc_now()
    with database.writing() as session:
        case = _open(session, case_id, expected)
        decision = Decision(
            case_id=case_id,
            user_id=user_id,
            verdict=verdict,
            reason=reason if verdict == "dismiss" else "",
            comment=comment,
            status_before=case.status,
            made_at=now,
        )
        session.add(decision)
        session.flush()
        case.status = VERDICTS[verdict]
        case.version += 1
        _event(session, case_id, user_id, "decided", decision=decision.id, verdict=verdict, reason=decision.reason)
        return decision.id


def undo_decision(database: Database, *, case_id: int, user_id: int, decision_id: int | None = None) -> None:
    """Take back the last decision on a case that still stands; the status that it gave is what it was before.

    With `decision_id` only that one: where another was made since, CaseChangedError says so and nothing is written.
    """
    with database.writing() as session:
        case = _open(session, case_id, None)
        decision = session.scalars(
            select(Decision)
            .where(Decision.case_id == case_id, Decision.undone_at.is_(None))
            .order_by(Decision.id.desc())
            .limit(1)
        ).first()
        if decision is None:
            raise CannotDecideError("there is no decision on this case to take back")
        if decision_id is not None and decision.id != decision_id:
            raise CaseChangedError(
                "somebody decided this case anew meanwhile; look at it again, nothing was taken back"
            )
        decision.undone_at = utc_now()
        if case.status == VERDICTS[decision.verdict]:  # a case that a new post has reopened since stays open
            case.status = decision.status_before
        case.version += 1
        _event(session, case_id, user_id, "decision_undone", decision=decision.id, verdict=decision.verdict)


def comment(database: Database, *, case_id: int, user_id: int, text: str) -> None:
    """Add a comment to the history of a case."""
    text = text.strip()
    if not text:
        raise CannotDecideError("the comment is empty")
    _check_comment(text)
    with database.writing() as session:
        _open(session, case_id, None)
        _event(session, case_id, user_id, "commented", text=text)


def merge(database: Database, *, into_id: int, from_id: int, user_id: int) -> None:
    """Move all posts of one case into another; they are pinned there, and no machine takes them out again."""
    if into_id == from_id:
        raise CannotDecideError("a case cannot be merged with itself")
    with database.writing() as session:
        into, away = _open(session, into_id, None), _open(session, from_id, None)
        moved = list(session.scalars(select(CasePost.post_id).where(CasePost.case_id == from_id)))
        session.execute(
            update(CasePost).where(CasePost.case_id.in_([into_id, from_id])).values(case_id=into_id, pinned=True)
        )
        status_before = away.status
        away.status, away.merged_into_id, away.stale = "merged", into_id, False
        into.stale = True
        into.version += 1
        away.version += 1
        _event(session, into_id, user_id, "merged", other=from_id, posts=moved, other_status=status_before)
        _event(session, from_id, user_id, "merged_away", into=into_id)


def undo_merge(database: Database, *, into_id: int, from_id: int, user_id: int) -> None:
    """Take back a merge, of a person or the machine; the posts return pinned, so that it is not made again."""
    with database.writing() as session:
        away = session.get(Case, from_id)
        into = _open(session, into_id, None)
        merges = session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id == into_id, CaseEvent.kind == "merged")
            .order_by(CaseEvent.id.desc())
        )
        last = next((event for event in merges if event.details.get("other") == from_id), None)
        if away is None or away.merged_into_id != into_id or last is None:
            raise CannotDecideError("these cases are not merged")
        moved = last.details["posts"]
        session.execute(
            update(CasePost)
            .where(CasePost.case_id == into_id, CasePost.post_id.in_(moved))
            .values(case_id=from_id, pinned=True)
        )
        away.status, away.merged_into_id = last.details.get("other_status", "open"), None
        for case in (into, away):
            case.stale = True
            case.version += 1
            _event(session, case.id, user_id, "merge_undone", other=from_id if case is into else into_id)


def _open(session: Session, case_id: int, expected: int | None) -> Case:
    case = session.get(Case, case_id, with_for_update=True)  # PostgreSQL: two at once wait for one another
    if case is None:
        raise CannotDecideError("there is no such case")
    if case.status == "merged":
        raise CaseChangedError("this case was merged into another; open that one")
    if expected is not None and case.version != expected:
        raise CaseChangedError("somebody changed this case meanwhile; look at it again, nothing was overwritten")
    return case


def _check_comment(text: str) -> None:
    if len(text) > COMMENT_LENGTH:
        raise CannotDecideError(f"a comment has at most {COMMENT_LENGTH} characters")


def _event(session: Session, case_id: int, user_id: int, kind: str, **details: object) -> None:
    session.add(CaseEvent(case_id=case_id, at=utc_now(), user_id=user_id, kind=kind, details=details))
    shown = {key: value for key, value in details.items() if key != "text"}
    record(session, actor=f"user:{user_id}", action=kind, subject=f"case:{case_id}", **shown)
