"""The export: every post once, as it stands now, and no person in it unless somebody may see them."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app import export
from app.export import count_posts, posts
from classifier.stage import assess
from models.tables import Post
from tests.conftest import MONDAY, Builder
from tests.fakes import FakeAssessor

KEYS = [
    "source", "url", "title", "text", "price", "price_text", "seller", "posted_at", "first_seen", "last_seen",
    "gone_at", "language", "assessment", "case",
]  # fmt: skip
LABELS = [
    "id", "intent", "flagged", "probability", "language", "species", "age_classes", "eyes_closed", "quantity", "price",
    "contacts", "cues", "model",
]  # fmt: skip
PHONE = "+6281200000001"


def exported(build: Builder, *, reveal: bool = False, redact: bool = False) -> list[dict[str, Any]]:
    rows = list(posts(build.database, build.keyring, reveal=reveal, redact=redact))
    assert json.loads(json.dumps(rows)) == rows  # nothing that JSON does not know
    return rows


def read(build: Builder, **told: Any) -> None:
    """Let every post be read, each as `told`."""
    with build.database.reading() as session:
        texts = [version.text for post in session.scalars(select(Post)) for version in post.versions]
    assess(build.database, build.keyring, FakeAssessor(dict.fromkeys(texts, told)), holder="test")


def test_a_post_as_it_stands(build: Builder) -> None:
    bangkok = dt.timezone(dt.timedelta(hours=7))
    post = build.post(
        "dijual anakan",
        title="Berang",
        seller="Sari",
        url="https://pasar.example/item/7",
        posted_at=dt.datetime(2026, 11, 15, 9, 30, tzinfo=bangkok),
        gone_at=MONDAY + dt.timedelta(days=1),
        price_text="Rp 850.000",
        price_amount=Decimal(850000),
        price_currency="IDR",
    )
    read(build)
    build.link()
    (row,) = exported(build)
    assert list(row) == KEYS
    assessment = row.pop("assessment")
    assert row == {
        "source": "pasar",
        "url": "https://pasar.example/item/7",
        "title": "Berang",
        "text": "dijual anakan",
        "price": {"amount": 850000, "currency": "IDR"},
        "price_text": "Rp 850.000",
        "seller": build.keyring.pseudonym("account", "pasar:Sari"),
        "posted_at": "2026-11-15T02:30:00+00:00",
        "first_seen": "2026-11-16T12:00:00+00:00",
        "last_seen": "2026-11-16T12:00:00+00:00",
        "gone_at": "2026-11-17T12:00:00+00:00",
        "language": "id",
        "case": build.case_of(post),
    }
    assert list(assessment) == LABELS
    assert assessment["id"] == str(post)
    assert (assessment["intent"], assessment["flagged"], assessment["model"]) == ("sale", True, "fake-1")


def test_what_is_not_known_is_null(build: Builder) -> None:
    build.post("teks", url="https://pasar.example/item/1")
    (row,) = exported(build)
    assert list(row) == KEYS
    unknown = {key for key, value in row.items() if value is None}
    assert unknown == {"price", "seller", "posted_at", "gone_at", "language", "assessment", "case"}


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Decimal(850000), "850000"),  # a whole number has no point
        (Decimal("78.50"), "78.5"),
        (Decimal("0.1"), "0.1"),
        (Decimal(0), "0"),
        (Decimal("12345678901234567"), "12345678901234567"),
    ],
)
def test_prices(build: Builder, amount: Decimal, written: str) -> None:
    build.post(price_amount=amount, price_currency="USD")
    (row,) = exported(build)
    assert json.dumps(row["price"]) == f'{{"amount": {written}, "currency": "USD"}}'


def test_sellers_and_contacts_show_only_where_they_are_revealed(build: Builder) -> None:
    seller, contacts = "Sari Otterina", (PHONE, "line:otterina88", "email:sari@mail.example")
    build.post("dijual anakan", seller=seller)
    read(build, contacts=contacts)
    (hidden,), (shown,) = exported(build), exported(build, reveal=True)
    for secret in (seller, *contacts, "81200000001", "otterina88"):
        assert secret not in json.dumps(hidden)
    assert hidden["seller"] == build.keyring.pseudonym("account", f"pasar:{seller}")
    assert hidden["assessment"]["contacts"] == [
        f"{kind}:{build.keyring.pseudonym('contact', value)}"
        for kind, value in zip(("phone", "line", "email"), contacts, strict=True)
    ]
    assert shown["seller"] == seller
    assert shown["assessment"]["contacts"] == list(contacts)
    hidden["seller"], hidden["assessment"]["contacts"] = shown["seller"], shown["assessment"]["contacts"]
    assert hidden == shown  # nothing else differs


def test_equal_pseudonyms_tell_equal_sellers(build: Builder) -> None:
    for seller in ("Sari", "Budi", "Sari"):
        build.post(seller=seller)
    a, b, c = (row["seller"] for row in exported(build))
    assert a == c != b


def test_the_newest_version_with_its_newest_assessment(build: Builder) -> None:
    post = build.post("lama")
    build.assessment(post, intent="sale")
    build.version(post, "baru")
    (row,) = exported(build)
    assert (row["text"], row["assessment"], row["language"]) == ("baru", None, None)
    build.assessment(post, language="ms", model="test-1")
    build.assessment(post, language="th", model="test-2")
    (row,) = exported(build)
    assert row["language"] == "th"


@pytest.mark.parametrize("batch", [1, 2, 5, 6, 500])
def test_every_post_once_in_the_order_of_storing(build: Builder, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    ids = [build.offer(f"text {n}", url=f"https://pasar.example/{n}") for n in range(5)]
    monkeypatch.setattr(export, "BATCH", batch)
    assert [row["text"] for row in exported(build)] == [f"text {n}" for n in range(5)]
    assert count_posts(build.database) == len(ids)


def test_a_post_that_comes_while_the_export_runs_comes_last(build: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "BATCH", 2)
    for n in range(3):
        build.post(f"text {n}")
    rows = posts(build.database, build.keyring)
    found = [next(rows)["text"]]
    build.post("new")  # a writer is not kept waiting by a slow reader
    found += [row["text"] for row in rows]
    assert found == ["text 0", "text 1", "text 2", "new"]


def test_nothing_stored_nothing_exported(build: Builder) -> None:
    assert exported(build) == []
    assert count_posts(build.database) == 0


def test_a_batch_takes_the_same_few_statements_however_many_posts_it_has(build: Builder) -> None:
    """Counted, not timed."""
    counts = []
    for _ in range(2):
        for _ in range(5):
            build.offer(seller="Sari", contacts=[PHONE])
        with build.statements() as statements:
            exported(build)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_contacts_in_the_words_of_a_post_are_blotted_out(build: Builder) -> None:
    text, title = "jual, WA 0812-3456-7890 line otterking88 ya", "Berang 081234567891"
    cue = {"field": "text", "kind": "contact", "start": 29, "end": 40, "text": "otterking88", "gloss": "LINE"}
    offer = {"field": "text", "kind": "offer", "start": 0, "end": 4, "text": "jual", "gloss": "for sale"}
    post = build.post(text, title=title, price_text="tanya 081234567892")
    build.assessment(post, facts={"cues": [offer, cue]})
    (hidden,), (shown,) = exported(build, redact=True), exported(build)
    for secret in ("0812-3456-7890", "otterking88", "081234567891", "081234567892"):
        assert secret not in json.dumps(hidden)
        assert secret in json.dumps(shown)
    assert len(hidden["text"]) == len(text)  # the places of cues stay right
    assert [c["text"] for c in hidden["assessment"]["cues"]] == ["jual", "•" * 11]
    assert (shown["text"], shown["title"], shown["assessment"]["cues"]) == (text, title, [offer, cue])
