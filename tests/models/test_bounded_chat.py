"""A model's server on a bad day, on loopback: every question ends in an answer, within the time that is set."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Finished, Settings, Token, Withdrawn
from tests.end_to_end.test_answers import check_citations, run
from tests.fakes.proxy import Handler, Proxy

pytestmark = pytest.mark.model
QUESTION = "Who condemned the attack and what was demanded?"
RIGHT = "Kaja Kallas condemned the attack as a violation of international norms. [1]"
LIMIT = 3.0
KEY = "sk-very-secret-0123456789"


def assistant_of(home: Path, url: str, **more: object) -> Assistant:
    values = {"model_timeout": LIMIT, "model_retries": 1, "model_key": KEY, **more}
    return Assistant.open(Settings(home=home, model="openai:m", model_url=url, **values))


def asked(home: Path, behave: Callable[[Handler, int], None], **more: object) -> tuple[Answer, Proxy, float]:
    with Proxy(behave) as proxy, assistant_of(home, proxy.url, **more) as assistant:
        assistant.warm_up()
        started = time.monotonic()
        answer = assistant.ask(QUESTION)
        taken = time.monotonic() - started
        check_citations(assistant, answer)
    assert KEY not in f"{answer}"
    return answer, proxy, taken


def hang(handler: Handler, number: int) -> None:
    handler.server.stopping.wait(60)


def limited(handler: Handler, number: int) -> None:
    handler.say(429, '{"error": {"message": "slow down"}}', Retry_After="1")


def limited_for_long(handler: Handler, number: int) -> None:
    handler.say(429, '{"error": {"message": "slow down"}}', Retry_After="3600")


def broken(handler: Handler, number: int) -> None:
    handler.say(500, '{"error": {"message": "oh"}}')


def refused_key(handler: Handler, number: int) -> None:
    handler.say(401, f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}')


def dies(handler: Handler, number: int) -> None:
    handler.begin()
    for word in "Kaja Kallas condemned the attack [1]. She also".split():
        handler.token(f"{word} ")
    handler.cut()


def stops_unfinished(handler: Handler, number: int) -> None:
    handler.begin()
    handler.token("Kaja Kallas condemned the")


def garbage(handler: Handler, number: int) -> None:
    handler.begin()
    handler.raw("data: {not json at all\n\n\x00\x01\x02")


def page(handler: Handler, number: int) -> None:
    handler.say(200, "<html>Please log in</html>", Content_Type="text/html")


def drips(handler: Handler, number: int) -> None:
    handler.begin()
    for byte in "data: " + "x" * 600:
        if handler.server.stopping.wait(1):
            return
        handler.raw(byte)


def empty(handler: Handler, number: int) -> None:
    handler.write("")


def closes(handler: Handler, number: int) -> None:
    handler.cut()


FAULTS: dict[Callable[[Handler, int], None], str] = {
    hang: "did not finish within 3 s",
    limited: "asked too often",
    limited_for_long: "asked too often",
    broken: "failed at its side (500)",
    refused_key: "refuses the key",
    dies: "broke off",
    stops_unfinished: "broke off",
    garbage: "no answer",
    page: "no answer|empty answer",
    drips: "did not finish within 3 s",
    empty: "empty answer",
    closes: "broke off the connection|cannot be reached",
}


@pytest.mark.parametrize("behave", FAULTS)
def test_a_server_that_fails_ends_in_quotes_and_a_plain_line(
    sample_home: Path, behave: Callable[[Handler, int], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer, proxy, taken = asked(sample_home, behave)
    assert answer.found and answer.mode == "quotes" and "Kaja Kallas" in answer.text
    notice = answer.notices[0]
    assert any(part in notice for part in FAULTS[behave].split("|")), notice
    assert "\n" not in notice and "own words" in notice
    assert taken < LIMIT + 6
    assert 1 <= len(proxy.requests) <= 2
    assert KEY not in caplog.text


def test_a_refused_connection_ends_in_quotes(sample_home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with assistant_of(sample_home, f"http://127.0.0.1:{port}/v1") as assistant:
        answer = assistant.ask(QUESTION)
    assert answer.mode == "quotes" and "cannot be reached" in answer.notices[0]


@pytest.mark.parametrize("behave", [limited, broken, empty, closes])
def test_what_passes_is_tried_again(sample_home: Path, behave: Callable[[Handler, int], None]) -> None:
    def second(handler: Handler, number: int) -> None:
        behave(handler, number) if number == 1 else handler.write(RIGHT)

    answer, proxy, _ = asked(sample_home, second)
    assert answer.mode == "model" and answer.notices == () and len(proxy.requests) == 2
    assert "Kaja Kallas condemned the attack" in answer.text


def test_what_does_not_pass_is_not_tried_again(sample_home: Path) -> None:
    _, proxy, taken = asked(sample_home, refused_key)
    assert len(proxy.requests) == 1
    _, proxy, taken = asked(sample_home, limited_for_long)
    assert len(proxy.requests) == 1 and taken < LIMIT


@pytest.mark.parametrize(
    "end", [".¹", " [S1]", " 【1†source】", ".\n\nSources:\n[1] Courier", ".[^1]\n\n[^1]: Courier, May"]
)
def test_an_answer_without_a_reason_is_whole_where_a_marker_or_a_list_of_sources_ends_it(
    sample_home: Path, end: str
) -> None:
    def write(handler: Handler, number: int) -> None:
        handler.begin()
        handler.token(f"{RIGHT.removesuffix('. [1]').rstrip('.')}{end}")

    answer, _, _ = asked(sample_home, write)
    assert not any("broke off" in notice for notice in answer.notices)


def test_an_answer_cut_for_its_length_keeps_its_whole_sentences(sample_home: Path) -> None:
    def cut(handler: Handler, number: int) -> None:
        handler.begin()
        handler.token(f"{RIGHT} She called on all states to ref")
        handler.done("length")

    answer, _, _ = asked(sample_home, cut)
    assert answer.mode == "model" and len(answer.statements) == 1
    assert "cut short" in answer.notices[0]


def test_what_was_shown_of_a_stream_that_dies_is_withdrawn(sample_home: Path) -> None:
    with Proxy(dies) as proxy, assistant_of(sample_home, proxy.url) as assistant:
        events = list(assistant.stream(QUESTION))
    kinds = [type(event) for event in events]
    assert kinds.index(Token) < kinds.index(Withdrawn) < kinds.index(Finished)
    assert isinstance(events[-1], Finished) and events[-1].answer.mode == "quotes"


@pytest.mark.parametrize("opened", ["<think>", ""])
def test_what_was_thought_is_withdrawn_and_no_answer(sample_home: Path, opened: str) -> None:
    def think(handler: Handler, number: int) -> None:
        handler.begin()
        handler.token(f"{opened}Okay, Kaja Kallas was asked. Passage [2] says that Vladimir Putin did. Hmm.\n")
        for part in ("</th", "ink>\n\n", RIGHT, "<|im_end|>"):
            handler.token(part)
        handler.done("eos_token")

    with Proxy(think) as proxy, assistant_of(sample_home, proxy.url) as assistant:
        events = list(assistant.stream(QUESTION))
    kinds = [type(event) for event in events]
    assert kinds.count(Withdrawn) == (0 if opened else 1)
    rest = events[kinds.index(Withdrawn) :] if Withdrawn in kinds else events
    assert "".join(event.text for event in rest if isinstance(event, Token)) == RIGHT
    last = events[-1]
    assert isinstance(last, Finished) and last.answer.mode == "model" and last.answer.notices == ()
    assert [one.text for one in last.answer.statements] == [RIGHT.removesuffix(" [1]")]


def endless(handler: Handler, number: int) -> None:
    handler.begin()
    for place in range(10_000):
        if handler.server.stopping.wait(0.01):
            return
        handler.token(f"word{place} ")


def test_a_stream_that_is_closed_stops_the_model(sample_home: Path) -> None:
    with Proxy(endless) as proxy, assistant_of(sample_home, proxy.url, model_timeout=60) as assistant:
        for event in (events := assistant.stream(QUESTION)):
            if isinstance(event, Token):
                break
        events.close()  # type: ignore[attr-defined]
        assert proxy.gone.wait(10)


def test_a_cancelled_task_stops_the_model(sample_home: Path) -> None:
    async def cancelled(assistant: Assistant, proxy: Proxy) -> bool:
        task = asyncio.create_task(assistant.aask(QUESTION))
        while not proxy.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await asyncio.to_thread(proxy.gone.wait, 10)

    with Proxy(endless) as proxy, assistant_of(sample_home, proxy.url, model_timeout=60) as assistant:
        assistant.warm_up()
        assert run(cancelled(assistant, proxy))


def test_a_refusal_costs_no_call(sample_home: Path) -> None:
    with Proxy(broken) as proxy, assistant_of(sample_home, proxy.url) as assistant:
        answer = assistant.ask("Who won the 2022 World Cup?")
        assert not answer.found and answer.notices == () and proxy.requests == []


def test_the_key_of_the_settings_is_what_the_server_gets(sample_home: Path) -> None:
    _, proxy, _ = asked(sample_home, lambda handler, number: handler.write(RIGHT))
    assert set(proxy.keys) - {""} == {f"Bearer {KEY}"}


def test_passages_are_numbered_dated_and_fenced(sample_home: Path) -> None:
    _, proxy, _ = asked(sample_home, lambda handler, number: handler.write(RIGHT))
    system, user = (message["content"] for message in proxy.requests[0]["messages"])
    assert "NOT IN THE ARTICLES" in system
    assert '<passage number="1">\n' in user and user.count("<passage ") == user.count("</passage>")
    assert "| Member States Courier | 28 May 2025" in user and f"Question: {QUESTION}" in user
