"""What reading works with: a question or sub-question, a candidate sentence, and a sentence as evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.articles import Article, Passage
from assistant.models import Vectors
from assistant.reading.alignment import QUESTION_WORDS, Alignment
from assistant.reading.answer_types import AnswerType, asked_for
from assistant.text import Weights, names_and_numbers, split_words, subject


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """A question, or one of those put at once.

    `weights` are those of its content stems, of 1 at most, `names` its names and numbers, `subject` the content
    stems that are neither names nor the frame of the question, `known` the stems of all words of the whole question,
    `question_word` its first "who", "when" and the like. `absent`: it asks of a publication that the corpus does not
    have; `depends_on`: the weights of the first sub-question, where this one is of few words and about the same.
    """

    text: str
    vector: Vectors
    weights: Weights
    kind: AnswerType | None = None
    names: frozenset[str] = frozenset()
    subject: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    question_word: str | None = None
    absent: bool = False
    depends_on: Weights = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, vector: Vectors, weights: Weights, known: frozenset[str], absent: bool) -> "SubQuestion":
        """The sub-question with that text, of a question whose words have the stems `known`."""
        names = names_and_numbers(text)
        question_word = next((word for word in split_words(text) if word in QUESTION_WORDS), None)
        return cls(text, vector, weights, asked_for(text), names, subject(weights, names), known, question_word, absent)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The exact words of an article from `start` to `end`, and the passage that they were found in."""

    passage: Passage
    start: int
    end: int

    @property
    def article(self) -> Article:
        """The article that has these words."""
        return self.passage.article

    @property
    def text(self) -> str:
        """These words."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Candidate(Excerpt):
    """A sentence before it is embedded. `rank` is its passage's, from 0; `passage_stems` has the headline's too."""

    rank: int
    stems: frozenset[str]
    context_stems: frozenset[str]
    passage_stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence(Excerpt):
    """A sentence of an article as evidence.

    The tuples have an entry for the whole question and then one for each of those put at once: `features` are those of
    the sentence ranker, `alignments` how the sentence aligns word by word, `scores` what the ranker gives: the odds
    that this sentence answers rather than another go up e-fold for each 1 of it.
    """

    features: tuple[Mapping[str, float], ...] = ()
    scores: tuple[float, ...] = (0.0,)
    alignments: tuple[Alignment, ...] = field(default=(), repr=False, compare=False)
    vector: Vectors = field(default_factory=lambda: np.zeros(0, np.float32), repr=False, compare=False)

    @property
    def score(self) -> float:
        """The score for the whole question."""
        return self.scores[0]
