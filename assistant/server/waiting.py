"""Whose question is answered now, who waits, and who is told to try again: a bounded room, in a fair order."""

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

from assistant.errors import AssistantError

_GRACE = 10.0  # seconds in which a window must listen for its answer
_FIRST_GUESS = 2.0  # seconds that an answer takes, before there was one
_RECENT = 20  # answers


class BusyError(AssistantError):
    """Too many questions wait already; in about so many `seconds` there is room."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Busy; try again in about {seconds} s.")
        self.seconds = seconds


class LeftError(AssistantError):
    """Nobody listens for the answer."""


class StoppingError(AssistantError):
    """The server is being stopped."""

    def __init__(self) -> None:
        super().__init__("The server is being stopped; try again in a moment.")


@dataclass(eq=False)
class _Question:
    window: str
    address: str
    browser: str
    turn: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class WaitingRoom:
    """At most `at_once` questions are answered and `size` wait, `share` of one browser, all in one event loop.

    A browser that is not known is one for each window.

    Addresses take turns, and so do the windows of one: many questions of one do not hold up those of others. Where
    `needs_listeners`, a question is answered only while its window listens (see `listening`), and until then it gives
    its place to any other. `waited` is called with the seconds that a question waited for its turn, `turned_away` for
    each that had no place.
    """

    def __init__(self, at_once: int, size: int = 100, share: int = 2, *, needs_listeners: bool = False) -> None:
        self._at_once, self._size, self._share = at_once, size, share
        self._needs_listeners = needs_listeners
        self._waiting: list[_Question] = []
        self._answering: list[_Question] = []
        self._listening: Counter[str] = Counter()
        self._served: dict[tuple[str, str | None], int] = {}  # when an address or a window of it was last served
        self._turns = 0
        self._seconds: deque[float] = deque(maxlen=_RECENT)
        self._emptied: asyncio.Event | None = None  # once it is closed: set when nothing is answered any more
        self.waited: Callable[[float], object] = lambda seconds: None
        self.turned_away: Callable[[], object] = lambda: None

    @property
    def is_closed(self) -> bool:
        """Whether no further question is let in."""
        return self._emptied is not None

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return len(self._waiting)

    @property
    def answering(self) -> int:
        """How many are being answered."""
        return len(self._answering)

    async def finish(self, seconds: float) -> None:
        """Let no further question in, turn those away that wait, and wait for those that are being answered.

        After `seconds` they are left to themselves.
        """
        self._emptied = self._emptied or asyncio.Event()
        for question in list(self._waiting):
            self._turn_away(question, StoppingError())
        if self._answering:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), seconds)

    def check(self, window: str, address: str, browser: str | None = None) -> None:
        """Raise BusyError when a question of that window would be turned away now, StoppingError when all are."""
        if self.is_closed:
            raise StoppingError
        own = browser or window
        if sum(question.browser == own for question in (*self._waiting, *self._answering)) >= self._share:
            raise self._busy()
        if len(self._waiting) >= self._size and self._yielding(address) is None:
            raise self._busy()

    @asynccontextmanager
    async def turn(self, window: str, address: str, browser: str | None = None) -> AsyncIterator[None]:
        """Wait for the turn of a question; it is being answered until the end of the block.

        Raises BusyError when there is no place, LeftError when nobody listens for it.
        """
        self.check(window, address, browser)
        if len(self._waiting) >= self._size and (yielding := self._yielding(address)):
            self._turn_away(yielding, self._busy())
        question = _Question(window, address, browser or window)
        self._waiting.append(question)
        patience = asyncio.get_running_loop().call_later(_GRACE, self._drop_unheard, question)
        came = time.monotonic()
        try:
            self._advance()
            await question.turn
            began = time.monotonic()
            self.waited(began - came)
            yield
            self._seconds.append(time.monotonic() - began)
        finally:
            patience.cancel()
            if question.turn.done() and not question.turn.cancelled():
                question.turn.exception()  # seen, also by who was cancelled meanwhile
            for places in (self._waiting, self._answering):
                if question in places:
                    places.remove(question)
            self._advance()

    @contextmanager
    def listening(self, window: str) -> Iterator[None]:
        """That window listens for its answers until the end of the block."""
        self._listening[window] += 1
        self._advance()
        try:
            yield
        finally:
            self._listening[window] -= 1
            self._listening += Counter()  # without those that are down to nothing

    def is_heard(self, window: str) -> bool:
        """Whether anybody listens for the answers of that window."""
        return not self._needs_listeners or window in self._listening

    def _advance(self) -> None:
        while len(self._answering) < self._at_once:
            ready = [each for each in self._waiting if self.is_heard(each.window) and not each.turn.done()]
            if not ready:
                break
            question = min(ready, key=lambda each: (self._last(each.address), self._last(each.address, each.window)))
            self._waiting.remove(question)
            self._answering.append(question)
            self._turns += 1
            for key in ((question.address, None), (question.address, question.window)):
                self._served[key] = self._turns
            question.turn.set_result(None)
        if not self._waiting:
            self._served.clear()
        if self._emptied is not None and not self._answering:
            self._emptied.set()

    def _last(self, address: str, window: str | None = None) -> int:
        return self._served.get((address, window), 0)

    def _yielding(self, address: str) -> _Question | None:
        """The question that gives its place to one of `address`: one that nobody listens for, else the newest of the
        address that has the most, if it has far more than this one."""
        unheard = next((question for question in self._waiting if not self.is_heard(question.window)), None)
        if unheard is not None:
            return unheard
        counts = Counter(question.address for question in self._waiting)
        most, count = counts.most_common(1)[0] if counts else ("", 0)
        if count <= counts[address] + 1:
            return None
        return next(question for question in reversed(self._waiting) if question.address == most)

    def _turn_away(self, question: _Question, error: AssistantError) -> None:
        self._waiting.remove(question)
        if not question.turn.done():
            question.turn.set_exception(error)

    def _drop_unheard(self, question: _Question) -> None:
        if question in self._waiting and not self.is_heard(question.window):
            self._turn_away(question, LeftError("nobody listened for this answer, so it was not made"))

    def _busy(self) -> BusyError:
        self.turned_away()
        mean = sum(self._seconds) / len(self._seconds) if self._seconds else _FIRST_GUESS
        seconds = math.ceil(mean * (len(self._waiting) + 1) / self._at_once)
        return BusyError(max(1, seconds))
