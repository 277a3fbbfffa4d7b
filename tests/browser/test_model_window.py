"""The window with a model behind it: what it writes is seen as it comes, and what nothing bears out is marked."""

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.models.proxy import Handler, Proxy

from .conftest import reading, served

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Who condemned the attack and what was demanded?"
TRUE = "Kaja Kallas condemned the attack on the Czech ministry. [1]"
FALSE = "She also announced a fine of €14 million against <b>Norway</b>. [2]"


def test_an_answer_of_a_model_is_streamed_checked_and_marked(browser: Browser, sample_home: Path) -> None:
    go_on = threading.Event()

    def behave(handler: Handler, number: int) -> None:
        handler.begin()
        handler.token(f"{TRUE} She also announced")
        handler.token(" a")
        go_on.wait(60)
        handler.token(f"{FALSE.removeprefix('She also announced a')}")
        handler.done()

    with Proxy(behave) as proxy:
        model = {"ASSISTANT_MODEL": "openai:m", "ASSISTANT_MODEL_URL": proxy.url}
        with served(sample_home, **model) as address, reading(browser, address) as reader:
            reader.box.fill(QUESTION)
            reader.page.get_by_role("button", name="Ask", exact=True).click()
            turn = reader.page.locator(".turn").last
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
            expect(reader.page.locator("#a1-s1 mark")).to_contain_text("Kaja Kallas")
            assert reader.page.locator(".turn b").count() == 0 and not reader.errors


def test_a_follow_up_is_understood_and_a_model_that_is_gone_is_told(browser: Browser, sample_home: Path) -> None:
    model = {
        "ASSISTANT_MODEL": "openai:m",
        "ASSISTANT_MODEL_URL": "http://127.0.0.1:9/v1",
        "ASSISTANT_MODEL_RETRIES": "0",
    }
    with served(sample_home, **model) as address, reading(browser, address) as reader:
        reader.ask("How did Martin Kessing vote on the ferry terminal?")
        reader.ask("And Dora Amblin?")
        turn = reader.page.locator(".turn").last
        expect(turn.locator(".understood")).to_contain_text("How did Dora Amblin vote on the ferry terminal?")
        expect(turn.locator(".notice").first).to_contain_text("cannot be reached")
        expect(turn.locator(".answer")).to_contain_text("voted against")
