"""The chat window as staff meet it: in a browser, served by a real process."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant import Assistant, Settings
from assistant.evaluation.benchmarks.window_bench import QUESTIONS, at_once
from tests import readings

from .conftest import User, opened_window, served

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"
CANNERY = "When will the cannery close?"


def test_the_first_look_says_what_is_there_and_offers_questions_that_are_answered(user: User) -> None:
    expect(user.page.get_by_role("heading", name="Article Assistant")).to_be_visible()
    expect(user.page.locator("#head .holdings")).to_contain_text("16 articles")
    offered = user.page.locator("#offer .suggestion")
    expect(offered).to_have_count(4)
    first, second = offered.all_inner_texts()[:2]
    offered.first.click()
    user.answered()
    expect(user.now.locator(".question")).to_have_text(first)
    expect(user.now.locator(".answer")).to_be_visible()
    expect(offered).to_have_count(3)  # others follow
    assert first not in offered.all_inner_texts()
    user.ask(second)
    expect(user.now.locator(".answer")).to_be_visible()


def test_an_answer_has_its_sources_beside_it(user: User) -> None:
    user.ask(QUESTION)
    answer = user.now.locator(".answer")
    expect(answer).to_contain_text("condemned")
    expect(answer).to_contain_text("word for word")
    expect(answer.get_by_role("link", name=re.compile("^Source 1"))).to_have_text("[1]")
    card = user.page.locator(".card").first
    quote = answer.locator(".words").first.inner_text()
    assert card.locator("mark").first.inner_text().split() == quote.split()
    expect(card.locator("a.original")).to_have_attribute("href", re.compile("^https://"))
    expect(card.locator("a.original")).to_have_attribute("rel", "noopener noreferrer")
    expect(card.locator(".age")).to_have_text(re.compile(r"^\d+ (days?|months?|years?) ago$"))
    expect(user.box).to_have_value("")


def test_a_citation_brings_its_passage_into_view_also_that_of_an_earlier_answer(user: User) -> None:
    user.ask(CANNERY)
    user.ask(QUESTION)
    last = user.now.locator(".answer .cite").last
    last.click()
    words = user.page.locator(f"#a2-s{last.inner_text().strip('[]')}")
    expect(words.locator("mark")).to_be_in_viewport()
    expect(words).to_have_class(re.compile("highlighted"))
    expect(user.page.locator("#a1-s1")).not_to_be_visible()
    user.page.locator(".turn").first.locator(".cite").first.click()
    expect(user.page.locator("#a1-s1")).to_be_focused()
    expect(user.page.locator("#a1-s1 mark")).to_be_in_viewport()


def test_the_newest_answer_is_in_view(user: User) -> None:
    for question in [QUESTION, CANNERY] * 2:
        user.ask(question)
    expect(user.now.locator(".question")).to_be_in_viewport()
    expect(user.now.locator(".statement").last).to_be_in_viewport()


def test_an_article_is_read_beside_the_answer_with_its_quotes_marked(user: User) -> None:
    user.ask(QUESTION)
    opener = user.page.locator(".card .link").first
    opener.click()
    article = user.page.locator("#reader")
    expect(article.locator("mark").first).to_be_in_viewport()
    assert article.locator("mark").first.inner_text() == user.page.locator("#a1-s1 mark").first.inner_text()
    expect(article.locator(".body")).to_contain_text("Kaja Kallas")
    expect(user.now.locator(".statement").first).to_be_in_viewport()
    user.page.keyboard.press("Escape")
    expect(article).not_to_be_visible()
    expect(opener).to_be_focused()


def test_questions_are_limited_to_one_article_until_that_is_taken_back(user: User) -> None:
    user.ask(CANNERY)
    user.page.locator(".card .link").first.click()
    user.button("Ask about this article only").click()
    user.page.keyboard.press("Escape")
    expect(user.page.locator("#composer-notes")).to_contain_text("Only in: Cannery to close in September")
    user.ask("Who condemned the attack on the Czech ministry?")
    expect(user.now.locator(".scope")).to_contain_text("Cannery to close in September")
    expect(user.now.locator(".refusal")).to_be_visible()
    user.page.locator("#composer-notes .remove").click()
    expect(user.page.locator("#composer-notes .chip")).to_have_count(0)
    user.ask(QUESTION)
    expect(user.now.locator(".answer")).to_contain_text("condemned")


def test_a_refusal_looks_like_one_and_leads_to_what_is_nearest(user: User) -> None:
    user.ask("What is the salary of the harbour master of Pellinsea?")
    expect(user.now.locator(".refusal")).to_contain_text("The articles do not answer this question.")
    expect(user.now.locator(".answer")).to_have_count(0)
    expect(user.page.locator(".card")).to_have_count(0)
    user.now.locator(".refusal .headline").first.click()
    expect(user.page.locator("#reader .body")).to_be_visible()


def test_aspects_of_how_a_question_was_understood_can_be_removed_and_restored(user: User) -> None:
    user.ask("What did the Pellinsea Chronicle say about the cannery?")
    chip = user.now.locator(".understood .chip", has_text="publication")
    expect(chip).to_contain_text("Pellinsea Chronicle")
    chip.get_by_role("button").click()
    taken = user.now.locator(".understood .ignored")
    expect(taken).to_contain_text("without the publications")
    user.answered()
    expect(user.page.locator(".turn")).to_have_count(1)
    taken.get_by_role("button").click()
    expect(chip).to_be_visible()


def test_a_follow_up_can_be_asked_by_itself(user: User) -> None:
    user.ask("How did Martin Kessing vote on the ferry terminal?")
    user.ask("And Dora Amblin?")
    chip = user.now.locator(".understood .chip", has_text="How did Dora Amblin vote")
    chip.get_by_role("button").click()
    expect(user.now.locator(".ignored")).to_contain_text("without the conversation before it")
    expect(chip).to_have_count(0)


def test_a_question_is_asked_again_and_edited(user: User) -> None:
    user.ask("Who won the World Cup in 2022?")
    user.now.get_by_role("button", name=re.compile("^Retry")).click()
    user.answered()
    expect(user.page.locator(".turn")).to_have_count(1)
    user.now.get_by_role("button", name=re.compile("^Edit")).click()
    expect(user.box).to_have_value("Who won the World Cup in 2022?")
    user.box.fill(QUESTION)
    user.button("Ask").click()
    expect(user.now.locator(".answer")).to_contain_text("condemned")
    expect(user.page.locator(".turn")).to_have_count(1)


def test_a_question_that_cannot_be_asked_is_kept_and_says_why(user: User) -> None:
    impossible = {"": "is empty", "?!…": "has no words", "why " * 5000: "the longest that can be asked has 2,000"}
    for question, message in impossible.items():
        user.box.fill(question)
        user.button("Ask").click()
        expect(user.page.locator("#problem [role=alert]")).to_contain_text(message)
        expect(user.box).to_have_value(question)
    expect(user.page.locator(".turn")).to_have_count(0)
    user.ask(QUESTION)
    expect(user.page.locator("#problem [role=alert]")).to_have_count(0)


def test_two_hundred_fast_clicks_ask_once(user: User) -> None:
    user.box.fill(QUESTION)
    user.page.evaluate(
        "() => { const ask = document.querySelector('#send'); for (let n = 0; n < 200; n += 1) ask.click(); }"
    )
    user.answered()
    expect(user.page.locator(".turn")).to_have_count(1)
    expect(user.button("Ask")).to_be_enabled()
    user.ask(CANNERY)
    expect(user.page.locator(".turn")).to_have_count(2)


def test_two_people_do_not_see_each_other(browser: Browser, window: str) -> None:
    with opened_window(browser, window) as user, opened_window(browser, window) as other:
        user.ask(QUESTION)
        other.ask(CANNERY)
        user.ask("How many people were evacuated in the flood?")
        expect(other.page.locator(".turn")).to_have_count(1)
        expect(user.page.locator(".turn")).to_have_count(2)
        expect(user.page.locator("#past")).not_to_contain_text("cannery")
        expect(user.page.locator("#now")).not_to_contain_text("cannery")


def test_twenty_sessions_at_once_get_each_its_own_right_answer(window_home: Path) -> None:
    with Assistant.open(Settings(home=window_home)) as assistant:
        right = [assistant.ask(question).text for question in QUESTIONS]
    with served(window_home, **{readings.FOLDER: ""}) as address:  # one that reads all by itself
        assert [session.text for session in at_once(address, QUESTIONS)] == right
    assert len(QUESTIONS) == 20


def test_markup_that_slipped_through_would_not_run(browser: Browser, window: str) -> None:
    """The second line of defence: the page's policy, should a text ever go unescaped."""
    with opened_window(browser, window, harmed=True) as user:
        user.page.locator("#cards").evaluate(
            'place => { place.innerHTML = \'<img src="data:," onerror="document.title = 1"><p class=tried></p>\' }'
        )
        expect(user.page.locator(".tried")).to_have_count(1)
        user.page.wait_for_function("document.querySelector('#cards img').complete")
        expect(user.page).to_have_title("Article Assistant")
        assert any("Content Security Policy" in error for error in user.errors)


