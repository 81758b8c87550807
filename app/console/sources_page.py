"""The sources: what is collected, by which right, and how the last runs ended."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.console.access import Analyst, Here
from app.console.collecting_state import source_states
from app.console.frame import page

router = APIRouter()
REGISTRY = {
    "owner": "Owner",
    "access_route": "Access",
    "terms_reviewed_by": "Terms reviewed by",
    "terms_reviewed_on": "Terms reviewed on",
    "robots": "robots.txt",
    "legal_basis": "Legal basis",
}


@router.get("/sources")
def show(request: Request, here: Here, _person: Analyst) -> Response:
    """Every source with its last runs."""
    with here.database.reading() as session:
        states = source_states(session)
    return page(request, "sources.html", states=states, registry=REGISTRY)
