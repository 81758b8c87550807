"""The assess stage: every newest version once by each model, contacts encrypted, nothing lost and nothing twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from alerts.cases.linking import link
from classifier import stage
from classifier.assessment import Cue, Post
from classifier.stage import assess
from models.database import Database
from models.errors import DatabaseError
from models.tables import Assessment, CasePost, Contact, Lease, PostContact
from tests.conftest import Builder
from tests.fakes import FakeAssessor

PHONE = "+6281200000001"


def run(build: Builder, classifier: FakeAssessor | None = None, **given: Any) -> int:
    return assess(build.database, build.keyring, classifier or FakeAssessor(), holder="a", **given)


def assessed(database: Database) -> list[tuple[int, str]]:
    """(version, model) of every assessment, in the order of writing."""
    with database.reading() as session:
        rows = session.execute(select(Assessment.version_id, Assessment.model).order_by(Assessment.id)).all()
    return [(version, model) for version, model in rows]


def contacts(build: Builder) -> dict[int, set[str]]:
    """The contacts of each post, decrypted."""
    found: dict[int, set[str]] = {}
    with build.database.reading() as session:
        for post, value in session.execute(select(PostContact.post_id, Contact.value_encrypted).join(Contact)):
            found.setdefault(post, set()).add(build.keyring.decrypt(value))
    return found


def test_everything_the_classifier_says_is_kept(build: Builder) -> None:
    post = build.post("mata merem", title="Anak berang", price_text="Rp 850.000")
    told = {
        "mata merem": {
            "eyes": "closed",
            "eyes_closed": True,
            "age_classes": ("neonate",),
            "quantity": 2,
            "quantity_max": 3,
            "price": (850000.0, "IDR"),
            "contacts": (PHONE,),
            "cues": (Cue("text", "eyes_closed", 0, 10, "mata merem", "eyes closed"),),
        }
    }
    classifier = FakeAssessor(told)
    assert run(build, classifier) == 1
    assert classifier.read == [
        Post(text="mata merem", title="Anak berang", lang="id", price="Rp 850.000", country="ID")
    ]
    with build.database.reading() as session:
        found = session.scalars(select(Assessment)).one()
    assert (found.intent, found.flagged, found.eyes, found.model) == ("sale", True, "closed", "fake-1")
    assert (found.probability, found.field_probability, found.language) == (0.9, 0.5, "id")
    assert found.facts["age_classes"] == ["neonate"]
    assert found.facts["price"] == {"amount": 850000, "currency": "IDR"}
    assert found.facts["details"]["quantity_max"] == 3
    assert found.facts["cues"][0]["text"] == "mata merem"
    assert "contacts" not in found.facts
    assert [(r["text"], r["side"]) for r in found.reasons] == [("an otter is named", "for"), ("news", "against")]
    assert not found.linked
    assert contacts(build) == {post: {PHONE}}


@pytest.mark.parametrize(("fresh", "order"), [(False, [1, 2, 3]), (True, [3, 2, 1])])
def test_the_oldest_first_or_the_newest(build: Builder, fresh: bool, order: list[int]) -> None:
    for _ in range(3):
        build.post()
    for _ in range(3):
        assert run(build, limit=1, fresh=fresh) == 1
    assert run(build, limit=1, fresh=fresh) == 0
    assert [version for version, _ in assessed(build.database)] == order


def test_a_place_in_several_languages_says_none(build: Builder) -> None:
    build.source("forum", language="und", country="")
    build.post(source="forum")
    classifier = FakeAssessor()
    run(build, classifier)
    assert (classifier.read[0].lang, classifier.read[0].country, classifier.read[0].price) == (None, None, None)


def test_only_the_newest_version_is_assessed_and_a_new_one_again(build: Builder) -> None:
    post = build.post("lama")
    new = build.version(post, "baru")
    classifier = FakeAssessor()
    assert run(build, classifier) == 1
    newer = build.version(post, "lebih baru")
    assert run(build, classifier) == 1
    assert run(build, classifier) == 0
    assert assessed(build.database) == [(new, "fake-1"), (newer, "fake-1")]
    assert [text.text for text in classifier.read] == ["baru", "lebih baru"]


def test_a_new_model_assesses_everything_anew(build: Builder) -> None:
    build.post()
    run(build)
    assert run(build, FakeAssessor(version="fake-2")) == 1
    assert run(build, FakeAssessor(version="fake-2")) == 0
    assert assessed(build.database) == [(1, "fake-1"), (1, "fake-2")]


@pytest.mark.parametrize(
    ("value", "kind", "same_as_phone"),
    [
        (PHONE, "phone", True),
        (f"whatsapp:{PHONE}", "whatsapp", True),
        (f"zalo:{PHONE}", "zalo", True),
        (f"viber:{PHONE}", "viber", True),
        ("line:sari", "line", False),
        ("email:sari@mail.example", "email", False),
        ("081200000001", "other", False),  # not normalised: its kind must not repeat it
    ],
)
def test_a_contact_is_kept_by_its_kind_and_by_what_stands_behind_it(
    build: Builder, value: str, kind: str, same_as_phone: bool
) -> None:
    build.post("a")
    run(build, FakeAssessor({"a": {"contacts": (value,)}}))
    with build.database.reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert contact.kind == kind
    assert contact.pseudonym == build.keyring.pseudonym("contact", value)
    assert (contact.reach == build.keyring.pseudonym("reach", PHONE)) is same_as_phone
    assert build.keyring.decrypt(contact.value_encrypted) == value


def test_a_contact_of_several_posts_and_versions_is_kept_once(build: Builder) -> None:
    a, b = build.post("a"), build.post("b")
    told = {text: {"contacts": (PHONE, "line:sari")} for text in ("a", "b", "c")}
    run(build, FakeAssessor(told))
    build.version(a, "c")
    run(build, FakeAssessor(told))
    assert contacts(build) == {a: {PHONE, "line:sari"}, b: {PHONE, "line:sari"}}
    with build.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 2


def test_the_database_files_hold_no_seller_and_no_contact_in_plain_text(build: Builder, data_dir: Path) -> None:
    """Read as bytes, with everything that SQLite keeps beside the database."""
    seller, line, phone = "Sari Otterina", "line:otterina88", "+66800000111"
    build.post("ada anak nakal", title="judul terang", seller=seller)
    run(build, FakeAssessor({"ada anak nakal": {"contacts": (line, phone)}}))
    before = b"".join(file.read_bytes() for file in sorted(data_dir.rglob("*")) if file.is_file())
    build.database.close()
    after = (data_dir / "otterwatch.db").read_bytes()
    assert b"ada anak nakal" in after  # so that the search finds what is there
    assert b"judul terang" in after
    for secret in (seller, "Otterina", line, "otterina88", phone, phone[1:], phone[3:]):
        assert secret.encode() not in before
        assert secret.encode() not in after
        assert secret.encode("utf-16-le") not in after


def test_two_workers_that_overlap_write_every_assessment_once(build: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker so slow that its lease runs out meets another that has done its work."""
    posts = [build.post(f"text {n}") for n in range(3)]
    told = {f"text {n}": {"contacts": (PHONE,)} for n in range(3)}

    class Slow(FakeAssessor):
        def assess_many(self, posts: Sequence[Post]) -> list[Any]:
            build.leases_run_out()
            assert assess(build.database, build.keyring, FakeAssessor(told), holder="quick") == 3
            return super().assess_many(posts)

    assert run(build, Slow(told)) == 3
    assert assessed(build.database) == [(1, "fake-1"), (2, "fake-1"), (3, "fake-1")]
    assert contacts(build) == {post: {PHONE} for post in posts}


