"""The servers of one model: a call goes to the one with the fewest, and one that fails is set aside for a while."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.models.model_failures import SilentError, failure_kind, is_of_server, requested_wait
from assistant.models.server_health import Health, shown_address
from assistant.utils import shared_loop

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_FIRST, _LONGEST = 2.0, 30.0  # seconds for which a server is set aside, after its first failure and at most
_MOST_REQUESTED = 300.0  # seconds, where it asks for longer itself
_EVERY = 2.0  # seconds, at least, between two times that a server is asked how it is
_STALE = 10.0  # seconds after which what is known of a server is old for who watches it
_PATIENCE = 5.0  # seconds without a word after which a server is asked so
_MEETING = 2.0  # seconds that the first question waits for what servers tell of themselves
_PROBLEMS = {
    "unreachable": "cannot be reached",
    "timeout": "sends nothing",
    "rate_limit": "is asked too often",
    "server": "fails at its side",
    "key": "refuses the key",
    "unknown": "does not know the model",
    "broken_off": "broke off an answer",
}


@dataclass(frozen=True, slots=True)
class ModelServer:
    """How a server of a model is: `problem` says why it is set aside; `failures` are by kind, of all `calls`.

    `context` is how many tokens it takes, where it tells.
    """

    address: str
    problem: str | None = None
    context: int | None = None
    in_flight: int = 0
    calls: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """Whether it takes part."""
        return self.problem is None


@dataclass(eq=False)
class Server:
    """A chat model at one address, and what is known of it. Used in the shared loop only."""

    chat: "BaseChatModel"
    url: str | None = None
    more: dict[str, Any] = field(default_factory=dict)  # options of a call
    in_flight: int = 0
    calls: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    in_a_row: int = 0
    problem: str | None = None
    until: float = 0.0  # set aside, where there is a problem
    context: int | None = None
    turn: float = 0.0
    heard: float = float("-inf")
    asked: float = float("-inf")
    asking: asyncio.Task[None] | None = None
    silent: set[asyncio.Timeout] = field(default_factory=set)  # of calls that have brought nothing yet

    def state(self) -> ModelServer:
        """What others may know of it."""
        address = shown_address(self.url or "")
        return ModelServer(address, self.problem, self.context, self.in_flight, self.calls, dict(self.failures))


AskHealth = Callable[[Server], Awaitable[Health]]


class Pool:
    """The servers of one model. All but `states`, `context` and `close` is for the shared loop.

    No time-table runs: one that is set aside is asked how it is when its time is over and a question comes, which goes
    to another meanwhile. Where all are set aside, they are tried all the same.
    """

    def __init__(
        self, servers: Sequence[Server], ask: AskHealth | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`ask` tells how a server is; without it, one comes back when it has answered again."""
        self.servers = tuple(servers)
        self._ask_health, self._clock = ask, clock
        self._turns = itertools.count(1.0)
        self._met: Future[None] | None = None
        for server in self.servers:
            server.turn = random.random()  # programs that ask once do not all begin with the same

    def meet(self) -> None:
        """Begin to ask all servers how they are."""
        self._met = asyncio.run_coroutine_threadsafe(self._meet(), shared_loop())

    async def _meet(self) -> None:
        for server in self.servers:
            self._ask(server)
        await asyncio.gather(*filter(None, (server.asking for server in self.servers)), return_exceptions=True)

    def context(self) -> int | None:
        """The tokens that all of them take, as far as they tell; the first time it waits up to two seconds for that."""
        if self._met is not None:
            wait_for([self._met], _MEETING)
        return min((server.context for server in self.servers if server.context), default=None)

    def states(self) -> tuple[ModelServer, ...]:
        """How they are, as far as is known; those of whom nothing was heard for seconds are asked meanwhile."""
        shared_loop().call_soon_threadsafe(self._ask_stale)
        return tuple(server.state() for server in self.servers)

    def close(self) -> None:
        """Ask nothing any more."""
        self._ask_health = None
        shared_loop().call_soon_threadsafe(self._stop_asking)

    def route(self) -> "Route":
        """The way of one question."""
        return Route(self)

    def best(self, tried: Sequence[Server]) -> Server:
        """The server for the next call: none that is set aside or was tried, if possible; then the least busy."""
        return min(
            self.servers,
            key=lambda server: (
                *(server.problem is not None, server in tried, server.until if server.problem else 0.0),
                *(server.in_flight, server.turn),
            ),
        )

    @contextmanager
    def taking(self, server: Server) -> Iterator[None]:
        """Count a call of that server, and what comes of it."""
        self._ask_due()
        server.turn = next(self._turns)
        server.in_flight += 1
        server.calls += 1
        before = server.until
        try:
            yield
        except Exception as error:
            if is_of_server(error):
                kind = failure_kind(error)
                server.failures[kind] += 1
                self._set_aside(server, _PROBLEMS.get(kind, "fails"), requested_wait(error) or 0.0)
            raise
        else:
            if server.until == before:  # else another call has failed since this one began
                server.problem, server.in_a_row = None, 0
        finally:
            server.in_flight -= 1

    @contextmanager
    def noticing(self, server: Server, silence: asyncio.Timeout) -> Iterator[None]:
        """Ask the server how it is where a call brings nothing for long, and end those calls where it is not well."""
        server.silent.add(silence)
        self._ask_while_silent(server, silence)
        try:
            yield
        finally:
            server.silent.discard(silence)

    def _ask_while_silent(self, server: Server, silence: asyncio.Timeout, *, now: bool = False) -> None:
        if silence in server.silent:
            if now:
                self._ask(server)
            asyncio.get_running_loop().call_later(_PATIENCE, partial(self._ask_while_silent, server, silence, now=True))

    def hear(self, server: Server, silence: asyncio.Timeout) -> None:
        """Note that something came."""
        server.heard = self._clock()
        if silence in server.silent:
            server.silent.discard(silence)
            silence.reschedule(None)

    def _set_aside(self, server: Server, problem: str, requested: float = 0.0) -> None:
        now = self._clock()
        if server.problem is None or now >= server.until:  # else it is one more of the calls that failed together
            server.in_a_row = min(server.in_a_row + 1, 10)
        wait = min(_LONGEST, _FIRST * 2 ** (server.in_a_row - 1)) * random.uniform(0.8, 1.2)
        server.problem = problem
        server.until = max(server.until, now + max(wait, min(requested, _MOST_REQUESTED)))

    def _ask_stale(self) -> None:
        for server in self.servers:
            if self._clock() - max(server.heard, server.asked) >= _STALE:
                self._ask(server)

    def _ask_due(self) -> None:
        for server in self.servers:
            if server.problem is not None and self._clock() >= server.until:
                self._ask(server)

    def _ask(self, server: Server) -> None:
        now = self._clock()
        if self._ask_health is not None and server.asking is None and now - server.asked >= _EVERY:
            server.asked = now
            server.asking = asyncio.create_task(self._learn(server, self._ask_health))

    async def _learn(self, server: Server, ask_health: AskHealth) -> None:
        began = self._clock()
        try:
            health = await ask_health(server)
        finally:
            server.asking = None
        server.context = health.context or server.context
        if health.is_vllm:
            server.more = {"stream_usage": True}  # tokens are counted; some other servers refuse to be asked for them
        if health.problem is None:
            if self._clock() >= server.until:  # else it asked for more time itself
                server.problem = None
        elif server.heard < began:
            self._set_aside(server, health.problem)
            self._end_silent(server)

    def _end_silent(self, server: Server) -> None:
        if any(other.problem is None for other in self.servers):
            for silence in (one for one in server.silent if not one.expired()):
                silence.reschedule(asyncio.get_running_loop().time())

    def _stop_asking(self) -> None:
        for server in self.servers:
            if server.asking is not None:
                server.asking.cancel()


