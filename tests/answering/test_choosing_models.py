"""One assistant answers with any model that is ready, each over its own server on loopback."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, AssistantError, Finished, Settings, StatementReady, Token
from assistant.models import ready
from tests.end_to_end.test_answers import run
from tests.fakes.proxy import Handler, Proxy

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("no_gguf_models")]
QUESTION = "Who condemned the attack and what was demanded?"
TRUE = "Kaja Kallas condemned the attack on the Czech ministry. [1]"


def writes(handler: Handler, number: int) -> None:
    handler.write(TRUE)


def endless(handler: Handler, number: int) -> None:
    handler.begin()
    while not handler.server.stopping.wait(0.01):
        handler.token("and so on ")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A server on this machine that has the model "found"."""
    with Proxy(writes, ("found",)) as proxy:
        address = proxy.url.removesuffix("/v1")
        monkeypatch.setattr(ready, "_SERVERS", (ready._SERVERS[1]._replace(address=address),))
        yield proxy


def opened(home: Path, url: str | None = None, **more: Any) -> Assistant:
    own = {} if url is None else {"model": "openai:own", "model_url": url, "model_key": "sk-own-secret-0123456"}
    return Assistant.open(Settings(home=home, **own, **more))


def test_without_a_configured_model_one_that_is_ready_is_asked_when_told_to(sample_home: Path, found: Proxy) -> None:
    with opened(sample_home) as assistant:
        assert [(choice.name, choice.configured) for choice in assistant.models()] == [("openai:found", False)]
        assert run(assistant.amodels()) == assistant.models()
        quoted = assistant.ask(QUESTION)
        assert (quoted.mode, quoted.model) == ("quotes", None) and found.requests == []
        for answer in (
            assistant.ask(QUESTION, model="openai:found"),
            run(assistant.aask(QUESTION, model="openai:found")),
            assistant.conversation(model="openai:found").ask(QUESTION),
        ):
            assert (answer.mode, answer.model) == ("model", "openai:found")
    assert {request["model"] for request in found.requests} == {"found"}
    assert "sk-" not in "".join(found.keys)


def test_quotes_only_asks_no_model_and_what_is_not_offered_is_told_in_a_line(sample_home: Path, found: Proxy) -> None:
    with Proxy(writes) as own, opened(sample_home, own.url) as assistant:
        assert assistant.ask(QUESTION, model="quotes").mode == "quotes" and own.requests == []
        assert assistant.ask(QUESTION).model == assistant.ask(QUESTION, model="openai:own").model == "openai:own"
        assert {request["model"] for request in own.requests} == {"own"}
        with pytest.raises(AssistantError, match="choose one of quotes, openai:own, openai:found"):
            assistant.ask(QUESTION, model="anthropic:claude-haiku-4-5")


def test_a_second_model_answers_while_a_first_one_writes(sample_home: Path, found: Proxy) -> None:
    with Proxy(endless) as own, opened(sample_home, own.url, model_timeout=120) as assistant:
        with closing(assistant.stream(QUESTION)) as events:  # type: ignore[type-var]
            assert any(isinstance(event, Token) for event in events)
            assert assistant.ask(QUESTION, model="openai:found").model == "openai:found"
            assert not own.gone.is_set()
            assert isinstance(next(events), Token | StatementReady)
        assert own.gone.wait(60)


def test_a_chosen_model_stops_when_its_stream_is_closed(sample_home: Path, found: Proxy) -> None:
    async def closed(assistant: Assistant) -> None:
        stream = assistant.astream(QUESTION, model="openai:found")
        async for event in stream:
            if isinstance(event, Token):
                break
        await stream.aclose()

    found.behave = endless
    with opened(sample_home, model_timeout=120) as assistant:
        run(closed(assistant))
        assert found.gone.wait(60)


def test_an_answer_that_falls_back_to_quotes_names_no_model(sample_home: Path, found: Proxy) -> None:
    found.behave = lambda handler, number: handler.say(401)
    answer: Answer | None = None
    with opened(sample_home) as assistant:
        for event in assistant.stream(QUESTION, model="openai:found"):
            answer = event.answer if isinstance(event, Finished) else None
    assert answer is not None and (answer.mode, answer.model) == ("quotes", None) and answer.notices
