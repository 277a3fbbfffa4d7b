"""The articles themselves, and what they cover."""

import re

import pytest
from playwright.sync_api import Browser, expect

from .conftest import User, opened_window

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_the_articles_are_browsed_searched_and_filtered(user: User) -> None:
    panel = user.tab("Articles")
    found, counted = panel.locator(".index > li"), panel.locator(".result-count")
    expect(counted).to_have_text("14 articles and 2 copies of them, newest first.")
    expect(found).to_have_count(14)
    words = panel.get_by_label("Words or “a phrase”")
    words.press_sequentially("ferry council")
    expect(counted).to_contain_text("best match first.")
    expect(found.first.locator("mark").first).to_be_visible()
    expect(user.page).to_have_url(f"{user.address}/articles?text=ferry+council")
    panel.get_by_role("button", name="Publications").click()
    for name in ("Lower Ashlorn Weekly", "Pellinsea Chronicle"):
        panel.get_by_role("checkbox", name=name).check()
    user.page.keyboard.press("Escape")
    expect(panel.locator(".chip")).to_have_count(2)
    expect(found).to_have_count(4)
    panel.get_by_text("Newest", exact=True).click()
    expect(counted).to_have_text("4 articles, newest first.")
    both = "source=Lower+Ashlorn+Weekly&source=Pellinsea+Chronicle"
    expect(user.page).to_have_url(f"{user.address}/articles?text=ferry+council&{both}&order=newest")
    panel.get_by_role("button", name="Remove Lower Ashlorn Weekly").click()
    expect(panel.get_by_role("button", name="Remove Pellinsea Chronicle")).to_be_focused()
    expect(found).to_have_count(2)
    words.fill("zebra")
    panel.get_by_role("button", name="Show all articles").click()
    expect(found).to_have_count(14)
    expect(words).to_have_value("")
    expect(words).to_be_focused()
    panel.get_by_role("button", name="Dates").click()
    panel.get_by_label("From").fill("2025-05-06")
    panel.get_by_label("To", exact=True).fill("2025-05-06")
    expect(panel.locator(".chip")).to_have_text("6 May 2025Remove 6 May 2025")
    user.page.keyboard.press("Escape")
    words.fill('" OR * NEAR(')
    panel.get_by_role("button", name="Search", exact=True).click()
    expect(counted).to_have_count(1)


def test_the_words_of_a_search_are_gone_through_in_the_article(user: User) -> None:
    panel = user.tab("Articles")
    panel.get_by_label("Words or “a phrase”").fill("ferry council")
    expect(panel.locator(".result-count")).to_contain_text("best match first.")
    panel.locator(".headline", has_text="Council backs East Quay terminal").click()
    article = user.page.locator("#reader")
    expect(article.locator(".places")).to_contain_text("4 places")
    user.page.keyboard.press("n")
    user.page.keyboard.press("n")
    expect(article.locator(".places")).to_contain_text("2 of 4 places")
    expect(article.locator("mark.found").nth(1)).to_be_in_viewport()
    user.page.keyboard.press("p")
    expect(article.locator(".places")).to_contain_text("1 of 4 places")
    article.get_by_role("button", name="Find similar").click()
    expect(article.get_by_role("heading", name="Similar articles")).to_be_focused()
    article.locator(".nearby a.headline").first.click()
    expect(article.locator("h2")).not_to_contain_text("Council backs East Quay terminal")
    user.page.go_back()
    expect(article.locator("h2")).to_contain_text("Council backs East Quay terminal")


def test_an_article_is_read_with_its_passages_its_link_is_copied_and_it_is_asked_about(
    browser: Browser, window: str
) -> None:
    with opened_window(browser, window, permissions=["clipboard-read", "clipboard-write"]) as user:
        an_article_is_read(user)


def an_article_is_read(user: User) -> None:
    panel = user.tab("Articles")
    panel.locator(".headline", has_text="River Ashlorn floods Lower Town as 340 people").click()
    article = user.page.locator("#reader")
    expect(article.locator("h2")).to_contain_text("River Ashlorn floods")
    article.locator(".chunks summary").click()
    expect(article.locator(".chunks li").first).to_be_visible()
    article.get_by_role("button", name="Copy link").click()
    expect(article.get_by_role("button", name="Copied")).to_be_visible()
    assert user.page.evaluate("navigator.clipboard.readText()") == user.page.url
    article.get_by_role("button", name="Ask about this article only").click()
    expect(user.page.locator("#tab-ask")).to_be_visible()
    expect(user.page.locator("#composer-notes")).to_contain_text("River Ashlorn floods")
    user.ask("How many people had been evacuated by 09:00 on Monday?")
    expect(user.now.locator(".answer")).to_contain_text("340")


def test_the_coverage_leads_to_the_articles_by_pointer_and_by_arrow_keys(user: User) -> None:
    user.ask("Who condemned the attack and what was demanded?")
    panel = user.tab("Coverage")
    expect(panel.get_by_role("heading", name="Articles a week by publication")).to_be_visible()
    expect(panel.locator(".of-answer .total")).to_have_text("2")
    bar = panel.get_by_role("button", name=re.compile("^Pellinsea Chronicle, 5 to 11 May 2025: 1 article"))
    bar.click()
    articles = user.page.locator("#tab-articles")
    expect(articles.locator(".index > li")).to_have_count(1)
    expect(articles.locator(".chip")).to_contain_text(["5 to 11 May 2025", "Pellinsea Chronicle"])
    expect(articles.locator("input[name=since]")).to_have_value("2025-05-05")
    panel = user.tab("Coverage")
    person = panel.get_by_role("button", name=re.compile("Kaja Kallas"))
    person.click()
    expect(articles.locator(".index > li")).to_have_count(3)
    expect(articles.get_by_label("Words or “a phrase”")).to_have_value("“Kaja Kallas”")
    panel = user.tab("Coverage")
    row = panel.locator(".series:not(.of-answer) [data-roving]").first
    bars = row.get_by_role("button")
    bars.first.focus()
    user.page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    user.page.keyboard.press("End")
    expect(bars.last).to_be_focused()
    user.page.keyboard.press("Enter")
    expect(user.page.locator("#tab-articles .articles > li").first).to_be_visible()
