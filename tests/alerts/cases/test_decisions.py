"""Decisions: what a person said stands, can be taken back, and overwrites nobody."""

from typing import Any

import pytest
from sqlalchemy import select

from alerts.cases.decisions import (
    COMMENT_LENGTH,
    DISMISS_REASONS,
    CannotDecideError,
    CaseChangedError,
    comment,
    decide,
    merge,
    undo_decision,
    undo_merge,
)
from models.tables import Case, CaseEvent, CasePost, CustodyEntry, Decision
from tests.conftest import Builder


@pytest.fixture
def ana(build: Builder) -> int:
    return build.user("Ana")


@pytest.fixture
def case(build: Builder) -> int:
    post = build.offer(seller="Sari")
    build.link()
    return build.case_of(post)


def read(build: Builder, case_id: int) -> Case:
    with build.database.reading() as session:
        return session.get_one(Case, case_id)


def everything(build: Builder) -> tuple[Any, ...]:
    with build.database.reading() as session:
        return (
            sorted(session.execute(select(Case.id, Case.status, Case.version, Case.merged_into_id)).all()),
            sorted(session.execute(select(CasePost.post_id, CasePost.case_id, CasePost.pinned)).all()),
            len(session.scalars(select(CaseEvent.id)).all()),
            len(session.scalars(select(CustodyEntry.id)).all()),
            session.execute(select(Decision.id, Decision.undone_at)).all(),
        )


@pytest.mark.parametrize(
    ("verdict", "status"), [("confirm", "confirmed"), ("dismiss", "dismissed"), ("needs_more", "needs_more")]
)
def test_a_verdict_gives_the_status_and_is_recorded(
    build: Builder, case: int, ana: int, verdict: str, status: str
) -> None:
    seen = read(build, case).version
    made = decide(
        build.database, case_id=case, user_id=ana, verdict=verdict, reason="other", comment="why", expected=seen
    )
    assert read(build, case).status == status
    assert read(build, case).version == seen + 1
    with build.database.reading() as session:
        decision = session.get_one(Decision, made)
        event = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc())).first()
        entry = session.scalars(select(CustodyEntry).order_by(CustodyEntry.id.desc())).first()
    assert (decision.user_id, decision.comment, decision.status_before, decision.undone_at) == (
        ana,
        "why",
        "open",
        None,
    )
    assert decision.reason == ("other" if verdict == "dismiss" else "")
    assert event is not None
    assert (event.kind, event.user_id, event.details["decision"]) == ("decided", ana, made)
    assert entry is not None
    assert (entry.actor, entry.action, entry.subject) == (f"user:{ana}", "decided", f"case:{case}")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"verdict": "guilty"}, "confirmed, dismissed"),
        ({"verdict": "dismiss"}, "say why"),
        ({"verdict": "dismiss", "reason": "bored"}, "say why"),
        ({"verdict": "confirm", "comment": "x" * (COMMENT_LENGTH + 1)}, "at most"),
        ({"verdict": "confirm", "case_id": 4711}, "no such case"),
    ],
)
def test_what_cannot_be_decided_is_said_and_writes_nothing(
    build: Builder, case: int, ana: int, given: dict[str, Any], words: str
) -> None:
    before = everything(build)
    with pytest.raises(CannotDecideError, match=words):
        decide(build.database, **({"case_id": case, "user_id": ana} | given))
    assert everything(build) == before


@pytest.mark.parametrize("reason", DISMISS_REASONS)
def test_every_reason_to_dismiss_fits_its_column(build: Builder, case: int, ana: int, reason: str) -> None:
    decide(build.database, case_id=case, user_id=ana, verdict="dismiss", reason=reason)
    assert len(reason) <= 40  # PostgreSQL would refuse a longer one


def test_who_looked_at_an_older_version_overwrites_nobody(build: Builder, case: int, ana: int) -> None:
    ben, seen = build.user("Ben"), read(build, case).version
    decide(build.database, case_id=case, user_id=ana, verdict="confirm", expected=seen)
    before = everything(build)
    with pytest.raises(CaseChangedError, match="nothing was overwritten"):
        decide(build.database, case_id=case, user_id=ben, verdict="dismiss", reason="other", expected=seen)
    assert everything(build) == before


