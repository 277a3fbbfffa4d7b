"""The articles themselves, and what they cover."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Reader

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_the_articles_are_browsed_searched_and_filtered(reader: Reader) -> None:
    panel = reader.tab("Articles")
    found = panel.locator(".articles > li")
    expect(found).to_have_count(16)
    expect(panel.locator(".found")).to_have_text("16 articles, newest first.")
    panel.get_by_label("Words or “a phrase”").fill("cannery")
    panel.get_by_role("button", name="Search").click()
    expect(panel.locator(".found")).not_to_have_text("16 articles, newest first.")
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
    expect(panel.locator(".found")).to_be_visible()


def test_an_article_is_read_with_its_passages_and_asked_about(reader: Reader) -> None:
    panel = reader.tab("Articles")
    panel.get_by_role("button", name="River Ashlorn floods Lower Town as 340 people leave their homes").click()
    article = reader.page.locator("#reader")
    expect(article.locator("h2")).to_contain_text("River Ashlorn floods")
    article.locator("summary").click()
    expect(article.locator(".split li").first).to_be_visible()
    article.get_by_role("button", name="Ask about this article only").click()
    expect(reader.page.locator("#tab-ask")).to_be_visible()
    expect(reader.page.locator("#bar")).to_contain_text("River Ashlorn floods")
    reader.ask("How many people had been evacuated by 09:00 on Monday?")
    expect(reader.now.locator(".answer")).to_contain_text("340")


def test_the_coverage_leads_to_the_articles(reader: Reader) -> None:
    reader.ask("Who condemned the attack and what was demanded?")
    panel = reader.tab("Coverage")
    expect(panel.get_by_role("heading", name="Articles a week by publication")).to_be_visible()
    expect(panel.locator(".of-answer .total")).to_have_text("3")
    bar = panel.get_by_role("button", name=re.compile("^Pellinsea Chronicle, 5 to 11 May 2025: 1 article"))
    bar.click()
    articles = reader.page.locator("#tab-articles")
    expect(articles.locator(".articles > li")).to_have_count(1)
    expect(articles.get_by_label("Publication")).to_have_value("Pellinsea Chronicle")
    expect(articles.get_by_label("From")).to_have_value("2025-05-05")
    panel = reader.tab("Coverage")
    person = panel.get_by_role("button", name=re.compile("Kaja Kallas"))
    person.click()
    expect(articles.locator(".articles > li")).to_have_count(3)
    expect(articles.get_by_label("Words or “a phrase”")).to_have_value("“Kaja Kallas”")


def test_the_bars_are_walked_with_the_arrows(reader: Reader) -> None:
    panel = reader.tab("Coverage")
    row = panel.locator("[data-roving]").first
    bars = row.get_by_role("button")
    bars.first.focus()
    reader.page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    reader.page.keyboard.press("End")
    expect(bars.last).to_be_focused()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#tab-articles .articles > li").first).to_be_visible()
