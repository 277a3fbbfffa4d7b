"""What staff notice of a refresh, each of the two in a process of its own over one home.

Run as a module: `refresh HOME SOURCE` refreshes once and prints what that took. `ask HOME QUESTIONS ROUNDS` asks the
questions of a JSON file in turn at rest, prints a line, goes on asking until its input ends, and prints how long it
waited each time.
"""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.maintenance.reports import RefreshCallbacks
from assistant.models.embedders import Embedder, Vectors, as_vectors, counter_for, describe, open_embeddings
from assistant.settings import Settings
from assistant.utils.system import lower_priority

_ROUNDS = 3  # times that each question is asked at rest
_AFTERWARDS = 5.0  # seconds that are still watched once the refresh has ended


class TimedEmbeddings:
    """An embedder with the `seconds` that it took and the number of `texts` that it was given."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.count_tokens = describe(inner), counter_for(inner)
        self.seconds, self.texts = 0.0, 0

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts` as an array."""
        started = time.perf_counter()
        found = as_vectors(self._inner, list(texts))
        self.seconds += time.perf_counter() - started
        self.texts += len(texts)
        return found

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text, in order."""
        rows: list[list[float]] = self.vectors(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""
        return self.embed_documents([text])[0]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh in a process of its own took; `embedding` is with the loading of the model."""

    articles: int
    chunks: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    failures: int
    embedded: int
    seconds: float
    embedding: float
    peak_mb: float
    stages: dict[str, float]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the questions asked all through something took, in seconds.

    `extra` is how much longer than the same question takes at rest, at its median; `errors` are of those that failed.
    """

    rest: list[float]
    rest_extra: list[float]
    times: list[float]
    extra: list[float]
    generations: list[str]
    errors: list[str]


def peak_mb() -> float:
    """The most memory that this process has had."""
    import resource  # not on Windows

    # Linux counts kilobytes, macOS bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def refresh(home: Path, source: Path) -> Refreshed:
    """Refresh once from `source`, giving way as the command does."""
    lower_priority()
    settings = Settings(home=home)
    started = time.perf_counter()
    embeddings = TimedEmbeddings(open_embeddings(settings.embedder, settings.cache))
    opened = time.perf_counter()
    moments = {"reading": opened}

    def moved(stage: str, done: int, total: int) -> None:
        moments.setdefault(stage, time.perf_counter())

    with Assistant.open(settings, embeddings) as assistant:
        report = assistant.refresh([source], watcher=RefreshCallbacks(progress=moved))
    ended = time.perf_counter()
    return Refreshed(
        articles=report.articles,
        chunks=report.chunks,
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        failures=len(report.failures),
        embedded=embeddings.texts,
        seconds=ended - started,
        embedding=opened - started + embeddings.seconds,
        peak_mb=peak_mb(),
        stages={name: after - at for (name, at), (_, after) in pairwise([*moments.items(), ("", ended)])},
    )


class Asker:
    """Asks questions in turn, and keeps how long each took."""

    def __init__(self, home: Path, questions: Sequence[str]) -> None:
        self._assistant, self._questions = Assistant.open(Settings(home=home)), questions
        self._own: dict[str, float] = {}
        self._waits = Waits([], [], [], [], [], [])

    def rest(self, rounds: int) -> None:
        """Ask each question `rounds` times while nothing else goes on, after once for what is remembered."""
        took = [[self._timed(question)[0] for question in self._questions] for _ in range(rounds + 1)][1:]
        for question, times in zip(self._questions, zip(*took, strict=True), strict=True):
            self._own[question] = own = statistics.median(times)
            self._waits.rest.extend(times)
            self._waits.rest_extra.extend(one - own for one in times)

    def go_on(self, stopping: threading.Event) -> Waits:
        """Ask in turn until `stopping`."""
        while not stopping.is_set():
            for question in self._questions:
                if not stopping.is_set():
                    self._ask(question)
        return self._waits

    def _ask(self, question: str) -> None:
        started = time.perf_counter()
        try:
            seconds, generation = self._timed(question)
            self._waits.generations.append(generation)
        except Exception as error:
            seconds = time.perf_counter() - started
            self._waits.errors.append(f"{question}: {error!r}")
        self._waits.times.append(seconds)
        self._waits.extra.append(seconds - self._own[question])

    def _timed(self, question: str) -> tuple[float, str]:
        started = time.perf_counter()
        answer = self._assistant.ask(question)
        return time.perf_counter() - started, answer.corpus.generation


@contextmanager
def asked(home: Path, questions: Path, rounds: int = _ROUNDS) -> Iterator[Callable[[], Waits]]:
    """Has the questions of a JSON file asked over and over by a process of its own, first at rest.

    What it gives ends that and tells how long the questions waited.
    """
    command = [sys.executable, "-m", __name__, "ask", str(home), str(questions), str(rounds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise ConnectionError("the process that asks did not start; see what it wrote above")

            def end() -> Waits:
                time.sleep(_AFTERWARDS)
                told, _ = process.communicate()
                return Waits(**json.loads(told))

            yield end
        finally:
            process.kill()


def refreshed(home: Path, source: Path) -> Refreshed:
    """What a refresh took, in a process of its own."""
    command = [sys.executable, "-m", __name__, "refresh", str(home), str(source)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    values: dict[str, Any] = json.loads(done.stdout)
    for name in ("added", "changed", "removed"):
        values[name] = tuple(values[name])
    return Refreshed(**values)


def _asking(home: Path, questions: Sequence[str], rounds: int) -> Waits:
    asker, stopping = Asker(home, questions), threading.Event()
    asker.rest(rounds)
    sys.stdout.write("\n")
    sys.stdout.flush()

    def listen() -> None:
        sys.stdin.read()
        stopping.set()

    threading.Thread(target=listen, daemon=True).start()
    return asker.go_on(stopping)


def main(do: str, home: str, what: str, rounds: str = "0") -> None:
    """Be one of the two processes."""
    if do == "refresh":
        found: Refreshed | Waits = refresh(Path(home), Path(what))
    else:
        found = _asking(Path(home), json.loads(Path(what).read_text(encoding="utf-8")), int(rounds))
    sys.stdout.write(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(*sys.argv[1:])