def test_a_post_that_came_meanwhile_is_a_change(build: Builder, case: int, ana: int) -> None:
    seen = read(build, case).version
    build.offer(seller="Sari")
    build.link()
    with pytest.raises(CaseChangedError):
        decide(build.database, case_id=case, user_id=ana, verdict="dismiss", reason="other", expected=seen)


def test_decisions_are_taken_back_from_the_last_to_the_first(build: Builder, case: int, ana: int) -> None:
    for verdict in ("needs_more", "confirm", "dismiss"):
        decide(build.database, case_id=case, user_id=ana, verdict=verdict, reason="other")
    statuses = []
    for _ in range(3):
        undo_decision(build.database, case_id=case, user_id=ana)
        statuses.append(read(build, case).status)
    assert statuses == ["confirmed", "needs_more", "open"]
    with pytest.raises(CannotDecideError, match="no decision"):
        undo_decision(build.database, case_id=case, user_id=ana)


def test_only_the_decision_that_was_meant_is_taken_back(build: Builder, case: int, ana: int) -> None:
    first = decide(build.database, case_id=case, user_id=ana, verdict="confirm")
    decide(build.database, case_id=case, user_id=ana, verdict="dismiss", reason="other")
    before = everything(build)
    with pytest.raises(CaseChangedError):
        undo_decision(build.database, case_id=case, user_id=ana, decision_id=first)
    assert everything(build) == before


@pytest.mark.parametrize("verdict", ["confirm", "dismiss", "needs_more"])
def test_taking_back_a_decision_does_not_close_a_case_that_a_new_post_reopened(
    build: Builder, case: int, ana: int, verdict: str
) -> None:
    decide(build.database, case_id=case, user_id=ana, verdict="dismiss", reason="other")
    decide(build.database, case_id=case, user_id=ana, verdict=verdict, reason="other")
    build.offer(seller="Sari")
    build.link()
    for _ in range(2):
        undo_decision(build.database, case_id=case, user_id=ana)
        assert read(build, case).status == "open"


def test_a_comment_is_part_of_the_history_and_not_of_the_custody_log(build: Builder, case: int, ana: int) -> None:
    comment(build.database, case_id=case, user_id=ana, text="  call +66800000111  ")
    with build.database.reading() as session:
        event = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc())).first()
        entry = session.scalars(select(CustodyEntry).order_by(CustodyEntry.id.desc())).first()
    assert event is not None
    assert (event.kind, event.details) == ("commented", {"text": "call +66800000111"})
    assert entry is not None
    assert (entry.action, entry.details) == ("commented", {})


@pytest.mark.parametrize("text", ["", " \n ", "x" * (COMMENT_LENGTH + 1)])
def test_an_empty_or_endless_comment_is_refused(build: Builder, case: int, ana: int, text: str) -> None:
    before = everything(build)
    with pytest.raises(CannotDecideError):
        comment(build.database, case_id=case, user_id=ana, text=text)
    assert everything(build) == before


@pytest.fixture
def three(build: Builder) -> tuple[int, int, int]:
    """Three cases of one post each."""
    posts = [build.offer(seller=name) for name in ("Sari", "Budi", "Cahya")]
    build.link()
    a, b, c = (build.case_of(post) for post in posts)
    return a, b, c


def posts_of(build: Builder, case_id: int) -> list[int]:
    with build.database.reading() as session:
        return sorted(session.scalars(select(CasePost.post_id).where(CasePost.case_id == case_id)))


def test_a_merge_moves_every_post_and_is_taken_back_whole(
    build: Builder, three: tuple[int, int, int], ana: int
) -> None:
    a, b, _ = three
    ours, theirs = posts_of(build, a), posts_of(build, b)
    decide(build.database, case_id=b, user_id=ana, verdict="confirm")
    merge(build.database, into_id=a, from_id=b, user_id=ana)
    assert posts_of(build, a) == ours + theirs
    assert (read(build, b).status, read(build, b).merged_into_id) == ("merged", a)
    assert read(build, a).status == "open"
    undo_merge(build.database, into_id=a, from_id=b, user_id=ana)
    assert (posts_of(build, a), posts_of(build, b)) == (ours, theirs)
    assert (read(build, b).status, read(build, b).merged_into_id) == ("confirmed", None)
    undo_decision(build.database, case_id=b, user_id=ana)
    assert read(build, b).status == "open"


