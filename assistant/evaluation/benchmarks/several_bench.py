"""Three servers of one index behind nginx under load, while articles change and each server is killed twice."""

import math
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError
from typing import TypeVar

from assistant.accounts import Accounts
from assistant.assistant import Assistant
from assistant.evaluation.benchmarks import started_servers as started
from assistant.evaluation.benchmarks.generations_corpus import right_answers, write_state
from assistant.evaluation.benchmarks.several_clients import Fault, Met, Program, Published, at_once, run_window
from assistant.evaluation.benchmarks.window_bench import resident_mb
from assistant.paths import sample_articles
from assistant.settings import Settings

T = TypeVar("T")

_WORD = "correct horse battery"
_PERSONS = 10  # who have the tokens of all clients
_SAMPLED = 2.0  # seconds between two looks at the memory
_AROUND = 0.5  # seconds by which a request may be said to have met with a kill


@dataclass(frozen=True, slots=True)
class Load:
    """How many clients and windows there are, for how long, and what happens meanwhile."""

    clients: int = 100
    windows: int = 2
    seconds: float = 300.0
    refreshes: int = 3
    kills: int = 2  # of each server
    servers: int = 3


@dataclass
class Run:
    """A run, as it goes: when each port had its server killed and when it served again, and the most memory of each."""

    load: Load
    published: Published
    servers: list[started.AssistantProcess]
    programs: Met = field(default_factory=Met)
    windows: Met = field(default_factory=Met)
    kills: list[tuple[int, float, float]] = field(default_factory=list)
    held: Counter[int] = field(default_factory=Counter)
    refreshed: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    lasted: float = 0.0

    def is_of_a_kill(self, fault: Fault) -> bool:
        """Whether a server that was asked was killed meanwhile."""
        ports = {int(port) for port in re.findall(r":(\d+)", fault.servers)}
        return any(
            port in ports and killed - _AROUND <= fault.ended and fault.began <= back + _AROUND
            for port, killed, back in self.kills
        )


def figures(home: Path, load: Load | None = None) -> dict[str, str]:
    """Run it over servers that are started for it, and the sample articles besides those that change."""
    if missing := started.missing():
        return {"not measured, as there is no": ", ".join(missing)}
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        index = stack.enter_context(started.postgres())
        vectors = stack.enter_context(started.chroma(home / "chroma"))
        return figures_at(home, index, vectors, load or Load(), sample_articles())


def figures_at(
    home: Path, index: str, chroma: str, load: Load, corpus: Path | None = None, collection: str = "load"
) -> dict[str, str]:
    """The same over an empty database of PostgreSQL and an empty collection of a Chroma server at these addresses."""
    environment = {"ASSISTANT_INDEX": index, "ASSISTANT_CHROMA": chroma, "ASSISTANT_CHROMA_COLLECTION": collection}
    environment |= {"ASSISTANT_TRUSTED_PROXIES": "127.0.0.1"}
    settings = Settings(home=home / "refreshing", index=index, chroma=chroma, chroma_collection=collection)
    with ExitStack() as stack:
        maintainer = stack.enter_context(Assistant.open(settings))
        published = _prepared(maintainer, home / "articles", corpus, load)
        servers = [started.AssistantProcess(home / f"home{number}", environment) for number in range(load.servers)]
        for server in servers:
            stack.callback(server.kill)
            server.start()
        ports = {number: server.port for number, server in enumerate(servers, 1)}
        address = stack.enter_context(started.nginx(home / "nginx", ports))
        run = Run(load, published, servers)
        _run(run, address, maintainer, home / "articles")
    return _told(run)


def _prepared(maintainer: Assistant, articles: Path, corpus: Path | None, load: Load) -> Published:
    """What is right of each state; then the first of them is published again."""
    right, sources = list[dict[str, str]](), [articles, *([corpus] if corpus else [])]
    for state in range(load.refreshes + 1):
        write_state(articles, state)
        maintainer.refresh(sources if not state else ())
        right.append(right_answers(maintainer))
    write_state(articles, 0)
    maintainer.refresh()
    return Published(right)