def test_only_what_the_window_needs_is_there(window: str) -> None:
    for path in ("docs", "openapi.json", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/file=/etc/hosts"):
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            urllib.request.urlopen(f"{window}/{path}")
        caught.value.close()


def test_a_page_of_another_site_is_refused_and_may_read_nothing(window: str) -> None:
    """Gradio by itself lets any site ask and read, once its host has another name than localhost."""
    for path, data in (("gradio_api/queue/join", b"{}"), ("config", None), ("", None)):
        for foreign in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
            asked = urllib.request.Request(f"{window}/{path}", data, {"Host": "news.example", **foreign})
            with pytest.raises(urllib.error.HTTPError, match="403") as caught:
                urllib.request.urlopen(asked)
            assert not [name for name in caught.value.headers if name.lower().startswith("access-control")]
            caught.value.close()
    own = urllib.request.Request(f"{window}/config", headers={"Host": "news.example", "Origin": "http://news.example"})
    with urllib.request.urlopen(own) as answered:
        assert not [name for name in answered.headers if name.lower().startswith("access-control")]


def test_half_a_letter_in_a_question_is_no_trouble(user: User) -> None:
    user.page.evaluate(
        """() => {
          const box = document.querySelector('#question textarea');
          box.value = 'When will the cannery close? \\ud83d';
          box.dispatchEvent(new Event('input', { bubbles: true }));
        }"""
    )
    user.button("Ask").click()
    user.answered()
    expect(user.button("Ask")).to_be_enabled()
    expect(user.page.locator(".card").first).to_be_visible()


def test_a_conversation_cannot_be_changed_until_the_answer_is_there(user: User) -> None:
    user.ask(QUESTION)
    user.page.evaluate("document.querySelector('#now .turn').classList.add('running')")
    user.now.get_by_role("button", name="Good answer").dispatch_event("click")
    expect(user.page.locator("#toast")).to_have_text("Wait for the answer, or stop it.")
    expect(user.now.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "false")


def test_a_password_keeps_strangers_out(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, ASSISTANT_UI_PASSWORD="correct horse") as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        for password in ("wrong", "correct horse"):
            page.get_by_label("Name").fill("staff")
            page.get_by_label("Password").fill(password)
            expect(page.locator(".holdings")).to_have_count(0)
            with page.expect_response("**/login"):
                page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#head .holdings")).to_contain_text("No articles yet", timeout=60_000)


def test_a_port_that_is_taken_is_said_in_one_line(window: str, tmp_path: Path) -> None:
    port = window.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "assistant", "ui", "--home", str(tmp_path), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr
    assert "--port" in done.stderr and len(done.stderr.splitlines()) == 1
