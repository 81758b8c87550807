"""The history of a case in words: who did what and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases.decisions import DISMISS_REASONS
from app.console import wording
from models.tables import Case, CaseEvent, Decision, User

MACHINE: Final = "Otterwatch"
_VERDICTS: Final = {"confirm": "Confirmed", "dismiss": "Dismissed", "needs_more": "Marked as needing more"}


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a case."""

    at: dt.datetime
    who: str
    words: str
    comment: str = ""
    taken_back: bool = False
    other_case: int | None = None
    """The other case of a merge, to be linked."""
    mergeable_back: bool = False
    """Whether this merge still stands and can be taken back here."""


def entries(session: Session, case_id: int) -> Sequence[Entry]:
    """What happened to a case, newest first."""
    rows = session.execute(
        select(CaseEvent, User.name)
        .outerjoin(User, User.id == CaseEvent.user_id)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.id.desc())
    ).all()
    decisions = {d.id: d for d in session.scalars(select(Decision).where(Decision.case_id == case_id))}
    merged_here = set(session.scalars(select(Case.id).where(Case.merged_into_id == case_id)))
    found = []
    for event, name in rows:
        entry = _entry(event, name or MACHINE, decisions, merged_here)
        if event.kind == "merged":
            merged_here.discard(int(event.details.get("other", 0)))  # only the newest merge of a case can be undone
        found.append(entry)
    return found


def _entry(event: CaseEvent, who: str, decisions: dict[int, Decision], merged_here: set[int]) -> Entry:
    details: dict[str, Any] = event.details
    match event.kind:
        case "opened":
            return Entry(event.at, who, "Opened the case")
        case "post_added":
            return Entry(event.at, who, f"Added post {details.get('post')}")
        case "reopened":
            was = wording.STATUSES.get(str(details.get("was")), "decided").lower()
            return Entry(event.at, who, f"Opened the case again, since it was {was} before post {details.get('post')}")
        case "commented":
            return Entry(event.at, who, "Comment", comment=str(details.get("text", "")))
        case "decided":
            decision = decisions.get(int(details.get("decision", 0)))
            reason = DISMISS_REASONS.get(str(details.get("reason") or ""), "")
            words = _VERDICTS.get(str(details.get("verdict")), "Decided") + (f": {reason}" if reason else "")
            return Entry(
                event.at,
                who,
                words,
                comment=decision.comment if decision else "",
                taken_back=decision is not None and decision.undone_at is not None,
            )
        case "decision_undone":
            return Entry(event.at, who, "Took the decision back")
        case "merged":
            other = int(details.get("other", 0))
            count = wording.plural(len(details.get("posts") or []), "post")
            standing = other in merged_here
            return Entry(
                event.at, who, f"Merged with case {other} ({count})", "", not standing, other, mergeable_back=standing
            )
        case "merged_away":
            into = int(details.get("into", 0))
            return Entry(event.at, who, f"Merged into case {into}", other_case=into)
        case "merge_undone":
            other = int(details.get("other", 0))
            return Entry(event.at, who, f"Took back the merge with case {other}", other_case=other)
        case _:
            return Entry(event.at, who, event.kind.replace("_", " ").capitalize())
