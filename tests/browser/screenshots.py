"""The pictures in docs/: python -m tests.browser.screenshots FOLDER, or make screenshots."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from assistant import Assistant, Settings
from assistant.evaluation.benchmarks.window_bench import chromium
from assistant.paths import sample_articles

from .conftest import ARGUMENTS, Reader, reading, served

QUESTION = "Who condemned the attack and what was demanded?"


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


def _taken(one: Reader, folder: Path, name: str) -> None:
    one.page.mouse.move(0, 0)
    one.page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")


def _desk(browser: Browser, address: str, folder: Path) -> None:
    with reading(browser, address) as one:
        expect(one.page.locator("#offer .suggestion").first).to_be_visible()
        _taken(one, folder, "first-look")
        one.ask(QUESTION)
        expect(one.page.locator("#offer .suggestion").first).to_be_visible()
        one.page.evaluate("window.scrollTo(0, 0)")
        _taken(one, folder, "window")
        one.page.locator(".card .link").first.click()
        expect(one.page.locator("#reader mark").first).to_be_visible()
        _taken(one, folder, "article")
        one.page.keyboard.press("Escape")
        expect(one.tab("Coverage").locator(".named").first).to_be_visible()
        _taken(one, folder, "coverage")


def _news(browser: Browser, address: str, folder: Path) -> None:
    with reading(browser, address, height=640) as one:
        one.tab("News")
        one.page.get_by_text("since the last refresh").click()
        expect(one.page.locator("#news ins").first).to_be_visible()
        _taken(one, folder, "news")


def _dark(browser: Browser, address: str, folder: Path) -> None:
    with reading(browser, address, width=1024, height=768, color_scheme="dark") as one:
        one.ask("What is the salary of the harbour master of Pellinsea?")
        one.ask("When will the cannery close?")
        expect(one.page.locator("#offer .suggestion").first).to_be_visible()
        one.page.evaluate("window.scrollTo(0, 0)")
        _taken(one, folder, "dark")


def _phone(browser: Browser, address: str, folder: Path) -> None:
    with reading(browser, address, width=390, height=844) as one:
        one.ask(QUESTION)
        one.page.evaluate("window.scrollTo(0, 0)")
        _taken(one, folder, "phone")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
