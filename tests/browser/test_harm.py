"""Articles, questions and names that try to do harm are shown as text, in every place.

The payloads are of two public lists for cross-site scripting, PayloadsAllTheThings and SecLists, as the package brs-kb
carries them. An attempt that ran, or that only the page's policy stopped, fails the test: `opened_window` sees both.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from brs_kb.payloads.external_sources.brs_kb_payloadsallthethings import PAYLOADSALLTHETHINGS_XSS
from brs_kb.payloads.external_sources.brs_kb_seclists import SECLISTS_XSS_PAYLOADS
from playwright.sync_api import Browser, FilePayload, expect

from assistant import Assistant, Collection, Settings
from assistant.utils.strings import one_line
from ui.browser_collections import serialize_collections

from .conftest import User, opened_window, served

pytestmark = [pytest.mark.browser, pytest.mark.model]

_LISTS = [*PAYLOADSALLTHETHINGS_XSS.values(), *SECLISTS_XSS_PAYLOADS.values()]
PAYLOADS = list(dict.fromkeys(one_line(entry.payload) for entry in _LISTS if len(entry.payload) < 300))
_MOST = 1900  # characters of a question


CORRECTED = 60  # articles
WORDS = ("alert", "script", "svg", "img", "onerror", "javascript", "iframe", "document")  # of titles
FOREIGN = "script, img, svg:not(.icon), iframe, object, embed"


def record(number: int, payload: str, colour: str = "green") -> dict[str, str]:
    """An article that is nothing but a payload in each field."""
    text = f"{payload} The harbour master said that lighthouse {number} would be painted {colour}. {payload}"
    fields = dict.fromkeys(("title", "source", "author", "category", "url"), payload)
    if re.match(r"\W*(?:javascript|data|vbscript):", payload, re.IGNORECASE):
        del fields["url"]  # with it the article is refused
    return {**fields, "id": payload if number % 2 else f"p{number}", "text": text, "published": "2025-05-01"}


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


def test_stories_found_titles_and_limits_are_shown_as_text(browser: Browser, address: str) -> None:
    with opened_window(browser, address) as user:
        front = user.page.locator("#first-look .headline")
        expect(front.first).to_be_visible()
        assert {one_line(text) for text in front.all_text_contents()} <= set(PAYLOADS)
        for word in WORDS:
            user.page.locator("#title-field").fill(word)
            expect(user.page.locator("#title-list .title").last).to_have_text(f"All articles with “{word}”")
            found = user.page.locator("#title-list bdi.title").all_text_contents()
            assert found and all(any(title.startswith(text.rstrip("…")) for title in PAYLOADS) for text in found)
        user.page.keyboard.press("Escape")
        stories = user.page.locator("#first-look [data-act=story]")
        user.page.evaluate("window.articleAssistantTrigger('story', {story: 'unknown'})")
        expect(user.page.locator("#reader h2")).to_have_text("No such story")
        for at in range(min(stories.count(), 3)):
            stories.nth(at).evaluate("link => link.click()")
            expect(user.page.locator("#reader .in-time")).to_be_visible()
            assert set(user.page.locator("#reader .articles .headline").all_text_contents()) <= set(PAYLOADS)
        chosen = json.dumps(PAYLOADS[:20])
        user.page.evaluate("names => window.articleAssistantTrigger('scope', {source: names})", chosen)
        expect(user.page.locator("#composer-notes .chips, #composer-notes .chip").first).to_be_visible()
        expect(user.page.locator("#filters, #composer, #first-look, #top, #reader").locator(FOREIGN)).to_have_count(0)


def leave(user: User) -> None:
    """Leave the page. What Gradio's own script says of streams that this cuts off is no error of ours."""
    before = list(user.errors)
    user.page.goto("about:blank")
    user.errors[:] = before


def test_what_an_address_says_is_shown_as_text(browser: Browser, address: str) -> None:
    with opened_window(browser, address) as user:
        article = user.tab("Articles").locator("a.headline[href^='article/~']").first.get_attribute("href")
    limits = [("source", name) for name in PAYLOADS[:10]]
    more = list(zip(("model", "since", "story"), PAYLOADS, strict=False))
    paths = [
        f"?{urlencode([('q', questions()[0]), *limits, *more])}",
        *(f"articles?{urlencode([('text', payload), ('order', payload), *limits])}" for payload in PAYLOADS[:2]),
        f"news?{urlencode([('since', PAYLOADS[0]), ('day', PAYLOADS[1]), ('source', PAYLOADS[2])])}",
        *(f"{article}#{quote(payload, safe='')}" for payload in PAYLOADS[:2]),
        f"{article}#100%/of it",
        "story/javascript",
        "answer/onerror",
    ]
    with opened_window(browser, address) as user:
        for path in paths:
            leave(user)
            user.page.goto(f"{address}/{path}")
            expect(user.page.locator("#head .holdings")).to_be_visible()
            shown = {"?": ".turn .question", "a": ".result-count, #reader.open h2, #shared-answer .empty, .notice"}
            expect(user.page.locator(shown.get(path[0], "#news, #reader.open h2")).first).to_be_attached()
            if path.startswith("article/"):
                expect(user.page.locator("#reader .body")).to_contain_text("The harbour master said")
            expect(user.page.locator("[role=tabpanel], #reader").locator(FOREIGN)).to_have_count(0)


