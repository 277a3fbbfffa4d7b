"""Growth: what a search, an answer, an opening and a refresh take in homes of more and more chunks.

Run as a module, each in a process of its own: `ask HOME QUESTIONS` opens the home, asks the questions of a JSON file
and prints what that took; `refresh HOME SOURCE` refreshes once from `SOURCE` with vectors that cost nothing.
"""

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from assistant.assistant import Assistant
from assistant.evaluation import datasets
from assistant.evaluation.benchmarks.growth_corpus import Models, build
from assistant.evaluation.benchmarks.growth_plot import plot
from assistant.index import HomeLibrary
from assistant.maintenance.reports import RefreshCallbacks
from assistant.models import Vectors, token_counter, unit
from assistant.settings import Settings

SIZES = (8_000, 80_000, 400_000, 800_000)
"""The chunks of the homes that are measured: some hours on two cores, and 12 GB of disk."""
FIGURES, PLOT = "growth.json", "growth.svg"
_NEW = 100  # articles of a refresh
_FROM = 1_000_000  # numbers of the new articles, which no home has
_ASKED = 50  # questions
_SIZE = 384  # numbers of a vector of all-MiniLM-L6-v2

T = TypeVar("T", "Asked", "Refreshed")


@dataclass(frozen=True, slots=True)
class Asked:
    """Seconds of opening with the first answer, of each search and answer after it, and the most megabytes of memory.

    `searching` and `answering` are the same in processor time, which says more on a busy machine.
    """

    opening: float
    searches: list[float]
    answers: list[float]
    searching: list[float]
    answering: list[float]
    memory: float


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Seconds of a refresh as a whole and by stage, processor seconds, and the most megabytes of memory."""

    seconds: float
    processor: float
    memory: float
    stages: dict[str, float]
    published: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in a home of so many chunks."""

    articles: int
    chunks: int
    disk: float
    asked: Asked
    refreshed: Refreshed
    unchanged: Refreshed

    def figures(self) -> dict[str, str]:
        """The figures as they are printed."""
        stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.refreshed.stages.items())
        return {
            "articles, chunks": f"{self.articles:,}, {self.chunks:,}",
            "opening with a first answer": f"{self.asked.opening:.1f} s",
            "search: median, p95": _spread(self.asked.searches),
            "answer: median, p95": _spread(self.asked.answers),
            "processor time of a search: median, p95": _spread(self.asked.searching),
            "processor time of an answer: median, p95": _spread(self.asked.answering),
            "peak memory": f"{self.asked.memory:.0f} MB",
            "disk": f"{self.disk:.0f} MB",
            f"refresh of {_NEW} articles": f"{self.refreshed.seconds:.1f} s",
            "its processor time": f"{self.refreshed.processor:.1f} s",
            "its stages": stages,
            "its peak memory": f"{self.refreshed.memory:.0f} MB",
            "refresh with nothing changed": f"{self.unchanged.seconds:.1f} s",
        }


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"{statistics.median(ordered) * 1000:.0f} ms, {ordered[int(0.95 * len(ordered))] * 1000:.0f} ms"


def measured(home: Path, models: Models, questions: Sequence[str]) -> Measured:
    """Measure a home that `build` made; it is left as it was."""
    library = HomeLibrary(home)
    manifest = library.manifest(library.published())
    folder = library.folder / manifest.name
    disk = sum(path.stat().st_size for path in folder.rglob("*")) / 1e6
    asked_file, new = home / "questions.json", home / "new.jsonl"
    asked_file.write_text(json.dumps(list(questions)), encoding="utf-8")
    new.write_text("".join(f"{json.dumps(record)}\n" for record in _new_articles(models)), encoding="utf-8")
    asked = _apart(Asked, "ask", home, asked_file)
    refreshed = _apart(Refreshed, "refresh", home, new)
    unchanged = _apart(Refreshed, "refresh", home, new)
    library.point_to(manifest.name)
    for name in library.names():
        if name != manifest.name:
            library._remove(library.folder / name)
    return Measured(manifest.articles, manifest.chunks, disk, asked, refreshed, unchanged)


def _new_articles(models: Models) -> list[dict[str, str | None]]:
    made = (models.made(number).article for number in range(_FROM, _FROM + _NEW))
    now = datetime.now(UTC).isoformat()
    return [
        {"title": one.title, "body": one.text, "url": one.url, "source": one.source, "published_at": now}
        for one in made
    ]


