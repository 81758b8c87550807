"""Decisions, merges and new posts in any order, against a model in plain Python."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from alerts.cases.decisions import VERDICTS, decide, merge, undo_decision, undo_merge
from models.database import Database
from models.tables import Case, CasePost
from tests.conftest import Builder, begin_anew

SELLERS = ("Sari", "Budi", "Cahya")


@dataclass
class ModelCase:
    """A case as one would keep it on paper."""

    status: str = "open"
    posts: set[int] = field(default_factory=set)
    verdicts: list[tuple[str, str]] = field(default_factory=list)
    """(status given, status before) of the decisions that stand."""
    into: int | None = None


@dataclass
class ModelMerge:
    """What has to be undone: where the posts were, and how the case stood."""

    into: int
    away: int
    posts: set[int]
    status: str


class Cases(RuleBasedStateMachine):
    """Every rule does the same in the database and in the model; then both are compared."""

    database: ClassVar[Database]
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.build = Builder(begin_anew(self.database, self.template))
        self.model: dict[int, ModelCase] = {}
        self.merges: list[ModelMerge] = []
        self.sellers: dict[str, set[int]] = {name: set() for name in SELLERS}
        self.versions: dict[int, int] = {}

    @initialize()
    def begin(self) -> None:
        self.user = self.build.user()
        for seller in SELLERS:
            self.post(seller)

    def alive(self) -> list[int]:
        return sorted(case_id for case_id, case in self.model.items() if case.into is None)

    def chosen(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(self.alive()))

    @rule(seller=st.sampled_from(SELLERS))
    def post(self, seller: str) -> None:
        """A new post joins the oldest case of its seller and reopens it."""
        post = self.build.offer(seller=seller)
        self.build.link()
        near = [case_id for case_id in self.alive() if self.model[case_id].posts & self.sellers[seller]]
        case_id = near[0] if near else max(self.model, default=0) + 1
        case = self.model.setdefault(case_id, ModelCase())
        case.posts.add(post)
        case.status = "open"
        self.sellers[seller].add(post)

    @rule(data=st.data(), verdict=st.sampled_from(sorted(VERDICTS)))
    def decide(self, data: st.DataObject, verdict: str) -> None:
        case_id = self.chosen(data)
        decide(self.database, case_id=case_id, user_id=self.user, verdict=verdict, reason="other")
        case = self.model[case_id]
        case.verdicts.append((VERDICTS[verdict], case.status))
        case.status = VERDICTS[verdict]

    @precondition(lambda self: any(self.model[i].verdicts for i in self.alive()))
    @rule(data=st.data())
    def undo_decision(self, data: st.DataObject) -> None:
        case_id = data.draw(st.sampled_from([i for i in self.alive() if self.model[i].verdicts]))
        undo_decision(self.database, case_id=case_id, user_id=self.user)
        case = self.model[case_id]
        given, before = case.verdicts.pop()
        if case.status == given:
            case.status = before

    @precondition(lambda self: len(self.alive()) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        into, away = data.draw(st.permutations(self.alive()))[:2]
        merge(self.database, into_id=into, from_id=away, user_id=self.user)
        gone = self.model[away]
        self.merges.append(ModelMerge(into, away, set(gone.posts), gone.status))
        self.model[into].posts |= gone.posts
        gone.posts, gone.status, gone.into = set(), "merged", into

    @precondition(lambda self: any(self.model[m.into].into is None for m in self.merges))
    @rule(data=st.data())
    def undo_merge(self, data: st.DataObject) -> None:
        possible = [n for n, m in enumerate(self.merges) if self.model[m.into].into is None]
        done = self.merges.pop(data.draw(st.sampled_from(possible)))
        undo_merge(self.database, into_id=done.into, from_id=done.away, user_id=self.user)
        back = done.posts & self.model[done.into].posts
        self.model[done.into].posts -= back
        self.model[done.away] = ModelCase(done.status, back, self.model[done.away].verdicts)

    @rule()
    def prioritise(self) -> None:
        self.build.prioritise()
        with self.database.reading() as session:
            assert session.scalars(select(Case.id).where(Case.stale, Case.status != "merged")).all() == []

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        with self.database.reading() as session:
            found = {
                case.id: (case.status, case.merged_into_id, {member.post_id for member in case.members})
                for case in session.scalars(select(Case))
            }
        assert found == {i: (case.status, case.into, case.posts) for i, case in self.model.items()}

    @invariant()
    def every_change_of_the_posts_of_a_case_makes_it_stale_and_newer(self) -> None:
        with self.database.reading() as session:
            now = {case.id: case for case in session.scalars(select(Case))}
            posts = dict(session.execute(select(CasePost.post_id, CasePost.case_id)).all())
        for case_id, case in now.items():
            members = frozenset(post for post, where in posts.items() if where == case_id)
            state = (case.status, members)
            version, before = self.versions.get(case_id, (0, None))
            if state != before:
                assert case.version > version
                assert case.stale or case.status == "merged" or (before is not None and before[1] == members)
            else:
                assert case.version >= version
            self.versions[case_id] = (case.version, state)


TestCases = Cases.TestCase
TestCases.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.fixture(scope="module", autouse=True)
def _given(database_of_all: Database, template: Path) -> None:
    Cases.database, Cases.template = database_of_all, template  # a state machine gets no fixtures
