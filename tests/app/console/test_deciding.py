"""Deciding, undoing, commenting and merging with plain forms."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from alerts.cases.decisions import DISMISS_REASONS
from app.installation import Installation
from models.tables import Case, CaseEvent, CasePost, Decision


def queue(installation: Installation, status: str = "open") -> list[int]:
    with installation.database.reading() as session:
        return list(
            session.scalars(select(Case.id).where(Case.status == status).order_by(Case.priority.desc(), Case.id))
        )


def case(installation: Installation, case_id: int) -> Case:
    with installation.database.reading() as session:
        return session.get_one(Case, case_id)


def decide(client: Any, case_id: int, **fields: Any) -> Any:
    version = re.search(r'name="expected" value="(\d+)"', client.get(f"/cases/{case_id}").text)
    assert version
    return client.post(f"/cases/{case_id}/decide", expected=version[1], **fields)


def test_confirming_goes_on_to_the_next_open_case_with_the_undo_bar(mai: Any, installation: Installation) -> None:
    first, second, *_ = queue(installation)
    answer = decide(mai, first, verdict="confirm", comment="  clear offer ")
    assert (answer.status, answer.location) == (303, f"/cases/{second}")
    assert case(installation, first).status == "confirmed"
    for path in (answer.location, "/", "/trend"):
        assert f"Confirmed case {first}. Undo" in mai.get(path).words
    assert f'action="/cases/{first}/undo"' in mai.get("/").text
    words = mai.get(f"/cases/{first}").words
    assert "Confirmed clear offer mai" in words


@pytest.mark.parametrize("reason", DISMISS_REASONS)
def test_dismissing_by_its_reason_alone(mai: Any, installation: Installation, reason: str) -> None:
    first, second, *_ = queue(installation)
    answer = decide(mai, first, reason=reason)
    assert answer.location == f"/cases/{second}"
    assert case(installation, first).status == "dismissed"
    assert f"Dismissed case {first} ({DISMISS_REASONS[reason]})." in mai.get("/").words


def test_needs_more(mai: Any, installation: Installation) -> None:
    first, *_ = queue(installation)
    decide(mai, first, verdict="needs_more")
    assert case(installation, first).status == "needs_more"
    assert f"Marked as needing more: case {first}." in mai.get("/").words


def test_deciding_case_by_case_ends_at_the_empty_queue(mai: Any, installation: Installation) -> None:
    path, seen = f"/cases/{queue(installation)[0]}", []
    while path.startswith("/cases/"):
        seen.append(int(path.rsplit("/", 1)[1]))
        path = decide(mai, seen[-1], reason="other").location
    assert len(seen) == len(set(seen)) == 14
    assert path == "/?note=all_decided"
    assert "That was the last open case." in mai.get(path).words


def test_undo(mai: Any, installation: Installation) -> None:
    first, *_ = queue(installation)
    bar = mai.get(decide(mai, first, verdict="confirm").location).text
    decision = re.search(r'name="decision" value="(\d+)"', bar)
    assert decision
    answer = mai.post(f"/cases/{first}/undo", decision=decision[1])
    assert (answer.status, answer.location) == (303, f"/cases/{first}?note=undone")
    page = mai.get(answer.location)
    assert "Taken back." in page.words
    assert "Took the decision back" in page.words
    assert 'class="undo"' not in page.text, "nothing is left to undo"
    assert case(installation, first).status == "open"
    assert mai.post(f"/cases/{first}/undo", decision=decision[1]).status == 422


def test_undo_never_takes_back_what_somebody_else_decided_since(
    mai: Any, address: str, client_of: Any, installation: Installation
) -> None:
    first, *_ = queue(installation)
    decide(mai, first, verdict="confirm")
    with installation.database.reading() as session:
        mine = session.scalars(select(Decision.id)).one()
    somchai = client_of(address).sign_in("somchai")
    decide(somchai, first, reason="possible_scam")
    assert f"Confirmed case {first}" not in mai.get("/").words, "the bar no longer offers it"
    answer = mai.post(f"/cases/{first}/undo", decision=mine)
    assert answer.status == 409
    assert "Somebody decided this case anew meanwhile; look at it again, nothing was taken back." in answer.words
    assert case(installation, first).status == "dismissed"


def test_the_undo_bar_is_ones_own(mai: Any, address: str, client_of: Any, installation: Installation) -> None:
    decide(mai, queue(installation)[0], verdict="confirm")
    assert 'class="undo"' not in client_of(address).sign_in("somchai").get("/").text


def test_a_conflict_overwrites_nothing_and_keeps_what_was_typed(
    mai: Any, address: str, client_of: Any, installation: Installation
) -> None:
    first, *_ = queue(installation)
    version = case(installation, first).version
    somchai = client_of(address).sign_in("somchai")
    decide(somchai, first, reason="merchandise")
    answer = mai.post(f"/cases/{first}/decide", verdict="confirm", expected=version, comment="Mother <is> dead?")
    assert answer.status == 409
    assert "Somebody changed this case meanwhile; look at it again, nothing was overwritten." in answer.words
    assert re.search(
        r"Last change: Dismissed: toy, brand or other product \(somchai, [\d-]+ [\d:]+ UTC\)\.", answer.words
    )
    assert "Mother &lt;is&gt; dead?</textarea>" in answer.text
    assert case(installation, first).status == "dismissed"
    # The page carries the new version, so that deciding again works.
    again = re.search(r'name="expected" value="(\d+)"', answer.text)
    assert again
    assert mai.post(f"/cases/{first}/decide", verdict="confirm", expected=again[1]).status == 303


@pytest.mark.parametrize("expected", ["", "x", "-1", "9" * 40, "0"])
def test_a_decision_without_the_version_seen_is_refused(mai: Any, installation: Installation, expected: str) -> None:
    first, *_ = queue(installation)
    assert mai.post(f"/cases/{first}/decide", verdict="confirm", expected=expected).status == 409
    assert case(installation, first).status == "open"


@pytest.mark.parametrize("fields", [{}, {"verdict": "dismiss"}, {"verdict": "burn"}, {"reason": "nonsense"}])
def test_a_decision_that_is_none(mai: Any, installation: Installation, fields: dict[str, str]) -> None:
    first, *_ = queue(installation)
    answer = decide(mai, first, comment="typed", **fields)
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert "typed</textarea>" in answer.text
    assert case(installation, first).status == "open"


def test_comments(mai: Any, installation: Installation) -> None:
    first, *_ = queue(installation)
    answer = mai.post(f"/cases/{first}/comments", comment="Saw the same picture\nin October <script>")
    assert (answer.status, answer.location) == (303, f"/cases/{first}?note=commented#history")
    page = mai.get(answer.location)
    assert "Your comment was added." in page.words
    assert "Saw the same picture\nin October &lt;script&gt;" in page.text
    empty = mai.post(f"/cases/{first}/comments", comment="   ")
    assert (empty.status, "The comment is empty." in empty.words) == (422, True)
    long = mai.post(f"/cases/{first}/comments", comment="x" * 4001)
    assert (long.status, "x" * 4001 in long.text) == (422, True)


def test_merge_and_taking_it_back(mai: Any, installation: Installation) -> None:
    first, second, *_ = queue(installation)
    answer = mai.post(f"/cases/{first}/merge", other=f" #{second} ")
    assert (answer.status, answer.location) == (303, f"/cases/{first}?note=merged")
    page = mai.get(answer.location)
    assert f"Merged with case {second}" in page.words
    assert "Take this merge back" in page.words
    away = mai.get(f"/cases/{second}")
    assert f"All its posts stand in case {first} ." in away.words
    assert "Confirm" not in away.words
    assert decideless(mai, second).status == 409
    answer = mai.post(f"/cases/{first}/unmerge", other=second)
    assert answer.location == f"/cases/{first}?note=unmerged"
    page = mai.get(answer.location)
    assert "Take this merge back" not in page.words
    assert case(installation, second).status == "open"
    assert mai.post(f"/cases/{first}/unmerge", other=second).status == 422


def decideless(client: Any, case_id: int) -> Any:
    return client.post(f"/cases/{case_id}/decide", verdict="confirm", expected=1)


@pytest.mark.parametrize("other", ["", "x", "99999", "9" * 40, "-3", "12; drop"])
def test_a_merge_that_cannot_be(mai: Any, installation: Installation, other: str) -> None:
    first, *_ = queue(installation)
    answer = mai.post(f"/cases/{first}/merge", other=other)
    assert answer.status == 422
    assert 'id="merge-problem"' in answer.text
    assert f'value="{other}"' in answer.text
    assert mai.post(f"/cases/{first}/merge", other=first).status == 422


def test_history_in_words(mai: Any, installation: Installation) -> None:
    first, *_ = queue(installation)
    decide(mai, first, verdict="needs_more")
    with installation.database.writing() as session:
        post = session.scalars(select(CasePost.post_id).where(CasePost.case_id == first)).first()
        kinds = {"reopened": {"post": post, "was": "needs_more"}, "merged_away": {"into": 3}, "something_new": {}}
        now = session.scalars(select(CaseEvent.at)).first()
        for kind, details in kinds.items():
            session.add(CaseEvent(case_id=first, at=now, kind=kind, details=details))
    words = mai.get(f"/cases/{first}").words
    for expected in (
        "Opened the case Otterwatch",
        f"Added post {post} Otterwatch",
        "Marked as needing more mai",
        f"Opened the case again, since it was needs more before post {post}",
        "Merged into case 3",
        "Something new",
    ):
        assert expected in words, expected


def test_forms_of_other_sites_are_refused(mai: Any, installation: Installation) -> None:
    first, *_ = queue(installation)
    mai.headers = {"Sec-Fetch-Site": "cross-site"}
    answer = decide(mai, first, verdict="confirm")
    assert (answer.status, "This came from another site" in answer.words) == (403, True)
    assert case(installation, first).status == "open"


def test_unknown_cases(mai: Any) -> None:
    for path in ("decide", "undo", "comments", "unmerge", "merge"):
        answer = mai.post(f"/cases/9999/{path}", verdict="confirm", expected=1, comment="kept words", other=1)
        assert answer.status == 404, path
        if path in {"decide", "comments"}:
            assert "kept words" in answer.text
