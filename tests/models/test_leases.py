"""Leases: no two workers have the same subject, and a killed one blocks nobody for long."""

import multiprocessing
import sqlite3

import pytest
from sqlalchemy import select, update

from app.installation import Installation
from models import database as database_module
from models.database import Database
from models.leases import Lease, claim, finish, release, renew
from models.tables import Source
from tests.conftest import MONDAY, Builder
from tests.models.in_a_process import claim_all, waiting

SPAWN = multiprocessing.get_context("spawn")


def leased(database: Database) -> dict[int, str]:
    with database.reading() as session:
        return {lease.subject_id: lease.holder for lease in session.scalars(select(Lease))}


@pytest.fixture
def five(build: Builder) -> Database:
    """A database in which five subjects wait."""
    for number in range(5):
        build.source(f"place-{number}")
    return build.database


def test_claims_come_in_the_order_of_the_question_up_to_the_limit(five: Database) -> None:
    assert claim(five, "look", waiting(), holder="a", limit=2) == [1, 2]
    assert claim(five, "look", waiting().order_by(None).order_by(Source.id.desc()), holder="b", limit=2) == [5, 4]
    assert claim(five, "look", waiting(), holder="c", limit=2) == [3]
    assert claim(five, "look", waiting(), holder="d", limit=2) == []
    assert leased(five) == {1: "a", 2: "a", 3: "c", 4: "b", 5: "b"}


def test_stages_do_not_block_one_another(five: Database) -> None:
    assert claim(five, "look", waiting(), holder="a", limit=9) == [1, 2, 3, 4, 5]
    assert claim(five, "listen", waiting(), holder="a", limit=9) == [1, 2, 3, 4, 5]


def test_what_no_longer_waits_is_not_given_out(five: Database) -> None:
    with five.writing() as session:
        session.execute(update(Source).where(Source.id == 2).values(enabled=False))
    assert claim(five, "look", waiting(), holder="a", limit=9) == [1, 3, 4, 5]


def test_a_lease_that_ran_out_is_given_to_another_and_its_first_holder_cannot_take_it_away(
    five: Database, build: Builder
) -> None:
    assert claim(five, "look", waiting(), holder="slow", limit=2) == [1, 2]
    build.leases_run_out()
    assert claim(five, "look", waiting(), holder="quick", limit=2) == [1, 2]
    release(five, "look", [1, 2], holder="slow")
    assert leased(five) == {1: "quick", 2: "quick"}


def test_when_every_lease_ran_out_all_is_given_out_again(five: Database, build: Builder) -> None:
    assert claim(five, "look", waiting(), holder="killed", limit=9) == [1, 2, 3, 4, 5]
    assert claim(five, "look", waiting(), holder="next", limit=9) == []
    build.leases_run_out()
    assert claim(five, "look", waiting(), holder="next", limit=9) == [1, 2, 3, 4, 5]


def test_a_lease_that_ran_out_can_be_renewed_until_another_has_it(five: Database, build: Builder) -> None:
    claim(five, "look", waiting(), holder="slow", limit=1)
    build.leases_run_out()
    assert renew(five, "look", [1], holder="slow")
    assert claim(five, "look", waiting(), holder="quick", limit=1) == [2]
    build.leases_run_out()
    assert claim(five, "look", waiting(), holder="quick", limit=1) == [1]
    assert not renew(five, "look", [1], holder="slow")


def test_release_gives_back_only_these_subjects_of_this_stage(five: Database) -> None:
    claim(five, "look", waiting(), holder="a", limit=3)
    claim(five, "listen", waiting(), holder="a", limit=1)
    release(five, "look", [1, 3], holder="a")
    assert claim(five, "look", waiting(), holder="b", limit=9) == [1, 3, 4, 5]
    assert claim(five, "listen", waiting(), holder="b", limit=1) == [2]


def test_a_lease_ends_with_the_transaction_that_writes_the_result(five: Database) -> None:
    claim(five, "look", waiting(), holder="a", limit=1)

    def fail() -> None:
        with five.writing() as session:
            finish(session, "look", [1], holder="a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert leased(five) == {1: "a"}
    with five.writing() as session:
        finish(session, "look", [1], holder="a")
    assert leased(five) == {}


def test_a_look_that_finds_nothing_waits_for_no_writer(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0)
    file = installation.settings.data_dir / "otterwatch.db"
    database = Database(installation.settings.database_address)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert claim(database, "look", waiting(), holder="a", limit=9) == []
    holder.close()
    database.close()


def test_two_processes_that_claim_at_once_never_get_the_same(installation: Installation) -> None:
    with installation.database.writing() as session:
        session.add_all(
            Source(key=f"k{n}", name="", url="", keep="all", registry_entry={}, configuration_sha256="", due_at=MONDAY)
            for n in range(150)
        )
    barrier, answers = SPAWN.Barrier(2), SPAWN.Queue()
    args = [(installation.settings.database_address, name, barrier, answers) for name in "ab"]
    processes = [SPAWN.Process(target=claim_all, args=a) for a in args]
    for process in processes:
        process.start()
    one, other = answers.get(timeout=60), answers.get(timeout=60)
    for process in processes:
        process.join(60)
    assert sorted(one + other) == list(range(1, 151))  # nothing twice, nothing left out
    assert one
    assert other
