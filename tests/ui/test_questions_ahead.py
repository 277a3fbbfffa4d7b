"""The first questions are made before a page asks for them, again for each state, and never after the end."""

import threading
from typing import Any, cast

from assistant import Assistant, NoArticlesError
from ui import questions_ahead
from ui.events.ask import FIRST

from .support import status


class Corpus:
    """A corpus whose first questions are counted; `states` are published one after the other."""

    def __init__(self, *states: str | None) -> None:
        self._states = list(states)
        self.made: list[tuple[str | None, int]] = []
        self.all_made = threading.Event()

    def status(self) -> Any:
        if len(self._states) == 1:
            self.all_made.set()
        self._now = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        return status(generation=self._now)

    def suggestions(self, count: int) -> list[str]:
        self.made.append((self._now, count))
        if self._now == "broken":
            raise NoArticlesError("gone")
        return []


def test_they_are_made_once_of_each_state(monkeypatch: Any) -> None:
    monkeypatch.setattr(questions_ahead, "_LOOK_AGAIN", 0)
    corpus = Corpus(None, "1", "1", "broken", "2", "2")
    with questions_ahead.questions_ahead(cast(Assistant, corpus)):
        assert corpus.all_made.wait(60)
    each = range(1, FIRST + 1)
    assert corpus.made == [*(("1", count) for count in each), ("broken", 1), *(("2", count) for count in each)]
