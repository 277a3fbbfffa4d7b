"""The Model Context Protocol over the sample corpus: a real process on stdio, and HTTP, by the lines of the docs."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from assistant import Assistant, Settings
from assistant.server import Service, context_server
from tests.conftest import CACHE
from tests.server.served import served
from tests.server.test_model_context import text_of
from tests.support import ROOT

pytestmark = pytest.mark.model
PAGE = ROOT / "docs" / "mcp.md"
TOOLS = ["ask", "search", "read_article", "list_stories", "corpus_status"]


def block(kind: str) -> str:
    tokens = MarkdownIt("commonmark").parse(PAGE.read_text(encoding="utf-8"))
    return next(token.content for token in tokens if token.type == "fence" and token.info == kind)


def configured(home: Path) -> StdioServerParameters:
    """The server that the configuration of the page starts, for `home`."""
    (server,) = json.loads(block("json"))["mcpServers"].values()
    assert server["command"] == "assistant"
    arguments = [str(home) if argument == "/path/to/home" else argument for argument in server["args"]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **({"ASSISTANT_CACHE": CACHE} if CACHE else {})}
    return StdioServerParameters(command=sys.executable, args=["-m", "assistant", *arguments], env=environment)


@pytest.fixture(scope="module")
def address(sample: Assistant) -> Iterator[str]:
    with served(sample, has_window=True) as found:
        yield found


def test_a_process_on_stdio_does_all_that_the_page_says_and_prints_nothing_else(
    sample_home: Path, tmp_path: Path
) -> None:
    async def main() -> None:
        with (tmp_path / "errors").open("w") as errors:
            async with Client(stdio_client(configured(sample_home), errlog=errors)) as client:
                await check_tools(client)
                await check_cancelled(client)
                await check_resources(client)
                await check_errors(client)

    asyncio.run(main())
    assert (tmp_path / "errors").read_text() == ""


async def check_tools(client: Client) -> None:
    tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == TOOLS == re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8"), re.M)
    assert all(tool.description and tool.output_schema and tool.annotations.read_only_hint for tool in tools)  # type: ignore[union-attr]
    answer = await client.call_tool("ask", {"question": "Who condemned the attack on the Czech foreign ministry?"})
    data: Any = answer.structured_content
    assert data["outcome"] == "answered" and "Kallas" in text_of(answer) and "[1]" in text_of(answer)
    cited = data["citations"][0]
    article: Any = await client.call_tool("read_article", {"article_id": cited["article_id"]})
    assert cited["quote"] in article.structured_content["text"] and cited["title"] in text_of(article)
    one = {"publications": ["Coast Radio Pellinsea"], "until": "2025-05-01"}
    found: Any = await client.call_tool("search", {"query": "ferry terminal march", "count": 3, **one})
    assert {each["article"]["source"] for each in found.structured_content["passages"]} == {"Coast Radio Pellinsea"}
    stories: Any = await client.call_tool("list_stories", {"count": 2})
    assert len(stories.structured_content["stories"]) == 2 and "article_id" in text_of(stories)
    status: Any = await client.call_tool("corpus_status", {})
    assert status.structured_content["articles"] == 16 and text_of(status).startswith("16 articles of 9 publications.")


async def check_cancelled(client: Client) -> None:
    """Whatever had been done by then, the client goes on."""
    asked = asyncio.create_task(client.call_tool("ask", {"question": "Who condemned the attack?"}))
    await asyncio.sleep(0)
    asked.cancel()
    assert (await asyncio.gather(asked, return_exceptions=True))[0] is not None


async def check_resources(client: Client) -> None:
    listed = (await client.list_resources()).resources
    assert len(listed) >= 10 and all(each.uri.startswith("article://") and each.title for each in listed)
    (content,) = (await client.read_resource(listed[0].uri)).contents
    assert listed[0].title and listed[0].title in content.text  # type: ignore[union-attr]
    (template,) = (await client.list_resource_templates()).resource_templates
    assert f"`{template.uri_template}`" in PAGE.read_text("utf-8")
    with pytest.raises(MCPError, match="there is no article 'nothing'"):
        await client.read_resource("article://nothing")


async def check_errors(client: Client) -> None:
    for name, arguments, says in (
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": "Did it rain?", "publications": ["The Onion"]}, "there are Pellinsea Chronicle"),
        ("ask", {"question": "Did it rain?", "since": "May"}, "since: Input should be a valid date"),
        ("search", {"query": "rain", "count": 0}, "count: Input should be greater"),
        ("read_article", {"article_id": "nothing"}, "there is no article 'nothing'"),
        ("read_article", {}, "article_id: Field required"),
        ("remove_everything", {}, "Unknown tool"),
    ):
        told = await client.call_tool(name, arguments)
        assert told.is_error and says in text_of(told) and "\n" not in text_of(told)


def test_the_python_of_the_page_prints_a_cited_answer_with_links_to_the_window(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(block("python").replace("http://127.0.0.1:7860", address), str(PAGE), "exec"), {})
    printed = capsys.readouterr().out
    assert "Kallas" in printed and f"{address}/article/" in printed and printed.endswith("answered\n")


def test_an_empty_home_is_told_in_one_line(settings_home: Settings) -> None:
    async def main(assistant: Assistant) -> Any:
        async with Client(context_server(Service.of(assistant))) as client:
            with pytest.raises(MCPError, match="assistant refresh"):
                await client.list_resources()
            return await client.call_tool("ask", {"question": "Did it rain?"})

    with Assistant.open(settings_home) as assistant:
        told = asyncio.run(main(assistant))
    assert told.is_error and "assistant refresh" in text_of(told)
