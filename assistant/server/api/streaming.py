"""An answer as server-sent events, as it is made."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json
from starlette.responses import StreamingResponse

from assistant.answers import Answer, Event, Finished, Searched, StatementReady, Token, Withdrawn
from assistant.errors import AssistantError
from assistant.server.api.answers import FinishedEvent, GivenAnswer, StreamedEvent
from assistant.server.problems import Message, Receive, Refusal, Send, refusal_of, unexpected
from assistant.server.server_sent import HEADERS, KEEP_ALIVE, server_sent
from assistant.utils import once

_log = logging.getLogger(__name__)

_PATIENCE = 1.0  # seconds in which a fault is still told by the status of the response
_AHEAD = 100  # events that wait for a slow reader
_NAMES = {Searched: "searched", Token: "token", StatementReady: "statement", Withdrawn: "withdrawn"}

_events: Callable[[], TypeAdapter[StreamedEvent]] = once(lambda: TypeAdapter(StreamedEvent))


def event_schemas() -> dict[str, Any]:
    """The schemas of what is streamed, by name: of an event as it is sent, and of the data of each kind."""
    whole = _events().json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = whole.pop("$defs")
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": whole}
    names = {"type": "string", "enum": [*_NAMES.values(), "finished", "problem"]}
    about = "An event, as server-sent events are written: its name and, on one line, its data as JSON."
    properties = {"event": names, "data": {**data, "description": "For `problem` the members of a Problem."}}
    event = {"type": "object", "description": about, "properties": properties, "required": ["event", "data"]}
    return {**schemas, "ServerSentEvent": event}


Finish = Callable[[Answer], Awaitable[GivenAnswer]]
"""What an answer is given an id by."""


class EventStream(StreamingResponse):
    """The events of an answer; when who asked hangs up, the answer is not made any further."""

    def __init__(self, events: AsyncGenerator[Event, None], finish: Finish) -> None:
        self._first: bytes | Refusal | None = None
        self._lines: asyncio.Queue[bytes | Refusal | None] = asyncio.Queue(_AHEAD)
        self._making = asyncio.create_task(self._make(events, finish))
        super().__init__(self._read(), 200, HEADERS, media_type="text/event-stream")

    async def started(self) -> "EventStream":
        """This, once it has an event or it has taken a while. Raises Refusal for a fault before that."""
        try:
            async with asyncio.timeout(_PATIENCE):
                self._first = await self._lines.get()
        except TimeoutError:
            return self
        except BaseException:
            await self._stop()
            raise
        if isinstance(self._first, Refusal):
            await self._stop()
            raise self._first
        return self

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        self._making.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._making

    async def _make(self, events: AsyncGenerator[Event, None], finish: Finish) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    await self._lines.put(await _line(event, finish))
        except Refusal as refusal:
            await self._lines.put(refusal)
        except AssistantError as error:
            await self._lines.put(refusal_of(error))
        except Exception:
            _log.exception("an answer could not be made")
            await self._lines.put(unexpected())
        await self._lines.put(None)

    async def _read(self) -> AsyncIterator[bytes]:
        yield self._first if isinstance(self._first, bytes) else b": the question waits for its turn\n\n"
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE):
                    line = await self._lines.get()
            except TimeoutError:
                line = b": the answer is being made\n\n"
            if line is None:
                return
            yield server_sent("problem", to_json(line.details)) if isinstance(line, Refusal) else line


async def _line(event: Event, finish: Finish) -> bytes:
    if isinstance(event, Finished):
        return server_sent("finished", _events().dump_json(FinishedEvent(await finish(event.answer))))
    return server_sent(_NAMES[type(event)], _events().dump_json(event))
