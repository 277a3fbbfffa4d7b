"""How an answer is read: the card of a citation, and the keys."""

import pytest
from playwright.sync_api import Browser, expect

from .conftest import User, opened_window

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"
INSIDE = """card => {
  const { left, top, right, bottom } = card.getBoundingClientRect();
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
}"""


def test_a_citation_shows_what_it_cites_without_a_request(user: User) -> None:
    user.ask(QUESTION)
    expect(user.page.locator("#offer .suggestion").first).to_be_visible()
    before = len(user.requests)
    cite, card = user.now.locator(".answer a.cite").last, user.page.locator("#cite-card")
    cite.hover()
    expect(card).to_be_visible()
    expect(cite).to_have_attribute("aria-describedby", "cite-card")
    passage = cite.get_attribute("href")
    expect(card.locator(".title")).to_have_text(user.page.locator(f".card:has({passage}) .title").inner_text())
    expect(card.locator("mark")).to_have_text(user.page.locator(f"{passage} mark").inner_text())
    assert card.evaluate(INSIDE) and len(user.requests) == before
    card.hover()  # it stays while the pointer is on it
    expect(card).to_be_visible()
    user.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    cite.hover()
    expect(card).to_be_visible()
    user.page.mouse.move(1, 1)
    expect(card).to_be_hidden()


def test_a_touched_citation_leads_to_its_passage_and_shows_no_card(browser: Browser, window: str) -> None:
    with opened_window(browser, window, width=390, height=844, has_touch=True) as user:
        user.ask(QUESTION)
        cites = user.now.locator("a.cite")
        sizes = cites.evaluate_all(
            "all => all.map(one => getComputedStyle(one, '::after')).map(at => [at.width, at.height].map(parseFloat))"
        )
        assert all(min(size) >= 44 for size in sizes)
        cites.first.tap()
        expect(user.page.locator("#a1-s1 mark")).to_be_in_viewport()
        expect(user.page.locator("#cite-card")).to_be_hidden()


def test_an_answer_is_gone_through_by_keyboard(user: User) -> None:
    page, press = user.page, user.page.keyboard.press
    user.ask(QUESTION)
    statements = user.now.locator(".statement")
    user.box.press("j")  # in the box it is a letter
    expect(user.box).to_have_value("j")
    press("Escape")
    for key, at in (("j", 0), ("j", 1), ("k", 0)):
        press(key)
        expect(statements.nth(at)).to_be_focused()
    press("Control+j")
    expect(statements.first).to_be_focused()
    press("Enter")
    expect(page.locator("#reader mark").first).to_be_in_viewport()
    press("Escape")
    expect(page.locator("#reader")).not_to_be_visible()
    press("c")
    expect(user.now.get_by_role("button", name="Copied")).to_be_visible()
    page.locator(".card").first.focus()
    press("j")
    expect(page.locator(".card").nth(1)).to_be_focused()
    press("/")
    expect(user.box).to_be_focused()


def test_the_shortcuts_are_listed_and_single_keys_can_be_switched_off(user: User) -> None:
    press, listed = user.page.keyboard.press, user.page.get_by_role("dialog", name="Keyboard shortcuts")
    user.button("Keyboard shortcuts").click()
    expect(listed.locator("kbd")).to_contain_text(["/", "j", "k", "Enter"])
    press("/")  # the keys of the page rest while it is open
    expect(user.box).not_to_be_focused()
    listed.get_by_label("Single keys are shortcuts").uncheck()
    press("Escape")
    expect(listed).to_be_hidden()
    press("?")
    expect(listed).to_be_hidden()
    user.button("Keyboard shortcuts").click()
    listed.get_by_label("Single keys are shortcuts").check()
    listed.get_by_role("button", name="Close").click()
    press("?")
    expect(listed).to_be_visible()
