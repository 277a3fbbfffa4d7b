"""A window over an assistant without an index, in a process of its own: `python -m tests.ui.held_server SETTINGS_JSON`.

It prints the questions that it begins and ends to answer. Those that begin with "Hold" end when a line comes by stdin,
those that begin with "Fail" by an error that should not be.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator
from typing import Any, cast

from assistant import Assistant, Event, Settings, server
from assistant.server import connections
from assistant.utils import plain_lines
from tests.ui.events.support import FakeAssistant
from ui.app import ChatWindow


class HeldAssistant(FakeAssistant):
    """An assistant that holds answers back until `go`."""

    go = threading.Event()

    async def astream(
        self, question: str, filters: object, *, history: Any, ignoring: Any, model: str | None = None
    ) -> AsyncGenerator[Event, None]:
        _tell("begun", question)
        try:
            while question.startswith("Hold") and not self.go.is_set():
                await asyncio.sleep(0.01)
            if question.startswith("Fail"):
                raise RuntimeError("the fault")
            async for event in super().astream(question, filters, history=history, ignoring=ignoring):
                yield event
        finally:
            _tell("ended", question)

    def suggestions(self, *_: Any, **__: Any) -> list[str]:
        return []


def _tell(what: str, question: str) -> None:
    sys.stdout.write(f"{what} {question}\n")
    sys.stdout.flush()


def _read_orders() -> None:
    for _ in sys.stdin:
        HeldAssistant.go.set()


def _check(settings: dict[str, Any], is_ended: bool) -> None:
    """Check settings; if it is ended meanwhile, by the signal for that."""
    if is_ended:
        os.kill(os.getpid(), signal.SIGTERM)
    Settings(**settings)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    connections.HEADER_SECONDS = given.pop("header_seconds", connections.HEADER_SECONDS)
    is_ended_by_settings = given.pop("is_ended_by_settings", False)
    server.hold_signals()
    assistant = HeldAssistant(**given)
    threading.Thread(target=_read_orders, daemon=True).start()
    settings = assistant.settings
    listener = server.listen(settings.host, settings.port if "port" in given else 0)
    with plain_lines(sys.stderr):
        again = server.serve(
            cast(Assistant, assistant),
            listener,
            make_window=ChatWindow,
            check_settings=lambda: _check(given, is_ended_by_settings),
            started=lambda address: _tell("The chat window is at", f"{address} (Ctrl+C ends it)"),
        )
    if again:
        server.start_again(listener)
