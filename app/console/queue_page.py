"""The queue: cases by priority, a tab for each status, fifty on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from alerts.cases import queue
from app.console import facts_in_words, wording
from app.console.access import Analyst, Here, WatchingAnalyst
from app.console.collecting_state import collecting, waiting
from app.console.frame import page
from app.console.highlighting import read_cues
from app.console.masking import beginning, excerpt, masked
from models.tables import Case
from models.weeks import utc_now

router = APIRouter()
FIRST_WORDS: Final = 180
"""Characters of a post's text in the queue."""
BEGINNING: Final = 2000
"""Characters of a text that are looked at for its first words: a site may send millions, and fifty stand here."""
REASONS_SHOWN: Final = 3
_GLOSSED: Final = ("eyes_closed", "species", "age", "offer", "quantity", "husbandry", "delivery", "evasion", "counter")
"""Kinds of cue whose meaning stands in the queue, in this order."""
_MOST_GLOSSES: Final = 6
_MOST_OF_A_KIND: Final = 2


@dataclass(frozen=True)
class RowView:
    """A case as the queue shows it; contacts in the post's words are hidden."""

    row: queue.QueueRow
    title: str
    text: str
    lang: str | None
    meanings: Sequence[str]
    price: str
    quantity: str
    reasons: Sequence[Mapping[str, Any]]
    more_reasons: int
    age: str


@router.get("/")
def show(request: Request, here: Here, _person: Analyst, status: str = "open", after: str = "") -> Response:
    """A page of the queue."""
    status = status if status in queue.STATUSES else "open"
    cursor = queue.Cursor.parse(after) if after else None
    now = utc_now()
    with here.database.reading() as session:
        rows, following = queue.page(session, status=status, after=cursor)
        counts = queue.counts(session)
        state = collecting(session, now)
        newest = _newest(session, status)
        posts = None if rows else waiting(session)
    return page(
        request,
        "queue.html",
        rows=[_view(row, wording.ago(row.newest, now)) for row in rows],
        tab=status,
        counts=counts,
        total=sum(counts.values()),
        following=following,
        first_page=cursor is None,
        collecting=state,
        waiting=posts,
        newest=newest,
        new_cases=0,
        page_size=queue.PAGE,
    )


@router.get("/queue/state")
def state(request: Request, here: Here, _person: WatchingAnalyst, status: str = "open", newest: int = 0) -> Response:
    """The line about collecting and how many cases came since the page was made; the page asks by itself."""
    status = status if status in queue.STATUSES else "open"
    with here.database.reading() as session:
        state = collecting(session, utc_now())
        came = select(func.count()).where(Case.status == status, Case.id > max(0, min(newest, 2**31 - 1)))
        new_cases = session.scalar(came) or 0
    return page(request, "queue_state.html", tab=status, collecting=state, newest=newest, new_cases=new_cases)


def _newest(session: Session, status: str) -> int:
    return session.scalar(select(func.max(Case.id)).where(Case.status == status)) or 0


def _view(row: queue.QueueRow, age: str) -> RowView:
    cues = row.facts.get("cues") or []
    title, text = beginning(row.title, BEGINNING), beginning(row.text, BEGINNING)
    title = masked(title, read_cues(cues, "title", len(title)))
    text = masked(text, read_cues(cues, "text", len(text)))
    return RowView(
        row=row,
        title=excerpt(title, FIRST_WORDS),
        text=excerpt(text, FIRST_WORDS),
        lang=row.language if row.language in wording.LANGUAGES else None,
        meanings=_meanings(cues) if row.language != "en" else (),
        price=facts_in_words.understood_price(row.facts),
        quantity=facts_in_words.quantity(row.facts),
        reasons=row.reasons[:REASONS_SHOWN],
        more_reasons=max(0, len(row.reasons) - REASONS_SHOWN),
        age=age,
    )


def _meanings(cues: Sequence[Any]) -> Sequence[str]:
    """What the strongest cues mean in English, for somebody who cannot read the post."""
    found: dict[str, list[str]] = {}
    for cue in cues:
        if isinstance(cue, Mapping) and cue.get("gloss"):
            found.setdefault(str(cue.get("kind")), []).append(str(cue["gloss"]))
    glosses = [gloss for kind in _GLOSSED for gloss in list(dict.fromkeys(found.get(kind, ())))[:_MOST_OF_A_KIND]]
    return glosses[:_MOST_GLOSSES]
