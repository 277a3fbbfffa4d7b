"""Observers: who is told how long the stages of a question take and how calls of chat models end.

What is observed knows nothing of what becomes of it: counts, traces, or nothing at all.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A call of a chat model, with all its tries: `seconds` until it ended.

    `failure` is the kind of what went wrong, None for an answer; `read` and `written` are tokens, where they are known.
    """

    seconds: float
    failure: str | None = None
    read: int | None = None
    written: int | None = None


class Observer:
    """What is told; this one does nothing about it."""

    def span(self, name: str, **attributes: str) -> AbstractContextManager[object]:
        """What is entered while something of that name goes on."""
        return nullcontext()

    def model_called(self, call: ModelCall) -> None:
        """A call of a chat model has ended."""

    def close(self) -> None:
        """Nothing more comes."""


class Observers(Observer):
    """All of several observers; more may be added at any time."""

    def __init__(self) -> None:
        self._all: tuple[Observer, ...] = ()

    def add(self, observer: Observer) -> None:
        """Tell that one too, from now on."""
        self._all = (*self._all, observer)

    def span(self, name: str, **attributes: str) -> AbstractContextManager[object]:
        """What is entered while something of that name goes on."""
        return self._spans(name, attributes) if self._all else nullcontext()

    @contextmanager
    def _spans(self, name: str, attributes: dict[str, str]) -> Iterator[None]:
        with ExitStack() as entered:
            for observer in self._all:
                entered.enter_context(observer.span(name, **attributes))
            yield

    def model_called(self, call: ModelCall) -> None:
        """A call of a chat model has ended."""
        for observer in self._all:
            observer.model_called(call)

    def close(self) -> None:
        """Nothing more comes."""
        for observer in self._all:
            observer.close()
