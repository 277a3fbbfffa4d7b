"""What is seen before the first question, in a browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from ui.views.composer import offer_to_come

from .conftest import User, opened_window

pytestmark = [pytest.mark.browser, pytest.mark.model]

_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifted += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });
"""


def test_a_story_is_opened_and_the_latest_of_it_asked_by_keyboard_alone(user: User) -> None:
    lead = user.page.locator("#first-look .lead .headline").first
    headline = lead.inner_text()
    lead.focus()
    user.page.keyboard.press("Enter")
    panel = user.page.locator("#reader")
    expect(panel.locator("h2")).to_have_text(headline)
    expect(panel.locator("h2")).to_be_focused()
    expect(user.page).to_have_url(re.compile("/story/"))
    expect(panel.locator(".articles .headline").first).to_be_visible()
    panel.get_by_role("button", name=re.compile("^What is the latest")).focus()
    user.page.keyboard.press("Enter")
    user.answered()
    expect(user.now.locator(".question")).to_have_text(re.compile("^What is the latest on"))
    expect(user.page.locator("#first-look")).to_be_hidden()
    expect(panel).to_be_hidden()


def test_an_article_is_found_by_words_of_its_title_and_opened_or_all_of_them_listed(user: User) -> None:
    field = user.page.get_by_role("combobox", name="Find an article by its title")
    field.press_sequentially("cannery clo")
    options = user.page.get_by_role("option")
    expect(options.first).to_contain_text("annery")
    expect(options.last).to_have_text("All articles with “cannery clo”")
    field.press("ArrowDown")
    chosen = options.first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    title = chosen.locator(".title").inner_text()
    field.press("Enter")
    expect(user.page.locator("#reader h2")).to_have_text(title)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("cannery")
    user.page.get_by_role("option").last.click()
    expect(user.page.locator("#article-list .result-count")).to_be_visible()
    expect(user.page.locator("#article-form [name=text]")).to_have_value("cannery")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves_while_the_first_look_is_drawn(browser: Browser, window: str, width: int) -> None:
    with opened_window(browser, window, width=width) as user:
        expect(user.page.locator("#offer .suggestion").first).to_be_visible()  # by now the server has them
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(_SHIFTS)
        page.goto(window)
        expect(page.locator("#first-look .headline").first).to_be_visible()
        expect(page.locator("#offer .suggestion").first).to_be_visible()
        assert page.evaluate("window.shifted") < 0.05
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves_when_the_suggested_questions_come(browser: Browser, window: str, width: int) -> None:
    with opened_window(browser, window, width=width) as user:
        suggestions = user.page.locator("#offer .offer")
        expect(suggestions).to_be_visible()
        with_them = places(user.page, "gradio-app")
        suggestions.evaluate("(element, before) => { element.outerHTML = before; }", offer_to_come())
        expect(user.page.locator("#offer .placeholders")).to_be_visible()
        assert len(with_them) > 5 and places(user.page, "gradio-app") == with_them


class GradioScript:
    """The script of Gradio for a page, held back until it is released."""

    def __init__(self, page: Page) -> None:
        self._held: list[Route] | None = []
        page.route(re.compile(r"/assets/.*\.js$"), lambda route: self._on_request(route))

    def _on_request(self, route: Route) -> None:
        if self._held is None:
            route.continue_()
        else:
            self._held.append(route)

    def release(self) -> None:
        held, self._held = self._held or [], None
        for route in held:
            route.continue_()


def first_painted(page: Page, address: str) -> Locator:
    """The first headline of that page, once it is seen: until its styles are there, nothing is painted."""
    page.goto(address, wait_until="commit")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    page.evaluate("document.fonts.ready.then(() => true)")
    headline = page.locator("#skeleton .headline").first
    expect(headline).to_be_visible()
    return headline


def places(page: Page, within: str) -> list[dict[str, Any]]:
    found = page.locator(f"{within} .holdings, {within} .welcome p, {within} .front .headline, {within} .front .act")
    return [dict(each.bounding_box() or {}) for each in found.all()]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_stories_are_read_before_the_window_is_drawn_where_they_are_in_it(
    browser: Browser, window: str, width: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        script = GradioScript(page)
        headline = first_painted(page, window)
        read, before = headline.inner_text(), places(page, "#skeleton")
        expect(page.locator("gradio-app .headline")).to_have_count(0)
        assert page.evaluate(
            "[...document.querySelectorAll('[id]')].every((a, _, all) => all.filter((b) => b.id === a.id).length === 1)"
        )
        script.release()
        expect(page.locator("#skeleton")).to_have_count(0)
        expect(page.locator("#first-look .headline").first).to_have_text(read)
        assert len(before) > 5 and places(page, "gradio-app") == before


def test_a_story_that_is_clicked_on_before_the_window_is_drawn_is_opened(browser: Browser, window: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        script = GradioScript(page)
        headline = first_painted(page, window)
        read = headline.inner_text()
        headline.click()
        script.release()
        expect(page.locator("#reader h2")).to_have_text(read)
        expect(page).to_have_url(re.compile("/story/"))
