"""The console in a real browser: triage by keys and by mouse, on a phone, without scripts, under the strict policy."""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from sqlalchemy import select

from alerts.cases.decisions import decide
from app import accounts
from app.installation import Installation
from models.tables import Case, CustodyEntry

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "correct-horse-battery"
NAMED = "--host-resolver-rules=MAP console.test 127.0.0.1"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="the browser tests need Chromium, and there is none on this machine"),
]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[NAMED])
    yield launched
    launched.close()


class Watch:
    """What a page complained about, and what it asked of whom."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.complaints: list[str] = []
        self.outside: list[str] = []
        context.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        context.on("weberror", lambda e: self.complaints.append(str(e.error)))
        context.on(
            "request",
            lambda r: None if r.url.startswith((address, "data:")) else self.outside.append(r.url),
        )

    def expected(self, words: str) -> None:
        """Forget a complaint that the test provoked: a browser notes every answer of 400 and above."""
        self.complaints = [c for c in self.complaints if words not in c]


@pytest.fixture
def open_page(browser: Browser, address: str, installation: Installation) -> Iterator[Callable[..., Page]]:
    """Opens a new window; at the end nothing may have been complained about or asked of an outside address."""
    contexts: list[tuple[BrowserContext, Watch]] = []

    def opened(*, sign_in: bool = True, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=address, reduced_motion="reduce", **options)
        context.set_default_timeout(8000)
        watch = Watch(context, address)
        contexts.append((context, watch))
        if sign_in:
            token = accounts.sign_in(installation.database, name="mai", password=PASSWORD)
            context.add_cookies([{"name": "otterwatch_session", "value": token, "url": address, "httpOnly": True}])
        page = context.new_page()
        page.watch = watch  # type: ignore[attr-defined]
        page.goto(path)
        return page

    yield opened
    for context, watch in contexts:
        context.close()
        assert watch.complaints == []
        assert watch.outside == []


def order(installation: Installation, status: str = "open") -> list[int]:
    with installation.database.reading() as session:
        return list(
            session.scalars(select(Case.id).where(Case.status == status).order_by(Case.priority.desc(), Case.id))
        )


def status(installation: Installation, case_id: int) -> str:
    with installation.database.reading() as session:
        return session.get_one(Case, case_id).status


def press(page: Page, key: str) -> None:
    """Press a key once the page takes keys, as a person does who looked at it."""
    page.locator("body[data-ready]").wait_for()
    page.keyboard.press(key)


def at(page: Page, case_id: int) -> None:
    page.wait_for_url(re.compile(rf"/cases/{case_id}(\?.*)?$"), wait_until="domcontentloaded")


def undo_bar(page: Page) -> Any:
    return page.get_by_role("form", name="Last decision")


def test_login_and_wrong_password(open_page: Callable[..., Page]) -> None:
    page = open_page(sign_in=False, path="/cases/3")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill("mai")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Name or password is wrong")
    expect(page.get_by_label("Name")).to_have_value("mai")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    at(page, 3)
    page.watch.expected("401")  # type: ignore[attr-defined]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/cases/3")
    expect(page).to_have_url(re.compile("/login"))


def test_on_plain_http_under_a_name_of_its_own(browser: Browser, address: str) -> None:
    """There a browser sends no Sec-Fetch-Site; the console's own forms pass all the same, by their Origin."""
    context = browser.new_context(base_url=address.replace("127.0.0.1", "console.test"))
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Name").fill("mai")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_request(lambda r: r.method == "POST") as sent:
        page.keyboard.press("Enter")
    assert "sec-fetch-site" not in sent.value.all_headers()
    expect(page.get_by_role("navigation", name="Console")).to_be_visible()
    context.close()


def test_triage_by_keys(open_page: Callable[..., Page], installation: Installation) -> None:
    first, second, third, fourth, fifth, *_ = order(installation)
    page = open_page()
    press(page, "j")
    press(page, "j")
    press(page, "k")
    press(page, "Enter")
    at(page, first)
    press(page, "c")
    at(page, second)
    expect(undo_bar(page)).to_contain_text(f"Confirmed case {first}.")
    expect(page.locator("#live")).to_have_text(f"Confirmed case {first}.")
    press(page, "d")
    expect(page.get_by_role("group", name="Why it is dismissed")).to_be_visible()
    expect(page.get_by_role("button", name="Not an otter")).to_be_focused()
    press(page, "2")
    at(page, third)
    expect(undo_bar(page)).to_contain_text(f"Dismissed case {second} (toy, brand or other product).")
    press(page, "d")
    press(page, "Enter")
    at(page, fourth)
    expect(undo_bar(page)).to_contain_text(f"Dismissed case {third} (not an otter).")
    press(page, "n")
    at(page, fifth)
    expect(undo_bar(page)).to_contain_text(f"Marked as needing more: case {fourth}.")
    press(page, "u")
    at(page, fourth)
    expect(page.locator("#notice")).to_contain_text("Taken back.")
    assert [status(installation, c) for c in (first, second, third, fourth)] == [
        "confirmed",
        "dismissed",
        "dismissed",
        "open",
    ]
    press(page, "u")
    at(page, third)
    assert status(installation, third) == "open"


