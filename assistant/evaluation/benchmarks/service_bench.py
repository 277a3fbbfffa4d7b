"""The server under load: programs that ask over REST without pause, beside windows that do, in one run."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from assistant.assistant import Assistant
from assistant.evaluation.benchmarks.window_bench import QUESTIONS, Session, resident_mb, served_by
from assistant.settings import Settings

_PATIENCE = 120.0  # seconds
_SAMPLED = 5.0  # seconds between two looks at the memory
_WARM = 20.0  # seconds at the start, which do not count: pools and caches fill


@dataclass
class Asked:
    """What clients of one kind met with: the seconds of each answer, how many were wrong, and the faults."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    faults: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Answers, wrong ones, faults, and the median, 95th percentile and slowest of the seconds."""
        times = sorted(self.seconds) or [float("nan")]
        p95 = times[int(0.95 * len(times))]
        spread = f"{statistics.median(times):.2f} s, {p95:.2f} s, {times[-1]:.2f} s"
        return f"{len(self.seconds)} answers, {self.wrong} wrong, {len(self.faults)} faults; {spread}"


def load(home: Path, clients: int = 100, windows: int = 4, seconds: float = 300.0) -> dict[str, str]:
    """As many REST clients and windows as said, each asking again as soon as it is answered, for so many seconds."""
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.refresh()
        right = {question: assistant.ask(question).text for question in QUESTIONS}
    with served_by(home) as (address, process):
        programs, pages, held = Asked(), Asked(), list[float]()
        begin = time.monotonic()
        until, counted = begin + _WARM + seconds, begin + _WARM

        def ask_on(kind: Asked, ask: Callable[[str], str], offset: int) -> None:
            number = offset
            while (started := time.monotonic()) < until:
                question = QUESTIONS[number % len(QUESTIONS)]
                number += 1
                try:
                    text = ask(question)
                except Exception as error:  # whatever it is, it is counted
                    kind.faults.append(f"{error!r}"[:200])
                    continue
                if started >= counted:
                    kind.seconds.append(time.monotonic() - started)
                    kind.wrong += text != right[question]

        def program(number: int) -> None:
            with httpx.Client(base_url=address, timeout=_PATIENCE) as client:
                ask_on(programs, lambda question: _rest(client, question), number)

        def page(number: int) -> None:
            with Session(address).staying() as session:
                ask_on(pages, lambda question: session.ask(question).text, number)

        sampler = threading.Thread(target=_sample, args=(process, until, held))
        sampler.start()
        with ThreadPoolExecutor(clients + windows) as pool:
            jobs = [pool.submit(program, number) for number in range(clients)]
            jobs += [pool.submit(page, number) for number in range(windows)]
            for job in jobs:
                job.result()
        sampler.join()
    return {
        "REST clients, windows, seconds": f"{clients}, {windows}, {seconds:.0f}",
        "over REST: median, p95, slowest": programs.told(),
        "in the windows: median, p95, slowest": pages.told(),
        "p95 over REST to that in the windows": f"{_p95(programs.seconds) / _p95(pages.seconds):.2f}",
        "answers a second": f"{(len(programs.seconds) + len(pages.seconds)) / seconds:.1f}",
        "memory: after a minute, at half time, at the end": _memory(held),
        "faults": "; ".join(sorted(set(programs.faults + pages.faults))[:5]) or "none",
    }


def _rest(client: httpx.Client, question: str) -> str:
    response = client.post("/api/v1/ask", json={"question": question})
    response.raise_for_status()
    return str(response.json()["text"])


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(0.95 * len(seconds))] if seconds else float("nan")


def _sample(process: int, until: float, held: list[float]) -> None:
    while time.monotonic() < until:
        held.append(resident_mb(process))
        time.sleep(_SAMPLED)


def _memory(held: Sequence[float]) -> str:
    minute = min(int(60 / _SAMPLED), len(held) - 1)
    return ", ".join(f"{held[at]:.0f} MB" for at in (minute, len(held) // 2, len(held) - 1))
