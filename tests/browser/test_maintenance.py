"""Maintainers refresh the corpus in the window, and go back; nobody else does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant, Settings

from .conftest import User, opened_window, served

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of three articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("bridge", "fair", "herring"):
        write(folder, name, f"The {name} drew 900 people.")
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.txt").write_text(f"---\ntitle: The {name} <b>\n---\n{text}", encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, articles: Path) -> Iterator[Path]:
    with Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        assistant.refresh([articles])
    yield tmp_path / "home"


def refresh(user: User, named: str = "Refresh all") -> None:
    user.button(named).click()
    expect(user.page.locator("#report :is(.report, [role=alert])")).to_be_visible()
    expect(user.button("Refresh all")).to_be_enabled()


def test_a_refresh_says_what_came_changed_went_and_failed_and_can_be_undone(
    browser: Browser, home: Path, articles: Path
) -> None:
    with served(home, ASSISTANT_MAINTENANCE="true") as address, opened_window(browser, address) as user:
        panel = user.tab("Maintenance")
        expect(panel.locator(".facts")).to_contain_text("Articles3Passages3")
        write(articles, "bridge", "The bridge drew 901 people.")
        write(articles, "quay", "The quay drew 400 people.")
        (articles / "fair.txt").unlink()
        (articles / "bad.txt").write_text("no front matter", encoding="utf-8")
        report = panel.locator("#report .report")
        panel.get_by_label("Try without changing").check()
        refresh(user)
        expect(report).to_contain_text("Nothing was changed. A refresh would do this:")
        expect(report).to_contain_text("Would be changed: 1The bridge <b>")
        expect(panel.get_by_label("Try without changing")).not_to_be_checked()
        refresh(user, "Refresh this source")
        expect(report).to_contain_text("Done: 1 added, 1 changed, 1 removed.")
        for part in (
            "Added: 1The quay <b>",
            "Changed: 1The bridge <b>",
            "Removed: 1The fair <b>",
            "Not read: 1",
            "bad",
        ):
            expect(report).to_contain_text(part)
        user.tab("Ask")
        user.ask("How many people did the quay draw?")
        expect(user.now.locator(".answer")).to_contain_text("400")
        panel = user.tab("Maintenance")
        user.button("What changed").click()
        expect(panel.locator("#difference ins mark")).to_have_text("901")
        user.button("Go back to the state before").click()
        undone = panel.locator("#difference .report")
        expect(undone).to_contain_text("Added since, and gone then: 1The quay <b>")
        user.button("Yes, go back").click()
        expect(undone).to_contain_text("The state before is back.")
        user.tab("Ask")
        user.ask("How many people did the fair draw?")
        expect(user.now.locator(".answer")).to_contain_text("900")


def test_a_refresh_that_would_remove_most_is_stopped_unless_that_is_meant(
    browser: Browser, home: Path, articles: Path
) -> None:
    with served(home, ASSISTANT_MAINTENANCE="true") as address, opened_window(browser, address) as user:
        panel = user.tab("Maintenance")
        for name in ("bridge", "fair"):
            (articles / f"{name}.txt").unlink()
        refresh(user)
        expect(panel.locator(".report")).to_contain_text("2 of its 3 articles are gone, so they were kept")
        panel.get_by_label("Go on even if over half").check()
        refresh(user)
        expect(panel.locator(".report")).to_contain_text("Removed: 2")


def test_only_maintainers_see_the_tab(browser: Browser, home: Path) -> None:
    def entered(page: Page, address: str, name: str, password: str) -> None:
        page.goto(address)
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#head .holdings")).to_be_visible()

    words = {"ASSISTANT_UI_PASSWORD": "one", "ASSISTANT_MAINTENANCE_PASSWORD": "two", "ASSISTANT_MAINTENANCE": "true"}
    with served(home, **words) as address:
        with browser.new_context() as staff, browser.new_context() as maintainer:
            entered(staff.new_page(), address, "staff", "one")
            expect(staff.pages[0].get_by_role("tab", name="Maintenance")).to_have_count(0)
            entered(maintainer.new_page(), address, "maintainer", "two")
            expect(maintainer.pages[0].get_by_role("tab", name="Maintenance")).to_be_visible()


def test_without_the_setting_there_is_no_such_tab(user: User) -> None:
    expect(user.page.get_by_role("tab")).to_have_text(["Ask", "Articles", "Coverage", "News", "Collections", "History"])
