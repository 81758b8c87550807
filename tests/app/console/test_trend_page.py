"""The trend: numbers that agree in chart, table and file, and words about what they are."""

import csv
import datetime as dt
import io
import itertools
import json
import re
from typing import Any

import pytest
from sqlalchemy import update

from app.installation import Installation
from models.tables import Case
from models.weeks import monday_of, utc_now


def table(page: str) -> list[list[str]]:
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert body
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body[1].split("</tr>")]
    return [[re.sub(r"<small>.*?</small>|<[^>]+>", "", cell).strip() for cell in row] for row in cells if row]


def test_chart_table_and_file_agree(mai: Any, installation: Installation) -> None:
    with installation.database.writing() as session:
        session.execute(update(Case).where(Case.id == 1).values(status="confirmed"))
    page = mai.get("/trend").text
    found = re.search(r'<script type="application/json" id="trend-data">(.*?)</script>', page)
    assert found
    data = json.loads(found[1])
    rows = list(reversed(table(page)))
    assert [row[0] for row in rows] == data["weeks"]
    assert [int(row[1]) for row in rows] == data["confirmed"]
    assert [int(row[2]) for row in rows] == data["probable"]
    file = mai.get("/trend.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="otterwatch-trend-{monday_of(utc_now())}.csv"' in file.headers["content-disposition"]
    written = list(csv.DictReader(io.StringIO(file.text)))
    assert [int(w["probable_offers"]) for w in written] == data["probable"]
    assert [int(w["confirmed_offers"]) for w in written] == data["confirmed"]
    assert [w["week_is_over"] for w in written] == ["yes"] * 11 + ["no"]
    assert all(int(w["counted_by_stated_date"]) + int(w["counted_by_first_sight"]) == int(w["offers"]) for w in written)
    assert sum(data["confirmed"]) == 3
    total = sum(data["confirmed"] + data["probable"])
    assert f"n = {total} offers in 12 weeks, 3 of them confirmed by a person." in mai.get("/trend").words


def test_what_it_is_and_what_it_is_not(reader: Any) -> None:
    page = reader.get("/trend")
    words = page.words
    assert "What this cannot show." in words
    assert "by the date the site states" in words
    assert "requests made collecting" in words
    assert "<details" in page.text
    assert "Each post counts once" in words
    assert "not over" in words


@pytest.mark.parametrize(("asked", "weeks"), [("12", 12), ("26", 26), ("52", 52), ("1", 12), ("99999999999999", 12)])
def test_length(reader: Any, asked: str, weeks: int) -> None:
    rows = table(reader.get(f"/trend?weeks={asked}").text)
    assert len(rows) == weeks
    mondays = [dt.date.fromisoformat(row[0]) for row in rows]
    assert all(a - b == dt.timedelta(weeks=1) for a, b in itertools.pairwise(mondays))
    assert mondays[0] == monday_of(utc_now())


def test_a_length_that_is_no_number(reader: Any) -> None:
    assert reader.get("/trend?weeks=many").status == 422


def test_weeks_without_offers_say_so(mai: Any, installation: Installation) -> None:
    with installation.database.writing() as session:
        session.execute(update(Case).values(status="dismissed"))
    words = mai.get("/trend").words
    assert "n = 0" in words or "n = 1 offer" in words
    assert re.search(r"0 0 none", words)


def test_sources_and_their_runs(reader: Any) -> None:
    words = reader.get("/sources").words
    assert "Talad Nad Partly collected" in words
    assert "The site answered 503 nine times." in words
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC Complete 214 0 180 14 3 2 161", words)
    assert "Owner Pasar Bebas Co." in words
    assert "every day · next at" in words
