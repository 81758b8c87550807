"""Linking: one seller or contact makes one case, what a person did holds, and nothing is done twice."""

from typing import Any

import pytest
from sqlalchemy import select, update

from alerts.cases import linking
from alerts.cases.decisions import comment, decide, merge, undo_merge
from alerts.cases.linking import SHARED_BY_MANY, link
from models.database import Database
from models.tables import Assessment, Case, CaseEvent, CasePost, Lease, Link, PostContact
from tests.conftest import Builder

PHONE = "+6281200000001"


def cases(database: Database) -> list[set[int]]:
    """The posts of each case that is not merged, the oldest case first."""
    with database.reading() as session:
        found: dict[int, set[int]] = {}
        for case_id, post_id in session.execute(select(CasePost.case_id, CasePost.post_id).order_by(CasePost.case_id)):
            found.setdefault(case_id, set()).add(post_id)
        alive = set(session.scalars(select(Case.id).where(Case.status != "merged")))
    assert set(found) <= alive, "a post stands in a case that was merged away"
    return list(found.values())


def links(database: Database) -> set[tuple[int, int, str]]:
    with database.reading() as session:
        rows = session.execute(select(Link.post_a_id, Link.post_b_id, Link.kind)).all()
    assert len(rows) == len(set(rows))
    return {(a, b, kind) for a, b, kind in rows}


def status(database: Database, case_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Case, case_id).status


def history(database: Database, case_id: int) -> list[str]:
    with database.reading() as session:
        kinds = select(CaseEvent.kind).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        return list(session.scalars(kinds))


def everything(database: Database) -> tuple[Any, ...]:
    """All that linking writes."""
    with database.reading() as session:
        events = [(e.case_id, e.kind, e.details) for e in session.scalars(select(CaseEvent).order_by(CaseEvent.id))]
        places = sorted(session.execute(select(CasePost.post_id, CasePost.case_id, CasePost.pinned)).all())
        states = sorted(session.execute(select(Case.id, Case.status, Case.version)).all())
    return events, places, states, links(database)


SARI = {"seller": "Sari"}
BUDI = {"seller": "Budi"}


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        (SARI, SARI, {"account"}),
        (SARI, BUDI, set()),
        ({}, {}, set()),  # nobody knows who posted: that is no link
        ({"contacts": [PHONE]}, {"contacts": [PHONE]}, {"contact"}),
        (SARI | {"contacts": [PHONE]}, SARI | {"contacts": [PHONE]}, {"account", "contact"}),
        (SARI | {"contacts": [PHONE]}, BUDI | {"contacts": [PHONE]}, {"contact"}),
        (SARI | {"contacts": [PHONE]}, BUDI | {"contacts": ["line:sari"]}, set()),
        # the same name on another place is another account
        (SARI, SARI | {"source": "forum"}, set()),
        (SARI | {"contacts": [PHONE]}, SARI | {"source": "forum", "contacts": [PHONE]}, {"contact"}),
    ],
)
def test_who_belongs_together(build: Builder, one: dict[str, Any], other: dict[str, Any], kinds: set[str]) -> None:
    a, b = build.offer(**one), build.offer(**other)
    build.link()
    assert cases(build.database) == ([{a, b}] if kinds else [{a}, {b}])
    assert links(build.database) == {(a, b, kind) for kind in kinds}


def test_a_number_links_by_whichever_way_it_is_reached(build: Builder) -> None:
    build.contact(PHONE)
    build.contact(f"whatsapp:{PHONE}", reach=PHONE)
    a, b = build.offer(contacts=[PHONE]), build.offer(contacts=[f"whatsapp:{PHONE}"])
    build.link()
    assert cases(build.database) == [{a, b}]


@pytest.mark.parametrize(("accounts", "together"), [(SHARED_BY_MANY, True), (SHARED_BY_MANY + 1, False)])
def test_a_contact_of_very_many_accounts_links_nothing(build: Builder, accounts: int, together: bool) -> None:
    posts = [build.offer(seller=f"seller {n}", contacts=[PHONE]) for n in range(accounts)]
    build.link()
    assert cases(build.database) == ([set(posts)] if together else [{post} for post in posts])


