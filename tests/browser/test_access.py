"""Usable by everyone: by keyboard, read out, small or enlarged, light or dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .conftest import User, opened_window

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"


def violations(page: Page, where: str) -> list[str]:
    """What axe-core finds serious or critical."""
    return [
        f"{where}: {found['id']} ({found['impact']}): {[node['html'][:160] for node in found['nodes'][:3]]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_tab(browser: Browser, maintenance_window: str, scheme: str) -> None:
    found: list[str] = []
    with opened_window(browser, maintenance_window, color_scheme=scheme) as user:
        expect(user.page.locator("#offer .suggestion").first).to_be_visible()
        found += violations(user.page, "first look")
        user.ask("Who won the World Cup in 2022?")
        user.ask(QUESTION)
        user.now.get_by_role("button", name="Bad answer").click()
        expect(user.page.get_by_label("What was wrong with it?")).to_be_visible()
        user.page.locator(".card .link").first.click()
        expect(user.page.locator("#reader mark").first).to_be_visible()
        found += violations(user.page, "answer, refusal and article")
        user.page.keyboard.press("Escape")
        for tab, there in (
            ("Articles", ".articles > li"),
            ("Coverage", ".named"),
            ("News", ".articles > li"),
            ("Collections", "#collection .empty"),
            ("History", ".saved > li"),
            ("Maintenance", ".facts"),
        ):
            expect(user.tab(tab).locator(there).first).to_be_visible()
            found += violations(user.page, tab)
        assert user.page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    assert found == []


def test_an_answer_is_read_out_once_and_whole(user: User) -> None:
    user.page.evaluate(
        """() => {
          window.heard = [];
          const places = [...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]')];
          new MutationObserver((all) => all.forEach(({ target }) => {
            const place = (target.nodeType === 1 ? target : target.parentElement)
              ?.closest('[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]');
            if (place?.checkVisibility() && place.textContent.trim()) window.heard.push(place.textContent.trim());
          })).observe(document.body, { childList: true, characterData: true, subtree: true });
        }"""
    )
    user.ask(QUESTION)
    user.page.wait_for_function("window.heard.length")
    expect(user.page.locator("#offer .suggestion").first).to_be_visible()
    heard = user.page.evaluate("window.heard")
    assert len(heard) == 1
    assert "condemned" in heard[0] and "It rests on 2 sources." in heard[0]


def test_everything_is_reached_and_done_by_keyboard(user: User) -> None:
    page = user.page
    expect(user.box).to_be_focused()
    page.keyboard.type("When will the cannery close?")
    page.keyboard.press("Enter")
    user.answered()
    reached: list[str] = []
    page.locator("h1").click()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                  const at = document.activeElement, style = getComputedStyle(at);
                  if (at === document.body) return '';
                  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
                  return `${at.getAttribute('aria-label') ?? at.innerText ?? ''}${seen ? '' : ' (unseen)'}`
                    .replace(/\\s+/g, ' ').trim();
                }"""
            )
        )
    wanted = (
        "Keyboard shortcuts",
        "Dark colours",
        "Articles",
        "New conversation",
        "Save as Markdown",
        "Source 1",
        "Copy",
        "Edit",
        "Ask",
    )
    for name in wanted:
        assert any(label.startswith(name) for label in reached), (name, reached)
    assert any(label.startswith("Read the article") for label in reached)
    labels = [label for label in reached if label.removesuffix(" (unseen)")]
    assert not [label for label in labels if label.endswith("(unseen)")]


def test_the_tabs_are_reached_with_the_arrow_keys(user: User) -> None:
    user.page.get_by_role("tab", name="Ask").focus()
    user.page.keyboard.press("ArrowRight")
    expect(user.page.get_by_role("tab", name="Articles")).to_be_focused()
    user.page.keyboard.press("Enter")
    expect(user.page.locator("#tab-articles .articles > li").first).to_be_visible()


def sideways(page: Page) -> int:
    """How many pixels wider than the window the page is."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_the_page_fits_its_width(browser: Browser, maintenance_window: str) -> None:
    """720 by 450 is what a window of 1440 by 900 has at 200% zoom."""
    wide = {}
    with opened_window(browser, maintenance_window, width=320, height=640) as user:
        user.ask("x" * 1500)
        user.ask(QUESTION)
        for width, height in ((320, 640), (390, 844), (720, 450), (1024, 768)):
            user.page.set_viewport_size({"width": width, "height": height})
            user.tab("Ask")
            wide["ask", width] = sideways(user.page)
            expect(user.box).to_be_in_viewport()
            user.page.locator(".card .link").first.click()
            expect(user.page.locator("#reader mark").first).to_be_in_viewport()
            wide["article", width] = sideways(user.page)
            user.page.keyboard.press("Escape")
            for tab in ("Articles", "Coverage", "News", "Collections", "History", "Maintenance"):
                expect(user.tab(tab).locator("h2:visible, h3:visible, .result-count:visible").first).to_be_visible()
                wide[tab, width] = sideways(user.page)
    assert {where: more for where, more in wide.items() if more > 0} == {}


def test_a_small_screen_has_a_way_back_from_a_source(browser: Browser, window: str) -> None:
    with opened_window(browser, window, width=390, height=844) as user:
        user.ask(QUESTION)
        user.now.locator(".answer .cite").first.click()
        expect(user.page.locator("#a1-s1 mark")).to_be_in_viewport()
        user.page.get_by_role("button", name=re.compile("^Back to the answer")).first.click()
        expect(user.now.locator(".question")).to_be_in_viewport()


def test_what_an_article_covers_on_a_small_screen_is_out_of_reach(browser: Browser, window: str) -> None:
    with opened_window(browser, window, width=390, height=844) as user:
        user.page.locator("#first-look .headline").first.click()
        expect(user.page.locator("#reader h2")).to_be_focused()
        user.page.locator("#title-field").evaluate("field => field.focus()")
        expect(user.page.locator("#title-field")).not_to_be_focused()


def test_paper_shows_questions_answers_and_sources_and_nothing_to_press(user: User) -> None:
    user.ask("When will the cannery close?")
    user.ask(QUESTION)
    user.page.emulate_media(media="print")
    expect(user.page.locator(".turn .answer")).to_have_count(2)
    expect(user.page.locator("#a1-s1")).to_be_visible()
    for hidden in ("#composer", ".actions", ".tools", "#offer", "[role=tablist]"):
        expect(user.page.locator(hidden).first).not_to_be_visible()


def test_light_and_dark_are_chosen_and_stay(user: User) -> None:
    dark = "document.body.classList.contains('dark')"
    before = user.page.evaluate(dark)
    user.page.get_by_role("switch", name="Dark colours").click()
    assert user.page.evaluate(dark) != before
    user.reload()
    expect(user.page.locator("#offer .suggestion").first).to_be_visible()
    assert user.page.evaluate(dark) != before
