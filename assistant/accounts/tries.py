"""Password tries: counted by address and by name before they are made, with growing pauses after wrong ones."""

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from assistant.errors import AssistantError

_log = logging.getLogger(__name__)

_FORGOTTEN_AFTER = 3600.0  # seconds without a wrong try
_MOST = 10_000  # addresses and names that are remembered


class WaitError(AssistantError):
    """A password may be tried again in so many `seconds`."""

    def __init__(self, seconds: int, told: str = "Too many wrong passwords") -> None:
        super().__init__(f"{told}; try again in {seconds} s.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Pause:
    """After `free` wrong tries a pause of one second, twice as long after each further one, up to `longest` seconds."""

    free: int
    longest: float

    def seconds(self, wrong: int) -> float:
        """How long to wait after so many wrong tries."""
        return min(2.0 ** min(wrong - self.free, 30), self.longest) if wrong >= self.free else 0.0


OF_ADDRESS = Pause(free=5, longest=900.0)
# Many share a name: who does not know its password must not keep the others out for long.
OF_NAME = Pause(free=20, longest=30.0)


class PasswordTries:
    """Who may try a password now. May be used from several threads.

    A try counts as a wrong one until it turned out right: many at once are no way around the pauses. An address that
    has entered under a name does not wait for the wrong tries of others under it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._wrong: OrderedDict[tuple[str, ...], tuple[int, float]] = OrderedDict()
        self._entered: OrderedDict[tuple[str, str], None] = OrderedDict()

    def wait(self, name: str, address: str) -> int:
        """Seconds until that address may try that name again; 0 when it may now."""
        with self._lock:
            return self._wait(name, address)

    def begin(self, name: str, address: str) -> None:
        """Count a try. Raises WaitError where that address must wait."""
        with self._lock:
            if seconds := self._wait(name, address):
                raise WaitError(seconds)
            for key in _keys(name, address):
                self._count(key)

    def entered(self, name: str, address: str) -> None:
        """The password was right: what was tried under that name counts no more, and from that address for it."""
        with self._lock:
            tried, _ = self._wrong.pop(("both", address, name), (0, 0.0))
            self._wrong.pop(("name", name), None)
            # Else who has a password of their own could try those of others without a pause.
            others, last = self._wrong.pop(("address", address), (0, 0.0))
            if others > tried:
                self._wrong["address", address] = (others - tried, last)
            _remember(self._entered, (name, address), None)

    def failed(self, name: str, address: str, *, is_known: bool) -> None:
        """The password was wrong: it is logged, without the password."""
        with self._lock:
            count = self._wrong.get(("address", address), (0, 0.0))[0]
            for key in _keys(name, address):  # the pause begins now: the check took a while
                if key in self._wrong:
                    self._wrong[key] = (self._wrong[key][0], self._clock())
        # A password that was typed as the name must not be logged either.
        shown = f"user {name}" if is_known else "an unknown user"
        _log.warning("wrong password for %s from %s, try %d", shown, address, count)

    def _wait(self, name: str, address: str) -> int:
        pauses = [self._pause(("address", address), OF_ADDRESS)]
        if (name, address) not in self._entered:
            pauses.append(self._pause(("name", name), OF_NAME))
        return math.ceil(max(pauses))

    def _pause(self, key: tuple[str, ...], pause: Pause) -> float:
        wrong, last = self._wrong.get(key, (0, 0.0))
        return max(0.0, last + pause.seconds(wrong) - self._clock()) if wrong else 0.0

    def _count(self, key: tuple[str, ...]) -> None:
        wrong, last = self._wrong.get(key, (0, 0.0))
        wrong = 1 if self._clock() - last > _FORGOTTEN_AFTER else wrong + 1
        _remember(self._wrong, key, (wrong, self._clock()))


def _keys(name: str, address: str) -> tuple[tuple[str, ...], ...]:
    return ("address", address), ("name", name), ("both", address, name)


def _remember(kept: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > _MOST:
        kept.popitem(last=False)
