"""`/health`, for machines: whether the console answers and its database can be read."""

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import JSONResponse

from app.console.access import Here
from models.errors import DatabaseError

router = APIRouter()


@router.api_route("/health", methods=["GET", "HEAD"])
def health(here: Here) -> JSONResponse:
    """`{"status": "ok"}` with 200, or `{"status": "database"}` with 503; says nothing else to strangers."""
    try:
        with here.database.reading() as session:
            session.execute(text("SELECT 1"))
    except DatabaseError:
        return JSONResponse({"status": "database"}, 503)
    return JSONResponse({"status": "ok"})
