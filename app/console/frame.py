"""The frame that every page stands in: templates, addresses of static files, the person, the undo bar."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from starlette.responses import HTMLResponse

from alerts.cases.decisions import DISMISS_REASONS
from app.accounts import SignedIn
from app.console import wording
from app.console.access import installation_of
from models.database import Database
from models.tables import Case, Decision
from models.weeks import utc_now

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
UNDO_WITHIN: Final = dt.timedelta(minutes=30)
"""How long the undo bar offers to take back the last decision; a case's page offers it for ever."""
_LOOKED_AT: Final = 5000
"""Newest decisions of all people among which the person's own is looked for, however many there are."""
_VERDICTS: Final = {"confirm": "Confirmed", "dismiss": "Dismissed", "needs_more": "Marked as needing more:"}


@dataclass(frozen=True)
class LastDecision:
    """The person's last decision that still stands, for the undo bar."""

    decision_id: int
    case_id: int
    words: str


def static_address(name: str) -> str:
    """The address of a static file with a mark of its content, so that a browser may keep it for ever."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    files = (file for file in STATIC.rglob("*") if file.is_file())
    names = {name: static_address(name) for name in (file.relative_to(STATIC).as_posix() for file in files)}
    environment.globals["static"] = names.__getitem__
    environment.globals["words"] = wording
    environment.globals["dismiss_reasons"] = DISMISS_REASONS
    environment.filters["moment"] = wording.moment
    return environment


TEMPLATES: Final = _environment()


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the console for the person who asks."""
    person: SignedIn | None = getattr(request.state, "person", None)
    undo = last_decision(installation_of(request).database, person.user_id) if person else None
    note = wording.NOTES.get(request.query_params.get("note", ""), "")
    html = TEMPLATES.get_template(template).render(
        person=person, undo=undo, note=note, path=request.url.path, now=utc_now(), **values
    )
    return HTMLResponse(html, status)


def bare_page(template: str, *, status: int, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """A page that asks the database for nothing, for when that cannot be done."""
    html = TEMPLATES.get_template(template).render(person=None, undo=None, note="", path="", now=utc_now(), **values)
    return HTMLResponse(html, status, headers)


def last_decision(database: Database, user_id: int) -> LastDecision | None:
    """The person's last decision, where it still stands and is not long ago."""
    later = aliased(Decision)
    newer = select(later.id).where(later.case_id == Decision.case_id, later.id > Decision.id, later.undone_at.is_(None))
    recent = select(func.max(Decision.id) - _LOOKED_AT).scalar_subquery()
    with database.reading() as session:
        decision = session.scalars(
            select(Decision)
            .join(Case, Case.id == Decision.case_id)
            .where(Decision.id > recent, Decision.user_id == user_id, Decision.made_at > utc_now() - UNDO_WITHIN)
            .where(Decision.undone_at.is_(None), Case.status != "merged", ~newer.exists())
            .order_by(Decision.id.desc())
            .limit(1)
        ).first()
    if decision is None:
        return None
    reason = DISMISS_REASONS.get(decision.reason, "")
    words = f"{_VERDICTS[decision.verdict]} case {decision.case_id}{f' ({reason})' if reason else ''}."
    return LastDecision(decision.id, decision.case_id, words)
