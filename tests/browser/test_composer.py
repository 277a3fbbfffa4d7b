"""The composer: limits of questions by keyboard and on a small screen, and what comes back after a reload."""

import re

import pytest
from playwright.sync_api import Browser, expect

from .conftest import User, opened_window
from .test_access import sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.model]

CANNERY = "When will the cannery close?"


def test_a_question_is_limited_by_keyboard_and_the_limits_are_kept_until_they_are_taken_away(user: User) -> None:
    page, keys = user.page, user.page.keyboard
    expect(page.locator("#choose-publications [type=checkbox]")).to_have_count(9)
    page.get_by_role("button", name=re.compile("^Publications")).focus()
    keys.press("Enter")
    expect(page.get_by_label("Find a publication")).to_be_focused()
    keys.type("member")
    keys.press("ArrowDown")
    keys.press("Space")
    expect(page.locator("#composer-notes .chip")).to_have_text([re.compile("Member States Courier")])
    assert violations(page, "publications") == []
    keys.press("Escape")
    expect(page.get_by_role("button", name=re.compile("^Publications"))).to_be_focused()
    for _ in range(2):
        user.ask(CANNERY)
        expect(user.now.locator(".scope")).to_have_text("Only from Member States Courier")
        expect(user.now.locator(".answer")).to_have_count(0)
    user.reload()
    expect(page.locator("#composer-notes .chip")).to_have_count(1)
    user.box.focus()
    keys.press("Backspace")
    expect(page.locator("#composer-notes .chip")).to_have_count(0)
    user.ask(CANNERY)
    expect(user.now.locator(".scope")).to_have_count(0)
    expect(user.now.locator(".answer")).to_be_visible()


def test_dates_are_chosen_on_a_small_screen_and_a_new_conversation_begins_without(
    browser: Browser, window: str
) -> None:
    with opened_window(browser, window, width=390, height=844) as user:
        page = user.page
        expect(page.locator("#choose-publications [type=checkbox]")).to_have_count(9)  # drawn with what there is
        opener = page.get_by_role("button", name=re.compile("^Dates"))
        opener.click()
        expect(opener).to_have_attribute("aria-expanded", "true")
        sheet = page.get_by_role("dialog", name="Dates of publication")
        sheet.get_by_label("From").fill("2025-05-06")
        sheet.get_by_label("To").fill("2025-05-06")
        expect(page.locator("#composer-notes .chip")).to_contain_text("6 May 2025")
        page.get_by_role("tab", name="Articles").click(position={"x": 5, "y": 5})  # beside the sheet, which it closes
        expect(sheet).not_to_be_visible()
        expect(user.box).to_be_visible()
        user.ask(CANNERY)
        expect(user.now.locator(".scope")).to_have_text("6 May 2025")
        assert sideways(page) <= 0
        user.button("New conversation").click()
        expect(page.locator("#composer-notes .chip")).to_have_count(0)


def test_a_question_that_a_reload_cuts_off_comes_back_into_the_box(user: User) -> None:
    user.box.fill(CANNERY)
    answers = "**/gradio_api/queue/data*"
    user.page.route(answers, lambda route: None)  # none comes
    user.button("Ask").click()
    user.page.wait_for_function("sessionStorage.getItem('article-assistant/unanswered')")
    user.page.unroute(answers)
    user.page.reload()
    expect(user.box).to_have_value(CANNERY)
    user.errors.clear()  # what Gradio's own script says of what was cut off
    user.button("Ask").click()
    user.answered()
    expect(user.page.locator(".turn")).to_have_count(1)


def test_an_edit_brings_the_limits_back_and_escape_leaves_it(user: User) -> None:
    user.ask(CANNERY)
    user.page.locator(".card .link").first.click()
    user.button("Ask about this article only").click()
    user.page.keyboard.press("Escape")
    chips = user.page.locator("#composer-notes .chip")
    expect(chips).to_have_count(1)
    user.now.get_by_role("button", name=re.compile("^Edit")).click()
    expect(chips).to_have_text([re.compile("Editing your last question")])
    expect(user.box).to_have_value(CANNERY)
    user.box.press("Escape")
    expect(chips).to_have_text([re.compile("Only in")])
    expect(user.box).to_have_value("")