@pytest.mark.parametrize(
    ("intent", "fields", "is_queued"),
    [
        ("sale", {}, True),
        ("parts", {}, True),
        ("wanted", {}, True),
        ("rehoming", {}, True),
        ("keeping", {}, False),
        ("keeping", {"eyes": "closed"}, True),  # unweaned: welfare counts whatever the intent
        ("keeping", {"eyes": "open"}, False),
        ("other", {}, False),
        ("other", {"eyes": "closed"}, False),  # such as news
        ("other", {"flagged": True}, True),
    ],
)
def test_which_posts_reach_an_analyst(build: Builder, intent: str, fields: dict[str, Any], is_queued: bool) -> None:
    post = build.offer(intent=intent, **fields)
    build.link()
    assert cases(build.database) == ([{post}] if is_queued else [])
    with build.database.reading() as session:
        assert session.scalars(select(Assessment.linked)).all() == [True]


def test_many_posts_of_one_seller_make_one_link_each_to_the_first(build: Builder) -> None:
    first, *rest = [build.offer(**SARI) for _ in range(6)]
    build.link()
    assert links(build.database) == {(first, post, "account") for post in rest}


def test_only_the_newest_version_speaks(build: Builder) -> None:
    post = build.post(**SARI)
    build.assessment(post, intent="sale")
    build.version(post, "sudah laku, terima kasih")
    build.link()
    assert cases(build.database) == []


def test_a_post_that_connects_two_open_cases_joins_them_into_the_older(build: Builder) -> None:
    a, b = build.offer(**SARI), build.offer(**BUDI, contacts=[PHONE])
    build.link()
    into, away = build.case_of(a), build.case_of(b)
    bridge = build.offer(**SARI, contacts=[PHONE])
    build.link()
    assert cases(build.database) == [{a, b, bridge}]
    assert status(build.database, away) == "merged"
    assert history(build.database, away)[-1] == "merged_away"
    assert history(build.database, into) == ["opened", "post_added", "post_added", "merged"]
    with build.database.reading() as session:
        assert session.get_one(Case, away).merged_into_id == into
        assert not session.get_one(Case, away).stale
        assert session.get_one(Case, into).stale


def test_a_post_whose_case_was_merged_away_by_its_own_batch_counts_where_it_is_now(build: Builder) -> None:
    old = build.offer(seller="Cahya", contacts=["line:cahya"])
    pair = [build.offer(seller=f"seller {n}", contacts=[PHONE]) for n in range(2)]  # one case by their phone
    young = build.offer(seller="Dewi", contacts=["line:dewi"])
    build.link()
    assert cases(build.database) == [{old}, set(pair), {young}]
    for n in range(2, SHARED_BY_MANY + 3):  # now the phone is a hotline, which links nothing any more
        build.post(seller=f"seller {n}", contacts=[PHONE])
    with build.database.writing() as session:
        for post, value in zip(pair, ("line:cahya", "line:dewi"), strict=True):
            session.add(PostContact(post_id=post, contact_id=build.contact(value)))
    for post in pair:
        build.version(post, "berubah")
        build.assessment(post)
    build.link()  # the first of the pair takes the case into the old one, then the second connects the young one
    assert cases(build.database) == [{old, *pair, young}]


def test_linking_again_changes_nothing(build: Builder) -> None:
    for given in (SARI, BUDI, SARI, {"contacts": [PHONE]}, BUDI | {"contacts": [PHONE]}):
        build.offer(**given)
    build.link()
    before = everything(build.database)
    with build.database.writing() as session:
        session.execute(update(Assessment).values(linked=False))
    build.link()
    assert everything(build.database) == before


def test_a_second_model_adds_no_second_place(build: Builder) -> None:
    post = build.offer(**SARI)
    build.assessment(post, model="test-2")
    build.link()
    assert cases(build.database) == [{post}]


