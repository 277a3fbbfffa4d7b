"""The requests that are being served, which are ended when the server stops, as those of open windows never end."""

import asyncio
from typing import Any

from assistant.server.problems import Message, Receive, Send, refusal_of, send_refusal
from assistant.server.waiting import StoppingError


class InFlight:
    """ASGI middleware: knows what is being served, and can end it all, each response as if it were whole."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_ending = False

    def end(self) -> None:
        """End what is being served; what has no response yet is told that the server stops."""
        self._is_ending = True
        for task in self._tasks:
            task.cancel()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self._app(scope, receive, send)
            return
        last: Message = {}

        async def noting(message: Message) -> None:
            nonlocal last
            last = message
            await send(message)

        self._tasks.add(task)
        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            if not self._is_ending:
                raise
            task.uncancel()
            if not last:
                await send_refusal(receive, send, refusal_of(StoppingError()), scope["path"])
            elif last["type"] == "http.response.start" or last.get("more_body"):
                await send({"type": "http.response.body", "body": b""})
        finally:
            self._tasks.discard(task)
