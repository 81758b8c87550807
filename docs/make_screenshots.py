"""Makes the screenshots of the documentation from the demonstration marketplace, in the browser of this machine.

    python docs/make_screenshots.py [--to docs/images] [--data-dir FOLDER]

Without --data-dir a new installation in a temporary folder collects the demonstration first (a minute or so). With it,
the folder of an existing demonstration is copied, so that nothing is changed there. Everything shown is invented.
`queue.png` is wide and light; the others say what they are: `queue-phone-dark.png`.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from app.accounts import AccountError, add_user, set_password  # noqa: E402
from app.console.server import ConsoleServer  # noqa: E402
from app.installation import Installation  # noqa: E402
from models.settings import load_settings  # noqa: E402

NAME, PASSWORD = "mai", "only for the screenshots"
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 360, "height": 740}}
SCHEMES = ("light", "dark")


def main() -> None:
    """Make every screenshot and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images", help="folder of the pictures")
    parser.add_argument("--data-dir", type=Path, help="an existing demonstration, which is copied")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    given.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        if given.data_dir:
            shutil.copytree(given.data_dir, data)
        else:
            command = [sys.executable, "-m", "app.cli.main", "--data-dir", str(data), "start", "--once"]
            subprocess.run(command, cwd=ROOT, check=True)
        installation = Installation.open(load_settings(data_dir=data, console_port=0))
        try:
            add_user(installation.database, name=NAME, role="analyst", password=PASSWORD)
        except AccountError:
            set_password(installation.database, name=NAME, password=PASSWORD)
        browser = playwright.chromium.launch(executable_path=chromium)
        with ConsoleServer(installation).running() as server:
            first = True
            for size, viewport in SIZES.items():
                for scheme in SCHEMES:
                    options = {"viewport": viewport, "color_scheme": scheme, "reduced_motion": "reduce"}
                    shoot(browser, server.address, options, given.to, f"{size}-{scheme}", decide=first)
                    first = False
        browser.close()
        installation.close()
    sys.stdout.write(f"screenshots are in {given.to}\n")


def shoot(browser: Browser, address: str, options: dict[str, Any], to: Path, name: str, *, decide: bool) -> None:
    """Take the pictures of one size and scheme; `decide` triages a few cases first, so that the tabs are not empty."""
    context = browser.new_context(base_url=address, **options)
    page = context.new_page()

    def picture(of: str) -> None:
        page.wait_for_timeout(400)
        page.screenshot(path=to / f"{of}{'' if name == 'wide-light' else f'-{name}'}.png")

    page.goto("/login")
    picture("login")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("body[data-ready]").wait_for()
    picture("queue")
    if decide:
        triage(page)
    page.goto("/")
    page.locator("[data-open]").first.click()
    page.locator("body[data-ready]").wait_for()
    picture("case")
    page.get_by_role("button", name="Unmask").first.click()
    page.get_by_text("are shown until you leave").first.wait_for()
    page.get_by_text("Capture of").first.click()
    page.get_by_role("button", name="Check now").first.click()
    page.get_by_text("Intact").first.wait_for()
    page.get_by_text("Capture of").first.scroll_into_view_if_needed()
    picture("evidence")
    page.evaluate("scrollTo(0, 0)")
    page.locator(".dismiss summary").click()
    picture("dismiss")
    page.goto("/trend")
    picture("trend")
    page.goto("/sources")
    picture("sources")
    context.close()


def triage(page: Page) -> None:
    """Confirm, dismiss and set aside some cases by keys, from the last of the queue upwards."""
    page.locator("[data-open]").last.click()
    for keys in (("d", "1"), ("n",), ("d", "4"), ("c",), ("c",)):
        page.locator("body[data-ready]").wait_for()
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(700)


if __name__ == "__main__":
    main()
