"""Counts what a refresh asks of its servers, so that it, or a server, can be killed at one of these moments.

`python -m tests.crash.server_watch SETTINGS SOURCE MOMENT` refreshes and kills itself before that request. It says a
line for each batch of texts that it is about to embed.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from assistant import Assistant, RefreshCallbacks, RefreshReport
from assistant.index.derived import entities
from assistant.index.server.chroma_connection import ChromaConnection
from assistant.index.server.postgres_sessions import Writer
from tests.support import QuickNames, WordHash, open_assistant


class Watch:
    """How many requests there were, batches of texts begun, and the stage that was reached last."""

    def __init__(self, moment: int, kill: Callable[[], object]) -> None:
        self.requests, self.batches, self.stage = 0, 0, "reading"
        self._moment, self._kill = moment, kill
        self._lock = threading.Lock()

    def request(self) -> None:
        with self._lock:  # another thread waits until what was killed is there again
            self.requests += 1
            if self.requests == self._moment:
                self._kill()

    def settle(self) -> None:
        """Wait until what is being killed is there again."""
        with self._lock:
            pass

    def progress(self, stage: str, done: int, total: int) -> None:
        self.stage = stage


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Tell `watch` of each request to PostgreSQL by the session of a refresh, and to Chroma."""
    with pytest.MonkeyPatch.context() as patches:
        for owner, name in ((Writer, "rows"), (Writer, "run"), (ChromaConnection, "ask")):
            patches.setattr(owner, name, _told(getattr(owner, name), watch))
        yield


def _told(method: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    def told(*given: Any, **more: Any) -> Any:
        watch.request()
        return method(*given, **more)

    return told


def refresh(settings: dict[str, Any], source: str, watch: Watch, told: Callable[[], object] = int) -> RefreshReport:
    """Refresh from `source`, killed at the moment of `watch`; `told` is called with each batch of texts."""

    def begin(texts: list[str]) -> None:
        watch.batches += 1
        told()

    with opened(settings, WordHash(before=begin)) as assistant, watched(watch):
        return assistant.refresh([source], watcher=RefreshCallbacks(progress=watch.progress))


def opened(settings: dict[str, Any], embedder: WordHash | None = None) -> Assistant:
    """An assistant of that index, which keeps two generations."""
    return open_assistant(**settings, embeddings=embedder or WordHash(), generations=2)


if __name__ == "__main__":
    entities.entity_recognizer = QuickNames  # type: ignore[attr-defined, assignment]
    end = partial(os.kill, os.getpid(), signal.SIGKILL)
    said = partial(print, "texts", flush=True)
    refresh(json.loads(sys.argv[1]), sys.argv[2], Watch(int(sys.argv[3]), end), said)
