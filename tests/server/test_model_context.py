"""The Model Context Protocol over HTTP, with the client of the SDK and an assistant without an index."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import mcp_types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from assistant.server.model_context.tools import pages_of
from tests.server.served import HeldAssistant, TokenAccounts, served

MODES = pytest.mark.parametrize("mode", ["legacy", "auto"])
BEGIN = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


def text_of(result: Any) -> str:
    (content,) = result.content
    assert isinstance(content, mcp_types.TextContent)
    return content.text


@MODES
def test_two_clients_ask_at_once_while_a_third_waits(address: str, held: HeldAssistant, mode: str) -> None:
    async def main() -> list[Any]:
        async with Client(f"{address}/mcp", mode=mode) as one, Client(f"{address}/mcp", mode=mode) as other:
            waiting = asyncio.create_task(one.call_tool("ask", {"question": "Hold on?"}))
            await asyncio.to_thread(held.begun.wait, 30)
            both = [client.call_tool("ask", {"question": "Did it rain?"}) for client in (one, other)]
            found = await asyncio.gather(*both)
            waiting.cancel()
            await asyncio.to_thread(held.ended.wait, 30)
            return found

    for result in asyncio.run(main()):
        assert text_of(result).startswith("It rained. [1]") and result.structured_content["outcome"] == "answered"


@MODES
def test_a_call_that_is_cancelled_stops_the_answer_and_the_client_goes_on(
    address: str, held: HeldAssistant, mode: str
) -> None:
    async def main() -> Any:
        async with Client(f"{address}/mcp", mode=mode) as client:
            waiting = asyncio.create_task(client.call_tool("ask", {"question": "Hold on?"}))
            assert await asyncio.to_thread(held.begun.wait, 30)
            waiting.cancel()
            assert await asyncio.to_thread(held.ended.wait, 30)
            return await client.call_tool("ask", {"question": "Did it rain?"})

    assert "It rained." in text_of(asyncio.run(main()))


def with_token(address: str, token: str, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with create_mcp_http_client(headers={"Authorization": f"Bearer {token}"}) as http:
            async with Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client:
                return await work(client)

    return asyncio.run(main())


def test_who_has_no_rights_gets_nothing_and_a_session_is_its_owners() -> None:
    with served(HeldAssistant(), TokenAccounts) as address:
        found = with_token(address, "aa_ann", lambda client: client.call_tool("ask", {"question": "Did it rain?"}))
        assert text_of(found).startswith("It rained.")
        for method in ("GET", "POST", "DELETE"):
            for key in ({}, {"authorization": "Bearer aa_unknown"}):
                reply = httpx.request(method, f"{address}/mcp", headers=key)
                assert reply.status_code == 401 and reply.headers["www-authenticate"] == "Bearer"
        begun = _post(address, "ann", BEGIN)
        session = {"mcp-session-id": begun.headers["mcp-session-id"]}
        tools = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}
        assert _post(address, "ben", tools, session).status_code == 404
        assert _post(address, "ann", tools, session).status_code == 200


def _post(address: str, name: str, message: Any, more: dict[str, str] | None = None) -> httpx.Response:
    accept = {"accept": "application/json, text/event-stream", "authorization": f"Bearer aa_{name}"}
    return httpx.post(f"{address}/mcp", json=message, headers=accept | (more or {}))


def test_pages_of_other_sites_and_other_names_are_refused_as_everywhere(address: str) -> None:
    for headers, status in (({"host": "evil.example"}, 421), ({"origin": "https://evil.example"}, 403)):
        reply = httpx.post(f"{address}/mcp", json=BEGIN, headers=headers)
        assert reply.status_code == status and reply.headers["content-type"] == "application/problem+json"


def test_a_question_too_many_is_told_in_one_line_with_when_to_try_again(held: HeldAssistant) -> None:
    held.settings = held.settings.model_copy(update={"queue_size": 0})

    async def main(address: str) -> Any:
        async with Client(f"{address}/mcp") as client:
            return await client.call_tool("ask", {"question": "Did it rain?"})

    with served(held) as address:
        result = asyncio.run(main(address))
    assert result.is_error and text_of(result).startswith("Busy; try again in about")


def test_long_texts_come_in_pages_that_end_where_sentences_do() -> None:
    text = "\n".join(f"Paragraph {number}. It has two sentences." for number in range(100))
    pages = pages_of(text, 500)
    assert all(0 < len(page) <= 500 and page.endswith("sentences.") for page in pages)
    assert "\n".join(pages) == text and pages_of("", 500) == [""]
    assert "".join(pages_of("x" * 1200, 500)) == "x" * 1200
