"""Maintainers add articles in the window, and see to the sources."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant import Assistant, Settings

from .conftest import User, opened_window, served
from .test_access import sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a corpus of one article, with one source on its list."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "fair.txt").write_text("---\ntitle: The fair\n---\nThe fair drew 900 people.")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "sources.toml").write_text('[fairs]\nfolder = "../articles"\n')
    with Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        assistant.refresh()
    return tmp_path / "home"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The file of an article without a date, whose title would be a tag."""
    path = tmp_path / "quay.txt"
    path.write_text("The quay <img src=x onerror=alert(1)>\n\nThe quay drew 400 people.")
    return path


def chosen(user: User, *paths: Path) -> None:
    user.page.locator("[data-files]").set_input_files(list(paths))


def test_a_file_is_mended_added_and_found_and_a_source_is_paused(browser: Browser, home: Path, report: Path) -> None:
    with served(home, ASSISTANT_MAINTENANCE="true") as address, opened_window(browser, address) as user:
        panel = user.tab("Maintenance")
        chosen(user, report)
        draft = panel.locator(".draft")
        title = draft.get_by_label("Title", exact=True)
        expect(title).to_have_value("The quay <img src=x onerror=alert(1)>")
        expect(draft).to_contain_text("No date")
        title.fill("The quay is open")
        draft.get_by_label("Date").fill("2025-05-20")
        expect(draft.get_by_text("No date")).to_be_hidden()
        draft.get_by_text("Read or edit the text").click()
        user.tab("Ask")
        user.tab("Maintenance")
        expect(title).to_have_value("The quay is open")
        chosen(user, report)  # once more: what was mended stays
        expect(panel.get_by_text("is in this list already")).to_be_visible()
        expect(title).to_have_value("The quay is open")
        user.button("Add 1 article").click()
        expect(panel.locator("#added .report")).to_contain_text("Done: 1 added.")
        expect(panel.locator("#added .report")).to_contain_text("The quay is open")
        expect(panel.locator(".draft")).to_have_count(0)
        expect(user.page.locator("#head .holdings")).to_contain_text("2 articles")
        row = panel.locator(".source-table tr", has_text="fairs")
        row.get_by_role("button", name="Pause").click()
        expect(row).to_contain_text("Paused")
        row.get_by_role("button", name="Visits").press("Enter")
        expect(panel.locator(".visits")).to_contain_text("1 added")
        edit = panel.locator(".row-actions").first.get_by_role("button", name="Edit")
        expect(edit).to_have_attribute("aria-disabled", "true")
        edit.click(force=True)
        expect(user.page.locator("#toast")).to_contain_text("These are the articles that were added here")
        assert violations(user.page, "Maintenance") == []
        articles = user.tab("Articles")
        expect(articles.get_by_text("The quay is open")).to_be_visible()


def test_a_file_that_cannot_be_taken_is_told_in_a_line(browser: Browser, home: Path, report: Path) -> None:
    large, odd = report.parent / "large.txt", report.parent / "odd.xyz"
    large.write_bytes(b"x" * 1_500_000)
    odd.write_text("x")
    small = {"ASSISTANT_MAINTENANCE": "true", "ASSISTANT_MAX_FILE_MB": "1"}
    with served(home, **small) as address, opened_window(browser, address, width=390, harmed=True) as user:
        panel = user.tab("Maintenance")
        chosen(user, large, odd, report)
        expect(panel.locator(".uploads")).to_contain_text("large.txt: This file is too big: more than 1 MB.")
        expect(panel.locator(".troubles")).to_contain_text("odd.xyz: files ending in .xyz cannot be read")
        expect(panel.locator(".draft")).to_have_count(1)
        assert sideways(user.page) <= 0
        user.button("Dismiss").click()
        expect(panel.locator(".uploads li")).to_have_count(0)