@pytest.mark.parametrize("verdict", ["confirm", "dismiss", "needs_more"])
def test_a_new_post_reopens_a_case_that_was_decided(build: Builder, verdict: str) -> None:
    post, ana = build.offer(**SARI), build.user()
    build.link()
    build.prioritise()
    case = build.case_of(post)
    decide(build.database, case_id=case, user_id=ana, verdict=verdict, reason="other")
    new = build.offer(**SARI)
    build.link()
    assert cases(build.database) == [{post, new}]
    assert status(build.database, case) == "open"
    assert history(build.database, case)[-2:] == ["post_added", "reopened"]
    with build.database.reading() as session:
        assert session.get_one(Case, case).stale


def test_a_changed_post_makes_its_case_weighed_again_but_keeps_the_decision(build: Builder) -> None:
    post, ana = build.offer(**SARI), build.user()
    build.link()
    build.prioritise()
    case = build.case_of(post)
    decide(build.database, case_id=case, user_id=ana, verdict="confirm")
    build.version(post, "harga turun")
    build.assessment(post, intent="other")
    build.link()
    assert status(build.database, case) == "confirmed"
    with build.database.reading() as session:
        assert session.get_one(Case, case).stale


def test_what_a_person_merged_holds_against_the_machine(build: Builder) -> None:
    a, b, ana = build.offer(**SARI), build.offer(**BUDI), build.user()
    build.link()
    into, away = build.case_of(a), build.case_of(b)
    merge(build.database, into_id=into, from_id=away, user_id=ana)
    with build.database.writing() as session:
        session.execute(update(Assessment).values(linked=False))
    new_a, new_b = build.offer(**SARI), build.offer(**BUDI)
    build.link()
    assert cases(build.database) == [{a, b, new_a, new_b}]


def test_what_a_person_took_apart_the_machine_does_not_join_again(build: Builder) -> None:
    a, b, ana = build.offer(**SARI), build.offer(**BUDI, contacts=[PHONE]), build.user()
    build.link()
    into, away = build.case_of(a), build.case_of(b)
    bridge = build.offer(**SARI, contacts=[PHONE])
    build.link()
    undo_merge(build.database, into_id=into, from_id=away, user_id=ana)
    assert cases(build.database) == [{a, bridge}, {b}]
    another = build.offer(**SARI, contacts=[PHONE])
    with build.database.writing() as session:
        session.execute(update(Assessment).values(linked=False))
    build.link()
    assert cases(build.database) == [{a, bridge, another}, {b}]


@pytest.mark.parametrize("side", [0, 1])
def test_a_case_that_a_person_has_touched_is_not_joined_by_the_machine(build: Builder, side: int) -> None:
    a, b, ana = build.offer(**SARI), build.offer(**BUDI, contacts=[PHONE]), build.user()
    build.link()
    comment(build.database, case_id=build.case_of((a, b)[side]), user_id=ana, text="I know this one")
    bridge = build.offer(**SARI, contacts=[PHONE])
    build.link()
    assert cases(build.database) == [{a, bridge}, {b}]


def test_an_error_in_the_middle_of_a_batch_leaves_nothing_of_it(
    build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [build.offer(seller=f"seller {n % 2}") for n in range(6)]
    before = everything(build.database)
    place, placed = linking._place, []

    def place_three(*given: Any) -> None:
        if len(placed) == 3:
            raise ZeroDivisionError
        placed.append(place(*given))

    with monkeypatch.context() as patched:
        patched.setattr(linking, "_place", place_three)
        with pytest.raises(ZeroDivisionError):
            link(build.database, holder="a")
    assert everything(build.database) == before
    assert link(build.database, holder="b") == 0  # the lease still runs
    build.leases_run_out()
    assert link(build.database, holder="b") == 6
    assert cases(build.database) == [set(posts[::2]), set(posts[1::2])]
    with build.database.reading() as session:
        assert session.scalars(select(Lease)).all() == []
