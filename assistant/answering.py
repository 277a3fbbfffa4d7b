"""Assistant: the one object that the command line, the chat window and programs use."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import Runnable, RunnableLambda
from numpy.typing import NDArray

from assistant import catalogue, composing, judging, reading
from assistant.answers import Answer, Corpus, Event, Finished, Said, Searched
from assistant.articles import Article
from assistant.catalogue import Reply
from assistant.chunks import Chunk
from assistant.composing import Ground
from assistant.copies import publications
from assistant.embedding import as_vectors, describe, open_embeddings
from assistant.index import Generation, Library, Manifest
from assistant.kinds import asked_for
from assistant.planning import plan
from assistant.query import NO_FILTERS, Filters, Query, parse
from assistant.reading import Evidence, Part
from assistant.refresh import RefreshReport, Watcher, Wish, refresh
from assistant.retrieval import Aim, HybridRetriever, Passage, search
from assistant.settings import Settings
from assistant.wording import weigh

_PASSAGES = 10  # read for one question
_MOST_REMEMBERED = 20_000  # vectors of sentences, 1.5 kB each

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home. `checked` is when the sources were last compared with the index."""

    home: Path
    generation: str | None
    refreshed: datetime | None
    checked: datetime | None
    articles: int
    chunks: int
    publications: dict[str, int]
    oldest: datetime | None
    newest: datetime | None
    embedder: str | None
    sources: tuple[str, ...]
    generations: tuple[Manifest, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way: what was found for it. `reply` is what the catalogue says, for one about the corpus."""

    query: Query
    passages: list[Passage]
    whole: Part
    parts: list[Part]
    ground: Ground
    reply: Reply | None
    started: float
    timings: dict[str, float] = field(default_factory=dict)


class Assistant:
    """Answers questions from the articles of one home. May be used from several threads at once.

    Every method that needs articles raises NoArticlesError before the first refresh. Questions raise
    QuestionError when they are empty, have no words or are too long.
    """

    def __init__(self, settings: Settings, embeddings: Embeddings | None = None) -> None:
        self.settings = settings
        self._library = Library(settings.home)
        self._embeddings = embeddings
        self._loading = threading.Lock()
        self._remembered: dict[str, Vectors] = {}

    @classmethod
    def open(cls, settings: Settings | None = None, embeddings: Embeddings | None = None) -> Self:
        """An assistant for `settings.home`; nothing is loaded before it is needed.

        `embeddings` takes the place of `settings.embedder`: any LangChain `Embeddings`.
        """
        return cls(settings or Settings(), embeddings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index."""
        self._library.close()

    # asking

    def ask(self, question: str, filters: Filters = NO_FILTERS) -> Answer:
        """The answer to `question` from the articles that `filters` allow, or a refusal."""
        for event in self.stream(question, filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(self, question: str, filters: Filters = NO_FILTERS) -> Iterator[Event]:
        """The answer as it is made: Searched, then each statement as Said, then Finished with the whole."""
        with self._library.reading() as generation:
            asked = self._search(generation, question, filters, _PASSAGES)
            yield Searched(len(asked.passages), len({one.article.id for one in asked.passages}))
            answer = self._answer(asked)
        by_number = {one.number: one for one in answer.citations}
        for statement in answer.statements:
            yield Said(statement, tuple(by_number[number] for number in statement.citations))
        yield Finished(answer)

    async def aask(self, question: str, filters: Filters = NO_FILTERS) -> Answer:
        """As `ask`, without holding up the event loop."""
        return await asyncio.to_thread(self.ask, question, filters)

    async def astream(self, question: str, filters: Filters = NO_FILTERS) -> AsyncIterator[Event]:
        """As `stream`, without holding up the event loop."""
        events = self.stream(question, filters)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event

    def search(self, query: str, k: int = 10, filters: Filters = NO_FILTERS) -> list[Passage]:
        """The k best passages for `query`, best first."""
        with self._library.reading() as generation:
            return self._search(generation, query, filters, k).passages

    def evidence_features(self, question: str, filters: Filters = NO_FILTERS) -> dict[str, float]:
        """What the judge of refusals sees of a question; for fitting and for looking into an answer."""
        with self._library.reading() as generation:
            asked = self._search(generation, question, filters, _PASSAGES)
        return self._features(asked, self._gather(asked))

    def retriever(self, k: int = 10, filters: Filters = NO_FILTERS) -> HybridRetriever:
        """The search as a LangChain retriever; each call reads the index as it is then."""
        return HybridRetriever(find=self.search, k=k, filters=filters)

    def chain(self, filters: Filters = NO_FILTERS) -> Runnable[str, Answer]:
        """From a question to its Answer as a LangChain Runnable: retrieval, then reading and quoting."""

        def retrieve(question: str) -> Asked:
            with self._library.reading() as generation:
                return self._search(generation, question, filters, _PASSAGES)

        return RunnableLambda(retrieve, name="retrieve") | RunnableLambda(self._answer, name="quote")

    def _search(self, generation: Generation, question: str, filters: Filters, k: int) -> Asked:
        started = time.perf_counter()
        asked = parse(question, self.settings.max_question)
        generation.check_embedder(describe(self._embedder()))
        planned = plan(generation, asked, filters)
        query = planned.query
        vector, *part_vectors = self._embed([query.question, *query.parts])
        prepared = time.perf_counter()
        aims = planned.aims or (Aim(),)
        passages = search(generation, query, aims, self._embed, k, filters)
        frequencies = {term: generation.frequency(term) for term in query.terms}
        weights = weigh(frequencies, generation.manifest.chunks)
        timings = {"prepare": _ms(started, prepared), "search": _ms(prepared)}
        return Asked(
            query=query,
            passages=passages,
            whole=Part(vector, weights, asked_for(query.question)),
            parts=reading.ask_parts(query, part_vectors, weights),
            ground=Ground(
                question=asked.question,
                kind=asked_for(query.question),
                leads=len(query.parts),
                understood=planned.understood,
                corpus=_corpus(generation),
                passages=passages,
                stories=generation.stories,
                carried=_carried(generation, passages),
                unknown=tuple(term for term, count in frequencies.items() if not count),
            ),
            reply=catalogue.answer(planned.request, generation.db, filters) if planned.request else None,
            started=started,
            timings=timings,
        )

    def _answer(self, asked: Asked) -> Answer:
        reading_started = time.perf_counter()
        if asked.reply is not None:
            answer = composing.counted(asked.ground, asked.reply)
        else:
            answer = self._read(asked)
        asked.timings.update(read=_ms(reading_started), total=_ms(asked.started))
        return replace(answer, timings=dict(asked.timings))

    def _read(self, asked: Asked) -> Answer:
        evidence = self._gather(asked)
        chance = judging.fitted_judge().chance(self._features(asked, evidence)) if evidence else 0.0
        found = chance >= self.settings.refuse_below
        chosen = reading.choose(evidence, asked.whole.weights, self.settings.max_quotes) if found else []
        if not chosen:
            return composing.refused(asked.ground, round(chance, 4))
        return composing.quoted(asked.ground, chosen, evidence, round(chance, 4))

    def _gather(self, asked: Asked) -> list[Evidence]:
        return reading.gather(asked.whole, asked.parts, asked.passages, self._embed)

    def _features(self, asked: Asked, evidence: list[Evidence]) -> dict[str, float]:
        words_of = getattr(self._embedder(), "word_vectors", None)
        return judging.features(asked.query, asked.whole.weights, evidence, words_of)

    # the corpus

    def refresh(
        self,
        sources: Sequence[str | Path] = (),
        *,
        replace: bool = False,
        allow_removals: bool = False,
        watcher: Watcher | None = None,
    ) -> RefreshReport:
        """Bring `sources` (folders and files) into the index and publish the result.

        Without sources: those that the index has, or the sample articles for an empty one. With `replace`
        the given sources become the whole corpus; else articles of other sources stay. What a source no
        longer has is removed; when that is over half of it, RefreshError is raised, unless
        `allow_removals`. Bad input is in the report's `failures`, and what was indexed from it stays.
        Raises LockedError when another refresh does not finish in time, NoSpaceError on a full disk.
        """
        wish = Wish(tuple(sources), replace, allow_removals)
        return refresh(self._library, self._embedder(), self.settings, wish, watcher)

    def rollback(self) -> Manifest:
        """Publish the generation before the published one again. Raises RefreshError when there is none."""
        with self._library.refreshing(self.settings.refresh_wait, lambda who: None):
            return self._library.rollback()

    def status(self) -> Status:
        """The state of the corpus and of its generations; also for an empty home."""
        home, name = self.settings.home, self._library.current()
        if name is None:
            return Status(home, None, None, None, 0, 0, {}, None, None, None, (), ())
        with self._library.reading() as generation:
            manifest = generation.manifest
            oldest, newest = generation.db.dates()
            return Status(
                home=home,
                generation=generation.name,
                refreshed=manifest.made_at,
                checked=self._library.checked_at(),
                articles=manifest.articles,
                chunks=manifest.chunks,
                publications=generation.db.sources(),
                oldest=oldest,
                newest=newest,
                embedder=manifest.embedder,
                sources=manifest.sources,
                generations=tuple(self._library.manifests()),
            )

    def articles(self, filters: Filters = NO_FILTERS) -> list[Article]:
        """The articles that `filters` allow, newest first."""
        with self._library.reading() as generation:
            return list(generation.db.articles(filters))

    def article(self, article_id: str) -> Article | None:
        """The article with that id, None when there is none."""
        with self._library.reading() as generation:
            return generation.article(article_id)

    def chunks(self, article_id: str) -> list[Chunk]:
        """The passages of an article as they were split, in order; empty when there is no such article."""
        with self._library.reading() as generation:
            return generation.db.chunks(article_id)

    # embedding

    def warm_up(self) -> None:
        """Load the model and open the index now, so that the first question need not wait for it."""
        as_vectors(self._embedder(), ["ready"])
        if self._library.current() is not None:
            with self._library.reading():
                pass

    def _embedder(self) -> Embeddings:
        with self._loading:
            if self._embeddings is None:
                self._embeddings = open_embeddings(self.settings.embedder, self.settings.cache)
            return self._embeddings

    def _embed(self, texts: list[str]) -> Vectors:
        """Vectors of sentences; those of before are remembered, as questions come back to the same news."""
        new = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        fresh = dict(zip(new, as_vectors(self._embedder(), new), strict=True)) if new else {}
        rows = [fresh[text] if text in fresh else self._remembered[text] for text in texts]
        if len(self._remembered) + len(fresh) > _MOST_REMEMBERED:
            self._remembered = {}
        self._remembered.update(fresh)
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)


def _corpus(generation: Generation) -> Corpus:
    oldest, newest = generation.db.dates()
    return Corpus(generation.name, generation.manifest.made_at, generation.manifest.articles, oldest, newest)


def _carried(generation: Generation, passages: Iterable[Passage]) -> dict[str, tuple[str, ...]]:
    """For each article with copies the other publications that carried its story."""
    found = {one.article.id: one.article for one in passages}
    copies = {name: [generation.article(one) for one in generation.stories.copies(name)] for name in found}
    return {
        name: publications(found[name], [one for one in others if one is not None])
        for name, others in copies.items()
        if others
    }


def _ms(start: float, end: float | None = None) -> float:
    return round(((time.perf_counter() if end is None else end) - start) * 1000, 2)
