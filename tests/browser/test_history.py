"""Conversations that the browser keeps, what is taken out of the window, and what readers think of it."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant, Settings

from .conftest import Reader, reading, served, served_at

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"
CANNERY = "When will the cannery close?"


def test_a_conversation_is_kept_opened_again_renamed_and_deleted(reader: Reader) -> None:
    reader.ask(CANNERY)
    reader.button("New conversation").click()
    expect(reader.page.locator(".turn")).to_have_count(0)
    reader.ask(QUESTION)
    shelf = reader.tab("History")
    expect(shelf.locator(".shelf .headline")).to_have_text([QUESTION, CANNERY])
    shelf.get_by_role("button", name=f"Rename {CANNERY}").click()
    shelf.get_by_label("Name").fill("<b>The cannery</b>")
    shelf.get_by_label("Name").press("Enter")
    shelf.get_by_role("button", name="<b>The cannery</b>", exact=True).click()
    expect(reader.page.locator(".question")).to_have_text([CANNERY])
    expect(reader.page.locator("#a1-s1 mark")).to_contain_text("will close its cannery")
    shelf = reader.tab("History")
    delete = shelf.get_by_role("button", name=f"Delete {QUESTION}")
    delete.click()
    expect(shelf.locator("li")).to_have_count(2)
    shelf.get_by_role("button", name=f"Delete for good {QUESTION}").click()
    expect(shelf.locator(".shelf .headline")).to_have_text(["<b>The cannery</b>"])


def test_a_page_that_is_loaded_again_goes_on_where_it_was(reader: Reader) -> None:
    reader.ask("How did Martin Kessing vote on the ferry terminal?")
    reader.reload()
    expect(reader.now.locator(".answer")).to_contain_text("Kessing")
    reader.ask("And Dora Amblin?")
    expect(reader.now.locator(".understood")).to_contain_text("How did Dora Amblin vote on the ferry terminal?")
    expect(reader.page.locator(".turn")).to_have_count(2)


def test_what_the_browser_kept_is_not_trusted(reader: Reader) -> None:
    reader.ask(CANNERY)
    reader.page.evaluate(
        """() => {
          for (const kept of ["{broken", '{"turns": 7}', JSON.stringify({ id: "x", turns: [{ number: "<img>" }] })])
            localStorage.setItem("article-assistant/" + Math.random(),
              JSON.stringify({ title: "<img src=x onerror=alert(1)>", at: 1, turns: 1, kept }));
          localStorage.setItem("article-assistant/none", "no JSON");
        }"""
    )
    shelf = reader.tab("History")
    broken = shelf.get_by_role("button", name="<img src=x onerror=alert(1)>", exact=True)
    expect(broken).to_have_count(3)
    broken.first.click()
    reader.tab("Ask")
    expect(reader.page.locator("#said")).to_contain_text("cannot be read any more")
    expect(reader.now.locator(".question")).to_have_text(CANNERY)


def test_cited_passages_stay_readable_after_the_corpus_moved_on(
    browser: Browser, sample_home: Path, tmp_path: Path
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "one.txt").write_text("---\ntitle: The bridge\n---\nThe bridge over the Ashlorn will open on 4 July.")
    (articles / "two.txt").write_text("---\ntitle: The fair\n---\nThe herring fair drew 900 people to the quay.")
    home = tmp_path / "home"
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.refresh([articles])
        with served(home) as address, reading(browser, address) as one:
            one.ask("When will the bridge over the Ashlorn open?")
            (articles / "one.txt").unlink()
            assistant.refresh(allow_removals=True)
            one.reload()
            expect(one.page.locator("#a1-s1 mark")).to_contain_text("will open on 4 July")
            one.page.locator(".card .link").first.click()
            article = one.page.locator("#reader")
            expect(article).to_contain_text("not in the corpus any more")
            expect(article.locator("mark")).to_contain_text("will open on 4 July")


def test_a_conversation_is_saved_as_markdown_and_as_a_page_to_print(reader: Reader) -> None:
    reader.ask(QUESTION)
    with reader.page.expect_download() as saved:
        reader.button("Save as Markdown").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert saved.value.suggested_filename.endswith("-who-condemned-the-attack-and-what-was-demanded.md")
    assert f"## {QUESTION}" in text and "1. “Foreign ministry attack tied to wider espionage campaign" in text
    with reader.page.context.expect_page() as opened:
        reader.button("Printable page").click()
    printed: Page = opened.value
    expect(printed.locator("h1")).to_have_text(QUESTION)
    expect(printed.locator("ol li").first).to_contain_text("Perimeter Review, 29 May 2025")


def test_what_readers_think_is_kept_with_what_they_saw(browser: Browser, window: str, window_home: Path) -> None:
    with reading(browser, window) as one:
        one.ask(CANNERY)
        one.button("Bad answer").click()
        expect(one.button("Bad answer")).to_have_attribute("aria-pressed", "true")
        one.page.get_by_label("What was wrong with it?").fill("It names two dates.")
        one.button("Send").click()
        expect(one.now.locator(".noted")).to_contain_text("It names two dates.")
    with sqlite3.connect(window_home / "feedback.sqlite") as stored:
        assert stored.execute("SELECT count(*) FROM feedback").fetchone()[0] >= 1
    with Assistant.open(Settings(home=window_home)) as assistant:
        given = assistant.feedback()[0]
    assert (given.good, given.reason, given.question) == (False, "It names two dates.", CANNERY)
    assert given.citations and given.generation


def test_a_verdict_can_be_taken_back(browser: Browser, window: str, window_home: Path) -> None:
    with Assistant.open(Settings(home=window_home)) as assistant, reading(browser, window) as one:
        before = len(assistant.feedback())
        one.ask(QUESTION)
        good = one.button("Good answer")
        good.click()
        expect(good).to_have_attribute("aria-pressed", "true")
        assert len(assistant.feedback()) == before + 1
        good.click()
        expect(good).to_have_attribute("aria-pressed", "false")
        assert len(assistant.feedback()) == before


def test_kept_conversations_hold_the_whole_answer(reader: Reader) -> None:
    reader.ask(CANNERY)
    reader.page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('article-assistant/'))")
    stored = reader.page.evaluate(
        "localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('article-assistant/')))"
    )
    turn = json.loads(json.loads(stored)["kept"])["turns"][0]
    assert turn["answer"]["citations"][0]["quote"] and turn["excerpts"][0]["after"]
    assert re.fullmatch(r"[0-9a-f]{32}", turn["key"])


def test_a_server_that_was_started_anew_goes_on_with_the_conversation(browser: Browser, window_home: Path) -> None:
    with browser.new_context() as context:
        with served(window_home) as address:
            one = Reader(context.new_page(), address)
            one.ask("How did Martin Kessing vote on the ferry terminal?")
        with served_at(int(address.rsplit(":", 1)[1]), window_home, {}):
            one.box.fill("And Dora Amblin?")
            one.button("Ask").click()
            asked = one.now.locator(".understood")
            expect(asked).to_contain_text("How did Dora Amblin vote on the ferry terminal?")
            expect(one.page.locator(".turn")).to_have_count(2)


def test_two_windows_on_one_conversation_lose_nothing_of_each_other(browser: Browser, window: str) -> None:
    with reading(browser, window) as one:
        one.ask(CANNERY)
        other = Reader(one.page.context.new_page(), window)
        other.tab("History").locator(".headline").first.click()
        expect(other.now.locator(".question")).to_have_text(CANNERY)
        one.ask(QUESTION)
        other.ask("How many people were evacuated in the flood?")
        shelf = one.tab("History").locator(".shelf > li")
        expect(shelf).to_have_count(2)
        one.reload()
        expect(one.page.locator(".question")).to_have_text([CANNERY, QUESTION])


def test_a_browser_that_keeps_nothing_is_no_trouble(browser: Browser, window: str) -> None:
    with browser.new_context() as context:
        context.add_init_script(
            "for (const name of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
        )
        one = Reader(context.new_page(), window)
        one.ask(CANNERY)
        one.page.locator(".card .link").first.click()
        expect(one.page.locator("#reader mark").first).to_be_visible()
        one.page.keyboard.press("Escape")
        expect(one.tab("History")).to_contain_text("None yet.")
        assert one.errors == []


def test_a_full_store_loses_nothing_in_vain(reader: Reader) -> None:
    reader.ask(CANNERY)
    reader.button("New conversation").click()
    expect(reader.page.locator(".turn")).to_have_count(0)
    reader.page.evaluate(
        """() => {
          let size = 1 << 20;
          for (let n = 0; size > 16; n += 1) {
            try { localStorage.setItem('other ' + n, 'x'.repeat(size)); } catch { size >>= 1; }
          }
          Storage.prototype.setItem = new Proxy(Storage.prototype.setItem, {
            apply(set, place, [key, value]) {
              if (place === localStorage && value.includes('condemned')) throw new Error('full');
              return Reflect.apply(set, place, [key, value]);
            },
          });
        }"""
    )
    reader.ask(QUESTION)
    expect(reader.page.locator("#told")).to_contain_text("could not be kept")
    expect(reader.tab("History").locator(".shelf .headline")).to_have_text([CANNERY])
