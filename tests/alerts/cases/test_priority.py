"""Priority: a sum of named reasons, computed again whenever a case changes or ages."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from alerts.cases import priority
from alerts.cases.decisions import decide, merge, undo_decision, undo_merge
from alerts.cases.linking import link
from alerts.cases.priority import DEFAULT_FILE, REFRESH, PostFacts, Weights, load_weights, prioritise, weigh
from models.errors import SettingsError
from models.tables import Case, Lease, Post
from models.weeks import utc_now
from tests.conftest import MONDAY, Builder

WEIGHTS = load_weights()
NOW = MONDAY


def facts(**given: Any) -> PostFacts:
    plain: dict[str, Any] = {
        "intent": "sale",
        "probability": 0.5,
        "species": None,
        "eyes": "unknown",
        "age_classes": [],
        "quantity": None,
        "seen": NOW,
        "gone": False,
    }
    return PostFacts(**(plain | given))


def points(*posts: PostFacts, now: dt.datetime = NOW) -> dict[str, float]:
    return {reason.name: reason.points for reason in weigh(posts, WEIGHTS, now)}


@pytest.mark.parametrize(
    ("posts", "name", "expected"),
    [
        ([{"eyes": "closed"}], "eyes_closed", 40),
        ([{"eyes": "closed", "age_classes": ["neonate"]}], "neonate", None),  # the youngest sign counts, once
        ([{"age_classes": ["neonate", "cub"]}], "neonate", 30),
        ([{"age_classes": ["adult"]}, {"age_classes": ["cub"]}], "cub", 12),  # of any post
        ([{"intent": "keeping", "eyes": "closed"}], "eyes_closed", 40),  # welfare counts whatever the intent
        ([{"quantity": 1}], "animals", None),
        ([{"quantity": 3}], "animals", 8),
        ([{"quantity": 3}, {"quantity": 3}], "animals", 8),  # a repost offers the same animals
        ([{"quantity": 500}], "animals", 24),  # bounded
        ([{"quantity": 9, "intent": "parts"}], "animals", None),
        ([{}, {}, {}], "repeated_seller", 10),
        ([{}] * 40, "repeated_seller", 25),
        ([{"species": "Aonyx cinereus"}], "protected", 10),
        ([{"species": "unspecified"}], "protected", 6),
        ([{"species": "Aonyx cinereus", "intent": "wanted"}], "protected", None),  # nothing is offered
        ([{"intent": "parts"}, {"intent": "sale"}], "parts", 8),
        ([{"intent": "rehoming"}], "rehoming", 5),
        ([{"seen": NOW}], "fresh", 20),
        ([{"seen": NOW - dt.timedelta(days=7)}], "fresh", 10),
        ([{"seen": NOW - dt.timedelta(days=7)}, {"seen": NOW}], "fresh", 20),  # the newest counts
        ([{"seen": NOW + dt.timedelta(days=2)}], "fresh", 20),  # a clock that is ahead earns nothing
        ([{"seen": NOW - dt.timedelta(days=365)}], "fresh", None),
        ([{"probability": 0.9}, {"probability": 0.1}], "confidence", 22.5),
        ([{"gone": True}], "gone", -15),
        ([{"gone": True}, {"gone": False}], "gone", None),
    ],
)
def test_each_reason(posts: list[dict[str, Any]], name: str, expected: float | None) -> None:
    assert points(*(facts(**post) for post in posts)).get(name) == expected


def test_reasons_are_told_strongest_first_and_in_words() -> None:
    reasons = weigh([facts(eyes="closed", gone=True)], WEIGHTS, NOW)
    assert [r.name for r in reasons] == [
        "eyes_closed", "fresh", "gone", "live_sale", "confidence", "protected",
    ]  # fmt: skip
    assert all(r.text for r in reasons)


def test_no_posts_no_reasons() -> None:
    assert weigh([], WEIGHTS, NOW) == []


POST_FACTS = st.builds(
    PostFacts,
    intent=st.sampled_from(["sale", "parts", "wanted", "rehoming", "keeping", "other"]),
    probability=st.floats(0, 1),
    species=st.sampled_from([None, "unspecified", "Aonyx cinereus", "Lutra sumatrana"]),
    eyes=st.sampled_from(["closed", "partly", "open", "unknown"]),
    age_classes=st.lists(st.sampled_from(["neonate", "cub", "juvenile", "adult"]), max_size=2),
    quantity=st.none() | st.integers(0, 10_000),
    seen=st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)),
    gone=st.booleans(),
)


def tenths(value: float) -> bool:
    return abs(value * 10 - round(value * 10)) < 1e-6


@given(st.lists(POST_FACTS, min_size=1, max_size=5), st.floats(0.01, 99.99), st.floats(-99.99, 99.99))
def test_every_reason_is_shown_to_the_digit_that_counts(posts: list[PostFacts], cub: float, gone: float) -> None:
    changed = {"cub": WEIGHTS.cub.model_copy(update={"points": cub}), "gone": {"points": gone, "text": "gone"}}
    weights = Weights.model_validate(WEIGHTS.model_dump() | {k: dict(v) for k, v in changed.items()})
    reasons = weigh(posts, weights, NOW)
    assert all(tenths(reason.points) and reason.points for reason in reasons)
    assert len({reason.name for reason in reasons}) == len(reasons)


def case(build: Builder, post: int) -> Case:
    with build.database.reading() as session:
        return session.get_one(Case, build.case_of(post))


def test_the_reasons_of_a_case_sum_to_its_priority(build: Builder) -> None:
    posts = [
        build.offer(seller="Sari", eyes="closed", quantity=3, field_probability=0.333),
        build.offer(seller="Sari", intent="parts", species="Lutra lutra", field_probability=0.777),
        build.offer(seller="Budi", intent="wanted", first_seen=MONDAY - dt.timedelta(days=30)),
    ]
    build.link()
    build.prioritise()
    for post in posts:
        found = case(build, post)
        assert found.priority == round(sum(reason["points"] for reason in found.reasons), 1)
        assert not found.stale
        assert found.prioritised_at is not None
    assert case(build, posts[0]).priority > case(build, posts[2]).priority > 0


def test_the_newest_assessment_of_the_newest_version_counts(build: Builder) -> None:
    post = build.offer(eyes="closed")
    build.version(post, "kini matanya sudah terbuka")
    build.assessment(post, eyes="closed", model="test-1")
    build.assessment(post, eyes="open", model="test-2")
    build.link()
    build.prioritise()
    assert "eyes_closed" not in {reason["name"] for reason in case(build, post).reasons}


def names(build: Builder, post: int) -> set[str]:
    return {reason["name"] for reason in case(build, post).reasons}


def test_whatever_changes_a_case_makes_it_weighed_again(build: Builder) -> None:
    a, b, ana = build.offer(seller="Sari"), build.offer(seller="Budi"), build.user()
    build.link()
    build.prioritise()
    assert "repeated_seller" not in names(build, a)
    into, away = build.case_of(a), build.case_of(b)
    merge(build.database, into_id=into, from_id=away, user_id=ana)
    build.prioritise()
    assert "repeated_seller" in names(build, a)
    undo_merge(build.database, into_id=into, from_id=away, user_id=ana)
    build.prioritise()
    assert "repeated_seller" not in names(build, a) | names(build, b)
    build.offer(seller="Sari")
    build.link()
    build.prioritise()
    assert "repeated_seller" in names(build, a)
    build.version(a, "mata masih merem")
    build.assessment(a, eyes="closed")
    build.link()
    build.prioritise()
    assert "eyes_closed" in names(build, a)


@pytest.mark.parametrize(
    ("status", "age", "weighed"),
    [
        ("open", REFRESH + dt.timedelta(minutes=1), 1),  # freshness fades
        ("open", REFRESH - dt.timedelta(minutes=1), 0),
        ("needs_more", REFRESH + dt.timedelta(minutes=1), 1),  # it still waits for a person
        ("confirmed", REFRESH + dt.timedelta(minutes=1), 0),
        ("dismissed", REFRESH + dt.timedelta(minutes=1), 0),
    ],
)
def test_a_priority_that_has_aged_is_computed_again(
    build: Builder, status: str, age: dt.timedelta, weighed: int
) -> None:
    post = build.offer()
    build.link()
    build.prioritise()
    with build.database.writing() as session:
        session.execute(update(Case).values(status=status, prioritised_at=utc_now() - age))
        session.execute(update(Post).where(Post.id == post).values(gone_at=MONDAY))
    assert prioritise(build.database, holder="a", weights=WEIGHTS) == weighed
    assert ("gone" in names(build, post)) is bool(weighed)


def test_weighing_is_no_change_that_an_analyst_would_trip_over(build: Builder) -> None:
    post, ana = build.offer(), build.user()
    build.link()
    seen = case(build, post).version
    build.prioritise()
    decision = decide(build.database, case_id=build.case_of(post), user_id=ana, verdict="confirm", expected=seen)
    undo_decision(build.database, case_id=build.case_of(post), user_id=ana, decision_id=decision)


def test_a_post_that_comes_while_a_case_is_weighed_is_not_forgotten(
    build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = build.offer(seller="Sari")
    build.link()
    claim = priority.claim

    def claim_and_then_a_post_comes(*given: Any, **named: Any) -> Any:
        ids = claim(*given, **named)
        build.offer(seller="Sari")
        link(build.database, holder="link")
        return ids

    with monkeypatch.context() as patched:
        patched.setattr(priority, "claim", claim_and_then_a_post_comes)
        assert prioritise(build.database, holder="a", weights=WEIGHTS) == 1
    assert "repeated_seller" in names(build, post)


def test_an_error_in_the_middle_leaves_the_case_waiting(build: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    post = build.offer()
    build.link()
    with monkeypatch.context() as patched:
        patched.setattr(priority, "finish", lambda *_, **__: 1 / 0)  # after the rows, before the commit
        with pytest.raises(ZeroDivisionError):
            prioritise(build.database, holder="a", weights=WEIGHTS)
    assert case(build, post).stale
    assert case(build, post).reasons == []
    build.leases_run_out()
    assert prioritise(build.database, holder="b", weights=WEIGHTS) == 1
    with build.database.reading() as session:
        assert session.scalars(select(Lease)).all() == []


def test_a_batch_takes_the_same_few_statements_however_many_cases_it_has(build: Builder) -> None:
    """Counted, not timed."""
    counts = []
    for _ in range(2):
        for _ in range(10):
            build.offer()
        build.link()
        with build.statements() as statements:
            assert prioritise(build.database, holder="a", weights=WEIGHTS) in {10, 20}
        counts.append(len(statements))
        with build.database.writing() as session:
            session.execute(update(Case).values(stale=True))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("[cub]", "[cup]"), "cup"),  # a misspelt reason is not passed over
        (lambda text: text.replace("half_life_days = 7", "half_life_days = 0"), "half_life_days"),
        (lambda text: text.replace("points = 12", "points = nan"), "cub.points"),
        (lambda text: text.replace("points = 12", "points = inf"), "cub.points"),
        (lambda text: text.replace("points = 12", "points = many"), "not valid TOML"),
        (lambda text: text.replace("cubs", "c\udcffbs"), "not valid TOML"),  # no UTF-8
        (lambda _: "", "eyes_closed"),
    ],
)
def test_a_wrong_file_is_said(tmp_path: Path, change: Any, words: str) -> None:
    file = tmp_path / "priority.toml"
    file.write_bytes(change(DEFAULT_FILE.read_text("utf-8")).encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError, match=words):
        load_weights(file)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_weights(tmp_path / "priority.toml")


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "priority.toml"
    file.write_bytes(b"\xef\xbb\xbf" + DEFAULT_FILE.read_bytes().replace(b"\n", b"\r\n"))
    assert load_weights(file) == WEIGHTS
