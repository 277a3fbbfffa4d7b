"""Chat models that are open: any number on servers, and of those in files, which are gigabytes, one at a time."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.settings import Settings
from assistant.utils import CancelToken

if TYPE_CHECKING:
    from assistant.models.chat import Model
    from assistant.models.pool import ModelServer

_MOST = 8  # models on servers that stay open, each a client without connections, while nobody uses them
_LOOK_UP = 0.1  # seconds after which one who waits looks whether it is to stop


class OpenModels:
    """Opens a model when it is first used and keeps it. May be used from several threads at once.

    A model in a file waits until nobody uses another one of a file, which is then closed; those who ask take turns.
    """

    def __init__(self, opener: "Callable[[Settings], Model] | None" = None) -> None:
        """`opener` takes the place of `open_model`."""
        self._opener = opener or _open
        self._changed = threading.Condition()
        self._slots: dict[tuple[str, str], _Slot] = {}
        self._waiting: deque[object] = deque()  # for a file, in their order

    @contextmanager
    def using(self, settings: Settings, wait: float, stop: CancelToken | None = None) -> "Iterator[Model]":
        """The model that the settings name, which is not closed meanwhile.

        Raises as `open_model` does, and ModelError when another one is still in use after `wait` seconds or `stop` was
        made.
        """
        slot = self._enter(settings, wait, stop)
        try:
            yield slot.open()
        finally:
            with self._changed:
                slot.users -= 1
                self._changed.notify_all()

    def servers(self, settings: Settings) -> "tuple[ModelServer, ...]":
        """The servers of the model that the settings name, as far as is known; none while it is not open."""
        with self._changed:
            slot = self._slots.get(_key(settings))
        return slot.servers() if slot is not None else ()

    def close(self) -> None:
        """Close all of them; what is used later is opened again."""
        with self._changed:
            slots = list(self._slots.values())
            self._slots.clear()
        for slot in slots:
            slot.close()

    def _enter(self, settings: Settings, wait: float, stop: CancelToken | None) -> "_Slot":
        if not _is_file(settings):
            return self._take(settings, _MOST)
        turn = object()
        try:
            with self._changed:
                self._waiting.append(turn)
                self._wait(settings, turn, time.monotonic() + wait, stop)
            return self._take(settings, 0)  # nobody else has a turn yet
        finally:
            with self._changed:
                self._waiting.remove(turn)
                self._changed.notify_all()

    def _wait(self, settings: Settings, turn: object, end: float, stop: CancelToken | None) -> None:
        """Wait for a `turn` at which no other file is in use."""
        while self._waiting[0] is not turn or self._is_taken(settings):
            if stop is not None and stop.cancelled:
                raise ModelError(f"the model {_name(settings)} was stopped before it began")
            if time.monotonic() >= end:
                raise ModelError(f"the model {_name(settings)} waits for another one that is still writing; ask again")
            self._changed.wait(_LOOK_UP)

    def _is_taken(self, settings: Settings) -> bool:
        return any(slot.is_file and slot.users and key != _key(settings) for key, slot in self._slots.items())

    def _take(self, settings: Settings, most: int) -> "_Slot":
        """The slot of a model with one more user; of others of its kind that nobody uses only so many stay open."""
        with self._changed:
            slot = self._slots.pop(_key(settings), None) or _Slot(settings, self._opener)
            idle = [other for other in self._slots.values() if other.is_file == slot.is_file and not other.users]
            needless = idle[: max(0, len(idle) - most)]
            for other in needless:
                del self._slots[_key(other.settings)]
            self._slots[_key(settings)] = slot
            slot.users += 1
        for other in needless:  # not under the lock, as a model is closed only once it has stopped writing
            other.close()
        return slot


class _Slot:
    """A model that is open or will be, and how many use it."""

    def __init__(self, settings: Settings, opener: "Callable[[Settings], Model]") -> None:
        self._opener = opener
        self.settings, self.is_file = settings, _is_file(settings)
        self.users = 0
        self._model: Model | None = None
        self._opening = threading.Lock()

    def open(self) -> "Model":
        with self._opening:
            if self._model is None:
                self._model = self._opener(self.settings)
            return self._model

    def servers(self) -> "tuple[ModelServer, ...]":
        model = self._model
        return model.pool.states() if model is not None and model.pool is not None else ()

    def close(self) -> None:
        with self._opening:
            if self._model is not None:
                self._model.close()
            self._model = None


def _open(settings: Settings) -> "Model":
    from assistant.models.chat import open_model

    return open_model(settings)


def _name(settings: Settings) -> str | None:
    from assistant.models.chat import model_name

    return model_name(settings)


def _is_file(settings: Settings) -> bool:
    return (settings.model or "").startswith("gguf:")


def _key(settings: Settings) -> tuple[str, str]:
    return settings.model or "", settings.model_url or ""
