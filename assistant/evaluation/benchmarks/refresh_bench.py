"""Refreshing: what it takes to bring a little that changed into a large corpus, and what staff notice of it."""

import statistics
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.assistant import Assistant
from assistant.evaluation.benchmarks.concurrent_refresh import Refreshed, Waits, asked, refreshed
from assistant.evaluation.benchmarks.synthetic_corpus import ArticleChange, Growing
from assistant.index.chunking import embedded_text
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Measured:
    """One refresh and what the questions asked meanwhile waited; `new` is the number of texts not embedded before."""

    change: ArticleChange
    new: int
    done: Refreshed
    waits: Waits

    @property
    def right(self) -> bool:
        """Whether exactly what changed was found to have changed."""
        done, change = self.done, self.change
        found = (done.added, done.changed, done.removed)
        meant = (change.added, change.corrected, change.removed)
        return [sorted(one) for one in found] == [sorted(one) for one in meant] and not done.failures


def measured(home: Path, growing: Growing, questions: Path, share: float = 0.01) -> Measured:
    """Change `share` of the articles and refresh, while another process asks `questions`."""
    change = growing.change(share)
    named = (*change.added, *change.corrected)
    before = _texts(home, named)
    with asked(home, questions) as end:
        done = refreshed(home, growing.folder)
        waits = end()
    return Measured(change, len(_texts(home, named) - before), done, waits)


def _texts(home: Path, named: Collection[str]) -> set[str]:
    """What was embedded of the articles with these ids; each title is in it, and no two have the same."""
    with Assistant.open(Settings(home=home)) as assistant:
        articles = filter(None, map(assistant.article, named))
        return {embedded_text(one, chunk) for one in articles for chunk in assistant.chunks(one.id)}


def figures(runs: Iterable[Measured]) -> dict[str, str]:
    """The figures of several refreshes; where it is one, that of the worst."""
    every = list(runs)
    return {**_of_refreshes(every), **_of_waits([one.waits for one in every])}


def _of_refreshes(every: Sequence[Measured]) -> dict[str, str]:
    done, last = [one.done for one in every], every[-1]
    apart = [one.seconds - one.embedding for one in done]
    stages = max(done, key=lambda one: one.seconds - one.embedding).stages
    changed = (last.change.added, last.change.corrected, last.change.removed)
    return {
        "articles, chunks": f"{last.done.articles:,}, {last.done.chunks:,}",
        "added, corrected, removed": ", ".join(str(len(one)) for one in changed),
        "runs in which exactly those were found": f"{sum(one.right for one in every)} of {len(every)}",
        "texts embedded, texts that are new": "; ".join(f"{one.done.embedded}, {one.new}" for one in every),
        "time: median": f"{statistics.median(one.seconds for one in done):.1f} s",
        "apart from embedding: median, slowest": f"{statistics.median(apart):.1f} s, {max(apart):.1f} s",
        "the slowest by its stages": ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stages.items()),
        "peak memory": f"{max(one.peak_mb for one in done):.0f} MB",
    }


def _of_waits(every: Sequence[Waits]) -> dict[str, str]:
    times, rest = [time for one in every for time in one.times], [time for one in every for time in one.rest]
    versions = min(len(set(one.generations)) for one in every)
    return {
        "questions asked meanwhile, failed": f"{len(times)}, {sum(len(one.errors) for one in every)}",
        "generations that answered them": str(versions),
        "a question at rest: median, slowest": f"{statistics.median(rest):.2f} s, {max(rest):.2f} s",
        "meanwhile: median, slowest": f"{statistics.median(times):.2f} s, {max(times):.2f} s",
        "longer than the same at rest: at most": ", ".join(f"{max(one.extra):.2f} s" for one in every),
        "the same between questions at rest": ", ".join(f"{max(one.rest_extra):.2f} s" for one in every),
    }
