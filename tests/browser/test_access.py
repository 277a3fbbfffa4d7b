"""Usable by everyone: by keyboard, read out, small or enlarged, light or dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .conftest import Reader, reading

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"


def violations(page: Page, where: str) -> list[str]:
    """What axe-core finds serious or critical."""
    return [
        f"{where}: {one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_tab(browser: Browser, upkeep_window: str, scheme: str) -> None:
    found: list[str] = []
    with reading(browser, upkeep_window, color_scheme=scheme) as one:
        expect(one.page.locator("#offer .suggestion").first).to_be_visible()
        found += violations(one.page, "first look")
        one.ask("Who won the World Cup in 2022?")
        one.ask(QUESTION)
        one.now.get_by_role("button", name="Bad answer").click()
        expect(one.page.get_by_label("What was wrong with it?")).to_be_visible()
        one.page.locator(".card .link").first.click()
        expect(one.page.locator("#reader mark").first).to_be_visible()
        found += violations(one.page, "answer, refusal and article")
        one.page.keyboard.press("Escape")
        for tab, there in (
            ("Articles", ".articles > li"),
            ("Coverage", ".named"),
            ("News", ".articles > li"),
            ("History", ".shelf > li"),
            ("Maintenance", ".facts"),
        ):
            expect(one.tab(tab).locator(there).first).to_be_visible()
            found += violations(one.page, tab)
        assert one.page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    assert found == []


def test_an_answer_is_heard_once_and_whole(reader: Reader) -> None:
    reader.page.evaluate(
        """() => {
          window.heard = [];
          const places = [...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]')];
          new MutationObserver((all) => all.forEach(({ target }) => {
            const place = (target.nodeType === 1 ? target : target.parentElement)
              ?.closest('[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]');
            if (place && place.textContent.trim()) window.heard.push(place.textContent.trim());
          })).observe(document.body, { childList: true, characterData: true, subtree: true });
        }"""
    )
    reader.ask(QUESTION)
    reader.page.wait_for_function("window.heard.length")
    expect(reader.page.locator("#offer .suggestion").first).to_be_visible()
    heard = reader.page.evaluate("window.heard")
    assert len(heard) == 1
    assert "condemned" in heard[0] and "It rests on 3 sources." in heard[0]


def test_all_is_reached_and_done_by_keyboard(reader: Reader) -> None:
    page = reader.page
    expect(reader.box).to_be_focused()
    page.keyboard.type("When will the cannery close?")
    page.keyboard.press("Enter")
    reader.answered()
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
    wanted = ("Light or dark", "Articles", "New conversation", "Save as Markdown", "Source 1", "Copy", "Edit", "Ask")
    for name in wanted:
        assert any(one.startswith(name) for one in reached), (name, reached)
    assert any(one.startswith("Read the article") for one in reached)
    handled = [one for one in reached if one.removesuffix(" (unseen)")]
    assert not [one for one in handled if one.endswith("(unseen)")]


def test_the_tabs_are_walked_with_the_arrows(reader: Reader) -> None:
    reader.page.get_by_role("tab", name="Ask").focus()
    reader.page.keyboard.press("ArrowRight")
    expect(reader.page.get_by_role("tab", name="Articles")).to_be_focused()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#tab-articles .articles > li").first).to_be_visible()


def sideways(page: Page) -> int:
    """How many pixels wider than the window the page is."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (720, 450), (1024, 768)])
def test_the_page_fits_its_width(browser: Browser, upkeep_window: str, width: int, height: int) -> None:
    """720 by 450 is what a window of 1440 by 900 has at 200% zoom."""
    with reading(browser, upkeep_window, width=width, height=height) as one:
        one.ask("x" * 1500)
        one.ask(QUESTION)
        wide = {"ask": sideways(one.page)}
        expect(one.box).to_be_in_viewport()
        one.page.locator(".card .link").first.click()
        expect(one.page.locator("#reader mark").first).to_be_in_viewport()
        wide["article"] = sideways(one.page)
        one.page.keyboard.press("Escape")
        for tab in ("Articles", "Coverage", "News", "History", "Maintenance"):
            expect(one.tab(tab).locator("h2, .found").first).to_be_visible()
            wide[tab] = sideways(one.page)
    assert {name: more for name, more in wide.items() if more > 0} == {}


def test_on_a_small_screen_the_way_back_from_a_source_is_at_hand(browser: Browser, window: str) -> None:
    with reading(browser, window, width=390, height=844) as one:
        one.ask(QUESTION)
        one.now.locator(".answer .cite").first.click()
        expect(one.page.locator("#a1-s1 mark")).to_be_in_viewport()
        one.page.get_by_role("button", name=re.compile("^Back to the answer")).first.click()
        expect(one.now.locator(".question")).to_be_in_viewport()


def test_paper_shows_questions_answers_and_sources_and_nothing_to_press(reader: Reader) -> None:
    reader.ask("When will the cannery close?")
    reader.ask(QUESTION)
    reader.page.emulate_media(media="print")
    expect(reader.page.locator(".turn .answer")).to_have_count(2)
    expect(reader.page.locator("#a1-s1")).to_be_visible()
    for hidden in ("#composer", ".actions", ".tools", "#offer", "[role=tablist]"):
        expect(reader.page.locator(hidden).first).not_to_be_visible()


def test_light_and_dark_are_chosen_and_stay(reader: Reader) -> None:
    dark = "document.body.classList.contains('dark')"
    before = reader.page.evaluate(dark)
    reader.button("Light or dark").click()
    assert reader.page.evaluate(dark) != before
    reader.reload()
    expect(reader.page.locator("#offer .suggestion").first).to_be_visible()
    assert reader.page.evaluate(dark) != before