def _run(run: Run, address: str, maintainer: Assistant, articles: Path) -> None:
    accounts, load = Accounts(maintainer.settings), run.load
    names = [f"person{number}" for number in range(_PERSONS)]
    people = [accounts.sign_in(name, _WORD, "127.0.0.1") for name in names if accounts.add_user(name, _WORD)]
    begun, ended = time.monotonic(), threading.Event()
    programs = [
        Program(address, number, accounts.make_token(person, f"{number}")[1], run.programs, run.published, ended)
        for number in range(load.clients)
        if (person := people[number % _PERSONS]) is not None
    ]
    windows = [
        partial(run_window, address, names[number], _WORD, run.windows, run.published, ended)
        for number in range(load.windows)
    ]
    refresh = partial(_refresh, run, maintainer, articles, begun)
    beside = at_once([partial(_sample, run, ended), partial(_kill, run, begun), refresh])
    clients = at_once([*(program.run for program in programs), *windows])
    for thread in beside[1:]:  # a slow machine needs more time for all that is to happen
        thread.join()
    time.sleep(max(0.0, begun + load.seconds - time.monotonic()))
    run.lasted = time.monotonic() - begun
    ended.set()
    for thread in [*beside, *clients]:
        thread.join()


def _kill(run: Run, begun: float) -> None:
    """Kill each server so often, one at a time, and start it again."""
    turns = [server for _ in range(run.load.kills) for server in run.servers]
    for moment, server in _spread(turns, run.load.seconds, begun, 0.5):
        time.sleep(max(0.0, moment - time.monotonic()))
        killed = time.monotonic()
        server.kill()
        place = len(run.kills)
        run.kills.append((server.port, killed, math.inf))
        try:
            server.start()
        except ConnectionError as error:
            run.failed.append(str(error))
        run.kills[place] = (server.port, killed, time.monotonic())


def _refresh(run: Run, maintainer: Assistant, articles: Path, begun: float) -> None:
    """Publish one state after another."""
    states = range(1, run.load.refreshes + 1)
    for moment, state in _spread(states, run.load.seconds, begun, 0.2):
        time.sleep(max(0.0, moment - time.monotonic()))
        began = time.monotonic()
        run.published.coming = state
        write_state(articles, state)
        try:
            maintainer.refresh()
        except Exception as error:  # whatever it is, it is counted
            run.failed.append(f"refresh: {error}")
            return
        run.published.state = state
        run.refreshed.append(time.monotonic() - began)


def _spread(things: Sequence[T], seconds: float, begun: float, part: float) -> list[tuple[float, T]]:
    """Each with its moment: the first after that part of the time that each has."""
    each = seconds / max(1, len(things))
    return [(begun + (number + part) * each, thing) for number, thing in enumerate(things)]


def _sample(run: Run, ended: threading.Event) -> None:
    while not ended.wait(_SAMPLED):
        for server in run.servers:
            with suppress(CalledProcessError):  # it is gone
                if pid := server.pid:
                    run.held[server.port] = max(run.held[server.port], round(resident_mb(pid)))


def _told(run: Run) -> dict[str, str]:
    met, windows, load = run.programs, run.windows, run.load
    faults = [*met.faults, *windows.faults]
    others = [fault for fault in faults if not run.is_of_a_kill(fault)]
    excused = Counter(fault.kind for fault in faults if run.is_of_a_kill(fault))
    back = [back - killed for _, killed, back in run.kills]
    return {
        "REST clients, windows, seconds": f"{load.clients}, {load.windows}, {run.lasted:.0f}",
        "over REST: median, p95, slowest": met.told(),
        "in the windows: median, p95, slowest": windows.told(),
        "wrong": _counted(met.wrong + windows.wrong),
        "answers a second": f"{(len(met.seconds) + len(windows.seconds)) / run.lasted:.1f}",
        "follow-ups by the id of an answer": str(met.follow_ups),
        "made with a key; answered once more; not there once": f"{met.made}; {met.replayed}; {met.not_once}",
        "refreshes": ", ".join(f"{seconds:.1f} s" for seconds in run.refreshed),
        "kills": f"{len(run.kills)}; served again after {min(back, default=0):.0f} to {max(back, default=0):.0f} s",
        "told to wait": _counted(met.waits + windows.waits),
        "errors on connections of killed servers": _counted(excused),
        "other errors": _counted(Counter(f"{fault.kind} ({fault.servers})" for fault in others)),
        "did not work": "; ".join(run.failed) or "nothing",
        "most memory of each server": ", ".join(f"{held} MB" for held in run.held.values()),
    }


def _counted(counts: Counter[str]) -> str:
    return "; ".join(f"{count} {kind}" for kind, count in counts.most_common(12)) or "none"


def main() -> None:
    """Run it: `python -m assistant.evaluation.benchmarks.several_bench FOLDER [CLIENTS SECONDS]`."""
    given = [int(word) for word in sys.argv[2:]]
    load = replace(Load(), **dict(zip(("clients", "seconds"), given, strict=False)))
    for name, figure in figures(Path(sys.argv[1]), load).items():
        sys.stdout.write(f"{name}: {figure}\n")


if __name__ == "__main__":
    main()
