"""The requests that are being served, which are ended when the server stops, as those of open windows never end."""

import asyncio
from typing import Any

from assistant.server.problems import Message, Receive, Send, refusal_of, send_refusal
from assistant.server.waiting import StoppingError


class InFlight:
    """ASGI middleware: knows what is being served, and can end it all, each response as if it were whole."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._last: dict[asyncio.Task[Any], Message] = {}  # what was sent last, by what serves it
        self._is_ending = False

    def end_streams(self) -> None:
        """End the responses that have begun."""
        self._end([task for task, last in self._last.items() if last])

    def end_all(self) -> None:
        """End what is being served; what has no response yet is told that the server stops."""
        self._end(list(self._last))

    def _end(self, tasks: list[asyncio.Task[Any]]) -> None:
        self._is_ending = True
        for task in tasks:
            task.cancel()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self._app(scope, receive, send)
            return

        async def noting(message: Message) -> None:
            self._last[task] = message
            await send(message)

        self._last[task] = {}
        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            if not self._is_ending:
                raise
            task.uncancel()
            await self._finish(self._last[task], scope, receive, send)
        finally:
            del self._last[task]

    async def _finish(self, last: Message, scope: Message, receive: Receive, send: Send) -> None:
        if not last:
            await send_refusal(receive, send, refusal_of(StoppingError()), scope["path"])
        elif last["type"] == "http.response.start" or last.get("more_body"):
            await send({"type": "http.response.body", "body": b""})
