"""The articles themselves, and what they cover."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import User

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_the_articles_are_browsed_searched_and_filtered(user: User) -> None:
    panel = user.tab("Articles")
    found = panel.locator(".articles > li")
    expect(found).to_have_count(16)
    expect(panel.locator(".result-count")).to_have_text("16 articles, newest first.")
    panel.get_by_label("Words or “a phrase”").fill("cannery")
    panel.get_by_role("button", name="Search").click()
    expect(panel.locator(".result-count")).not_to_have_text("16 articles, newest first.")
    with_word = found.count()
    panel.get_by_label("Publication").select_option("Ledger & Quay")
    expect(found).to_have_count(1)
    panel.get_by_role("button", name="Clear").click()
    expect(found).to_have_count(16)
    panel.get_by_label("From").fill("2025-05-06")
    panel.get_by_label("To").fill("2025-05-06")
    expect(found).to_have_count(3)
    assert 1 < with_word < 16
    panel.get_by_label("Words or “a phrase”").fill('" OR * NEAR(')
    panel.get_by_role("button", name="Search").click()
    expect(panel.locator(".result-count")).to_be_visible()


def test_an_article_is_read_with_its_passages_and_asked_about(user: User) -> None:
    panel = user.tab("Articles")
    panel.get_by_role("button", name="River Ashlorn floods Lower Town as 340 people leave their homes").click()
    article = user.page.locator("#reader")
    expect(article.locator("h2")).to_contain_text("River Ashlorn floods")
    article.locator("summary").click()
    expect(article.locator(".chunks li").first).to_be_visible()
    article.get_by_role("button", name="Ask about this article only").click()
    expect(user.page.locator("#tab-ask")).to_be_visible()
    expect(user.page.locator("#composer-notes")).to_contain_text("River Ashlorn floods")
    user.ask("How many people had been evacuated by 09:00 on Monday?")
    expect(user.now.locator(".answer")).to_contain_text("340")


def test_the_coverage_leads_to_the_articles(user: User) -> None:
    user.ask("Who condemned the attack and what was demanded?")
    panel = user.tab("Coverage")
    expect(panel.get_by_role("heading", name="Articles a week by publication")).to_be_visible()
    expect(panel.locator(".of-answer .total")).to_have_text("2")
    bar = panel.get_by_role("button", name=re.compile("^Pellinsea Chronicle, 5 to 11 May 2025: 1 article"))
    bar.click()
    articles = user.page.locator("#tab-articles")
    expect(articles.locator(".articles > li")).to_have_count(1)
    expect(articles.get_by_label("Publication")).to_have_value("Pellinsea Chronicle")
    expect(articles.get_by_label("From")).to_have_value("2025-05-05")
    panel = user.tab("Coverage")
    person = panel.get_by_role("button", name=re.compile("Kaja Kallas"))
    person.click()
    expect(articles.locator(".articles > li")).to_have_count(3)
    expect(articles.get_by_label("Words or “a phrase”")).to_have_value("“Kaja Kallas”")


def test_the_bars_are_reached_with_the_arrow_keys(user: User) -> None:
    panel = user.tab("Coverage")
    row = panel.locator("[data-roving]").first
    bars = row.get_by_role("button")
    bars.first.focus()
    user.page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    user.page.keyboard.press("End")
    expect(bars.last).to_be_focused()
    user.page.keyboard.press("Enter")
    expect(user.page.locator("#tab-articles .articles > li").first).to_be_visible()
