"""The window with a model behind it: its draft is shown as it comes, and unsupported sentences are marked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.fakes.proxy import Behave, Handler, Proxy

from .conftest import User, opened_window, served
from .test_harm import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"
TRUE = "Kaja Kallas condemned the attack on the Czech ministry. [1]"
FALSE = "She also announced a fine of €14 million against <b>Norway</b>. [2]"


def test_an_answer_of_a_model_is_streamed_checked_and_marked(browser: Browser, model_window: tuple[Proxy, str]) -> None:
    go_on = threading.Event()

    def behave(handler: Handler, number: int) -> None:
        handler.begin()
        handler.token(f"{TRUE} She also announced")
        handler.token(" a")
        go_on.wait(60)
        handler.token(f"{FALSE.removeprefix('She also announced a')}")
        handler.done()

    with written_by(browser, model_window, behave) as (_, user):
        user.box.fill(QUESTION)
        user.button("Ask").click()
        turn = user.now
        expect(turn.locator(".draft")).to_contain_text("She also announced", timeout=60_000)
        expect(turn.locator(".statement .words")).to_have_text(
            "Kaja Kallas condemned the attack on the Czech ministry."
        )
        go_on.set()
        marked = turn.locator(".statement.unsupported")
        expect(marked).to_contain_text("Norway")
        expect(marked.locator(".support")).to_contain_text("not borne out by the articles")
        expect(turn.locator(".draft")).to_have_count(0)
        expect(turn.locator(".statement.supported .support").first).to_contain_text("in the source")
        expect(user.page.locator("#a1-s1 mark")).to_contain_text("Kaja Kallas")
        assert user.page.locator(".turn b").count() == 0


def test_a_follow_up_is_understood_and_a_model_that_is_gone_is_told(browser: Browser, sample_home: Path) -> None:
    model = {
        "ASSISTANT_MODEL": "openai:m",
        "ASSISTANT_MODEL_URL": "http://127.0.0.1:9/v1",
        "ASSISTANT_MODEL_RETRIES": "0",
    }
    with served(sample_home, **model) as address, opened_window(browser, address) as user:
        user.ask("How did Martin Kessing vote on the ferry terminal?")
        user.ask("And Dora Amblin?")
        turn = user.now
        expect(turn.locator(".understood")).to_contain_text("How did Dora Amblin vote on the ferry terminal?")
        expect(turn.locator(".notice").first).to_contain_text("cannot be reached")
        expect(turn).to_contain_text("Amblin")


@pytest.fixture(scope="module")
def model_window(sample_home: Path) -> Iterator[tuple[Proxy, str]]:
    """A model, and the address of a window whose answers it writes."""
    with Proxy(never_ending) as proxy:
        with served(sample_home, ASSISTANT_MODEL="openai:m", ASSISTANT_MODEL_URL=proxy.url) as address:
            yield proxy, address


@contextmanager
def written_by(browser: Browser, model_window: tuple[Proxy, str], behave: Behave) -> Iterator[tuple[Proxy, User]]:
    """A user of that window while the model does as `behave` says."""
    proxy, address = model_window
    proxy.behave = behave
    proxy.gone.clear()
    with opened_window(browser, address) as user:
        yield proxy, user


def never_ending(handler: Handler, number: int) -> None:
    """A model that says something true and then goes on for ever."""
    handler.begin()
    handler.token(f"{TRUE} And")
    while not handler.server.stopping.wait(0.05):
        handler.token(" so on")


def test_an_answer_that_is_stopped_stops_the_model_and_keeps_what_was_checked(
    browser: Browser, model_window: tuple[Proxy, str]
) -> None:
    with written_by(browser, model_window, never_ending) as (proxy, user):
        user.box.fill(QUESTION)
        user.button("Ask").click()
        expect(user.now.locator(".statement")).to_contain_text("condemned the attack")
        expect(user.button("Ask")).to_have_count(0)  # Stop has its place
        user.button("Stop").click()
        expect(user.now.locator(".notice")).to_contain_text("Stopped.")
        expect(user.now.locator(".statement")).to_contain_text("condemned the attack")
        expect(user.now.locator(".draft")).to_have_count(0)
        assert proxy.gone.wait(60)
        expect(user.button("Ask")).to_be_enabled()
        expect(user.button("Stop")).to_have_count(0)


def test_a_page_that_is_closed_stops_the_model(browser: Browser, model_window: tuple[Proxy, str]) -> None:
    with written_by(browser, model_window, never_ending) as (proxy, user):
        user.box.fill(QUESTION)
        user.button("Ask").click()
        expect(user.now.locator(".draft")).to_contain_text("so on")
        user.page.close()
        assert proxy.gone.wait(60)


def test_a_new_conversation_takes_the_place_of_an_answer_on_its_way(
    browser: Browser, model_window: tuple[Proxy, str]
) -> None:
    with written_by(browser, model_window, never_ending) as (proxy, user):
        user.ask("What is the salary of the harbour master of Pellinsea?")
        user.box.fill(QUESTION)
        user.button("Ask").click()
        expect(user.now.locator(".draft")).to_contain_text("so on")
        user.button("New conversation").click()
        expect(user.page.locator(".turn")).to_have_count(0)
        assert proxy.gone.wait(60)
        expect(user.page.locator("#offer .suggestion").first).to_be_visible()
        expect(user.page.locator(".turn")).to_have_count(0)


def test_what_a_model_writes_is_shown_as_text(browser: Browser, model_window: tuple[Proxy, str]) -> None:
    text = " ".join(f"{TRUE.removesuffix('. [1]')} {payload} [1]." for payload in PAYLOADS[::12])
    with written_by(browser, model_window, lambda handler, number: handler.write(text)) as (_, user):
        user.ask(QUESTION)
        expect(user.now.locator(".answer")).to_contain_text("alert(")
        user.reload()
        expect(user.now.locator(".answer")).to_contain_text("alert(")
