"""A window that stops or leaves ends the request to the model's server, also while another window's goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, Event, Settings
from tests.fakes.proxy import Handler, Proxy
from ui.events.ask import AskEvents
from ui.events.streams import AnswerStreams
from ui.windows import Windows

from .support import window

pytestmark = pytest.mark.model
QUESTION = "Who condemned the attack and what was demanded?"
Leave = Callable[..., Coroutine[Any, Any, None]]


def endless(handler: Handler, number: int) -> None:
    handler.begin()
    while not handler.server.stopping.wait(0.01):
        handler.token("and so on ")


def silent(handler: Handler, number: int) -> None:
    """A model that reads the articles for ever and looks whether somebody still waits."""
    handler.begin()
    while not handler.server.stopping.wait(0.01):
        handler.raw(": reading\n\n")


def hung(handler: Handler, number: int) -> None:
    """A model that has not even begun to answer."""
    if not handler.rfile.read(1):
        handler.server.gone.set()


@pytest.mark.parametrize("behave", [endless, silent, hung])
@pytest.mark.parametrize("leave", [AskEvents.stop, AskEvents.leave])
def test_the_model_stops_when_its_window_stops_or_leaves(
    sample_home: Path, leave: Leave, behave: Callable[[Handler, int], None]
) -> None:
    async def left(events: AskEvents, proxy: Proxy) -> list[dict[str, Any]]:
        shown = list[dict[str, Any]]()

        async def show() -> None:
            async for updates in events.ask(QUESTION, "", window()):
                shown.append(updates)

        asked = asyncio.create_task(show())
        await asyncio.to_thread(proxy.begun.wait, 60)
        await leave(events, window())
        await asyncio.wait_for(asked, 60)
        assert await asyncio.to_thread(proxy.gone.wait, 60)
        return shown

    with Proxy(behave) as proxy:
        settings = Settings(home=sample_home, model="openai:m", model_url=proxy.url, model_timeout=600)
        with Assistant.open(settings) as assistant:
            shown = asyncio.run(left(AskEvents(assistant, Windows(), AnswerStreams[Event]()), proxy))
    # A window that has left is shown nothing more.
    assert (shown[-1] == {}) == (leave is AskEvents.leave)
