"""What is new and corrected, and the questions that are watched, with a real refresh in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant import Assistant, Settings

from .conftest import User, opened_window, served
from .test_access import sideways, violations
from .test_maintenance import refresh

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "How many people did the bridge festival draw?"


def write(folder: Path, number: int) -> None:
    text = f"The bridge festival drew {number} people, the mayor said. Nobody was hurt."
    front = "title: The bridge festival\nsource: The Weekly\npublished: 2025-05-06"
    updated = "" if number == 900 else "\nupdated: 2025-05-08"
    (folder / "bridge.txt").write_text(f"---\n{front}{updated}\n---\n{text}", encoding="utf-8")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of an article that is going to be corrected, and of another."""
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, 900)
    (folder / "fair.txt").write_text("---\ntitle: The fair\n---\nThe fair was closed on Monday.", encoding="utf-8")
    return folder


@pytest.fixture
def address(tmp_path: Path, articles: Path) -> Iterator[str]:
    with Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        assistant.refresh([articles])
    with served(tmp_path / "home", ASSISTANT_MAINTENANCE="true") as address:
        yield address


def test_a_correction_is_news_and_changes_the_answer_to_a_watched_question(
    browser: Browser, address: str, articles: Path
) -> None:
    with opened_window(browser, address) as user:
        user.ask(QUESTION)
        user.button("Watch this question").click()
        expect(user.page.locator("#toast")).to_contain_text("Watched from now on")
        panel = user.tab("News")
        expect(panel.locator(".result-count")).to_contain_text("2 new since")
        expect(panel.locator(".watches > li")).to_contain_text("900 people")

        write(articles, 1200)
        report = user.tab("Maintenance").locator(".report")
        refresh(user)
        expect(report).to_contain_text("Watched questions with another answer: 1")

        panel = user.tab("News")
        panel.get_by_text("Since the last refresh").click()
        expect(panel.locator(".result-count")).to_contain_text("1 corrected since")
        corrected = panel.locator(".articles > li")
        expect(corrected).to_contain_text("updated 8 May 2025")
        expect(corrected.locator("del")).to_have_text("The bridge festival drew 900 people, the mayor said.")
        expect(corrected.locator("ins mark")).to_have_text("1200")
        watched = panel.locator(".watches > li")
        expect(watched.locator(".answer-change")).to_contain_text("Another answer")
        expect(watched.locator("ins mark")).to_have_text("1200")
        it_can_be_used_by_everyone(user)

        corrected.locator(".headline").click()
        expect(user.page.locator("#reader .body")).to_contain_text("1200")
        user.page.keyboard.press("Escape")
        panel.get_by_role("button", name="Publications").click()
        panel.get_by_role("checkbox", name="The Weekly").check()
        user.page.keyboard.press("Escape")
        expect(panel.locator(".chip")).to_contain_text("The Weekly")
        panel.get_by_label("Since the day").fill("2025-01-01")
        expect(panel.locator(".result-count")).to_contain_text("1 new since 1 January 2025")
        expect(panel.locator("input[type=radio]:checked")).to_have_count(0)
        watched.get_by_role("button", name="Stop watching").click()
        expect(panel.locator("#watched")).to_contain_text("Nothing is watched yet")


def it_can_be_used_by_everyone(user: User) -> None:
    """The tab in day and night colours, and on screens of all widths."""
    found = violations(user.page, "News")
    user.page.get_by_role("switch").click()
    found += violations(user.page, "News in the other colours")
    for width in (320, 390, 720, 1024):
        user.page.set_viewport_size({"width": width, "height": 800})
        assert sideways(user.page) <= 0, width
    user.page.set_viewport_size({"width": 1440, "height": 900})
    assert found == []


def test_the_news_are_chosen_by_keyboard(user: User) -> None:
    panel = user.tab("News")
    expect(panel.locator(".result-count")).to_contain_text("16 new since")
    panel.get_by_label("Since yesterday").focus()
    for _ in range(2):
        user.page.keyboard.press("ArrowRight")
    expect(panel.get_by_label("Last week")).to_be_checked()
    expect(panel.get_by_label("Last week")).to_be_focused()
    panel.locator(".headline", has_text="Cannery to close in September").focus()
    user.page.keyboard.press("Enter")
    expect(user.page.locator("#reader h2")).to_contain_text("Cannery to close")