def test_next_and_previous_case_and_back_to_the_queue(
    open_page: Callable[..., Page], installation: Installation
) -> None:
    first, second, third, *_ = order(installation)
    page = open_page(path=f"/cases/{first}")
    press(page, "j")
    at(page, second)
    press(page, "j")
    at(page, third)
    press(page, "k")
    at(page, second)
    press(page, "q")
    expect(page).to_have_url(re.compile(r"/$"))
    press(page, "o")
    at(page, first)


def test_keys_do_nothing_where_they_would_surprise(open_page: Callable[..., Page], installation: Installation) -> None:
    first, *_ = order(installation)
    page = open_page()
    press(page, "c")  # in the queue nothing is decided unread
    expect(page.locator("#live")).to_have_text("Open a case first: with Enter or o.")
    page.goto(f"/cases/{first}")
    page.locator("body[data-ready]").wait_for()
    page.keyboard.press("Control+c")
    press(page, "1")  # no reason is asked for
    press(page, "m")
    expect(page.get_by_label("Comment")).to_be_focused()
    page.keyboard.type("c d n u j 1 ?")
    expect(page.get_by_label("Comment")).to_have_value("c d n u j 1 ?")
    page.keyboard.press("Escape")
    press(page, "d")
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Why it is dismissed")).to_be_hidden()
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("c")
    page.get_by_label("Use these keys in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    press(page, "c")
    page.wait_for_timeout(200)
    at(page, first)
    assert status(installation, first) == "open"


def test_a_key_held_down_decides_about_one_case_only(
    open_page: Callable[..., Page], installation: Installation
) -> None:
    first, second, third, *_ = order(installation)
    page = open_page(path=f"/cases/{first}")
    page.locator("body[data-ready]").wait_for()
    for _ in range(4):
        page.keyboard.press("c")
    at(page, second)
    page.keyboard.press("c")  # at once: the page was not looked at
    page.wait_for_timeout(100)
    assert [status(installation, c) for c in (first, second, third)] == ["confirmed", "open", "open"]


def test_triage_by_mouse_with_a_comment(open_page: Callable[..., Page], installation: Installation) -> None:
    first, second, *_ = order(installation)
    page = open_page()
    page.locator("[data-row]").first.click(position={"x": 300, "y": 80})
    at(page, first)
    page.get_by_label("Comment").fill("Mother is missing in the picture.")
    page.get_by_text("Dismiss", exact=False).first.click()
    page.get_by_role("button", name="Possible scam").click()
    at(page, second)
    undo_bar(page).get_by_role("button", name="Undo").click()
    at(page, first)
    expect(page.locator("#history")).to_contain_text("Mother is missing in the picture.")
    page.get_by_label("Comment").fill("It is at the left edge.")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator("#history")).to_contain_text("It is at the left edge.")
    expect(page.get_by_label("Comment")).to_have_value("")


def test_what_was_typed_outlives_a_conflict_a_reload_and_the_end_of_the_session(
    open_page: Callable[..., Page], installation: Installation
) -> None:
    first, *_ = order(installation)
    page = open_page(path=f"/cases/{first}")
    page.get_by_label("Comment").fill("Half a thought")
    page.reload()
    expect(page.get_by_label("Comment")).to_have_value("Half a thought")
    decide(installation.database, case_id=first, user_id=2, verdict="needs_more")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this case meanwhile")
    expect(page.get_by_label("Comment")).to_have_value("Half a thought")
    page.watch.expected("409")  # type: ignore[attr-defined]
    page.context.clear_cookies()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
    page.watch.expected("401")  # type: ignore[attr-defined]
    page.get_by_label("Name").fill("mai")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    at(page, first)
    expect(page.get_by_label("Comment")).to_have_value("Half a thought")
    page.get_by_role("button", name="Confirm").click()
    expect(undo_bar(page)).to_contain_text(f"Confirmed case {first}.")
    page.goto(f"/cases/{first}")
    expect(page.get_by_label("Comment")).to_have_value("")


