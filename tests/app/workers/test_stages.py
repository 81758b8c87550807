"""The stages together: everything once, in every order of workers, and after every kind of end."""

import multiprocessing
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.installation import Installation
from app.workers.stages import Stage, drain, own_name, stages, weights_of
from models.errors import SettingsError
from models.tables import Assessment, Case, CaseEvent, CasePost, Contact, Lease, Link, PostContact
from tests.app.workers.in_a_process import drain_all, drain_until, told
from tests.conftest import Builder
from tests.fakes import FakeAssessor

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def twenty(build: Builder) -> list[int]:
    """Twenty posts that wait, of five sellers."""
    return [build.post(f"text {n}", seller=f"seller {n % 5}") for n in range(20)]


def written(build: Builder) -> dict[str, Any]:
    """All that the stages write, but for times and running numbers."""
    with build.database.reading() as session:
        contacts = dict(session.execute(select(Contact.id, Contact.value_encrypted)).all())
        members: dict[int, set[int]] = {}
        for case_id, post_id in session.execute(select(CasePost.case_id, CasePost.post_id)):
            members.setdefault(case_id, set()).add(post_id)
        events = session.execute(select(CaseEvent.case_id, CaseEvent.kind)).all()
        return {
            "assessments": Counter(session.execute(select(Assessment.version_id, Assessment.model)).all()),
            "unlinked": session.scalars(select(Assessment.id).where(~Assessment.linked)).all(),
            "contacts": Counter(build.keyring.decrypt(value) for value in contacts.values()),
            "given": Counter(
                (post, build.keyring.decrypt(contacts[contact]))
                for post, contact in session.execute(select(PostContact.post_id, PostContact.contact_id))
            ),
            "links": Counter(session.execute(select(Link.post_a_id, Link.post_b_id, Link.kind)).all()),
            "cases": sorted(sorted(posts) for posts in members.values()),
            "events": sorted(
                (min(members[case_id]), kind, count) for (case_id, kind), count in Counter(events).items()
            ),
            "reasons": sorted(
                (min(members[case.id]), case.status, case.stale, tuple(reason["name"] for reason in case.reasons))
                for case in session.scalars(select(Case))
            ),
            "leases": session.scalars(select(Lease.subject_id)).all(),
        }


@pytest.fixture
def undisturbed(installation: Installation, build: Builder, twenty: list[int], data_dir: Path) -> dict[str, Any]:
    """What the stages write where nothing happens to them; the installation is as before."""
    database = data_dir / "otterwatch.db"
    installation.close()
    before = database.read_bytes()
    drain(stages(installation, FakeAssessor(told())))
    expected = written(build)
    installation.close()
    database.write_bytes(before)
    return expected


def test_the_stages_do_all_that_waits_in_one_go(installation: Installation, build: Builder, twenty: list[int]) -> None:
    seen: list[tuple[str, int]] = []
    total = drain(
        stages(installation, FakeAssessor(told())), on_progress=lambda name, count: seen.append((name, count))
    )
    assert seen == [("assess", 20), ("link", 20), ("prioritise", 5)]
    assert total == 45
    found = written(build)
    assert found["cases"] == [twenty[n::5] for n in range(5)]
    assert set(found["assessments"].values()) == set(found["links"].values()) == {1}
    assert len(found["links"]) == 30  # by account and by contact to the first of each seller
    assert found["contacts"] == {f"+628120000000{n}": 1 for n in range(5)}
    assert not any(stale for _, _, stale, _ in found["reasons"])
    assert found["leases"] == []
    assert drain(stages(installation, FakeAssessor(told()))) == 0


def test_two_processes_at_once_write_what_one_would(
    build: Builder, undisturbed: dict[str, Any], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = SPAWN.Barrier(2)
    processes = [SPAWN.Process(target=drain_all, args=(data_dir, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0]
    assert written(build) == undisturbed


@pytest.mark.parametrize(
    ("module", "name", "call"),
    [
        ("classifier.stage", "_write", 1),  # claimed and thought about, nothing written
        ("classifier.stage", "_store_contact", 11),  # half of the batch written
        ("alerts.cases.linking", "_place", 11),
        ("alerts.cases.linking", "finish", 1),  # all written, not committed
        ("alerts.cases.priority", "claim", 2),  # committed, just before the next look
    ],
)
def test_a_worker_killed_at_any_instant_loses_and_repeats_nothing(
    installation: Installation,
    build: Builder,
    undisturbed: dict[str, Any],
    data_dir: Path,
    module: str,
    name: str,
    call: int,
) -> None:
    reached = SPAWN.Event()
    process = SPAWN.Process(target=drain_until, args=(data_dir, module, name, call, reached))
    process.start()
    assert reached.wait(60), "the stage never came there"
    process.kill()
    process.join(60)
    assert process.exitcode != 0
    steps = stages(installation, FakeAssessor(told()))
    drain(steps)  # what the killed one holds is not touched while its lease runs
    build.leases_run_out()
    drain(steps)
    found = written(build)
    assert found == undisturbed | {"leases": found["leases"]}
    assert found["leases"] == []


def test_what_fails_is_not_lost_and_the_error_is_not_hidden(installation: Installation, twenty: list[int]) -> None:
    class Broken(FakeAssessor):
        def assess_many(self, posts: Any) -> Any:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drain(stages(installation, Broken()))


def test_draining_goes_round_until_no_stage_has_work() -> None:
    """An urgent post must not wait until all others are read: each round takes a batch through every stage."""
    work, calls = {"a": [2, 2, 0, 0], "b": [0, 1, 1, 0]}, []

    def step(name: str) -> Stage:
        def take() -> int:
            calls.append(name)
            return work[name].pop(0)

        return Stage(name, take)

    assert drain([step("a"), step("b")]) == 6
    assert calls == ["a", "b"] * 4


def test_draining_stops_after_the_round_in_which_it_is_asked_to() -> None:
    rounds: list[int] = []
    step = Stage("a", lambda: rounds.append(1) or 1)
    assert drain([step], stopping=lambda: len(rounds) >= 2) == 2


def test_every_worker_has_a_name_of_its_own_that_fits_its_column() -> None:
    names = {own_name() for _ in range(50)}
    assert len(names) == 50
    assert max(map(len, names)) <= 100


def test_an_installation_may_have_weights_of_its_own(installation: Installation, data_dir: Path) -> None:
    shipped = weights_of(installation)
    (data_dir / "priority.toml").write_text("[cub]\npoints = 1\n", "utf-8")
    with pytest.raises(SettingsError, match=r"priority\.toml"):
        weights_of(installation)
    assert shipped.cub.points == 12
