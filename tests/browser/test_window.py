"""The chat window as staff meet it: in a browser, served by a real process."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .conftest import ATTEMPTS, Reader, reading, served

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"


def test_the_window_says_what_it_holds_and_offers_examples(reader: Reader) -> None:
    expect(reader.page.get_by_role("heading", name="Article Assistant")).to_be_visible()
    expect(reader.page.locator(".holdings")).to_contain_text("16 articles from 9 publications")
    expect(reader.page.locator(".example")).to_have_count(4)


def test_an_answer_has_its_sources_beside_it(reader: Reader) -> None:
    reader.ask(QUESTION)
    said = reader.page.locator(".turn .answer")
    expect(said).to_contain_text("condemned")
    expect(said).to_contain_text("word for word")
    expect(said.get_by_role("link", name="Source 1", exact=True)).to_have_text("[1]")
    card = reader.page.locator("#a1-s1")
    quote = said.locator(".words").first.inner_text()
    assert card.locator("mark").inner_text().split() == quote.split()
    expect(card.locator(".title a")).to_have_attribute("href", re.compile("^https://"))
    expect(reader.box).to_have_value("")


def test_a_number_brings_its_card_into_view(reader: Reader) -> None:
    reader.ask("When will the cannery close?")
    reader.ask(QUESTION)
    last = reader.page.locator(".turn").last.locator(".cite").last
    last.click()
    card = reader.page.locator(f"#a2-s{last.inner_text().strip('[]')}")
    expect(card).to_be_in_viewport()
    assert card.evaluate("card => card.matches(':target')")


def test_a_number_of_an_earlier_answer_still_leads_to_its_card(reader: Reader) -> None:
    reader.ask(QUESTION)
    reader.ask("When will the cannery close?")
    expect(reader.page.locator("#a1-s1")).not_to_be_visible()
    reader.page.locator(".turn").first.get_by_role("link", name="Source 1", exact=True).click()
    expect(reader.page.locator("#a1-s1")).to_be_in_viewport()
    assert reader.page.locator(".turn").count() == 2


def test_the_newest_answer_is_in_view(reader: Reader) -> None:
    for question in [QUESTION, "When will the cannery close?"] * 3:
        reader.ask(question)
    expect(reader.page.locator(".turn .question").last).to_be_in_viewport()
    expect(reader.page.locator(".turn .statement").last).to_be_in_viewport()


def test_a_card_is_reached_with_the_keyboard(reader: Reader) -> None:
    reader.ask(QUESTION)
    reader.page.get_by_role("link", name="Source 1", exact=True).focus()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#a1-s1")).to_be_focused()


def test_an_example_is_asked_by_a_click(reader: Reader) -> None:
    reader.page.get_by_role("button", name=QUESTION).click()
    expect(reader.page.locator(".turn .answer")).to_contain_text("condemned", timeout=60_000)
    expect(reader.page.locator(".example").first).not_to_be_visible()


def test_a_refusal_looks_like_one(reader: Reader) -> None:
    reader.ask("Who won the World Cup in 2022?")
    expect(reader.page.locator(".turn .refusal")).to_contain_text("The articles do not answer this question.")
    expect(reader.page.locator(".turn .answer")).to_have_count(0)
    expect(reader.page.locator(".card")).to_have_count(0)


@pytest.mark.parametrize(
    ("question", "said"),
    [("", "is empty"), ("?!…", "has no words"), ("why " * 5000, "the longest that can be asked has 2,000")],
)
def test_a_question_that_cannot_be_asked_is_kept(reader: Reader, question: str, said: str) -> None:
    reader.ask(question)
    expect(reader.page.locator(".turn .problem")).to_contain_text(said)
    expect(reader.box).to_have_value(question)
    reader.ask(QUESTION)
    expect(reader.page.locator(".turn").last.locator(".answer")).to_contain_text("condemned")


def test_two_people_do_not_see_each_other(browser: Browser, window: str) -> None:
    with reading(browser, window) as one, reading(browser, window) as other:
        one.ask(QUESTION)
        other.ask("When will the cannery close?")
        one.ask("How many people were evacuated in the flood?")
        expect(other.page.locator(".turn")).to_have_count(1)
        expect(one.page.locator(".turn")).to_have_count(2)
        expect(one.page.locator("body")).not_to_contain_text("cannery")


def test_nothing_comes_from_outside_and_nothing_fails(browser: Browser, window: str) -> None:
    with reading(browser, window) as one:
        one.ask(QUESTION)
        one.ask("Who won the World Cup in 2022?")
        assert one.requests and not [url for url in one.requests if not url.startswith(window + "/")]
        assert (one.errors, one.dialogs) == ([], [])


def test_an_article_that_tries_to_do_harm_is_shown_as_text(browser: Browser, hostile_window: str) -> None:
    with reading(browser, hostile_window) as one:
        one.ask("What did the harbour master say about the lighthouse? " + " ".join(ATTEMPTS))
        answer, card = one.page.locator(".turn .answer"), one.page.locator("#a1-s1")
        for attempt in ATTEMPTS:
            for place in (answer, one.page.locator(".question"), card.locator("mark"), card.locator(".title")):
                expect(place).to_contain_text(attempt)
        expect(card).to_contain_text("<b onmouseover=alert(5)>Gazette</b>")
        expect(one.page.locator("#talk :is(script, img, i), #cards :is(script, img, i, b)")).to_have_count(0)
        assert card.locator("a").count() == 0
        assert (one.errors, one.dialogs) == ([], [])
        assert not [url for url in one.requests if not url.startswith(hostile_window + "/")]


def test_markup_that_slipped_through_would_not_run(reader: Reader) -> None:
    """The second line of defence: the page's policy, should a text ever go unescaped."""
    reader.page.locator("#talk").evaluate(
        'place => { place.innerHTML = \'<img src="data:," onerror="document.title = 1"><p class=tried></p>\' }'
    )
    expect(reader.page.locator(".tried")).to_have_count(1)
    reader.page.wait_for_function("document.querySelector('#talk img').complete")
    expect(reader.page).to_have_title("Article Assistant")
    assert any("Content Security Policy" in error for error in reader.errors)


@pytest.mark.parametrize("width", [320, 390, 1024])
def test_the_page_fits_its_width(browser: Browser, window: str, width: int) -> None:
    with reading(browser, window, width=width) as one:
        one.ask("x" * 1500)
        one.ask(QUESTION)
        assert one.page.evaluate("document.documentElement.scrollWidth") == width
        expect(one.box).to_be_in_viewport()


def test_only_what_the_window_needs_is_there(window: str) -> None:
    for path in ("docs", "openapi.json", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/file=/etc/hosts"):
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            urllib.request.urlopen(f"{window}/{path}")
        caught.value.close()


def test_a_password_keeps_strangers_out(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, ASSISTANT_UI_PASSWORD="correct horse") as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        for password in ("wrong", "correct horse"):
            page.get_by_label("username").fill("staff")
            page.get_by_label("password").fill(password)
            expect(page.locator(".holdings")).to_have_count(0)
            page.get_by_role("button", name="Login").click()
        expect(page.locator(".holdings")).to_contain_text("No articles have been indexed yet", timeout=60_000)


def test_a_port_that_is_taken_is_said_in_one_line(window: str, tmp_path: Path) -> None:
    port = window.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "assistant", "ui", "--home", str(tmp_path), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr
    assert "--port" in done.stderr and len(done.stderr.splitlines()) == 1
