"""Articles, questions and names that try to do harm are shown as text, in every place.

The payloads are of two public lists for cross-site scripting, PayloadsAllTheThings and SecLists, as the package brs-kb
carries them. An attempt that ran, or that only the page's policy stopped, fails the test: `opened_window` sees both.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from brs_kb.payloads.external_sources.brs_kb_payloadsallthethings import PAYLOADSALLTHETHINGS_XSS
from brs_kb.payloads.external_sources.brs_kb_seclists import SECLISTS_XSS_PAYLOADS
from playwright.sync_api import Browser, expect

from assistant import Assistant, Settings
from assistant.utils.strings import one_line

from .conftest import opened_window, served

pytestmark = [pytest.mark.browser, pytest.mark.model]

_LISTS = [*PAYLOADSALLTHETHINGS_XSS.values(), *SECLISTS_XSS_PAYLOADS.values()]
PAYLOADS = list(dict.fromkeys(one_line(entry.payload) for entry in _LISTS if len(entry.payload) < 300))
_MOST = 1900  # characters of a question


CORRECTED = 60  # articles
FOREIGN = "script, img, svg:not(.icon), iframe, object, embed"


def record(number: int, payload: str, colour: str = "green") -> dict[str, str]:
    """An article that is nothing but a payload in each field."""
    text = f"{payload} The harbour master said that lighthouse {number} would be painted {colour}. {payload}"
    fields = dict.fromkeys(("title", "source", "author", "category", "url"), payload)
    if re.match(r"\W*(?:javascript|data|vbscript):", payload, re.IGNORECASE):
        del fields["url"]  # with it the article is refused
    return {**fields, "id": f"p{number}", "text": text, "published": "2025-05-01"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home, file = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("articles") / "all.jsonl"
    articles = [record(number, payload) for number, payload in enumerate(PAYLOADS)]
    file.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    with Assistant.open(Settings(home=home)) as assistant:
        report = assistant.refresh([Path(file)])
        assert not report.failures and report.articles == len(PAYLOADS)
        assistant.watch(questions()[0])
        articles[:CORRECTED] = [
            record(number, payload, f"red {payload}") for number, payload in enumerate(PAYLOADS[:CORRECTED])
        ]
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
    with opened_window(browser, address) as user:
        panel = user.tab("Articles")
        shown = panel.locator(".articles .headline")  # also of copies, which are folded
        expect(shown.first).to_be_visible()
        while panel.get_by_role("button", name="Show more").count():
            before = shown.count()
            panel.get_by_role("button", name="Show more").click()
            expect(shown).not_to_have_count(before)
        expect(shown).to_have_count(len(PAYLOADS))
        assert set(shown.all_text_contents()) == set(PAYLOADS)
        web = [payload for payload in PAYLOADS if payload.startswith(("http:", "https:"))]
        assert panel.locator(".articles .original").count() <= len(web)
        article = user.page.locator("#reader")
        for at in range(0, len(PAYLOADS), 10):
            title = shown.nth(at)
            title.evaluate("link => link.click()")
            expect(article.locator("h2")).to_have_text(title.text_content() or "")
            expect(article.locator(".body")).to_contain_text(title.text_content() or "")
        user.page.keyboard.press("Escape")
        expect(user.tab("Coverage").locator(".series").first).to_be_visible()


def test_corrections_and_watched_questions_are_shown_as_text(browser: Browser, address: str) -> None:
    with opened_window(browser, address) as user:
        panel = user.tab("News")
        shown = panel.locator(".articles > li")
        expect(shown).to_have_count(50)
        # At once: the button is still that of the news since yesterday, which are more.
        panel.evaluate(
            "panel => { panel.querySelector('[name=since][value=refresh]').click();"
            " panel.querySelector('button[data-act=news]').click(); }"
        )
        expect(shown).to_have_count(CORRECTED)
        assert set(shown.locator(".headline").all_inner_texts()) == set(PAYLOADS[:CORRECTED])
        assert all("red" in marked for marked in shown.locator("ins").all_inner_texts())
        expect(panel.locator(".watches h3")).to_be_visible()
        panel = user.tab("Maintenance")
        user.button("What changed").click()
        expect(panel.locator("#difference .articles > li")).to_have_count(CORRECTED)
        ours = "#news, #news-form, #watched, #state, #controls, #refreshes, #difference"
        expect(user.page.locator(ours).locator(FOREIGN)).to_have_count(0)


def test_questions_answers_and_stored_conversations_are_shown_as_text(browser: Browser, address: str) -> None:
    with opened_window(browser, address) as user:
        for question in questions():
            user.ask(question)
            assert one_line(question).startswith(user.now.locator(".question").inner_text().removesuffix("…"))
        user.reload()
        expect(user.page.locator(".turn")).to_have_count(len(questions()))
        user.ask("What did the harbour master say of lighthouse 7?")
        expect(user.page.locator(".card").first).to_be_visible()
        with user.page.context.expect_page() as opened:
            user.button("Printable page").click()
        expect(opened.value.locator("h1")).to_have_count(len(questions()) + 1)
        expect(user.tab("History").locator(".saved > li")).to_have_count(1)
        ours = "#past, #now, #cards, #offer, #article-list, #coverage, #saved-conversations, #reader"
        expect(user.page.locator(ours).locator(FOREIGN)).to_have_count(0)
