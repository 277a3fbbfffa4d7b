"""Real clients of OpenAI's protocol over the sample corpus: openai, LangChain and llm, by the lines of the docs."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_openai import ChatOpenAI
from markdown_it import MarkdownIt
from openai import OpenAI

from assistant import Assistant, Settings
from tests.server.served import served
from tests.support import ROOT

pytestmark = pytest.mark.model
PAGE = ROOT / "docs" / "openai.md"
SAID = "http://127.0.0.1:7860"


def blocks(kind: str, address: str) -> list[str]:
    """The blocks of the page of that kind, for the server at `address`."""
    tokens = MarkdownIt("commonmark").parse(PAGE.read_text(encoding="utf-8"))
    return [token.content.replace(SAID, address) for token in tokens if token.type == "fence" and token.info == kind]


@pytest.fixture(scope="module")
def address(sample: Assistant) -> Iterator[str]:
    with served(sample, has_window=True) as found:
        yield found


def test_the_python_of_the_page_prints_cited_answers_also_to_a_follow_up(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    printed = []
    for code in blocks("python", address):
        exec(compile(code, str(PAGE), "exec"), names)
        printed.append(capsys.readouterr().out)
    first, followed, from_langchain = printed
    names["client"].close()
    assert "Kallas" in first and "[1]" in first and f"{address}/article/" in first
    assert "refrain" in followed and "Understood:" in followed and "Sources:" in followed
    assert "About 400 people marched through Pellinsea" in from_langchain and "[1]" in from_langchain


def test_langchain_streams_and_follows_up(address: str) -> None:
    model = ChatOpenAI(base_url=f"{address}/v1", api_key="any", model="article-assistant/quotes", stream_usage=True)
    question = ("user", "How did Karl Lindhorst vote on the ferry terminal?")
    said = model.invoke([("system", "You are a pirate."), question])
    chunks = list(model.stream([question, said, ("user", "And Dora Amblin?")]))
    text = "".join(str(chunk.content) for chunk in chunks)
    assert "Dora Amblin" in text and "against" in text and any(chunk.usage_metadata for chunk in chunks)


def test_llm_asks_and_follows_up_by_the_lines_of_the_page(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (configuration,), (script,) = blocks("yaml", address), blocks("sh", address)
    (tmp_path / "extra-openai-models.yaml").write_text(configuration)
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))
    monkeypatch.setenv("LLM_LOAD_PLUGINS", "")
    from llm.cli import cli

    runs = [CliRunner().invoke(cli, shlex.split(line)[1:]) for line in script.splitlines()]
    printed = [run.stdout for run in runs if run.exit_code == 0]
    assert "Paula Enning, the finance director" in printed[1] and "Sources:" in printed[1]
    assert "19 December" in printed[2] and "Enning" in printed[2]


def test_a_refusal_reads_as_one(address: str) -> None:
    with OpenAI(base_url=f"{address}/v1", api_key="any") as client:
        messages: Any = [{"role": "user", "content": "Who won the chess championship in Reykjavik?"}]
        said = client.chat.completions.create(model="article-assistant", messages=messages).choices[0].message
    assert said.content and said.content.startswith("The articles do not answer this question.")
    assert not re.search(r"\[\d\]", said.content) and not said.annotations


def test_letters_that_are_none_are_asked_about_like_others(address: str) -> None:
    earlier = [{"role": "user", "content": "Who is \\udfff?"}, {"role": "assistant", "content": "\\ud800"}]
    body = {"model": "article-assistant", "messages": [*earlier, {"role": "user", "content": "And Dora \\ud800?"}]}
    sent = json.dumps(body).replace("\\\\ud", "\\ud")
    reply = httpx.post(f"{address}/v1/chat/completions", content=sent, headers={"content-type": "application/json"})
    assert reply.status_code == 200 and reply.json()["choices"][0]["message"]["content"]


def test_what_a_model_writes_is_streamed_sentence_by_sentence_once_it_is_checked(sample_home: Path) -> None:
    true = "Kaja Kallas condemned the attack on the Czech ministry."
    false = "Kaja Kallas also announced sanctions worth €14 million against Norway."
    model = GenericFakeChatModel(messages=iter([AIMessage(f"{true} [1] {false} [1]")]))
    question: Any = [{"role": "user", "content": "Who condemned the attack and what was demanded?"}]
    with (
        Assistant.open(Settings(home=sample_home), chat_model=model) as assistant,
        served(assistant) as address,
        OpenAI(base_url=f"{address}/v1", api_key="any") as client,
    ):
        stream = client.chat.completions.create(model="article-assistant", messages=question, stream=True)
        pieces = [chunk.choices[0].delta.content or "" for chunk in stream]
    text = "".join(pieces)
    assert any(piece.startswith(f"{true} [1]") for piece in pieces) and "does not hold" not in text
    assert re.search(f"{false}.* \\(not borne out by the articles: .*\\)\n", text)
    assert "Written by GenericFakeChatModel." in text
