"""One whole task in Firefox: what is shown, read by keyboard, and still there when the page is loaded again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from .conftest import User, opened_window

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"
NOT_ANSWERED = "What is the salary of the harbour master of Pellinsea?"


@pytest.fixture
def user(firefox_browser: Browser, window: str) -> Iterator[User]:
    with opened_window(firefox_browser, window) as user:
        yield user


def test_a_citation_is_followed_to_its_passage_and_its_article_by_keyboard(user: User) -> None:
    press = user.page.keyboard.press
    expect(user.box).to_be_focused()
    user.page.keyboard.type(QUESTION)
    press("Enter")
    user.answered()
    press("Escape")
    press("j")
    expect(user.now.locator(".statement").first).to_be_focused()
    press("Tab")
    cite = user.now.locator("a.cite").first
    expect(cite).to_be_focused()
    expect(user.page.locator("#cite-card mark")).to_be_visible()
    press("Enter")
    expect(user.page.locator("#reader mark").first).to_be_in_viewport()
    press("Escape")
    expect(user.page.locator("#reader")).not_to_be_visible()
    expect(cite).to_be_focused()


def test_what_was_asked_and_how_it_looks_outlast_a_reload(user: User) -> None:
    user.ask(QUESTION)
    user.ask(NOT_ANSWERED)
    expect(user.now.locator(".refusal")).to_be_visible()
    user.page.get_by_role("switch", name="Dark colours").click()
    expect(user.page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    user.reload()
    expect(user.page.locator("article.turn .question")).to_have_text([QUESTION, NOT_ANSWERED])
    expect(user.page.locator("body")).to_have_class(re.compile(r"\bdark\b"))


def test_an_article_is_found_and_read_in_its_tab(user: User) -> None:
    panel = user.tab("Articles")
    panel.locator("a.headline", has_text="Record crowd at Herring Fair").first.click()
    expect(user.page.locator("#reader .body")).to_contain_text("Herring Fair")
    user.page.keyboard.press("Escape")
    expect(user.page.locator("#reader")).not_to_be_visible()
    user.tab("Ask")
    expect(user.box).to_be_editable()


def test_an_answer_is_read_on_a_phone(firefox_browser: Browser, window: str) -> None:
    with opened_window(firefox_browser, window, width=390, height=844) as user:
        user.ask(QUESTION)
        user.now.locator("a.cite").first.click()
        expect(user.page.locator("#a1-s1 mark")).to_be_in_viewport()
        assert user.page.evaluate("document.documentElement.scrollWidth") <= 390