def test_merges_of_merges_are_taken_back_in_their_order(build: Builder, three: tuple[int, int, int], ana: int) -> None:
    a, b, c = three
    before = [posts_of(build, case) for case in three]
    merge(build.database, into_id=b, from_id=a, user_id=ana)
    merge(build.database, into_id=c, from_id=b, user_id=ana)
    with pytest.raises(CaseChangedError):  # b itself was merged away
        undo_merge(build.database, into_id=b, from_id=a, user_id=ana)
    undo_merge(build.database, into_id=c, from_id=b, user_id=ana)
    undo_merge(build.database, into_id=b, from_id=a, user_id=ana)
    assert [posts_of(build, case) for case in three] == before


def test_the_last_of_two_merges_of_the_same_cases_is_taken_back(
    build: Builder, three: tuple[int, int, int], ana: int
) -> None:
    a, b, _ = three
    merge(build.database, into_id=a, from_id=b, user_id=ana)
    undo_merge(build.database, into_id=a, from_id=b, user_id=ana)
    new = build.offer(seller="Budi")
    build.link()
    assert build.case_of(new) == b
    merge(build.database, into_id=a, from_id=b, user_id=ana)
    undo_merge(build.database, into_id=a, from_id=b, user_id=ana)
    assert build.case_of(new) == b


def test_a_post_that_joined_after_the_merge_stays_where_it_joined(
    build: Builder, three: tuple[int, int, int], ana: int
) -> None:
    a, b, _ = three
    merge(build.database, into_id=a, from_id=b, user_id=ana)
    new = build.offer(seller="Sari")
    build.link()
    undo_merge(build.database, into_id=a, from_id=b, user_id=ana)
    assert build.case_of(new) == a


@pytest.mark.parametrize(
    "act",
    [
        lambda db, a, b, u: merge(db, into_id=a, from_id=a, user_id=u),
        lambda db, a, b, u: merge(db, into_id=a, from_id=4711, user_id=u),
        lambda db, a, b, u: undo_merge(db, into_id=a, from_id=b, user_id=u),  # never merged
        lambda db, a, b, u: undo_merge(db, into_id=a, from_id=4711, user_id=u),
        lambda db, a, b, u: undo_decision(db, case_id=a, user_id=u),
    ],
)
def test_what_cannot_be_done_writes_nothing(build: Builder, three: tuple[int, int, int], ana: int, act: Any) -> None:
    before = everything(build)
    with pytest.raises(CannotDecideError):
        act(build.database, three[0], three[1], ana)
    assert everything(build) == before


@pytest.mark.parametrize(
    "act",
    [
        lambda db, case, other, u: decide(db, case_id=case, user_id=u, verdict="confirm"),
        lambda db, case, other, u: undo_decision(db, case_id=case, user_id=u),
        lambda db, case, other, u: comment(db, case_id=case, user_id=u, text="late"),
        lambda db, case, other, u: merge(db, into_id=other, from_id=case, user_id=u),
        lambda db, case, other, u: merge(db, into_id=case, from_id=other, user_id=u),
        lambda db, case, other, u: undo_merge(db, into_id=case, from_id=other, user_id=u),
    ],
)
def test_a_case_that_was_merged_away_is_closed(build: Builder, three: tuple[int, int, int], ana: int, act: Any) -> None:
    a, b, c = three
    decide(build.database, case_id=b, user_id=ana, verdict="confirm")
    merge(build.database, into_id=a, from_id=b, user_id=ana)
    before = everything(build)
    with pytest.raises(CaseChangedError, match="merged into another"):
        act(build.database, b, c, ana)
    assert everything(build) == before
