"""The benchmark: `python -m assistant.evaluation.benchmarks DATA`, or `make bench`. Prints tables, judges nothing.

DATA is the folder of public question sets. Each part runs in a process of its own, so that its peak memory
is its own. Times are of this machine, and of what else runs on it.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.assistant import Assistant
from assistant.evaluation import datasets
from assistant.evaluation.benchmarks import (
    entity_labels,
    growth,
    news_bench,
    service_bench,
    several_bench,
    statements,
    window_bench,
)
from assistant.evaluation.benchmarks import refresh_bench as again
from assistant.evaluation.benchmarks.concurrent_refresh import peak_mb, refreshed
from assistant.evaluation.benchmarks.synthetic_corpus import Growing, real_articles
from assistant.evaluation.evaluate import EvaluationRequest, evaluate
from assistant.evaluation.metrics import MEASURES
from assistant.evaluation.runner import ASSISTANT
from assistant.evaluation.summary import ALL
from assistant.evaluation.table import shown, shown_interval
from assistant.evaluation.training.corruptions import CorruptionCase, measured
from assistant.evaluation.training.fit_support import written
from assistant.index.derived.entities import write_entities
from assistant.index.home.sqlite_draft import ArticlesDraft
from assistant.ingest.files import read
from assistant.ingest.items import Loaded
from assistant.maintenance.reports import RefreshReport
from assistant.models.passage_reader import open_reader
from assistant.settings import Settings
from assistant.verification.checker import CheckedSentence, Checker

Figures = dict[str, str]
_GROWN, _ASKED = 10_000, 20  # articles, and questions while they are refreshed


def _refreshed(home: Path, sources: Sequence[Path]) -> tuple[RefreshReport, float]:
    started = time.perf_counter()
    with Assistant.open(Settings(home=home)) as assistant:
        report = assistant.refresh(sources)
    return report, time.perf_counter() - started


def index(data: Path, home: Path) -> Figures:
    """MultiHop-RAG's articles indexed from nothing."""
    corpus = Path(shutil.copy(data / "multihoprag" / "corpus.jsonl", home / "corpus.jsonl"))
    corpus.chmod(0o644)
    report, seconds = _refreshed(home / "multihop", [corpus])
    return {
        "articles, chunks": f"{report.articles}, {report.chunks}",
        "time": f"{seconds:.1f} s",
        "peak memory": f"{peak_mb():.0f} MB",
    }


def index_again(data: Path, home: Path) -> Figures:
    """The same again with nothing changed, then with one article changed."""
    corpus = home / "corpus.jsonl"
    same, seconds = _refreshed(home / "multihop", [corpus])
    text = corpus.read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    record = json.loads(first)
    record["body"] += "\n\nOne more sentence was added here."
    corpus.write_text(f"{json.dumps(record)}\n{rest}", encoding="utf-8")
    with Assistant.open(Settings(home=home / "multihop")) as assistant:
        one = assistant.refresh()
        chunks = len(assistant.chunks(one.changed[0]))
        assistant.rollback()
    corpus.write_text(text, encoding="utf-8")
    return {
        "nothing changed: time": f"{seconds:.1f} s",
        "nothing changed: embedded": str(same.embedded),
        "one article changed: embedded": f"{one.embedded} (that article has {chunks} chunks)",
        "one article changed: time": f"{one.seconds:.1f} s",
    }


def entities(data: Path, home: Path) -> Figures:
    """People and places of 60 articles labelled by reading; which is which, all of MultiHop-RAG's articles decide."""
    corpus = data / "multihoprag" / "corpus.jsonl"
    digests, db = dict[str, str](), ArticlesDraft(home)
    with closing(db):
        for item in read(str(corpus), corpus.stat().st_size):
            if isinstance(item, Loaded):
                digests[item.article.id] = item.article.digest
                db.put_article(item.article, str(corpus), str(corpus), datetime.now(UTC))
        started = time.perf_counter()
        write_entities(home, db, digests)
    seconds, memory = time.perf_counter() - started, peak_mb()
    return {
        **entity_labels.figures(corpus, home),
        "time": f"{seconds:.1f} s for {len(digests)} articles",
        "peak memory": f"{memory:.0f} MB",
    }


def answer(data: Path, home: Path) -> Figures:
    """Answers over MultiHop-RAG's articles, warm."""
    questions = [one.question for one in datasets.multihop(data)][::4]
    with Assistant.open(Settings(home=home / "multihop")) as assistant:
        assistant.ask(questions[-1])
        times = sorted(_timed(assistant.ask, question) for question in questions)
    return {
        "questions": str(len(times)),
        "median": f"{statistics.median(times) * 1000:.0f} ms",
        "p95": f"{times[int(0.95 * len(times))] * 1000:.0f} ms",
        "peak memory": f"{peak_mb():.0f} MB",
    }


def _timed(act: Callable[[str], object], question: str) -> float:
    started = time.perf_counter()
    act(question)
    return time.perf_counter() - started


def multihop(data: Path, home: Path) -> Figures:
    """MultiHop-RAG: finding, quoting, refusing, with 95% intervals; for more: assistant evaluate."""
    return _quality("multihop", data, home)


def xquad(data: Path, home: Path) -> Figures:
    """XQuAD: each question with its paragraph in the corpus and without, with 95% intervals."""
    return _quality("xquad", data, home)


def _quality(name: str, data: Path, home: Path) -> Figures:
    wish = EvaluationRequest(data=data, sets=(name,), work=home, with_baselines=False)
    task = evaluate(wish, Settings()).tasks[0]
    figures = task.figures[ASSISTANT][ALL]
    known = [one for one in MEASURES if one.name in figures]
    return {
        "questions": f"{task.questions:,}",
        **{one.name: f"{shown(figures[one.name], one)} ({shown_interval(figures[one.name], one)})" for one in known},
    }


