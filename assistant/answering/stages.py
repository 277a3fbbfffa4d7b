"""A question at each stage of its way: planned, retrieved, assessed. Each stage holds the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.answering.catalogue import Reply
from assistant.answers import CorpusInfo, Interpretation
from assistant.articles import Filters, Passage
from assistant.index import DuplicateGroups
from assistant.reading import AnswerType, Evidence, SubQuestion, asked_for
from assistant.retrieval import QueryPlan


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question and what to look for because of it.

    `text` is the question as typed. `rewritten` is the question in full that is searched for in its place, where it is
    a follow-up. `started` is when it came in, by `time.perf_counter`.
    """

    text: str
    plan: QueryPlan
    filters: Filters
    rewritten: str | None
    started: float

    @property
    def searched_text(self) -> str:
        """The question as it is searched for."""
        return self.plan.query.question


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question.

    `sub_questions` are the question as a whole and then those that it puts at once. `carried_by` has for each article
    with near-duplicates the other publications that carried it; `unknown_terms` are content words of the question that
    no article has, or not the only one that may be used. `catalogue_reply` is there for a question about the corpus
    itself. `timings` are in milliseconds and grow from stage to stage.
    """

    planned: PlannedQuestion
    passages: list[Passage]
    sub_questions: list[SubQuestion]
    corpus: CorpusInfo
    duplicates: DuplicateGroups
    carried_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown_terms: tuple[str, ...] = ()
    catalogue_reply: Reply | None = None
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """The question as typed."""
        return self.planned.text

    @property
    def interpretation(self) -> Interpretation:
        """What it was taken to mean."""
        return self.planned.plan.interpretation

    @property
    def absent(self) -> tuple[str, ...]:
        """Publications that it asks of and that the corpus does not have."""
        return self.planned.plan.absent

    @property
    def answer_type(self) -> AnswerType | None:
        """The type of thing that it asks for."""
        return asked_for(self.planned.searched_text)

    @property
    def of_one_article(self) -> bool:
        """Whether only one article may be used."""
        return self.planned.filters.one is not None


@dataclass(frozen=True, slots=True)
class Assessed:
    """The evidence for a question, best first, and whether it answers.

    `answered` are the numbers of the sub-questions that it answers, 0 standing for the question as a whole; without any
    the question is refused. `probability` is that of an answer, 0 to 1.
    """

    retrieved: Retrieved
    evidence: list[Evidence]
    answered: tuple[int, ...]
    probability: float
