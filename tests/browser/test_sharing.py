"""An answer is passed on: by a link that somebody else opens, and as a copy for a document."""

import re

import pytest
from playwright.sync_api import Browser, expect

from .conftest import User, opened_window

pytestmark = [pytest.mark.browser, pytest.mark.model]

CANNERY = "When will the cannery close?"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def test_a_link_is_made_opened_by_somebody_else_and_taken_back(browser: Browser, window: str) -> None:
    with opened_window(browser, window, permissions=CLIPBOARD) as user:
        user.ask(CANNERY)
        menu = user.now.get_by_role("button", name="Share this answer")
        menu.press("ArrowDown")
        user.page.keyboard.press("Enter")
        panel = user.page.get_by_role("dialog", name="A link to this answer")
        expect(panel.get_by_text("Copied to the clipboard.")).to_be_visible()
        link = user.page.evaluate("navigator.clipboard.readText()")
        assert link == panel.get_by_label("Address").input_value() and link.startswith(f"{window}/answer/")
        with browser.new_context() as context:
            reader = User(context.new_page(), link)
            shared = reader.page.locator("#shared-answer")
            expect(shared.locator(".question")).to_have_text(CANNERY)
            expect(shared.locator(".passage mark").first).to_contain_text("will close its cannery")
            expect(shared.get_by_text("Shared on")).to_contain_text("(state 000001)")
            expect(shared.get_by_role("button", name="Take the link back")).to_have_count(0)
            reader.button("Ask again now").click()
            reader.answered()
            expect(shared).to_be_hidden()
            reader.page.go_back()
            expect(shared.locator(".question")).to_be_visible()
            panel.get_by_role("button", name="Take the link back").click()
            expect(user.page.locator("#toast")).to_contain_text("Taken back")
            expect(menu).to_be_focused()
            reader.reload()
            expect(shared).to_contain_text("This answer is no longer shared.")
            reader.button("To your own questions").click()
            expect(reader.box).to_be_visible()
            assert reader.page.url.startswith(f"{window}/") and "answer" not in reader.page.url
            assert reader.errors == []


def test_an_answer_is_copied_with_its_citations_in_the_form_that_is_chosen(browser: Browser, window: str) -> None:
    with opened_window(browser, window, permissions=CLIPBOARD) as user:
        user.ask(CANNERY)
        user.now.get_by_role("button", name=re.compile("^Copy")).click()
        expect(user.now.get_by_role("button", name=re.compile("^Copied"))).to_be_visible()
        copied = user.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(CANNERY) and "Sources differ on the date" in copied
        assert "[1] “Cannery to close in September with loss of 412 jobs”, Pellinsea Chronicle, 6 May 2025" in copied
        menu = user.now.get_by_role("button", name="Share this answer")
        menu.click()
        items = user.page.get_by_role("menuitem")
        expect(items.first).to_be_focused()
        user.page.keyboard.press("End")
        expect(items.last).to_be_focused()
        user.page.keyboard.press("Escape")
        expect(menu).to_be_focused()
        expect(items).to_have_count(0)
        menu.click()
        user.page.get_by_role("menuitem", name="Copy as Markdown").click()
        expect(user.page.locator("#toast")).to_have_text("Copied as Markdown.")
        assert user.page.evaluate("navigator.clipboard.readText()").startswith(f"**{CANNERY}**")
        menu.click()
        user.page.get_by_role("menuitem", name="Copy for a document").click()
        expect(user.page.locator("#toast")).to_have_text("Copied with its links.")
        html = user.page.evaluate(
            "navigator.clipboard.read().then(([item]) => item.getType('text/html')).then((blob) => blob.text())"
        )
        assert "<a href=" in html and f"<strong>{CANNERY}</strong>" in html