def checking(data: Path, home: Path) -> Figures:
    """What checking marks: sentences that people wrote from a passage (CLAPnq), as they are and damaged; statements."""
    cases = [CorruptionCase(one.text, one.passages) for one in written(data)]
    read, times = open_reader().read, list[float]()

    class Timed(Checker):
        def check(self, text: str, cited: Iterable[int]) -> CheckedSentence:
            started = time.perf_counter()
            found = super().check(text, cited)
            times.append(time.perf_counter() - started)
            return found

    outcomes = measured(cases, lambda offered: Timed(offered, read))
    count, marked = Counter(one.kind for one in outcomes), Counter(one.kind for one in outcomes if one.marked)
    with Assistant.open(Settings(home=home / "sample")) as assistant:
        assistant.refresh()
        of_statements = statements.marked(assistant, read)
    return {
        **of_statements,
        **{f"{kind}: marked": f"{marked[kind] / count[kind]:.3f} of {count[kind]}" for kind in count},
        "a sentence: median": f"{statistics.median(times) * 1000:.0f} ms",
        "a sentence: p95": f"{sorted(times)[int(0.95 * len(times))] * 1000:.0f} ms",
    }


def window_page(data: Path, home: Path) -> Figures:
    """What a reader waits for, in a real browser over the sample articles: the page, and an answer in quotes."""
    return window_bench.page(home / "sample")


def window_memory(data: Path, home: Path) -> Figures:
    """What the window's process holds: 1,000 questions in 20 conversations, over the sample articles."""
    return window_bench.memory(home / "sample")


def window_sessions(data: Path, home: Path) -> Figures:
    """Twenty sessions that ask at once, over the sample articles: is each answer its own, and how long it takes."""
    return window_bench.sessions(home / "sample")


def service_load(data: Path, home: Path) -> Figures:
    """A hundred programs that ask over REST for five minutes, beside four windows, over the sample articles."""
    return service_bench.load(home / "sample")


def several_servers(data: Path, home: Path) -> Figures:
    """Three servers of one index behind nginx: 100 programs, two windows, three refreshes, each server killed twice."""
    return several_bench.figures(home / "several")


def _growing(data: Path, home: Path) -> Growing:
    growing = Growing(home / "grown-articles", real_articles(data / "multihoprag" / "corpus.jsonl"))
    growing.grow(_GROWN)
    return growing


def grown(data: Path, home: Path) -> Figures:
    """10,000 articles made of sentences of MultiHop-RAG's, indexed from nothing."""
    done = refreshed(home / "grown", _growing(data, home).folder)
    return {
        "articles, chunks": f"{done.articles:,}, {done.chunks:,}",
        "time": f"{done.seconds:.1f} s, of that embedding {done.embedding:.1f} s",
        "peak memory": f"{done.peak_mb:.0f} MB",
    }


def refreshing(data: Path, home: Path) -> Figures:
    """The same with 1% changed, three times in a row, while another process asks all the time."""
    growing, questions = _growing(data, home), home / "questions.json"
    asked = [one.question for one in datasets.multihop(data) if one.facts]
    questions.write_text(json.dumps(asked[:: len(asked) // _ASKED][:_ASKED]), encoding="utf-8")
    return again.figures(again.measured(home / "grown", growing, questions) for _ in range(3))


PARTS: dict[str, Callable[[Path, Path], Figures]] = {
    "index": index,
    "index_again": index_again,
    "entities": entities,
    "answer": answer,
    "multihop": multihop,
    "xquad": xquad,
    "checking": checking,
    "news": news_bench.quotes,
    "conversations": news_bench.conversations,
    "model": news_bench.model,
    "grown": grown,
    "refreshing": refreshing,
    "window_page": window_page,
    "window_sessions": window_sessions,
    "service_load": service_load,
    "several_servers": several_servers,
    "window_memory": window_memory,
}

GROWTH = "growth"
"""A part that takes hours, and runs only where it is named with a `--home` of its own."""


def _run_all(data: Path, home: Path) -> None:
    console = Console()
    console.print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    # The model's copy is made once per machine and is no part of indexing.
    with Assistant.open(Settings(home=home / "none")) as assistant:
        started = time.perf_counter()
        assistant.warm_up()
        console.print(f"model ready after {time.perf_counter() - started:.1f} s")
    for name, part in PARTS.items():
        command = [
            sys.executable,
            "-m",
            "assistant.evaluation.benchmarks",
            str(data),
            "--home",
            str(home),
            "--part",
            name,
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        table = Table(title=part.__doc__, title_justify="left", show_header=False)
        for row in json.loads(done.stdout).items():
            table.add_row(*row)
        console.print(table)


def main() -> None:
    """Run all parts, or print one as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--home", type=Path, help="an empty folder for the indexes (default: a temporary one)")
    parser.add_argument("--part", choices=[*PARTS, GROWTH], help="one part only, as JSON")
    sizes = ", ".join(f"{size:,}" for size in growth.SIZES)
    chunks_help = f"sizes of the homes of the part {GROWTH}, which no other run has (default: {sizes})"
    parser.add_argument("--chunks", type=int, nargs="+", default=growth.SIZES, help=chunks_help)
    given = parser.parse_args()
    if given.part == GROWTH and given.home is None:
        parser.error("--part growth needs --home")
    if given.part == GROWTH:
        given.home.mkdir(parents=True, exist_ok=True)
        sys.stdout.write(json.dumps(growth.figures(given.data, given.home, given.chunks)))
        return
    if given.part:
        sys.stdout.write(json.dumps(PARTS[given.part](given.data, given.home)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        home = given.home or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        _run_all(given.data, home)


if __name__ == "__main__":
    main()
