"""The queue: what stands in it, in which order, and what it says when it is empty."""

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from alerts.cases.decisions import decide
from app.console import queue_page
from app.console.masking import masked
from app.console.server import ConsoleServer
from app.installation import Installation
from models.tables import Case, CrawlRun, Post, PostVersion, Source
from models.weeks import utc_now


def rows(page: str) -> list[str]:
    return re.findall(r'<li class="case-row.*?</dl>', page, re.DOTALL)


def first_open(installation: Installation) -> Case:
    with installation.database.reading() as session:
        case = session.scalars(select(Case).where(Case.status == "open").order_by(Case.priority.desc())).first()
    assert case is not None
    return case


def test_rows_stand_by_priority_and_say_why(reader: Any) -> None:
    answer = reader.get("/")
    found = rows(answer.text)
    points = [float(re.search(r"<b>([\d.,]+)</b>", row)[1].replace(",", "")) for row in found]  # type: ignore[index]
    assert len(found) == 14
    assert points == sorted(points, reverse=True)
    top = found[0]
    assert "Eyes closed" in top
    assert re.search(r"<b>\+40</b> eyes still closed", top)
    assert "In English:" in top
    assert 'aria-current="page">Open <span class="count">14</span>' in answer.text


def test_originals_carry_their_language_and_contacts_are_hidden(reader: Any) -> None:
    page = reader.get("/").text
    assert re.search(r'lang="km" dir="auto">កូនភេ', page)
    assert re.search(r'lang="th"', page)
    for contact in ("080-000-0117", "0812-0000-0123", "wa.me", "8nanxiang", "ng3", "glider@example.com", "012 000 131"):
        assert contact not in page, contact
    assert "•••" in page


def test_tabs_and_counts(mai: Any, installation: Installation) -> None:
    case = first_open(installation)
    decide(installation.database, case_id=case.id, user_id=1, verdict="confirm")
    assert 'Confirmed <span class="count">1</span>' in mai.get("/").text
    confirmed = mai.get("/?status=confirmed").text
    assert len(rows(confirmed)) == 1
    assert f"Case {case.id}<" in confirmed
    assert "No case is dismissed" in mai.get("/?status=dismissed").words
    assert len(rows(mai.get("/?status=nonsense").text)) == 13, "an unknown tab is the first"


def test_paging_reaches_every_case_once(mai: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.cases.queue.page.__kwdefaults__", {"status": "open", "after": None, "limit": 4})
    seen: list[str] = []
    path = "/"
    for _ in range(9):
        page = mai.get(path).text
        seen += re.findall(r'href="/cases/(\d+)" data-open', page)
        following = re.search(r'rel="next" data-next-page href="([^"]+)"', page)
        if not following:
            break
        path = following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 14


@pytest.mark.parametrize("after", ["x", "1", "nan:1", "inf:2", "1:" + "9" * 30, "1e999:1", ":", "1:-1"])
def test_a_wrong_cursor_is_the_first_page(reader: Any, after: str) -> None:
    answer = reader.get(f"/?after={after}")
    assert answer.status == 200
    assert len(rows(answer.text)) == 14


def test_the_line_about_collecting(reader: Any) -> None:
    words = reader.get("/").words
    assert re.search(
        r"Last run: [\w ]+, 4\d minutes ago, \w+.*14 new posts\. 2 of 3 sources well\. Sources and runs", words
    )


def test_new_cases_are_told_without_loading_the_page_anew(mai: Any, installation: Installation) -> None:
    newest = re.search(r"newest=(\d+)", mai.get("/").text)
    assert newest
    assert "new case" not in mai.get(f"/queue/state?status=open&newest={newest[1]}").words
    with installation.database.writing() as session:
        session.add(Case(opened_at=utc_now(), status="open"))
    words = mai.get(f"/queue/state?status=open&newest={newest[1]}").words
    assert "1 new case since you opened this page. Show it" in words
    assert mai.get(f"/queue/state?newest={'9' * 30}").status == 200


class TestEmpty:
    """What an empty queue says to do next."""

    @pytest.fixture
    def page(self, empty: Installation, client_of: Any) -> Any:
        with ConsoleServer(empty).running() as server:
            client = client_of(server.address).sign_in()
            yield lambda: client.get("/").words

    def source(self, empty: Installation, **run: Any) -> int:
        now = utc_now()
        with empty.database.writing() as session:
            source = Source(
                key="a", name="Pasar", url="https://a.example/", keep="matches", registry_entry={},
                configuration_sha256="0" * 64, due_at=now,
            )  # fmt: skip
            session.add(source)
            session.flush()
            session.add(CrawlRun(source_id=source.id, started_at=now - dt.timedelta(minutes=3), **run))
            return source.id

    def post(self, empty: Installation, source_id: int) -> None:
        with empty.database.writing() as session:
            post = Post(source_id=source_id, url="https://a.example/1", first_seen=utc_now(), last_seen=utc_now())
            session.add(post)
            session.flush()
            session.add(PostVersion(post_id=post.id, number=1, seen_at=utc_now(), text="x", content_sha256="0" * 64))

    def test_without_sources(self, page: Any) -> None:
        assert "No sources have been collected yet Run otterwatch start" in page()
        assert "Nothing has been collected yet." in page()

    def test_while_collecting(self, page: Any, empty: Installation) -> None:
        self.source(empty, status="running", posts_seen=12)
        assert "Collecting is under way" in page()
        assert "Collecting now: Pasar, 12 posts seen so far." in page()

    def test_when_nothing_was_kept(self, page: Any, empty: Installation) -> None:
        self.source(empty, status="complete", ended_at=utc_now())
        assert "Nothing was found yet" in page()

    def test_while_posts_wait(self, page: Any, empty: Installation) -> None:
        self.post(empty, self.source(empty, status="complete", ended_at=utc_now()))
        assert "Posts are waiting to be read 1 post came in and is not assessed yet." in page()

    def test_when_all_is_decided(self, mai: Any, installation: Installation) -> None:
        with installation.database.writing() as session:
            session.execute(update(Case).values(status="dismissed"))
        assert "All cases are decided" in mai.get("/").words


def test_a_case_whose_posts_moved_away_breaks_nothing(mai: Any, installation: Installation) -> None:
    with installation.database.writing() as session:
        session.add(Case(opened_at=utc_now(), priority=500.0))
    assert len(rows(mai.get("/").text)) == 14


def test_what_a_post_says_cannot_become_part_of_the_page(mai: Any, installation: Installation) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="x'
    with installation.database.writing() as session:
        session.execute(update(PostVersion).values(title=evil, text=evil, price_text=evil, place=evil))
        session.execute(update(Post).where(Post.id == 1).values(url="javascript:alert(3)"))
    for path in ("/", "/cases/1", "/sources", "/trend"):
        page = mai.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert '" onmouseover="x' not in page, path
        assert 'href="javascript:' not in page, path


def test_texts_of_millions_of_characters_do_not_hold_up_the_queue(
    mai: Any, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: only the beginning is looked at."""
    with installation.database.writing() as session:
        session.execute(update(PostVersion).values(text="otter " * 50_000, title="t" * 300_000))
    lengths: list[int] = []
    real = masked

    def counted(text: str, cues: Any) -> str:
        lengths.append(len(text))
        return real(text, cues)

    monkeypatch.setattr(queue_page, "masked", counted)
    assert "otter otter" in mai.get("/").text
    assert lengths
    assert max(lengths) <= queue_page.BEGINNING
