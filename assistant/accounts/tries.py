"""Password tries: counted by address and by name before they are made, with growing pauses after wrong ones."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from assistant.accounts.try_counts import ENTERED, FORGOTTEN_AFTER, NO_TRIES, InMemory, Tries, TryCounts
from assistant.database import Database
from assistant.errors import AssistantError

_log = logging.getLogger(__name__)


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
    """Who may try a password now. May be used from several threads, and on servers that share `counts`.

    A try counts as a wrong one until it turned out right: many at once are no way around the pauses. An address that
    has entered under a name does not wait for the wrong tries of others under it.
    """

    def __init__(self, clock: Callable[[], float] | None = None, counts: TryCounts | None = None) -> None:
        self._counts = counts or InMemory()
        # Of several servers each has a monotonic clock of its own.
        self._clock = clock or (time.monotonic if isinstance(self._counts, InMemory) else time.time)

    def wait(self, name: str, address: str) -> int:
        """Seconds until that address may try that name again; 0 when it may now."""
        with self._counts.changing() as tries:
            return self._wait(tries, name, address)

    def begin(self, name: str, address: str) -> None:
        """Count a try. Raises WaitError where that address must wait."""
        with self._counts.changing() as tries:
            if seconds := self._wait(tries, name, address):
                raise WaitError(seconds)
            for key in _keys(name, address):
                self._count(tries, key)

    def entered(self, name: str, address: str) -> None:
        """The password was right: what was tried under that name counts no more, and from that address for it."""
        with self._counts.changing() as tries:
            tried, _ = tries.drop(("both", address, name))
            tries.drop(("name", name))
            # Else who has a password of their own could try those of others without a pause.
            others, last = tries.drop(("address", address))
            if others > tried:
                tries.put(("address", address), others - tried, last)
            tries.put(_entered(name, address), 0, self._clock())

    def failed(self, name: str, address: str, *, is_known: bool) -> None:
        """The password was wrong: it is logged, without the password."""
        with self._counts.changing() as tries:
            count, _ = tries.get(("address", address))
            for key in _keys(name, address):  # the pause begins now: the check took a while
                wrong, _ = found = tries.get(key)
                if found != NO_TRIES:
                    tries.put(key, wrong, self._clock())
        # A password that was typed as the name must not be logged either.
        shown = f"user {name}" if is_known else "an unknown user"
        _log.warning("wrong password for %s from %s, try %d", shown, address, count)

    def _wait(self, tries: Tries, name: str, address: str) -> int:
        pauses = [self._pause(tries, ("address", address), OF_ADDRESS)]
        if tries.get(_entered(name, address)) == NO_TRIES:
            pauses.append(self._pause(tries, ("name", name), OF_NAME))
        return math.ceil(max(pauses))

    def _pause(self, tries: Tries, key: tuple[str, ...], pause: Pause) -> float:
        wrong, last = tries.get(key)
        # A clock that was set back must keep nobody out for longer.
        passed = max(0.0, self._clock() - last)
        return max(0.0, pause.seconds(wrong) - passed) if wrong else 0.0

    def _count(self, tries: Tries, key: tuple[str, ...]) -> None:
        wrong, last = tries.get(key)
        tries.put(key, 1 if self._clock() - last > FORGOTTEN_AFTER else wrong + 1, self._clock())


def tries_of(place: Database) -> PasswordTries:
    """The tries of the server of a home, in memory; or those of all servers of a database, in it."""
    if place.address is None:
        return PasswordTries()
    from assistant.accounts.try_table import TryTable

    return PasswordTries(counts=TryTable(place))


def _keys(name: str, address: str) -> tuple[tuple[str, ...], ...]:
    return ("address", address), ("name", name), ("both", address, name)


def _entered(name: str, address: str) -> tuple[str, ...]:
    return ENTERED, address, name
