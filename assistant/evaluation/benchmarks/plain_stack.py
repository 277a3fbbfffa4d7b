"""Side by side with the plain stack: `python -m assistant.evaluation.benchmarks.plain_stack DATA --python PYTHON`.

PYTHON is that of an environment with langchain-huggingface, langchain-chroma and langchain-text-splitters; DATA the
folder of the public question sets. Both get the same articles, the same model and the same questions, and take turns,
each in processes of its own; what is printed are medians. `--part` measures one of indexing, cold and warm only.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.assistant import Assistant
from assistant.evaluation import datasets
from assistant.evaluation.benchmarks import plain_program
from assistant.settings import Settings
from assistant.text import packaged_model

_ARTICLES, _QUESTIONS = 150, 20
PARTS = ("indexing", "cold", "warm")


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: seconds by the clock and of the processor, and the most memory in MB."""

    wall: float
    cpu: float
    memory: float
    output: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of the assistant and of the plain stack, in `unit`."""

    name: str
    ours: float
    plain: float
    unit: str

    @property
    def ratio(self) -> float:
        """Ours as a part of the plain stack's."""
        return self.ours / self.plain


def run(command: Sequence[str | Path], home: Path) -> Run:
    """Run a command to its end and measure it, with the processes that it starts. Raises CalledProcessError."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**inherited, "ASSISTANT_HOME": str(home), "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"}
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output, subprocess.Popen(command, stdout=output, env=environment) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(map(str, command)))
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3), text)


def compared(name: str, ours: Sequence[Run], plain: Sequence[Run]) -> list[Compared]:
    """The medians of the runs of both."""

    def median(get: Callable[[Run], float], unit: str, what: str) -> Compared:
        own, other = (statistics.median(map(get, runs)) for runs in (ours, plain))
        return Compared(f"{name}: {what}", own, other, unit)

    return [
        median(lambda one: one.wall, "s", "wall"),
        median(lambda one: one.cpu, "s", "processor"),
        median(lambda one: one.memory, "MB", "peak memory"),
    ]


class SideBySide:
    """Both stacks over the same articles, with their stores in `work`."""

    def __init__(self, data: Path, python: Path, work: Path, articles: int = _ARTICLES) -> None:
        self._python, self._work = python, work
        lines = (data / "multihoprag" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:articles]
        self._articles, self._queries = work / "articles.jsonl", work / "questions.json"
        self._articles.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        asked = [one.question for one in datasets.multihop(data) if one.facts]
        self._questions = asked[:: len(asked) // _QUESTIONS][:_QUESTIONS]
        self._queries.write_text(json.dumps(self._questions), encoding="utf-8")
        self._indexed = 0

    def indexing(self, rounds: int) -> list[Compared]:
        """The articles indexed from nothing."""
        both = [self._index() for _ in range(rounds)]
        return compared("indexing", *zip(*both, strict=True))

    def cold(self, rounds: int) -> list[Compared]:
        """A process that answers one question, and one that does a bare search."""
        self._need_index()
        ours, plain = list[Run](), list[Run]()
        for question in (self._questions * rounds)[:rounds]:
            ours.append(run(self._own("ask", question), self._home))
            plain.append(run(self._plain("search", question), self._home))
        return compared("cold", ours, plain)

    def warm(self, rounds: int) -> list[Compared]:
        """Searches and answers in a process that goes on."""
        self._need_index()
        module = (sys.executable, "-m", "assistant.evaluation.benchmarks.plain_stack")
        searches, answers, plain = list[float](), list[float](), list[float]()
        for _ in range(rounds):
            for act, times in (("search", searches), ("ask", answers)):
                done = run((*module, "--warm", act, "--questions", self._queries), self._home)
                times += json.loads(done.output)
            plain += json.loads(run(self._plain("warm", self._queries, "1"), self._home).output)
        bare = statistics.median(plain) * 1000
        return [
            Compared(f"warm: {name}", statistics.median(times) * 1000, bare, "ms")
            for name, times in (("search", searches), ("answer", answers))
        ]

    def _need_index(self) -> None:
        if not self._indexed:
            self._index()

    def _index(self) -> tuple[Run, Run]:
        self._indexed += 1
        ours = run(self._own("refresh", self._articles), self._home)
        return ours, run(self._plain("index", self._articles), self._home)

    @property
    def _home(self) -> Path:
        return self._work / f"home-{self._indexed}"

    def _own(self, *words: str | Path) -> list[str | Path]:
        return [sys.executable, "-m", "assistant", *words]

    def _plain(self, act: str, *words: str | Path) -> list[str | Path]:
        store = self._work / f"plain-{self._indexed}"
        return [self._python, plain_program.__file__, act, store, packaged_model(), *words]


def _warm(act: str, questions: Path) -> list[float]:
    """The times that searches or answers take in this process, after once for what is loaded."""
    asked = json.loads(questions.read_text(encoding="utf-8"))
    with Assistant.open(Settings()) as assistant:
        does: Callable[[str], object] = assistant.ask if act == "ask" else assistant.search
        does(asked[-1])
        return [_timed(does, question) for question in asked]


def _timed(act: Callable[[str], object], question: str) -> float:
    started = time.perf_counter()
    act(question)
    return time.perf_counter() - started


def _print(rows: Sequence[Compared]) -> None:
    table = Table("", "assistant", "plain stack", "ratio")
    for row in rows:
        table.add_row(row.name, f"{row.ours:.2f} {row.unit}", f"{row.plain:.2f} {row.unit}", f"{row.ratio:.3f}")
    Console().print(table)


def main() -> None:
    """Measure both and print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="folder of the public question sets")
    parser.add_argument("--python", type=Path, help="the Python of an environment that has the plain stack")
    parser.add_argument("--part", choices=PARTS, action="append", help="measure only this; may be repeated")
    parser.add_argument("--rounds", type=int, default=3, help="turns that each takes (default: 3)")
    parser.add_argument("--articles", type=int, default=_ARTICLES)
    parser.add_argument("--warm", choices=("search", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--questions", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.warm:
        sys.stdout.write(json.dumps(_warm(given.warm, given.questions)))
        return
    if given.data is None or given.python is None:
        parser.error("give DATA and --python, the Python of an environment with the plain stack")
    with tempfile.TemporaryDirectory() as work:
        both = SideBySide(given.data.resolve(), given.python.absolute(), Path(work), given.articles)
        for part in given.part or PARTS:
            _print(getattr(both, part)(given.rounds))


if __name__ == "__main__":
    main()
