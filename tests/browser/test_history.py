"""Conversations that the browser keeps, what is taken out of the window, and what readers think of it."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant, Settings

from .conftest import User, opened_window, served, served_at

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"
CANNERY = "When will the cannery close?"


def test_a_conversation_is_stored_opened_again_renamed_and_deleted(user: User) -> None:
    user.ask(CANNERY)
    user.button("New conversation").click()
    expect(user.page.locator(".turn")).to_have_count(0)
    user.ask(QUESTION)
    saved = user.tab("History")
    expect(saved.locator(".saved .headline")).to_have_text([QUESTION, CANNERY])
    saved.get_by_role("button", name=f"Rename {CANNERY}").click()
    saved.get_by_label("Name").fill("<b>The cannery</b>")
    saved.get_by_label("Name").press("Enter")
    saved.get_by_role("button", name="<b>The cannery</b>", exact=True).click()
    expect(user.page.locator(".question")).to_have_text([CANNERY])
    expect(user.page.locator("#a1-s1 mark")).to_contain_text("will close its cannery")
    saved = user.tab("History")
    delete = saved.get_by_role("button", name=f"Delete {QUESTION}")
    delete.click()
    expect(saved.locator("li")).to_have_count(2)
    saved.get_by_role("button", name=f"Delete for good {QUESTION}").click()
    expect(saved.locator(".saved .headline")).to_have_text(["<b>The cannery</b>"])


def test_a_page_that_is_loaded_again_goes_on_where_it_was(user: User) -> None:
    user.ask("How did Martin Kessing vote on the ferry terminal?")
    user.reload()
    expect(user.now).to_contain_text("The decisive vote came from Martin Kessing")
    user.ask("And Dora Amblin?")
    expect(user.now.locator(".understood")).to_contain_text("How did Dora Amblin vote on the ferry terminal?")
    expect(user.page.locator(".turn")).to_have_count(2)


def test_what_the_browser_stored_is_not_trusted(user: User) -> None:
    user.ask(CANNERY)
    user.page.evaluate(
        """() => {
          for (const kept of ["{broken", '{"turns": 7}', JSON.stringify({ id: "x", turns: [{ number: "<img>" }] })])
            localStorage.setItem("article-assistant/" + Math.random(),
              JSON.stringify({ title: "<img src=x onerror=alert(1)>", at: 1, turns: 1, kept }));
          localStorage.setItem("article-assistant/none", "no JSON");
        }"""
    )
    saved = user.tab("History")
    broken = saved.get_by_role("button", name="<img src=x onerror=alert(1)>", exact=True)
    expect(broken).to_have_count(3)
    broken.first.click()
    user.tab("Ask")
    expect(user.page.locator("#problem")).to_contain_text("cannot be read any more")
    expect(user.now.locator(".question")).to_have_text(CANNERY)


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
        with served(home) as address, opened_window(browser, address) as user:
            user.ask("When will the bridge over the Ashlorn open?")
            (articles / "one.txt").unlink()
            assistant.refresh(allow_removals=True)
            user.reload()
            expect(user.page.locator("#a1-s1 mark")).to_contain_text("will open on 4 July")
            user.page.locator(".card .link").first.click()
            article = user.page.locator("#reader")
            expect(article).to_contain_text("not in the corpus any more")
            expect(article.locator("mark")).to_contain_text("will open on 4 July")


def test_a_conversation_is_saved_as_markdown_and_as_a_page_to_print(user: User) -> None:
    user.ask(QUESTION)
    with user.page.expect_download() as saved:
        user.button("Save as Markdown").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert saved.value.suggested_filename.endswith("-who-condemned-the-attack-and-what-was-demanded.md")
    assert f"## {QUESTION}" in text and "1. “EU stands with Czechia after cyberattack" in text
    with user.page.context.expect_page() as opened:
        user.button("Printable page").click()
    printed: Page = opened.value
    expect(printed.locator("h1")).to_have_text(QUESTION)
    expect(printed.locator("ol li").first).to_contain_text("Member States Courier, 28 May 2025")


def test_a_rating_is_stored_with_the_answer_that_was_shown(browser: Browser, window: str, window_home: Path) -> None:
    with opened_window(browser, window) as user:
        user.ask(CANNERY)
        user.button("Bad answer").click()
        expect(user.button("Bad answer")).to_have_attribute("aria-pressed", "true")
        user.page.get_by_label("What was wrong with it?").fill("It names two dates.")
        user.button("Send").click()
        expect(user.now.locator(".noted")).to_contain_text("It names two dates.")
    with sqlite3.connect(window_home / "feedback.sqlite") as stored:
        assert stored.execute("SELECT count(*) FROM feedback").fetchone()[0] >= 1
    with Assistant.open(Settings(home=window_home)) as assistant:
        feedback = assistant.feedback()[0]
    assert (feedback.good, feedback.reason, feedback.question) == (False, "It names two dates.", CANNERY)
    assert feedback.citations and feedback.generation


def test_a_rating_can_be_taken_back(browser: Browser, window: str, window_home: Path) -> None:
    with Assistant.open(Settings(home=window_home)) as assistant, opened_window(browser, window) as user:
        before = len(assistant.feedback())
        user.ask(QUESTION)
        good = user.button("Good answer")
        good.click()
        expect(good).to_have_attribute("aria-pressed", "true")
        assert len(assistant.feedback()) == before + 1
        good.click()
        expect(good).to_have_attribute("aria-pressed", "false")
        assert len(assistant.feedback()) == before


def test_a_stored_conversation_holds_the_whole_answer(user: User) -> None:
    user.ask(CANNERY)
    user.page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('article-assistant/'))")
    stored = user.page.evaluate(
        "localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('article-assistant/')))"
    )
    turn = json.loads(json.loads(stored)["kept"])["turns"][0]
    assert turn["answer"]["citations"][0]["quote"] and turn["excerpts"][0]["after"]
    assert re.fullmatch(r"[0-9a-f]{32}", turn["key"])


def test_a_server_that_was_started_anew_goes_on_with_the_conversation(browser: Browser, window_home: Path) -> None:
    with browser.new_context() as context:
        with served(window_home) as address:
            user = User(context.new_page(), address)
            user.ask("How did Martin Kessing vote on the ferry terminal?")
        with served_at(int(address.rsplit(":", 1)[1]), window_home, {}):
            user.box.fill("And Dora Amblin?")
            user.button("Ask").click()
            asked = user.now.locator(".understood")
            expect(asked).to_contain_text("How did Dora Amblin vote on the ferry terminal?")
            expect(user.page.locator(".turn")).to_have_count(2)


def test_two_windows_on_one_conversation_lose_nothing_of_each_other(browser: Browser, window: str) -> None:
    with opened_window(browser, window) as user:
        user.ask(CANNERY)
        other = User(user.page.context.new_page(), window)
        other.tab("History").locator(".headline").first.click()
        expect(other.now.locator(".question")).to_have_text(CANNERY)
        user.ask(QUESTION)
        other.ask("How many people were evacuated in the flood?")
        saved = user.tab("History").locator(".saved > li")
        expect(saved).to_have_count(2)
        user.reload()
        expect(user.page.locator(".question")).to_have_text([CANNERY, QUESTION])


def test_a_browser_without_storage_is_no_trouble(browser: Browser, window: str) -> None:
    with browser.new_context() as context:
        context.add_init_script(
            "for (const name of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
        )
        user = User(context.new_page(), window)
        user.ask(CANNERY)
        user.page.locator(".card .link").first.click()
        expect(user.page.locator("#reader mark").first).to_be_visible()
        user.page.keyboard.press("Escape")
        expect(user.tab("History")).to_contain_text("No conversations yet")
        assert user.errors == []


def test_a_full_storage_loses_no_conversation_in_vain(user: User) -> None:
    user.ask(CANNERY)
    user.button("New conversation").click()
    expect(user.page.locator(".turn")).to_have_count(0)
    user.page.evaluate(
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
    user.ask(QUESTION)
    expect(user.page.locator("#toast")).to_contain_text("could not be kept")
    expect(user.tab("History").locator(".saved .headline")).to_have_text([CANNERY])
