"""The pictures in docs/: python -m tests.browser.screenshots FOLDER, or make screenshots."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from assistant import Assistant, Settings
from assistant.evaluation.benchmarks.window_bench import chromium
from assistant.paths import sample_articles

from .conftest import ARGUMENTS, User, opened_window, served

QUESTION = "Who condemned the attack and what was demanded?"
# The page then jumps where it would glide: a picture taken on the way has half a heading.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}


def main(folder: Path) -> None:
    """Take all of them anew, over the sample articles."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        home = Path(temporary)
        with Assistant.open(Settings(home=home)) as assistant:
            assistant.refresh()
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        with served(home, ASSISTANT_MAINTENANCE="true") as address:
            _desk(browser, address, folder)
            _dark(browser, address, folder)
            _phone(browser, address, folder)
        with served(_corrected(home)) as address:
            _news(browser, address, folder)
        browser.close()


def _corrected(folder: Path) -> Path:
    """A home with the samples, in which a report of the cannery was corrected, with its copies."""
    articles, home = folder / "articles", folder / "corrected"
    shutil.copytree(sample_articles(), articles)
    with Assistant.open(Settings(home=home, sources=_listing(folder))) as assistant:
        assistant.refresh()
        assistant.watch("How many jobs will be lost at the cannery?")
        for path in articles.glob("2025-05-06-*"):
            path.write_text(path.read_text(encoding="utf-8").replace("412", "398"), encoding="utf-8")
        assistant.refresh()
    return home


def _listing(folder: Path) -> Path:
    path = folder / "sources.toml"
    path.write_text('[samples]\nfolder = "articles"\n', encoding="utf-8")
    return path


def _taken(user: User, folder: Path, name: str) -> None:
    user.page.mouse.move(0, 0)
    user.page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")


def _desk(browser: Browser, address: str, folder: Path) -> None:
    with opened_window(browser, address, height=940, **STILL) as user:
        expect(user.page.locator("#offer .suggestion").first).to_be_visible()
        _taken(user, folder, "first-look")
        user.ask(QUESTION)
        expect(user.page.locator("#offer .suggestion").first).to_be_visible()
        user.page.evaluate("window.scrollTo(0, 0)")
        _taken(user, folder, "window")
        user.page.locator(".card [data-act=read]").first.click()
        expect(user.page.locator("#reader mark").first).to_be_visible()
        _taken(user, folder, "article")
        user.page.keyboard.press("Escape")
        expect(user.tab("Coverage").locator(".named").first).to_be_visible()
        _taken(user, folder, "coverage")


def _news(browser: Browser, address: str, folder: Path) -> None:
    with opened_window(browser, address, height=640, **STILL) as user:
        user.tab("News")
        user.page.get_by_text("Since the last refresh").click()
        expect(user.page.locator("#news ins").first).to_be_visible()
        _taken(user, folder, "news")


def _dark(browser: Browser, address: str, folder: Path) -> None:
    with opened_window(browser, address, width=1024, height=768, color_scheme="dark", **STILL) as user:
        user.ask("What is the salary of the harbour master of Pellinsea?")
        user.ask("When will the cannery close?")
        expect(user.page.locator("#offer .suggestion").first).to_be_visible()
        user.page.evaluate("window.scrollTo(0, 0)")
        _taken(user, folder, "dark")


def _phone(browser: Browser, address: str, folder: Path) -> None:
    with opened_window(browser, address, width=390, height=844, **STILL) as user:
        user.ask(QUESTION)
        user.page.evaluate("window.scrollTo(0, 0)")
        _taken(user, folder, "phone")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
