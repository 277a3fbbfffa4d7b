"""Questions of programs: each waits for its turn in the room that the window's questions wait in, too."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any, TypeVar

from starlette.requests import Request

from assistant.accounts import Principal
from assistant.answers import Answer, Event, Finished
from assistant.articles import NO_FILTERS, Filters
from assistant.retrieval import Aspects, parse
from assistant.server.guard import connection_id
from assistant.server.metrics import interface
from assistant.server.service import Service
from assistant.server.waiting import LeftError

T = TypeVar("T")


async def events(
    service: Service,
    principal: Principal,
    address: str,
    question: str,
    filters: Filters = NO_FILTERS,
    *,
    history: Sequence[Answer] = (),
    ignoring: Aspects = (),
    model: str | None = None,
) -> AsyncGenerator[Event, None]:
    """The events of the answer to `question`, once it has its turn; when this is closed, the answer is not made.

    `address` is that of who asks, as it is counted. Raises QuestionError, LimitError where they asked as much as they
    may, BusyError where too many wait already, StoppingError while the server is being stopped, and all that
    `Assistant.ask` raises.
    """
    made = _in_turn(service, principal, address, question, filters, history=history, ignoring=ignoring, model=model)
    async with aclosing(service.metrics.counted(interface.get(), made)) as found:
        async for event in found:
            yield event


async def _in_turn(
    service: Service, principal: Principal, address: str, question: str, filters: Filters, **options: Any
) -> AsyncGenerator[Event, None]:
    async with turn(service, principal, address, question):
        found = service.assistant.astream(question, filters, **options)
        async with aclosing(found):
            async for event in found:
                yield event


@asynccontextmanager
async def turn(service: Service, principal: Principal, address: str, question: str) -> AsyncIterator[None]:
    """The turn of a question, which is counted and noted, until the end of the block. Raises as `events` does."""
    parse(question, service.settings.max_question)
    await service.limits.acount(principal, address)
    await service.note_question(principal, question, address)
    # A connection is to the room what a window is: those of one address take turns, however much each of them asks.
    window = f"connection {connection_id.get() or secrets.token_hex(8)}"
    share = principal.token or principal.owner
    with service.room.listening(window):
        async with service.room.turn(window, address, share and f"{principal.by}:{share}"):
            yield


async def answer(
    service: Service, principal: Principal, address: str, question: str, filters: Filters = NO_FILTERS, **options: Any
) -> Answer:
    """The whole answer, as `events` makes it."""
    async with aclosing(events(service, principal, address, question, filters, **options)) as found:
        async for event in found:
            if isinstance(event, Finished):
                return event.answer
    raise AssertionError("a stream ends with Finished")


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives; it is cancelled when who sent `request` hangs up. Raises LeftError then."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise LeftError("nobody listened for this answer, so it was not made")
        return task.result()
    finally:
        for each in (task, gone):
            each.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await each


async def _hung_up(request: Request) -> None:
    await request.body()  # which has come whole
    while (await request.receive())["type"] != "http.disconnect":
        pass