class Route:
    """The calls of one question: each goes to a server that was not tried yet, as long as there is one."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._tried: list[Server] = []

    @property
    def tried(self) -> int:
        """How many servers were tried."""
        return len(set(map(id, self._tried)))

    @property
    def goes_on(self) -> bool:
        """Whether the next call goes to a server that was not tried yet."""
        return self._pool.best(self._tried) not in self._tried

    @asynccontextmanager
    async def call(self, seconds: float) -> AsyncIterator["Call"]:
        """A call, for which there are so many seconds. Raises SilentError for one with which another is to be tried."""
        server = self._pool.best(self._tried)
        self._tried.append(server)
        others = any(other.problem is None for other in self._pool.servers if other not in self._tried)
        with self._pool.taking(server):
            silence = asyncio.timeout(seconds / 2 if others else None)
            try:
                async with silence:
                    with self._pool.noticing(server, silence):
                        yield Call(self._pool, server, silence)
            except TimeoutError:
                if not silence.expired():
                    raise
                raise SilentError("the model's server sent nothing") from None


class Call:
    """A call of a server: its `chat`, and `more` options for it."""

    def __init__(self, pool: Pool, server: Server, silence: asyncio.Timeout) -> None:
        self._pool, self._server, self._silence = pool, server, silence
        self.chat, self.more = server.chat, server.more

    def hear(self) -> None:
        """Note that something came; it is waited for on from then on."""
        self._pool.hear(self._server, self._silence)
