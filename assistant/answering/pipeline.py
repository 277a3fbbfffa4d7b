"""The quoting answerer: from a question to what was found for it, and on to an answer of quotes or a refusal."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.answering import catalogue, compose
from assistant.answering.catalogue import Reply
from assistant.answering.compose import Ground
from assistant.answers import Answer, CorpusInfo
from assistant.articles import Filters, Passage, header
from assistant.index import Generation
from assistant.index.duplicates import publications
from assistant.models.embedders import describe
from assistant.models.encoder import Encoder
from assistant.reading import answerability, gather
from assistant.reading.answer_types import asked_for
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.reading.selection import choose
from assistant.retrieval.deduplicate import one_each
from assistant.retrieval.overrides import Aspects
from assistant.retrieval.query_plan import QueryPlan, plan_query
from assistant.retrieval.question import Query, parse
from assistant.retrieval.rerank import DEPTH, Rerank, open_reranker
from assistant.retrieval.search import SubQuery, hybrid_search
from assistant.settings import Settings
from assistant.text.weighting import idf_weights, rarest
from assistant.text.words import stem, words

PASSAGES = 10  # read for one question
_SPARE = 20  # looked at besides, as copies of one story fall out


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way: what was found for it.

    `parts` are the question as a whole and then those that it puts at once. `reply` is what the catalogue says, for
    a question about the corpus.
    """

    query: Query
    plan: QueryPlan
    passages: list[Passage]
    parts: list[SubQuestion]
    ground: Ground
    reply: Reply | None
    started: float
    timings: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """The evidence for a question, best first; `answered` are the numbers of the parts that it answers.

    0 stands for the question as a whole, and without any the question is refused. `chance` is that of an answer.
    """

    evidence: list[Evidence]
    answered: tuple[int, ...]
    chance: float