def test_shared_answers_and_collections_are_shown_as_text(browser: Browser, address: str) -> None:
    with opened_window(browser, address) as user:
        user.ask("What did the harbour master say of lighthouse 7?")
        user.now.get_by_role("button", name="Share this answer").click()
        user.page.get_by_role("menuitem", name="Make a link").click()
        link = user.page.locator("[data-link]").input_value
        expect(user.page.locator("[data-link]")).to_have_value(re.compile("/answer/"))
        with opened_window(browser, link()) as reader:
            expect(reader.page.locator("#shared-answer .question")).to_be_visible()
            expect(reader.page.locator("#shared-answer").locator(FOREIGN)).to_have_count(0)
        user.page.keyboard.press("Escape")
        user.now.get_by_role("button", name="Pin this answer").click()
        user.page.get_by_label("New collection").fill(PAYLOADS[0][:100])
        user.page.keyboard.press("Enter")
        expect(user.page.locator("#toast")).to_contain_text("Pinned to")
        panel = user.tab("Collections")
        panel.get_by_label("Note").first.fill("\n".join(PAYLOADS[:40])[:4000])
        user.tab("Ask")
        user.tab("Collections")
        with user.page.context.expect_page() as opened:
            panel.get_by_role("button", name="Export").click()
            user.page.get_by_role("menuitem", name="Printable page").click()
        expect(opened.value.locator("h1")).to_be_visible()
        expect(opened.value.locator("body").locator(FOREIGN)).to_have_count(0)
        expect(user.page.locator("#collection-list, #collection, #panels").locator(FOREIGN)).to_have_count(0)


def test_what_somebody_wrote_into_the_browsers_store_is_shown_as_text(browser: Browser, address: str) -> None:
    made = [Collection.named(one_line(payload)[:120] or "x") for payload in PAYLOADS[:50]]
    stored = {f"article-assistant-collection/{each.id}": serialize_collections((each,)) for each in made}
    stored |= {f"article-assistant-collection/{payload}": payload for payload in PAYLOADS[50:60]}
    for number, payload in enumerate(PAYLOADS[60:80]):
        kept = json.dumps({"title": payload, "at": payload, "turns": payload, "kept": payload})
        stored[f"article-assistant/{payload}"] = kept if number % 2 else payload
    stored |= {"article-assistant-theme": PAYLOADS[0], "article-assistant-model": PAYLOADS[1]}
    with opened_window(browser, address) as user:
        user.page.evaluate("kept => Object.entries(kept).forEach((pair) => localStorage.setItem(...pair))", stored)
        leave(user)
        user.page.goto(address)
        rows = user.tab("Collections").locator(".collection-row bdi")
        expect(rows).to_have_count(60)
        assert {each.name for each in made} <= set(rows.all_text_contents())
        for at in (0, 30, 59):
            rows.nth(at).click()
        saved = user.tab("History").locator(".saved > li")
        expect(saved).to_have_count(10)
        saved.first.locator(".headline").click()
        expect(user.page.locator("#problem .problem")).to_contain_text("cannot be read any more")
        expect(user.page.locator("[role=tabpanel]").locator(FOREIGN)).to_have_count(0)


def test_what_is_about_to_be_added_is_shown_as_text(browser: Browser, address: str) -> None:
    records = "\n".join(json.dumps(record(number, payload)) for number, payload in enumerate(PAYLOADS[:90]))
    files: list[FilePayload] = [{"name": "all.jsonl", "mimeType": "text/plain", "buffer": records.encode()}]
    for payload in PAYLOADS[:6]:
        text = f"{payload}\n\n{payload} It rained."
        files.append({"name": f"{payload[:60]}.txt", "mimeType": "text/html", "buffer": text.encode()})
    with opened_window(browser, address) as user:
        panel = user.tab("Maintenance")
        user.page.locator("[data-files]").set_input_files(files)
        expect(panel.locator(".draft").first).to_be_visible()
        title = panel.locator(".draft").first.get_by_label("Title", exact=True)
        title.fill(PAYLOADS[0])
        panel.get_by_text("Paste a text").click()
        panel.get_by_label("The text, with its title").fill("\n\n".join(PAYLOADS[:30]))
        panel.locator(".paste").get_by_role("button", name="Look at it").click()
        expect(panel.locator("#added .refreshing")).to_have_count(0)
        expect(title).to_have_value(PAYLOADS[0])
        for payload in PAYLOADS[:3]:
            user.page.evaluate("it => window.articleAssistantTrigger('look_at_source', it)", _source(payload))
            expect(panel.locator("#source-look .problem, #source-look .source-detail").first).to_be_visible()
        expect(panel.locator(FOREIGN)).to_have_count(0)
        user.button("Discard all").click()
        expect(panel.locator(".draft")).to_have_count(0)


def _source(payload: str) -> dict[str, str]:
    return dict.fromkeys(("location", "kind", "name", "publication", "every"), payload)


def test_a_base_that_came_in_with_a_text_would_change_no_address(user: User) -> None:
    before = user.page.evaluate("document.baseURI")
    tag = '<base href="/article/"><base href="https://evil.example/">'
    user.page.evaluate("tag => document.body.insertAdjacentHTML('beforeend', tag)", tag)
    assert user.page.evaluate("document.baseURI") == before
