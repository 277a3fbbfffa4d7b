"""The questions that are offered first, made before anybody opens the window."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from assistant import Assistant, AssistantError

from .events.ask import FIRST

_LOOK_AGAIN = 20.0  # seconds between two looks for another state of the index


@contextmanager
def questions_ahead(assistant: Assistant) -> Iterator[None]:
    """Until the end of the block, have the first questions made of each state of the index as soon as it is published.

    They are kept with it, so that no page waits for them; on a large corpus they take seconds.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(assistant, ended), name="questions ahead")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _watch(assistant: Assistant, ended: threading.Event) -> None:
    made: str | None = None
    while not ended.is_set():
        with suppress(AssistantError):  # which a page is told, too
            found = assistant.status().generation
            if found not in (made, None):
                made = found
                _make(assistant, ended)
        ended.wait(_LOOK_AGAIN)


def _make(assistant: Assistant, ended: threading.Event) -> None:
    """Make them one after the other, so that a server that stops waits for one at most."""
    for count in range(1, FIRST + 1):
        if not ended.is_set():
            assistant.suggestions(count)
