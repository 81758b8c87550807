"""Source files: each wrong one is refused in words that say what to write instead."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.installation import Installation
from crawler.source_file import MANDATORY_FACTS, SourceError, load_source, load_sources, minutes_of, register
from models.tables import Source
from tests.crawler.conftest import source_text

PUBLIC = "https://market.example.org/"


def written(folder: Path, text: str, name: str = "market.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def public(**changes: Any) -> str:
    fields = {"keep": "matches", "demonstration": False, **changes}
    fields["limits"] = {"requests_per_second": 0.5, **changes.get("limits", {})}
    return source_text(fields.pop("url", PUBLIC), **fields)


def test_a_whole_file(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, public(country="ID", language="id", every="6h")))
    assert (source.key, source.name, source.every_minutes) == ("market", "Test market", 360)
    assert (source.keep, source.is_loopback, len(source.sha256)) == ("matches", False, 64)
    assert source.path.is_absolute()
    assert source.listing.max_pages == 200


def test_the_shipped_demonstration_is_well_formed() -> None:
    folder = Path(__file__).resolve().parents[2] / "app" / "demo"
    sources, errors = load_sources(folder)
    assert errors == []
    assert all(source.demonstration for source in sources)


WRONG = [
    # What is changed in a whole file, and words that the message must hold.
    ({"fields": {"title": "h1["}}, ["fields.title", "is not a CSS selector"]),
    ({"listing": {"detail": "a[["}}, ["listing.detail", "is not a CSS selector", "write detail ="]),
    ({"listing": {"start": ["http://["]}}, ["is not an address that can be fetched"]),
    ({"listing": {"start": ["ftp://market.example.org/"]}}, ["is not an address that can be fetched"]),
    ({"listing": {"start": ["https://elsewhere.test/"]}}, ["is not on the site of `url`"]),
    ({"url": "https://market.example.org:99999/"}, ["is not an address that can be fetched"]),
    ({"name": ""}, ["market.toml: name", 'write name = "Pasar Hewan"']),
    ({"name": 3}, ["name: input should be a valid string"]),
    ({"url": "market.example.org"}, ["url: must be an address that starts with https:// or http://", "write url ="]),
    ({"url": "file:///etc/passwd"}, ["url: must be"]),
    ({"url": "https://user:secret@example.org/"}, ["url: must be"]),
    ({"url": "http://127.0.0.1:9/"}, ["`url` is on this machine; that needs `demonstration = true`"]),
    ({"url": "http://0x7f.1/"}, ["`url` is on this machine"]),
    ({"kind": "forum"}, ["kind: input should be 'listing'", 'write kind = "listing"']),
    ({"country": "Indonesia"}, ["country:", 'write country = "ID"']),
    ({"language": "indonesian"}, ["language:", 'write language = "id"']),
    ({"keep": "some"}, ["keep:", 'write keep = "matches"']),
    ({"keep": "all"}, ['`keep = "all"` is for demonstration sources']),
    ({"every": "daily"}, ["every: is not a span of time", 'write every = "24h"']),
    ({"every": "5m"}, ["every: must be 10 minutes or more"]),
    ({"demonstration": "no"}, ["demonstration:", "write demonstration = false"]),
    ({"retries": 2}, ["retries is not a field"]),
    ({"demonstrations": True}, ["demonstrations is not a field; did you mean demonstration?"]),
    ({"registry": {"owner": " "}}, ["registry.owner:", "write owner ="]),
    ({"registry": {"robots": "maybe"}}, ["registry.robots:", 'write robots = "allowed"']),
    ({"registry": {"terms_reviewed_on": '"yesterday"'}}, ["terms_reviewed_on", "write terms_reviewed_on = 2026-11-22"]),
    ({"registry": {"terms": "ok"}}, ["registry.terms is not a field"]),
    ({"listing": {"start": None}}, ["needs exactly one of `start`, `sitemap` and `numbered`"]),
    ({"listing": {"sitemap": "/s.xml"}}, ["needs exactly one of"]),
    ({"listing": {"detail": None}}, ["needs `detail` or `detail_pattern`"]),
    ({"listing": {"detail_pattern": "("}}, ["detail_pattern: is not a regular expression", "write detail_pattern"]),
    ({"listing": {"start": None, "numbered": "/s"}}, ["numbered: must hold {page} once"]),
    ({"listing": {"start": "/listings"}}, ["listing.start: input should be a valid list", "write start = ["]),
    ({"listing": {"max_pages": 0}}, ["listing.max_pages", "write max_pages = 200"]),
    ({"fields": {"currency": "$"}}, ["fields.currency"]),
    ({"limits": {"requests_per_second": 50}}, ["may be 5 at most on a public site"]),
    ({"limits": {"requests_per_second": 0}}, ["limits.requests_per_second", "write requests_per_second = 0.5"]),
    ({"limits": {"retries": 3}}, ["limits.retries"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), WRONG)
def test_a_wrong_field_is_named_with_what_to_write(tmp_path: Path, changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(SourceError) as caught:
        load_source(written(tmp_path, public(**changes)))
    for part in words:
        assert part in str(caught.value)
    assert str(caught.value).startswith("market.toml: ")


@pytest.mark.parametrize("fact", MANDATORY_FACTS)
def test_a_missing_fact_of_the_registry_is_named(tmp_path: Path, fact: str) -> None:
    with pytest.raises(SourceError, match=f"registry.{fact} is missing; write {fact} ="):
        load_source(written(tmp_path, public(registry={fact: None})))


def test_without_a_registry_nothing_is_collected(tmp_path: Path) -> None:
    text = public().partition("[registry]")[0] + '[listing]\nstart = ["/"]\ndetail = "a"'
    with pytest.raises(SourceError) as caught:
        load_source(written(tmp_path, text))
    assert "registry is missing, and nothing is collected without it" in str(caught.value)
    assert all(fact in str(caught.value) for fact in MANDATORY_FACTS)


@pytest.mark.parametrize("field", ["name", "url", "listing"])
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    lines = [line for line in public().splitlines() if not line.startswith(f"{field} =")]
    text = "\n".join(lines)
    if field == "listing":
        text = text.replace("[listing]", "[fields_]")
    with pytest.raises(SourceError, match=f"{field} is missing; write"):
        load_source(written(tmp_path, text))


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"market.toml: is not valid TOML: .*line 2"):
        load_source(written(tmp_path, 'name = "x"\nurl = \n'))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing.toml: cannot be read"):
        load_source(tmp_path / "missing.toml")
    with pytest.raises(SourceError, match="the file's name must be small letters"):
        load_source(written(tmp_path, public(), "Pasar Hewan.toml"))
    (tmp_path / "latin.toml").write_bytes(b'name = "caf\xe9"')
    with pytest.raises(SourceError, match="is not UTF-8"):
        load_source(tmp_path / "latin.toml")


def test_one_wrong_file_does_not_hinder_the_others(tmp_path: Path) -> None:
    written(tmp_path, public(), "a.toml")
    written(tmp_path, "x", "b.toml")
    written(tmp_path, public(), "c.toml")
    sources, errors = load_sources(tmp_path)
    assert [source.key for source in sources] == ["a", "c"]
    assert len(errors) == 1
    assert str(errors[0]).startswith("b.toml")


def test_registering_twice_changes_what_changed(installation: Installation, tmp_path: Path) -> None:
    first = register(installation.database, load_source(written(tmp_path, public())))
    with installation.database.reading() as session:
        row = session.scalars(select(Source)).one()
    assert (row.key, row.every_minutes, row.registry_entry["terms_reviewed_on"]) == ("market", 1440, "2026-11-22")
    again = register(installation.database, load_source(written(tmp_path, public(every="6h", name="New name"))))
    assert again == first
    with installation.database.reading() as session:
        changed = session.scalars(select(Source)).one()
    assert (changed.name, changed.every_minutes, changed.due_at) == ("New name", 360, row.due_at)
    assert changed.configuration_sha256 != row.configuration_sha256


@pytest.mark.parametrize(("span", "minutes"), [("30m", 30), ("24h", 1440), ("7d", 10080)])
def test_spans(span: str, minutes: int) -> None:
    assert minutes_of(span) == minutes
