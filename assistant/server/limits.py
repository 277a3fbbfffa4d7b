"""How many questions a person, a token or an address may ask in a minute."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.accounts import Principal
from assistant.database import Database
from assistant.errors import AssistantError
from assistant.utils import counted

if TYPE_CHECKING:
    from assistant.server.shared_limits import QuestionTable

USUAL = 60  # of a person or a token, unless a setting says otherwise


class LimitError(AssistantError):
    """Whoever asks has asked as much as they may; in so many `seconds` they may ask again."""

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(f"You may ask {counted(most, 'question')} a minute; try again in {seconds} s.")
        self.seconds = seconds


class QuestionLimits:
    """Counts questions: those of a person with those of all their tokens, those of others by token or address.

    `per_minute` holds for all; 0 is no limit. None is `USUAL` for persons and tokens, and no limit where nobody signs
    in or many share a name.
    """

    def __init__(
        self, per_minute: int | None, place: Database | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._is_shared = place is not None and place.address is not None
        self._limiter = MovingWindowRateLimiter(_table(place, clock) if place and self._is_shared else MemoryStorage())

    def check(self, who: Principal, address: str) -> None:
        """Raise LimitError where `who` may not ask now; nothing is counted.

        Where several servers count together only `count` tells, so that nobody waits for it here.
        """
        if self._is_shared:
            return
        if (most := self._most(who)) and not self._limiter.test(RateLimitItemPerMinute(most), _key(who, address)):
            raise self._error(most, who, address)

    def count(self, who: Principal, address: str) -> None:
        """Count a question. Raises LimitError where `who` may not ask it now."""
        if (most := self._most(who)) and not self._limiter.hit(RateLimitItemPerMinute(most), _key(who, address)):
            raise self._error(most, who, address)

    async def acount(self, who: Principal, address: str) -> None:
        """As `count`, without holding up the event loop."""
        if self._is_shared:
            await asyncio.to_thread(self.count, who, address)
        else:
            self.count(who, address)

    def _most(self, who: Principal) -> int:
        if self._per_minute is not None:
            return self._per_minute
        return 0 if who.owner is None or who.is_shared else USUAL

    def _error(self, most: int, who: Principal, address: str) -> LimitError:
        again = self._limiter.get_window_stats(RateLimitItemPerMinute(most), _key(who, address)).reset_time
        return LimitError(most, max(1, math.ceil(again - self._clock())))


def _table(place: Database, clock: Callable[[], float]) -> "QuestionTable":
    from assistant.server.shared_limits import QuestionTable

    return QuestionTable(place, clock)


def _key(who: Principal, address: str) -> str:
    if who.owner is None:
        return f"address {address}"
    return f"{who.owner} {address}" if who.is_shared else who.owner
