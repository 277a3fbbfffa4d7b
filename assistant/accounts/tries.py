"""Password tries: counted by address and by name, with growing pauses after wrong ones."""

import hmac
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_log = logging.getLogger(__name__)

_FORGOTTEN_AFTER = 3600.0  # seconds without a wrong try
_MOST = 10_000  # addresses and names that are remembered


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
    """Who may try a password now. `users` has the passwords by name; all happens in one event loop.

    An address that has entered under a name does not wait for the wrong tries of others under it.
    """

    def __init__(self, users: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        self._clock = clock
        self._wrong: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._entered: OrderedDict[tuple[str, str], None] = OrderedDict()

    def wait(self, name: str, address: str) -> int:
        """Seconds until that address may try that name again; 0 when it may now."""
        pauses = [self._pause(("address", address), OF_ADDRESS)]
        if (name, address) not in self._entered:
            pauses.append(self._pause(("name", name), OF_NAME))
        return math.ceil(max(pauses))

    def check(self, name: str, password: str, address: str) -> bool:
        """Whether `password` is that of `name`; a wrong one is counted and logged, without the password."""
        known = self._users.get(name)
        right = hmac.compare_digest((known or "").encode(), password.encode("utf-8", "surrogatepass"))
        if known is not None and right:
            self._wrong.pop(("address", address), None)
            self._wrong.pop(("name", name), None)
            _remember(self._entered, (name, address), None)
            return True
        count = self._count(("address", address))
        self._count(("name", name))
        # A password that was typed as the name must not be logged either.
        shown = f"user {name}" if known is not None else "an unknown user"
        _log.warning("wrong password for %s from %s, try %d", shown, address, count)
        return False

    def _pause(self, key: tuple[str, str], pause: Pause) -> float:
        wrong, last = self._wrong.get(key, (0, 0.0))
        return max(0.0, last + pause.seconds(wrong) - self._clock()) if wrong else 0.0

    def _count(self, key: tuple[str, str]) -> int:
        wrong, last = self._wrong.get(key, (0, 0.0))
        wrong = 1 if self._clock() - last > _FORGOTTEN_AFTER else wrong + 1
        _remember(self._wrong, key, (wrong, self._clock()))
        return wrong


def _remember(kept: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > _MOST:
        kept.popitem(last=False)