def test_a_lease_taken_over_is_not_ended_by_its_first_holder(build: Builder) -> None:
    build.post("text")

    class Slow(FakeAssessor):
        def assess_many(self, posts: Sequence[Post]) -> list[Any]:
            with build.database.writing() as session:  # the lease ran out, and "quick" is at work on it
                session.execute(update(Lease).values(holder="quick"))
            return super().assess_many(posts)

    run(build, Slow())
    with build.database.reading() as session:
        assert session.scalars(select(Lease.holder)).all() == ["quick"]


@pytest.mark.parametrize("place", ["_store_contact", "finish"])
def test_an_error_while_writing_leaves_nothing_half_done(
    build: Builder, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    posts = [build.post(f"text {n}") for n in range(3)]
    told = {f"text {n}": {"contacts": (PHONE,)} for n in range(3)}
    real, calls = getattr(stage, place), []

    def fail_at_the_end(*given: Any, **named: Any) -> None:
        real(*given, **named)
        calls.append(given)
        if len(calls) == (3 if place == "_store_contact" else 1):
            raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(stage, place, fail_at_the_end)
        with pytest.raises(ZeroDivisionError):
            run(build, FakeAssessor(told))
    assert (assessed(build.database), contacts(build)) == ([], {})
    build.leases_run_out()
    assert run(build, FakeAssessor(told)) == 3
    assert len(assessed(build.database)) == 3
    assert contacts(build) == {post: {PHONE} for post in posts}


def test_a_database_that_cannot_be_written_is_said_without_what_was_to_be_written(
    build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.post("text")

    def fail(*given: Any, **named: Any) -> None:
        given[0].connection().exec_driver_sql("ROLLBACK")
        given[0].connection().exec_driver_sql(f"INSERT INTO nowhere VALUES ('{PHONE}')")

    monkeypatch.setattr(stage, "finish", fail)
    with pytest.raises(DatabaseError) as caught:
        run(build, FakeAssessor({"text": {"contacts": (PHONE,)}}))
    assert PHONE not in str(caught.value)


def test_a_classifier_that_leaves_one_out_is_found(build: Builder) -> None:
    build.post("one")
    build.post("two")

    class Careless(FakeAssessor):
        def assess_many(self, posts: Sequence[Post]) -> list[Any]:
            return super().assess_many(posts)[:1]

    with pytest.raises(ValueError, match="shorter"):
        run(build, Careless())
    assert assessed(build.database) == []


def test_reading_a_batch_takes_the_same_few_statements_however_long_it_is(build: Builder) -> None:
    """Counted, not timed; contacts apart, since few posts give one."""
    counts = []
    for number in (2, 12):
        for _ in range(number):
            build.post()
        with build.statements() as statements:
            assert run(build) == number
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_text_on_which_the_reader_fails_goes_to_a_person_and_the_others_go_on(build: Builder) -> None:
    class Failing(FakeAssessor):
        def _assessed(self, post: Post) -> Any:
            if post.text == "nobody foresaw this":
                raise KeyError("\u534a")
            return super()._assessed(post)

    posts = [build.post(text) for text in ("one", "nobody foresaw this", "two")]
    assert run(build, Failing()) == 3
    with build.database.reading() as session:
        found = [(a.intent, a.flagged) for a in session.scalars(select(Assessment).order_by(Assessment.version_id))]
    assert found == [("sale", True), ("unread", False), ("sale", True)]
    assert link(build.database, holder="a") == 3
    with build.database.reading() as session:
        assert set(session.scalars(select(CasePost.post_id))) == set(posts)
