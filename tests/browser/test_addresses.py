"""What the window shows has an address: it is opened by it, and back and forward lead through what was seen."""

import re

import pytest
from playwright.sync_api import Browser, expect

from .conftest import User, opened_window

pytestmark = [pytest.mark.browser, pytest.mark.model]

CANNERY = "When will the cannery close?"
QUESTION = "Who condemned the attack and what was demanded?"


def at(user: User, path: str) -> None:
    expect(user.page).to_have_url(re.compile(rf"^{re.escape(user.address)}/{path}$"))


def test_back_and_forward_lead_through_answers_articles_and_tabs(user: User) -> None:
    user.ask(CANNERY)
    at(user, r"\?q=When\+will\+the\+cannery\+close%3F")
    expect(user.page).to_have_title(f"{CANNERY} – Article Assistant")
    user.ask(QUESTION)
    user.page.locator(".card [data-act=read]").first.click()
    expect(user.page.locator("#reader mark").first).to_be_visible()
    at(user, r"article/[0-9a-f]{16}#.+")
    user.page.go_back()
    expect(user.page.locator("#reader")).not_to_be_visible()
    user.tab("Articles")
    at(user, "articles")
    user.page.go_back()
    expect(user.page.locator("#tab-ask")).to_be_visible()
    at(user, r"\?q=Who.+")
    user.page.go_back()
    at(user, r"\?q=When.+")
    user.page.go_back()  # to before the first question
    expect(user.page.locator(".turn")).to_have_count(0)
    user.page.go_forward()
    expect(user.page.locator(".turn")).to_have_count(2)


def test_an_address_asks_and_a_page_that_is_loaded_again_does_not_ask_twice(browser: Browser, window: str) -> None:
    with opened_window(browser, f"{window}/?q=When+will+the+cannery+close%3F") as user:
        user.answered()
        expect(user.now.locator(".question")).to_have_text(CANNERY)
        user.ask("And how many jobs are lost?")
        user.reload()
        expect(user.page.locator(".turn")).to_have_count(2)
        expect(user.now.locator(".question")).to_have_text("And how many jobs are lost?")


def test_a_link_to_words_of_an_article_opens_it_there(browser: Browser, window: str) -> None:
    with opened_window(browser, window) as user:
        link = user.tab("Articles").locator("a.headline", has_text="Cannery to close").first
        path = link.get_attribute("href")
    with opened_window(browser, f"{window}/{path}#412%20jobs") as user:
        expect(user.page.locator("#reader .title")).to_contain_text("Cannery to close")
        expect(user.page.locator("#reader mark").first).to_have_text("412 jobs")
        user.page.keyboard.press("Escape")
        expect(user.page).to_have_url(f"{window}/")


def test_a_list_is_opened_by_its_address(browser: Browser, window: str) -> None:
    with opened_window(browser, f"{window}/articles?text=ferry&since=2025-05-20") as user:
        expect(user.page.locator("#article-list .result-count")).to_contain_text("article")
        expect(user.page.locator("#article-form input[name=text]")).to_have_value("ferry")
        expect(user.page.locator("#article-form input[name=since]")).to_have_value("2025-05-20")