def test_unmask_and_check_in_place(open_page: Callable[..., Page], installation: Installation) -> None:
    page = open_page(path="/cases/1")
    post = page.get_by_role("article").first
    expect(post).not_to_contain_text("080-000-0117")
    page.get_by_label("Comment").fill("stays")
    post.get_by_role("button", name="Unmask").click()
    expect(post).to_contain_text("+66800000117")
    expect(post.locator(".original")).to_contain_text("080-000-0117")
    expect(post.get_by_text("Names and contacts of this post are shown")).to_be_focused()
    expect(page.get_by_label("Comment")).to_have_value("stays")
    at(page, 1)
    post.get_by_text("Capture of").click()
    post.get_by_role("button", name="Check now").last.click()
    expect(post.get_by_text("Intact: file and page")).to_be_visible()
    expect(post).to_contain_text("+66800000117")  # the rest of the page stays as it was
    with installation.database.reading() as session:
        actions = session.scalars(select(CustodyEntry.action).order_by(CustodyEntry.id.desc()).limit(2)).all()
    assert actions == ["checked", "unmasked"]
    page.context.clear_cookies()
    page.get_by_role("button", name="Unmask").first.click()
    expect(page.locator("#notice")).to_contain_text("You are signed out")
    expect(post).to_contain_text("+66800000117")
    page.watch.expected("401")  # type: ignore[attr-defined]


def test_meanings_in_the_text_can_be_hidden(open_page: Callable[..., Page]) -> None:
    page = open_page(path="/cases/1")
    gloss = page.locator(".original .gloss").first
    expect(gloss).to_be_visible()
    press(page, "g")
    expect(gloss).to_be_hidden()
    page.reload()
    expect(gloss).to_be_hidden()
    page.get_by_text("Marked words by kind").first.click()
    expect(page.locator(".cue-list").first).to_contain_text("about 20 days old")


def test_trend_is_drawn_as_svg_under_the_strict_policy(open_page: Callable[..., Page]) -> None:
    page = open_page(path="/trend")
    expect(page.locator("#chart[data-drawn] svg")).to_be_visible()
    assert page.locator("#chart svg path[fill^='url(']").count() >= 1, "the current week is hatched"
    page.locator("#chart svg").hover()
    page.wait_for_timeout(150)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename.startswith("otterwatch-trend-")


PAGES = ("/", "/?status=confirmed", "/cases/1", "/cases/2", "/cases/6", "/trend", "/sources")


@pytest.mark.parametrize("options", [PHONE, {"viewport": {"width": 1440, "height": 900}}], ids=["360", "1440"])
def test_no_page_scrolls_sideways(open_page: Callable[..., Page], options: dict[str, Any]) -> None:
    page = open_page(**options)
    for path in PAGES:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= options["viewport"]["width"], (path, wide)


def test_on_a_phone_the_decision_is_within_reach(open_page: Callable[..., Page], installation: Installation) -> None:
    first, second, *_ = order(installation)
    page = open_page(path=f"/cases/{first}", **PHONE)
    box = page.get_by_role("button", name="Confirm").bounding_box()
    assert box is not None
    assert box["y"] > 600
    assert box["height"] >= 44
    page.locator(".dismiss summary").tap()
    reason = page.get_by_role("button", name="News or a warning")
    expect(reason).to_be_in_viewport()
    reason.tap()
    at(page, second)
    assert status(installation, first) == "dismissed"


def test_everything_works_without_scripts(open_page: Callable[..., Page], installation: Installation) -> None:
    first, second, *_ = order(installation)
    page = open_page(java_script_enabled=False)
    page.get_by_role("link", name=re.compile("Anakan berang")).click()
    page.goto(f"/cases/{first}")
    page.get_by_label("Comment").fill("typed by hand")
    page.get_by_role("button", name="Unmask").first.click()
    expect(page.get_by_role("article").first).to_contain_text("+62")
    expect(page.get_by_label("Comment")).to_have_value("typed by hand")
    page.get_by_text("Capture of").first.click()
    page.get_by_role("button", name="Check now").first.click()
    expect(page.get_by_text("Intact: file and page")).to_be_visible()
    expect(page.get_by_label("Comment")).to_have_value("typed by hand")
    page.locator(".dismiss summary").click()
    page.get_by_role("button", name="Same as another case").click()
    at(page, second)
    undo_bar(page).get_by_role("button", name="Undo").click()
    at(page, first)
    expect(page.locator("#history")).to_contain_text("typed by hand")
    page.get_by_label("Merge with case number").fill(str(second))
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("#history")).to_contain_text(f"Merged with case {second}")
    page.get_by_role("button", name="Take this merge back").click()
    expect(page.get_by_text("The merge was taken back.")).to_be_visible()
    page.goto("/trend")
    expect(page.get_by_role("region", name="Table of offers by week")).to_be_visible()


def test_the_queue_tells_of_new_cases_by_itself(open_page: Callable[..., Page], installation: Installation) -> None:
    page = open_page()
    page.locator("body[data-ready]").wait_for()
    with installation.database.writing() as session:
        session.add(Case(opened_at=session.scalars(select(Case.opened_at)).first(), status="open"))
    page.evaluate("document.getElementById('queue-state').dispatchEvent(new CustomEvent('every'))")
    expect(page.get_by_text("1 new case since you opened this page.")).to_be_visible()
