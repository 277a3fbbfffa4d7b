"""OpenAI's protocol over an assistant without an index: what is refused and how, streams, and who hangs up."""

from typing import Any

import httpx
import pytest
from openai import APIError, APIStatusError, AuthenticationError, OpenAI, RateLimitError

from assistant import ModelChoice, Statement, StatementReady, Token
from assistant.errors import DamagedError
from tests.server.served import HeldAssistant, TokenAccounts, cited, served

Messages = list[Any]


def client(address: str, key: str = "any", retries: int = 0) -> OpenAI:
    return OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=retries)


def said(address: str, text: str | Messages = "Did it rain?", key: str = "any", **more: Any) -> Any:
    messages = [{"role": "user", "content": text}] if isinstance(text, str) else text
    options: dict[str, Any] = {"model": "article-assistant", "messages": messages, **more}
    with client(address, key) as opened:
        made = opened.chat.completions.create(**options)
        return list(made) if more.get("stream") else made


@pytest.mark.parametrize(
    ("changed", "status", "code", "says"),
    [
        ({"model": "gpt-4o"}, 404, "model_not_found", "there are article-assistant, article-assistant/quotes"),
        ({"n": 2}, 400, "unsupported_value", "There is one answer"),
        ({"response_format": {"type": "json_object"}}, 400, "unsupported_value", "no JSON"),
        ({"messages": []}, 400, "invalid", "messages"),
        ({"messages": [{"role": "system", "content": "Be brief."}]}, 400, "unsupported_value", "There is no question"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "question", "is empty"),
        ({"messages": [{"role": "user", "content": "word " * 900}]}, 400, "question", "the longest"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]},
            *(400, "unsupported_value", "Images cannot be read"),
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_openais_form(
    address: str, changed: dict[str, Any], status: int, code: str, says: str
) -> None:
    for streamed in (False, True):
        with pytest.raises(APIStatusError) as told:
            said(address, **_as_text(changed), stream=streamed)
        assert (told.value.status_code, told.value.code) == (status, code)
        assert says in told.value.message and told.value.type == "invalid_request_error"


def _as_text(changed: dict[str, Any]) -> dict[str, Any]:
    return {("text" if name == "messages" else name): value for name, value in changed.items()}


def test_an_open_server_takes_any_key_and_a_closed_one_its_tokens_only(address: str) -> None:
    assert said(address, key="sk-anything").choices[0].finish_reason == "stop"
    with served(HeldAssistant(), TokenAccounts) as closed:
        assert said(closed, key="aa_ann").choices[0].finish_reason == "stop"
        for key in ("sk-anything", "aa_unknown"):
            with pytest.raises(AuthenticationError) as told:
                said(closed, key=key)
            assert told.value.code == "invalid_api_key" and told.value.status_code == 401


def test_paths_and_bodies_that_there_are_not_are_refused_in_openais_form(address: str) -> None:
    for reply, status in (
        (httpx.get(f"{address}/v1/nothing"), 404),
        (httpx.get(f"{address}/v1/chat/completions"), 405),
        (httpx.post(f"{address}/v1/chat/completions", content=b"{"), 400),
        (httpx.post(f"{address}/v1/chat/completions", content=b"x" * 300_000), 413),
        (httpx.get(f"{address}/v1/models", headers={"host": "evil.example"}), 421),
        (httpx.get(f"{address}/v1/models", headers={"origin": "https://evil.example"}), 403),
    ):
        assert reply.status_code == status and reply.headers["content-type"] == "application/json"
        assert {"message", "type", "param", "code"} == set(reply.json()["error"])


def test_options_that_change_nothing_and_instructions_are_taken_and_not_followed(
    address: str, held: HeldAssistant
) -> None:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    messages = [{"role": "system", "content": "Say: no."}, {"role": "user", "content": [_text("Did"), _text("it?")]}]
    options: dict[str, Any] = {"temperature": 0, "max_tokens": 1, "seed": 1, "stop": ["it"], "user": "u"}
    reply = said(address, messages, tools=tools, **options)
    assert reply.choices[0].message.content.startswith("It rained. [1]") and not reply.choices[0].message.tool_calls
    assert held.asked == [("Did\nit?", 0, None)]


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def test_a_stream_is_the_whole_answer_with_annotations_at_its_end_and_usage_where_asked(address: str) -> None:
    whole = said(address)
    chunks = said(address, stream=True, stream_options={"include_usage": True})
    texts = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(texts) == whole.choices[0].message.content
    *_, noted, ended, usage = chunks
    found = [each.model_dump() for each in whole.choices[0].message.annotations]
    assert noted.choices[0].delta.annotations == found and ended.choices[0].finish_reason == "stop"
    assert usage.choices == [] and usage.usage == whole.usage
    assert whole.usage.prompt_tokens == 3 and whole.usage.completion_tokens == len("".join(texts).split())
    assert {chunk.id for chunk in chunks} == {chunks[0].id} and all(chunk.usage is None for chunk in chunks[:-1])


def test_each_mark_has_its_annotation_which_leads_to_the_window_or_to_the_publication() -> None:
    with served(HeldAssistant(), has_window=True) as address:
        in_window = said(address).choices[0].message
    with served(HeldAssistant()) as elsewhere:
        at_publication = said(elsewhere).choices[0].message
    for message, url in (
        (in_window, f"{address}/article/a1#It%20rained."),
        (at_publication, "https://weekly.example/rain"),
    ):
        (noted,) = message.annotations
        assert noted.type == "url_citation" and noted.url_citation.title == "Rain" and noted.url_citation.url == url
        assert message.content[noted.url_citation.start_index : noted.url_citation.end_index] == "[1]"
        assert f"- [1] “Rain” (The Weekly, 6 May 2025): {url.partition('#')[0]}" in message.content


def test_who_has_a_question_too_many_is_told_when_to_try_again(held: HeldAssistant) -> None:
    held.settings = held.settings.model_copy(update={"queue_size": 0})
    with served(held) as address, pytest.raises(RateLimitError) as told:
        said(address)
    assert told.value.code == "rate_limit_exceeded" and int(told.value.response.headers["retry-after"]) >= 1


@pytest.mark.parametrize("is_streamed", [False, True])
def test_hanging_up_stops_the_answer(address: str, held: HeldAssistant, is_streamed: bool) -> None:
    body = {"model": "article-assistant", "messages": [{"role": "user", "content": "Hold on?"}], "stream": is_streamed}
    with httpx.Client() as opened:
        request = opened.build_request("POST", f"{address}/v1/chat/completions", json=body, timeout=0.5)
        with pytest.raises(httpx.ReadTimeout):
            opened.send(request)
    assert held.begun.wait(30) and held.ended.wait(30)


def test_an_answer_that_fails_is_told_with_its_status() -> None:
    with served(HeldAssistant(DamagedError("the index is damaged; run: assistant check --repair"))) as address:
        for is_streamed in (False, True):
            with pytest.raises(APIError, match="assistant check --repair"):
                said(address, stream=is_streamed)


def test_an_earlier_answer_is_known_by_its_text_and_else_asked_for_again_in_quotes_once(
    address: str, held: HeldAssistant
) -> None:
    first: Messages = [{"role": "user", "content": "Did it rain?"}]
    text = said(address, first).choices[0].message.content
    second = [*first, {"role": "assistant", "content": f"{text}\n"}, {"role": "user", "content": "And in May?"}]
    said(address, second)
    assert held.asked == [("Did it rain?", 0, None), ("And in May?", 1, None)]
    held.asked.clear()
    unknown: Messages = [{**message, "content": f"{message['content']}!"} for message in second]
    for _ in range(2):
        said(address, unknown)
    again = ("And in May?!", 1, None)
    assert held.asked == [("Did it rain?!", 0, "quotes"), again, again]


def test_what_was_pasted_before_and_is_no_question_is_passed_over(address: str, held: HeldAssistant) -> None:
    pasted = [{"role": "user", "content": "word " * 900}, {"role": "assistant", "content": "I see."}]
    said(address, [*pasted, {"role": "user", "content": "Did it rain?"}])
    assert held.asked == [("Did it rain?", 1, None)]


def test_the_models_are_listed_and_found_by_name(address: str) -> None:
    with client(address) as opened:
        names = [model.id for model in opened.models.list()]
        assert names == ["article-assistant", "article-assistant/quotes"]
        assert [opened.models.retrieve(name).id for name in names] == names
        with pytest.raises(APIStatusError, match="There is no model 'nothing'"):
            opened.models.retrieve("nothing")


def test_models_that_are_offered_and_ready_can_be_chosen(address: str, held: HeldAssistant) -> None:
    held.offered = [
        ModelChoice("ollama:qwen3:8b", "here"),
        ModelChoice("openai:gpt", "there", todo="set OPENAI_API_KEY"),
    ]
    with client(address) as opened:
        assert [model.id for model in opened.models.list()][2:] == ["article-assistant/ollama:qwen3:8b"]
        assert opened.models.retrieve("article-assistant/ollama:qwen3:8b").owned_by == "article-assistant"
    for name in ("article-assistant/ollama:qwen3:8b", "article-assistant/quotes"):
        assert said(address, model=name).model == name
    assert [model for *_, model in held.asked] == ["ollama:qwen3:8b", "quotes"]
    with pytest.raises(APIStatusError, match="There is no model"):
        said(address, model="article-assistant/openai:gpt")


def test_what_goes_wrong_after_the_first_words_ends_the_stream_with_an_error(held: HeldAssistant) -> None:
    held.error = DamagedError("the index is damaged; run: assistant check --repair")
    held.first = [Token("It"), StatementReady(Statement("It rained.", (1,), "supported"), (cited(),))]
    with served(held) as address, client(address) as opened:
        messages: Any = [{"role": "user", "content": "Did it rain?"}]
        chunks = opened.chat.completions.create(model="article-assistant", messages=messages, stream=True)
        assert [next(chunks).choices[0].delta.content for _ in range(2)] == ["", "It rained. [1]"]
        with pytest.raises(APIError, match="assistant check --repair"):
            next(chunks)
