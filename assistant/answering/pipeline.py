"""The way of a question: plan, retrieve, assess, answer; each once, also for a follow-up.

plan       what to look for
retrieve   passages, or the reply of the catalogue
assess     the evidence; this stage alone decides whether it answers
answer     in quotes, or a refusal; `generate.py` takes over here where a chat model writes the answer
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from assistant.answering import compose
from assistant.answering.briefing import briefing_sentences
from assistant.answering.catalogue import Reply, catalogue_reply, small_talk_reply
from assistant.answering.followup_choice import articles_before, is_likelier, may_be_followup
from assistant.answering.followups import Exchange, exchange, rewrite_followup
from assistant.answering.lacking import lacking_words
from assistant.answering.stages import Assessed, Retrieved, timed
from assistant.answers import Answer, CorpusInfo
from assistant.articles import NO_FILTERS, Filters, Passage, header
from assistant.index import Generation, other_publications
from assistant.models import Encoder, ReaderInput, Reading, Vectors, describe, in_context, open_reader
from assistant.reading import (
    Evidence,
    answer_probability,
    gather_evidence,
    is_about_the_named,
    is_of_strangers,
    is_of_the_asked_kind,
    is_of_the_asked_time,
    namesakes,
    of_the_asked_time,
    of_the_named,
    select_quotes,
    sub_questions,
    with_the_likeliest,
    with_updates,
    worth_reading,
)
from assistant.retrieval import (
    DEPTH,
    SMALL_TALK,
    Aspects,
    QueryPlan,
    Request,
    corpus_request,
    hybrid_search,
    open_reranker,
    parse,
    plan_query,
    without_near_duplicates,
)
from assistant.settings import Settings
from assistant.text import idf_weights, is_content_word, is_foreign, rarest, split_words, stem
from assistant.utils import Observers, once

if TYPE_CHECKING:
    from assistant.answering.suggestions import Suggester

PASSAGES = 10  # read for one question, at most
_PROBABLE = 0.5  # chance of an answer from which what comes closest probably is one
_FAR = 0.15  # cosine below which no passage is on the subject of the question
_OF_A_TOPIC = 40  # passages that a briefing may be from; only the first of them are read
_MOST_RELATED = 3  # quotes where nothing answers
_EXAMPLES = 3  # questions offered to who says hello
_SPARE = 20  # looked at besides, as near-duplicates fall out
_MOST_HISTORY = 6  # earlier answers that a follow-up may depend on
_EARLIER = 4  # passages of those read for a follow-up that are of the articles which the answer before it is from

Rewriter = Callable[[str, Sequence[Exchange]], str | None]
"""Writes a follow-up out in full, given the exchanges before it; None when it cannot."""


class QuestionPipeline:
    """Takes questions from text to an answer in quotes. May be used from several threads at once.

    `observers` are told of each stage.
    """

    def __init__(self, settings: Settings, encoder: Encoder, observers: Observers | None = None) -> None:
        self.observers = observers or Observers()
        self._settings = settings
        self._encoder = encoder
        reranker = settings.reranker
        self._reader = once(partial(open_reader, settings.reader, settings.cache))
        self._opening = False
        self._reranker = None if reranker is None else once(partial(open_reranker, reranker))

    def open_models(self) -> None:
        """Begin to open the models, once, in a thread of its own; what fails there fails again where it is needed."""
        if not self._opening:
            self._opening = True
            threading.Thread(target=self._open_models, name="models").start()

    def _open_models(self) -> None:
        with suppress(Exception):
            self._encoder.open()
            self._reader()

    @cached_property
    def suggester(self) -> "Suggester":
        """What offers questions; few answers need it."""
        from assistant.answering.suggestions import Suggester

        return Suggester(self._settings, self.ask)

    def ask(self, generation: Generation, question: str, filters: Filters = NO_FILTERS) -> Answer:
        """The answer to `question` in quotes, the reply of the catalogue, or the refusal."""
        return self.answer(self.retrieve(generation, question, filters))

    # retrieve

    def search(self, generation: Generation, question: str, filters: Filters, k: int) -> list[Passage]:
        """The k best passages for `question`, near-duplicates among them. Raises QuestionError as `retrieve` does."""
        generation.check_embedder(describe(self._encoder.embeddings))
        plan = plan_query(generation, parse(question, self._settings.max_question), filters)
        return self._search(generation, plan, k, filters, {}, {})

    def retrieve(
        self,
        generation: Generation,
        question: str,
        filters: Filters = NO_FILTERS,
        *,
        rewritten: str | None = None,
        read_as: str | None = None,
        earlier: Sequence[str] = (),
        overrides: Aspects = (),
    ) -> Retrieved:
        """The best passages for `question`, or the reply of the catalogue.

        `rewritten` is searched for in the place of a follow-up `question`, which is read as `read_as`; some passages
        are of the `earlier` articles, by their ids, whatever ranks before them. `overrides` are ways in which it is not
        to be understood. Of near-duplicates the best passage stays. Raises QuestionError for what cannot be asked.
        """
        generation.check_embedder(describe(self._encoder.embeddings))
        started, timings = time.perf_counter(), dict[str, float]()
        typed = parse(question, self._settings.max_question)
        query = parse(rewritten, len(rewritten)) if rewritten else typed
        with timed("prepare", timings, self.observers):
            plan = plan_query(generation, query, filters, overrides)
            plan = replace(plan, interpretation=replace(plan.interpretation, follows=rewritten))
            query = plan.query
        with timed("search", timings, self.observers):
            frequencies = {term: generation.frequency(term) for term in query.terms}
            weights = idf_weights(frequencies, generation.manifest.chunks)
            most = rarest(generation.manifest.chunks)
            parts = sub_questions(
                query, plan.unrouted, weights, most, plan.routed, bool(plan.absent), read_as, plan.times
            )
            # Who compares publications wants each of them.
            groups = {} if parts[0].compares else generation.duplicates.group_of
            wanted = _OF_A_TOPIC if parts[0].topic or parts[0].speaker else PASSAGES
            found = self._search(generation, plan, wanted, filters, groups, timings)
            if among := _among(filters, earlier):
                found = _first(self._search(generation, plan, _EARLIER, among, groups, timings), found)
        passages = found[:PASSAGES]
        texts = [passage.chunk.text for passage in passages]
        people = namesakes(query.question, texts, generation.entities.kind)
        return Retrieved(
            question=typed.question,
            plan=replace(plan, interpretation=replace(plan.interpretation, namesakes=people)),
            filters=filters,
            rewritten=rewritten,
            started=started,
            passages=passages,
            further=found[PASSAGES:],
            sub_questions=parts,
            corpus=_corpus(generation),
            duplicates=generation.duplicates,
            carried_by=_carried_by(generation, found),
            unknown_terms=_unknown_terms(generation, frequencies, filters.one),
            catalogue_reply=self._catalogue_reply(plan.request, generation, filters) if plan.request else None,
            is_in_another_language=plan.request is None and is_foreign(typed.question, texts),
            timings=timings,
        )

    def _catalogue_reply(self, request: Request, generation: Generation, filters: Filters) -> Reply:
        if request.kind not in SMALL_TALK:
            return catalogue_reply(request, generation.db, filters)
        wanted = 0 if request.kind == "thanks" else _EXAMPLES
        examples = self.suggester.suggest(generation, wanted, filters, ()) if wanted else []
        return small_talk_reply(request, generation.db, filters, examples)

    def retrieve_followup(
        self,
        generation: Generation,
        question: str,
        filters: Filters,
        history: Sequence[Answer],
        *,
        overrides: Aspects = (),
        rewriter: Rewriter | None = None,
    ) -> Retrieved | Assessed:
        """What there is for `question` after `history`, oldest answer first; of the two readings of it the likelier.

        A follow-up is read over the articles that the answer before it is from as well. Where its words do not tell
        whether it is one, it is when these articles answer it much likelier than all do by itself, the more so the more
        it says. `rewriter` is asked to write it out only when the articles answer it at all.
        """
        exchanges = [exchange(answer) for answer in history[-_MOST_HISTORY:]]
        is_about_corpus = (
            corpus_request(generation, parse(question, self._settings.max_question), overrides) is not None
        )
        rewrite = rewrite_followup(question, exchanges, generation.frequency, generation.entities.kind)
        if rewrite is None or is_about_corpus:
            return self.retrieve(generation, question, filters, overrides=overrides)
        read_as = None if rewrite.exchanged else in_context(question, exchanges[-1].question)
        earlier = articles_before(history)

        def as_followup(text: str, read_as: str | None) -> Retrieved:
            found = self.retrieve(
                generation, question, filters, rewritten=text, read_as=read_as, earlier=earlier, overrides=overrides
            )
            # What is only glued together is no question to show.
            after = history[-1].question if text == rewrite.text and rewrite.is_glued else None
            return replace(
                found, plan=replace(found.plan, interpretation=replace(found.plan.interpretation, after=after))
            )

        if rewrite.certain and rewriter is None:
            return as_followup(rewrite.text, read_as)
        if rewrite.certain:
            chosen = self.assess(as_followup(rewrite.text, read_as))
        else:
            alone = self.assess(self.retrieve(generation, question, filters, overrides=overrides))
            if not may_be_followup(alone):
                return alone
            chosen = self.assess(as_followup(rewrite.text, read_as))
            if not is_likelier(chosen, alone, earlier):
                return alone
        written = rewriter and chosen.probability >= self._settings.related_from and rewriter(question, exchanges)
        return as_followup(written, None) if written else chosen

    def _search(
        self,
        generation: Generation,
        plan: QueryPlan,
        k: int,
        filters: Filters,
        groups: Mapping[str, str],
        timings: dict[str, float],
    ) -> list[Passage]:
        wide = k + _SPARE if groups else k
        if self._reranker is not None:
            wide = max(wide, DEPTH)
        passages = hybrid_search(generation, plan.query, plan.sub_queries, self.vectors, wide, filters)
        if self._reranker is not None:
            with timed("rerank", timings, self.observers):
                passages = self._reranker()(plan.query.question, passages)
        return without_near_duplicates(passages, groups)[:k]

    # assess

    def assess(self, question: Retrieved | Assessed) -> Assessed:
        """The evidence, and the probability that it answers, as a whole (0) and sub-question by sub-question.

        Those with at least `refuse_below`, from an article with what they name and by words of the kind that they ask
        for, are `answered`. What is assessed already stays as it is.
        """
        if isinstance(question, Assessed):
            return question
        with timed("read", question.timings, self.observers):
            evidence, parts = self.evidence(question), question.sub_questions
            probabilities = [answer_probability(number, parts, evidence) for number in range(len(parts))]

            def reach(least: float) -> list[int]:
                return [
                    number
                    for number, found in enumerate(probabilities)
                    if found >= least
                    and is_about_the_named(parts[number], number, evidence)
                    and is_of_the_asked_kind(parts[number], number, evidence)
                    and is_of_the_asked_time(parts[number], number, evidence)
                ]

            answered = reach(self._settings.refuse_below)
            # Put as several questions it is answered by each of these; as one only when none of them is.
            answered = [number for number in answered if number] or answered
            likely = reach(self._settings.refuse_below / 2) if any(answered) else []
            uncertain = tuple(number for number in likely if number and number not in answered)
            briefing = tuple(briefing_sentences(question))
            answered = [0] if briefing else answered
        answered = answered if evidence and not _is_about_nothing(question) else []
        lacking = () if answered else lacking_words(question, evidence, self.vectors)
        return Assessed(question, evidence, tuple(answered), round(max(probabilities), 4), briefing, lacking, uncertain)

    def evidence(self, question: Retrieved) -> list[Evidence]:
        """The sentences of the passages, best first."""
        parts, implied_by = question.sub_questions, question.plan.implied_by
        # What a reranker gives has no zero that a share of it could be taken from.
        passages = question.passages if self._reranker else worth_reading(question.passages)
        return gather_evidence(parts, passages, self.read, self.vectors, implied_by)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of questions or sentences (texts, size)."""
        return self._encoder.vectors(texts)

    def read(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        """What the reader says of questions or claims with passages; it is opened at the first use."""
        return self._reader().read(inputs)

    # answer

    def answer(self, question: Retrieved | Assessed) -> Answer:
        """The reply of the catalogue, the answer in quotes or the refusal."""
        retrieved = question.retrieved if isinstance(question, Assessed) else question
        if retrieved.catalogue_reply is not None:
            return compose.catalogue_answer(retrieved, retrieved.catalogue_reply)
        assessed = self.assess(question)
        return self.quoted(assessed) if assessed.answered else self.unanswered(assessed)

    def comes_near(self, assessed: Assessed) -> bool:
        """Whether the evidence answers the question, or may, or comes so near to it that it is worth showing."""
        if assessed.answered:
            return True
        retrieved = assessed.retrieved
        if not assessed.evidence or _is_about_nothing(retrieved):
            return False
        is_of_strange_names = is_of_strangers(retrieved.sub_questions[0], assessed.evidence)
        if retrieved.is_in_another_language:  # of which the reader understands little
            return not is_of_strange_names
        least = self._settings.related_from
        if assessed.probability < least or (assessed.probability < 2 * least and assessed.lacking):
            return False
        # No word of it, or nobody whom it names, is in the articles. What answers all the same is shown as close:
        # Prague's ministry is the Czech one.
        is_strange = bool(assessed.lacking) and set(retrieved.plan.query.terms) <= set(retrieved.unknown_terms)
        is_strange = is_strange or is_of_strange_names
        # The reader takes what is about something else altogether for near: the world cup, a local race.
        is_far = assessed.probability < _PROBABLE and max(each.cosine for each in retrieved.passages) < _FAR
        return not (is_strange or is_far) or assessed.probability >= self._settings.refuse_below

    def unanswered(self, assessed: Assessed, *, declined: bool = False) -> Answer:
        """What comes closest to a question that is not answered, or the refusal where nothing comes near.

        `declined`: a chat model found no answer in it.
        """
        assessed = _of_the_named(assessed)
        if not self.comes_near(assessed):
            return compose.refusal(assessed)
        is_probable = not declined and _PROBABLE <= assessed.probability < self._settings.refuse_below
        parts, most = assessed.retrieved.sub_questions, min(_MOST_RELATED, self._settings.max_quotes)
        wholes = range(1, len(parts)) if len(parts) > 1 else (0,)
        evidence = of_the_asked_time(assessed.evidence, parts[0], wholes)
        return compose.related(assessed, select_quotes(evidence, parts, wholes, most), is_probable)

    def quoted(self, assessed: Assessed) -> Answer:
        """The answer in quotes for evidence that answers."""
        if assessed.briefing:
            return compose.briefing(assessed)
        parts, most = assessed.retrieved.sub_questions, self._settings.max_quotes
        with timed("select", assessed.retrieved.timings, self.observers):
            evidence = of_the_asked_time(assessed.evidence, parts[0], assessed.answered)
            quotes = select_quotes(evidence, parts, assessed.answered, most)
            # Who asks of a time wants what was known then.
            if parts[0].time is None and assessed.retrieved.plan.interpretation.when is None:
                quotes = with_updates(quotes, assessed.evidence, assessed.retrieved.searched_text)[:most]
            quotes = with_the_likeliest(quotes, evidence, assessed.uncertain, most)
        return compose.extractive_answer(assessed, quotes)


def _of_the_named(assessed: Assessed) -> Assessed:
    """`assessed` by what articles say that have somebody or something that the question names, if any do.

    What others say of their own bank or headphones would be taken for that of the one that is asked about.
    """
    parts = assessed.retrieved.sub_questions
    evidence = of_the_named(parts[0], assessed.evidence)
    if len(evidence) == len(assessed.evidence):
        return assessed
    probability = max(answer_probability(number, parts, evidence) for number in range(len(parts)))
    return replace(assessed, evidence=evidence, probability=round(probability, 4))


def _is_about_nothing(retrieved: Retrieved) -> bool:
    """Whether the question, "Why?" or "How so?", says nothing of what it is about."""
    return not retrieved.of_one_article and not any(map(is_content_word, retrieved.plan.query.terms))


def _among(filters: Filters, ids: Sequence[str]) -> Filters | None:
    """The filters that leave only the articles `ids`; None when they leave none."""
    kept = tuple(id for id in ids if filters.only is None or id in filters.only)
    return replace(filters, only=kept) if kept else None


def _first(wanted: Sequence[Passage], others: Sequence[Passage]) -> list[Passage]:
    """The passages `wanted`, then the others."""
    taken = {(passage.article.id, passage.chunk.start) for passage in wanted}
    return [*wanted, *(passage for passage in others if (passage.article.id, passage.chunk.start) not in taken)]


def _corpus(generation: Generation) -> CorpusInfo:
    oldest, newest = generation.db.dates()
    return CorpusInfo(generation.name, generation.manifest.made_at, generation.manifest.articles, oldest, newest)


def _unknown_terms(generation: Generation, frequencies: Mapping[str, int], only: str | None) -> tuple[str, ...]:
    """The terms, each with its frequency, that no article has, or not the `only` one that may be used."""
    article = generation.db.article(only) if only is not None else None
    if article is None:
        return tuple(term for term, count in frequencies.items() if not count)
    held = set(map(stem, split_words(f"{header(article)}\n{article.text}")))
    return tuple(term for term in frequencies if stem(term) not in held)


def _carried_by(generation: Generation, passages: Iterable[Passage]) -> dict[str, tuple[str, ...]]:
    """For each article with near-duplicates the other publications that carried it."""
    found = {passage.article.id: passage.article for passage in passages}
    duplicates = {id: [generation.db.article(other) for other in generation.duplicates.others(id)] for id in found}
    return {
        id: other_publications(found[id], [other for other in others if other is not None])
        for id, others in duplicates.items()
        if others
    }
