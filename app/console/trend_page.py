"""The trend: probable and confirmed offers by week, as a chart, a table and a file."""

import csv
import datetime as dt
import io
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from alerts.trends.weekly import Week, weekly_offers
from app.console.access import Analyst, Here
from app.console.frame import page
from models.weeks import monday_of, utc_now

router = APIRouter()
LENGTHS: Final = (12, 26, 52)
"""Weeks that can be chosen."""
COLUMNS: Final = (
    "week_from_monday",
    "week_is_over",
    "probable_offers",
    "confirmed_offers",
    "offers",
    "counted_by_stated_date",
    "counted_by_first_sight",
    "requests_made_collecting",
)


@router.get("/trend")
def show(request: Request, here: Here, _person: Analyst, weeks: int = LENGTHS[0]) -> Response:
    """The chart with its table."""
    length = weeks if weeks in LENGTHS else LENGTHS[0]
    found, current = _read(here, length)
    data = {
        "weeks": [week.monday.isoformat() for week in found],
        "probable": [week.probable for week in found],
        "confirmed": [week.confirmed for week in found],
        "current": current.isoformat(),
    }
    return page(
        request,
        "trend.html",
        weeks=found,
        current=current,
        data=data,
        length=length,
        lengths=LENGTHS,
        total=sum(week.probable + week.confirmed for week in found),
        confirmed=sum(week.confirmed for week in found),
        stated=sum(week.by_stated_date for week in found),
        sighted=sum(week.by_first_sight for week in found),
        requests=sum(week.requests for week in found),
    )


@router.get("/trend.csv")
def download(here: Here, _person: Analyst, weeks: int = LENGTHS[0]) -> Response:
    """The table as a CSV file (UTF-8, comma, one header line), oldest week first."""
    length = weeks if weeks in LENGTHS else LENGTHS[0]
    found, current = _read(here, length)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for week in found:
        over = "no" if week.monday == current else "yes"
        offers = week.probable + week.confirmed
        dates = (week.by_stated_date, week.by_first_sight)
        writer.writerow([week.monday, over, week.probable, week.confirmed, offers, *dates, week.requests])
    name = f"otterwatch-trend-{current.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _read(here: Here, length: int) -> tuple[list[Week], dt.date]:
    now = utc_now()
    with here.database.reading() as session:
        return weekly_offers(session, weeks=length, today=now.date()), monday_of(now)
