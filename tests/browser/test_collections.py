"""Answers and passages are gathered, noted on, ordered, exported and found again."""

from pathlib import Path

import docx
import pytest
from playwright.sync_api import Locator, expect

from .conftest import User

pytestmark = [pytest.mark.browser, pytest.mark.model]

CANNERY = "When will the cannery close?"
HOSTILE = "<img src=x onerror=alert(1)>"


def pin(user: User) -> None:
    """Pin the answer into a new collection, and its first source into the same."""
    user.now.get_by_role("button", name="Pin this answer").click()
    user.page.get_by_label("New collection").fill(f"The cannery {HOSTILE}")
    user.page.keyboard.press("Enter")
    expect(user.page.locator("#toast")).to_contain_text("Pinned to")
    user.page.locator("#cards").get_by_role("button", name="Pin th").first.click()
    choice = user.page.get_by_role("checkbox", name="The cannery")
    expect(choice).to_have_attribute("aria-checked", "false")
    choice.click()
    expect(choice).to_have_attribute("aria-checked", "true")
    user.button("Done").click()


def test_what_is_pinned_is_noted_on_moved_exported_and_there_after_a_reload(user: User) -> None:
    expect(user.tab("Collections").get_by_role("heading", name="Nothing is pinned yet")).to_be_visible()
    user.button("Ask a question").click()
    user.ask(CANNERY)
    pin(user)
    panel = user.tab("Collections")
    items = panel.locator(".pinned")
    count = user.page.locator("#cards .card").first.locator(".passage").count() + 1
    expect(items).to_have_count(count)
    items.first.get_by_label("Note").fill(f"Ring the manager. {HOSTILE}")
    items.first.get_by_role("button", name="Move item 1 down").click()
    moved = items.nth(1)
    expect(moved.locator(".question")).to_have_text(CANNERY)
    expect(moved.get_by_role("button", name="Move item 2 down")).to_be_focused()
    moved.focus()
    user.page.keyboard.press("Alt+ArrowUp")
    expect(items.first.locator(".question")).to_have_text(CANNERY)
    panel.get_by_role("button", name="Export").click()
    with user.page.expect_download() as saved:
        user.page.get_by_role("menuitem", name="Word file").click()
    text = [part.text for part in docx.Document(str(Path(saved.value.path()))).paragraphs]
    assert text[0] == f"The cannery {HOSTILE}" and f"Note: Ring the manager. {HOSTILE}" in text and CANNERY in text
    user.reload()
    user.tab("Collections")
    expect(items).to_have_count(count)
    expect(items.first.get_by_label("Note")).to_have_value(f"Ring the manager. {HOSTILE}")
    expect(panel.locator("img")).to_have_count(0)
    it_is_renamed_emptied_and_deleted(user, panel)


def it_is_renamed_emptied_and_deleted(user: User, panel: Locator) -> None:
    panel.get_by_role("button", name="Rename").click()
    panel.locator(".rename").get_by_label("Name").fill("Closures")
    user.page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name="Closures")).to_be_focused()
    remove = panel.get_by_role("button", name="Remove").first
    remove.click()
    before = panel.locator(".pinned").count()
    remove.click()
    expect(panel.locator(".pinned")).to_have_count(before - 1)
    panel.get_by_role("button", name="Delete this collection").click()
    panel.get_by_role("button", name="Delete for good").click()
    expect(panel.get_by_role("heading", name="Nothing is pinned yet")).to_be_visible()
