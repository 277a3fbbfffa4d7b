"""A question at each stage of its way: retrieved, then assessed. The later stage holds the one before it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.answering.catalogue import Reply
from assistant.answers import CorpusInfo
from assistant.articles import Filters, Passage
from assistant.index import DuplicateGroups
from assistant.reading import Evidence, SubQuestion
from assistant.retrieval import QueryPlan
from assistant.utils import Observers


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question.

    `question` is as typed, `plan` is what was looked for because of it; `rewritten` is the question in full that was
    searched for in its place, where it is a follow-up. `started` is when it came in, by `time.perf_counter`.
    `further` are the passages that rank behind those that are read; a briefing may be from them too.
    `sub_questions` are the question as a whole and then those that it puts at once. `carried_by` has for each article
    with near-duplicates the other publications that carried it; `unknown_terms` are content words of the question that
    no article has, or not the only one that may be used. `catalogue_reply` is there for a question about the corpus
    itself. `is_in_another_language`: the question surely is in another than the passages. `timings` are in milliseconds
    and grow from stage to stage: see `timed`.
    """

    question: str
    plan: QueryPlan
    filters: Filters
    rewritten: str | None
    started: float
    passages: list[Passage]
    further: list[Passage]
    sub_questions: list[SubQuestion]
    corpus: CorpusInfo
    duplicates: DuplicateGroups
    carried_by: Mapping[str, tuple[str, ...]]
    unknown_terms: tuple[str, ...]
    catalogue_reply: Reply | None
    is_in_another_language: bool
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def searched_text(self) -> str:
        """The question as it is searched for."""
        return self.plan.query.question

    @property
    def of_one_article(self) -> bool:
        """Whether only one article may be used."""
        return self.filters.one is not None


@dataclass(frozen=True, slots=True)
class Assessed:
    """The evidence for a question, best first, and whether it answers.

    `answered` are the numbers of the sub-questions that it answers, 0 standing for the question as a whole; without any
    the question is not answered. `uncertain` are those that it may answer, where it answers others. `probability` is
    that of an answer, 0 to 1. `briefing` are the sentences to tell where it asks for what there is on a topic.
    `lacking` are the words of a question without an answer that no article has.
    """

    retrieved: Retrieved
    evidence: list[Evidence]
    answered: tuple[int, ...]
    probability: float
    briefing: tuple[Evidence, ...] = ()
    lacking: tuple[str, ...] = ()
    uncertain: tuple[int, ...] = ()


@contextmanager
def timed(stage: str, timings: dict[str, float], observers: Observers) -> Iterator[None]:
    """A stage of a question, until the end of the block: its milliseconds are added to `timings`, and it is observed.

    Stages: "prepare" (understand the question), "search" with "rerank" in it, "read" (the passages), "select"
    (the quotes), "model" (until it has written all) with "verify" in it (each of its sentences).
    """
    started = time.perf_counter()
    with observers.span(stage):
        try:
            yield
        finally:
            timings[stage] = round(timings.get(stage, 0.0) + (time.perf_counter() - started) * 1000, 2)
