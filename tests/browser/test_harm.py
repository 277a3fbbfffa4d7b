"""Articles, questions and names that try to do harm are shown as text, in every place.

The payloads are of two public lists for cross-site scripting, PayloadsAllTheThings and SecLists, as the package brs-kb
carries them. An attempt that ran, or that only the page's policy stopped, fails the test: `reading` sees both.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from brs_kb.payloads.external_sources.brs_kb_payloadsallthethings import PAYLOADSALLTHETHINGS_XSS
from brs_kb.payloads.external_sources.brs_kb_seclists import SECLISTS_XSS_PAYLOADS
from playwright.sync_api import Browser, expect

from assistant import Assistant, Settings
from assistant.utils.strings import one_line

from .conftest import reading, served

pytestmark = [pytest.mark.browser, pytest.mark.model]

_LISTS = [*PAYLOADSALLTHETHINGS_XSS.values(), *SECLISTS_XSS_PAYLOADS.values()]
PAYLOADS = list(dict.fromkeys(one_line(one.payload) for one in _LISTS if len(one.payload) < 300))
_MOST = 1900  # characters of a question


CORRECTED = 60  # articles


def record(number: int, payload: str, colour: str = "green") -> dict[str, str]:
    """An article that is nothing but a payload in each field."""
    told = f"{payload} The harbour master said that lighthouse {number} would be painted {colour}. {payload}"
    fields = dict.fromkeys(("title", "source", "author", "category", "url"), payload)
    return {**fields, "id": f"p{number}", "text": told, "published": "2025-05-01"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home, file = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("articles") / "all.jsonl"
    articles = [record(*one) for one in enumerate(PAYLOADS)]
    file.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    with Assistant.open(Settings(home=home)) as assistant:
        report = assistant.refresh([Path(file)])
        assert not report.failures and report.articles == len(PAYLOADS)
        assistant.watch(questions()[0])
        articles[:CORRECTED] = [record(n, one, f"red {one}") for n, one in enumerate(PAYLOADS[:CORRECTED])]
        file.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
        assert len(assistant.refresh([Path(file)]).changed) == CORRECTED
    with served(home, ASSISTANT_MAINTENANCE="true") as address:
        yield address


def questions() -> list[str]:
    """Questions that hold all payloads between them, each asking for a lighthouse."""
    asked, lines = "What did the harbour master say of lighthouse {}?", [""]
    for payload in PAYLOADS:
        if len(lines[-1]) + len(payload) > _MOST:
            lines.append("")
        lines[-1] += f" {payload}"
    return [asked.format(number) + line for number, line in enumerate(lines)]


def test_there_are_a_hundred_payloads_and_more() -> None:
    assert len(PAYLOADS) >= 100


def test_articles_are_shown_as_text_wherever_they_are_shown(browser: Browser, address: str) -> None:
    with reading(browser, address) as one:
        panel = one.tab("Articles")
        shown = panel.locator(".articles > li")
        expect(shown.first).to_be_visible()
        while panel.get_by_role("button", name="Show more").count():
            before = shown.count()
            panel.get_by_role("button", name="Show more").click()
            expect(shown).not_to_have_count(before)
        expect(shown).to_have_count(len(PAYLOADS))
        assert set(shown.locator(".headline").all_inner_texts()) == set(PAYLOADS)
        assert shown.locator("a").count() == sum(payload.startswith(("http:", "https:")) for payload in PAYLOADS)
        article = one.page.locator("#reader")
        for at in range(0, len(PAYLOADS), 10):
            title = shown.nth(at).locator(".headline")
            title.evaluate("button => button.click()")
            expect(article.locator("h2")).to_have_text(title.inner_text())
            expect(article.locator(".body")).to_contain_text(title.inner_text())
        one.page.keyboard.press("Escape")
        expect(one.tab("Coverage").locator(".series").first).to_be_visible()


def test_corrections_and_what_is_watched_are_shown_as_text(browser: Browser, address: str) -> None:
    with reading(browser, address) as one:
        panel = one.tab("News")
        panel.get_by_label("since the last refresh").check()
        shown = panel.locator(".articles > li")
        expect(shown).to_have_count(50)
        panel.get_by_role("button", name="Show more news").click()
        expect(shown).to_have_count(CORRECTED)
        assert set(shown.locator(".headline").all_inner_texts()) == set(PAYLOADS[:CORRECTED])
        assert all("red" in marked for marked in shown.locator("ins").all_inner_texts())
        expect(panel.locator(".watches h3")).to_be_visible()
        panel = one.tab("Maintenance")
        one.button("What changed").click()
        expect(panel.locator("#difference .articles > li")).to_have_count(CORRECTED)
        ours = "#news, #newsform, #watched, #state, #controls, #refreshes, #difference"
        expect(one.page.locator(ours).locator("script, img, svg, iframe, object, embed")).to_have_count(0)


def test_questions_answers_and_what_is_kept_of_them_are_shown_as_text(browser: Browser, address: str) -> None:
    with reading(browser, address) as one:
        for question in questions():
            one.ask(question)
            assert one_line(question).startswith(one.now.locator(".question").inner_text().removesuffix("…"))
        one.reload()
        expect(one.page.locator(".turn")).to_have_count(len(questions()))
        one.ask("What did the harbour master say of lighthouse 7?")
        expect(one.page.locator(".card").first).to_be_visible()
        with one.page.context.expect_page() as opened:
            one.button("Printable page").click()
        expect(opened.value.locator("h1")).to_have_count(len(questions()) + 1)
        expect(one.tab("History").locator(".shelf > li")).to_have_count(1)
        ours = "#past, #now, #cards, #offer, #list, #coverage, #shelf, #reader"
        expect(one.page.locator(ours).locator("script, img, svg, iframe, object, embed")).to_have_count(0)