class Quoter:
    """Answers with the articles' own sentences. May be used from several threads at once."""

    def __init__(self, settings: Settings, encoder: Encoder) -> None:
        self._settings = settings
        self._encoder = encoder
        self._loading = threading.Lock()
        self._rerank: Rerank | None = None

    def find(
        self,
        generation: Generation,
        question: str,
        filters: Filters,
        k: int = PASSAGES,
        copies: bool = False,
        follows: str | None = None,
        ignoring: Aspects = (),
    ) -> Asked:
        """What there is for `question`: the k best passages, or the reply of the catalogue.

        Of the copies of one story the best passage stays, unless all `copies` are wanted. `follows` is the question
        written out in full that is searched for in its place, where it leans on those before it; `ignoring` are ways in
        which it is not to be understood.
        """
        started = time.perf_counter()
        typed = parse(question, self._settings.max_question)
        asked = parse(follows, max(len(follows), 1)) if follows else typed
        generation.check_embedder(describe(self._encoder.embeddings))
        planned = plan_query(generation, asked, filters, ignoring)
        query = planned.query
        vectors = list(self._encoder.vectors([query.question, *query.parts]))
        prepared = time.perf_counter()
        stories = {} if copies else generation.stories.of
        passages = self._found(generation, query, planned.aims, k, filters, stories)
        frequencies = {term: generation.frequency(term) for term in query.terms}
        weights = idf_weights(frequencies, generation.manifest.chunks)
        timings = {"prepare": _ms(started, prepared), "search": _ms(prepared)}
        return Asked(
            query=query,
            plan=planned,
            passages=passages,
            parts=gather.ask_parts(
                query, vectors, weights, rarest(generation.manifest.chunks), planned.routed, bool(planned.absent)
            ),
            ground=Ground(
                question=typed.question,
                sought=query.question,
                kind=asked_for(query.question),
                understood=replace(planned.understood, follows=follows),
                corpus=_corpus(generation),
                passages=passages,
                stories=generation.stories,
                carried=_carried(generation, passages),
                absent=planned.absent,
                unknown=_unknown(generation, frequencies, filters.one),
                alone=filters.one is not None,
            ),
            reply=catalogue.answer(planned.request, generation.db, filters) if planned.request else None,
            started=started,
            timings=timings,
        )

    def _found(
        self,
        generation: Generation,
        query: Query,
        aims: Sequence[SubQuery],
        k: int,
        filters: Filters,
        stories: Mapping[str, str],
    ) -> list[Passage]:
        wide = k + _SPARE if stories else k
        if self._settings.reranker is None:
            passages = hybrid_search(generation, query, aims, self._encoder.vectors, wide, filters)
        else:
            passages = hybrid_search(generation, query, aims, self._encoder.vectors, max(wide, DEPTH), filters)
            passages = self._reranker(self._settings.reranker)(query.question, passages)
        return one_each(passages, stories)[:k]

    def _reranker(self, name: str) -> Rerank:
        with self._loading:
            if self._rerank is None:
                self._rerank = open_reranker(name)
            return self._rerank

    def judge(self, asked: Asked) -> Judged:
        """The sentences that were read, and the chance that they answer, as a whole and part by part."""
        started = time.perf_counter()
        evidence = self.evidence(asked)
        chances = [answerability.chance(number, asked.parts, evidence) for number in range(len(asked.parts))]
        answered = [number for number, chance in enumerate(chances) if chance >= self._settings.refuse_below]
        # Put as several questions it is answered by each of these; as one only when none of them is.
        answered = [number for number in answered if number] or answered
        asked.timings["read"] = _ms(started)
        return Judged(evidence, tuple(answered) if evidence else (), round(max(chances), 4))

    def answer(self, asked: Asked, judged: Judged | None = None) -> Answer:
        """The reply of the catalogue, the answer in quotes or the refusal for what was found."""
        if asked.reply is not None:
            return timed(asked, compose.counted(asked.ground, asked.reply))
        judged = judged or self.judge(asked)
        return self.quoted(asked, judged) if judged.answered else self.refused(asked, judged)

    def is_of_the_corpus(self, generation: Generation, question: str, filters: Filters, ignoring: Aspects = ()) -> bool:
        """Whether `question` is about the corpus itself, for its catalogue."""
        return (
            plan_query(generation, parse(question, self._settings.max_question), filters, ignoring).request is not None
        )

    def chance(self, generation: Generation, question: str, filters: Filters) -> float:
        """The chance that the articles answer `question`, 0 to 1."""
        return self.judge(self.find(generation, question, filters)).chance

    def refused(self, asked: Asked, judged: Judged) -> Answer:
        """The refusal."""
        return timed(asked, compose.refused(asked.ground, judged.chance))

    def quoted(self, asked: Asked, judged: Judged) -> Answer:
        """The answer in quotes for evidence that answers."""
        chosen = choose(judged.evidence, asked.parts, judged.answered, self._settings.max_quotes)
        answer = compose.quoted(asked.ground, asked.parts, chosen, judged.evidence, judged.answered, judged.chance)
        return timed(asked, answer)

    def evidence(self, asked: Asked) -> list[Evidence]:
        """The sentences that were read, best first."""
        return gather.gather(asked.parts, asked.passages, self._encoder.read, asked.plan.given)


def timed(asked: Asked, answer: Answer) -> Answer:
    """`answer` with the times that its steps took, in milliseconds."""
    asked.timings["total"] = _ms(asked.started)
    return replace(answer, timings=dict(asked.timings))


def _corpus(generation: Generation) -> CorpusInfo:
    oldest, newest = generation.db.dates()
    return CorpusInfo(generation.name, generation.manifest.made_at, generation.manifest.articles, oldest, newest)


def _unknown(generation: Generation, frequencies: Mapping[str, int], only: str | None) -> tuple[str, ...]:
    """The terms, each with its frequency, that no article has, or not the `only` one that may be used."""
    article = generation.article(only) if only is not None else None
    if article is None:
        return tuple(term for term, count in frequencies.items() if not count)
    held = set(map(stem, words(f"{header(article)}\n{article.text}")))
    return tuple(term for term in frequencies if stem(term) not in held)


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