def _apart(kind: Callable[..., T], do: str, home: Path, what: Path) -> T:
    """What a process of its own prints."""
    command = [sys.executable, "-m", __name__, do, str(home), str(what)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return kind(**json.loads(done.stdout))


def figures(data: Path, folder: Path, sizes: Sequence[int] = SIZES) -> dict[str, str]:
    """The figures of homes of these sizes, which are made in `folder` where they are not there; with a plot beside."""
    real = folder / "real"
    if HomeLibrary(real).current() is None:
        with Assistant.open(Settings(home=real)) as assistant:
            assistant.refresh([data / "multihoprag" / "corpus.jsonl"])
    models = Models(real)
    questions = [one.question for one in datasets.multihop(data) if one.facts]
    asked = questions[:: len(questions) // _ASKED][:_ASKED]
    every = [measured(home, models, asked) for home in homes(folder, models, sizes)]
    (folder / FIGURES).write_text(json.dumps([asdict(one) for one in every], indent=2), encoding="utf-8")
    plot(folder / FIGURES, folder / PLOT)
    return {f"{one.chunks:,} chunks: {name}": value for one in every for name, value in one.figures().items()}


def homes(folder: Path, models: Models, sizes: Sequence[int]) -> list[Path]:
    """A home of each of the sizes in `folder`, each made on top of the one before; what is there is kept."""
    made: list[Path] = []
    for size in sorted(sizes):
        home = folder / f"{size}"
        if HomeLibrary(home).current() is None:
            build(home, models, size, made[-1] if made else None)
        made.append(home)
    return made


# in a process of its own


class MovedEmbeddings:
    """Vectors that cost nothing, under the name of the embedder of the index; the same text has the same."""

    count_tokens = staticmethod(token_counter())

    def __init__(self, name: str) -> None:
        self.name = name

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts` as an array."""
        seeds = [int.from_bytes(text.encode()[-8:], "little") for text in texts]
        return unit(np.stack([np.random.default_rng(seed).standard_normal(_SIZE, np.float32) for seed in seeds]))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text, in order."""
        rows: list[list[float]] = self.vectors(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""
        return self.embed_documents([text])[0]


def ask(home: Path, questions: Path) -> Asked:
    """Open the home and ask; each question once first, so that what is remembered is."""
    asked = json.loads(questions.read_text(encoding="utf-8"))
    started = time.perf_counter()
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.ask(asked[0])
        opening = time.perf_counter() - started
        for question in asked:
            assistant.ask(question)
        searched = [_timed(assistant.search, question) for question in asked]
        answered = [_timed(assistant.ask, question) for question in asked]
    (searches, searching), (answers, answering) = (zip(*timed, strict=True) for timed in (searched, answered))
    return Asked(opening, [*searches], [*answers], [*searching], [*answering], _peak_mb())


def _timed(act: Callable[[str], object], question: str) -> tuple[float, float]:
    """The seconds and the processor seconds of what `act` does with a question."""
    started, processor = time.perf_counter(), time.process_time()
    act(question)
    return time.perf_counter() - started, time.process_time() - processor


def _peak_mb() -> float:
    """Of this program, from Linux; `resource` has what the process took before it was this program, too."""
    (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(peak) / 1e3


def refresh(home: Path, source: Path) -> Refreshed:
    """Refresh once from `source`."""
    library = HomeLibrary(home)
    embedder = library.manifest(library.published()).embedder
    moments = {"reading": time.perf_counter()}

    def moved(stage: str, done: int, total: int) -> None:
        moments.setdefault(stage, time.perf_counter())

    before = time.process_time()
    with Assistant.open(Settings(home=home), MovedEmbeddings(embedder)) as assistant:
        report = assistant.refresh([source], watcher=RefreshCallbacks(progress=moved))
    ended, processor = time.perf_counter(), time.process_time() - before
    stages = {name: after - at for (name, at), (_, after) in pairwise([*moments.items(), ("", ended)])}
    return Refreshed(ended - moments["reading"], processor, _peak_mb(), stages, report.published)


def main(do: str, home: str, what: str) -> None:
    """Be one of the processes."""
    done: Any = {"ask": ask, "refresh": refresh}[do](Path(home), Path(what))
    sys.stdout.write(json.dumps(asdict(done)))


if __name__ == "__main__":
    main(*sys.argv[1:])
