"""Reading: the sentences of passages as evidence for a question, best first by a fitted reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.articles import Article, Passage
from assistant.models.embedders import Vectors
from assistant.reading.alignment import ASKING, Alignment
from assistant.reading.answer_types import AnswerType, asked_for
from assistant.text.entities import names_and_numbers
from assistant.text.sentences import Span
from assistant.text.weighting import Weights, subject
from assistant.text.words import words


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """A question, or one of those put at once.

    `weights` are those of its telling stems, of 1 at most, `named` its names and numbers, `subject` the telling
    stems that are neither names nor the frame of the question, `known` the stems of all its words, `asks` its
    first "who", "when" and the like. `absent`: it asks of a publication that the corpus does not have; `leans_on`:
    the weights of the first part, where this one is of few words and about the same.
    """

    text: str
    vector: Vectors
    weights: Weights
    kind: AnswerType | None = None
    named: frozenset[str] = frozenset()
    subject: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    asks: str | None = None
    absent: bool = False
    leans_on: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, vector: Vectors, weights: Weights, known: frozenset[str], absent: bool) -> "SubQuestion":
        """The part with that text, of a question whose words have the stems `known`."""
        named, own = names_and_numbers(text), words(text)
        asks = next((word for word in own if word in ASKING), None)
        return cls(text, vector, weights, asked_for(text), named, subject(weights, named), known, asks, absent)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of an article as evidence: `article.text[start:end] == text`.

    `cosine` and `coverage` (the share of the question's telling words that it has, by weight) are those of the
    sentence, `about` is the coverage of its passage with the headline. `features` are what the reader sees of it
    for the whole question and then for each of those put at once, `matches` how it matches each word by word,
    `scores` what the reader gives for them: the odds that this sentence answers rather than another go up e-fold
    for each 1 of it.
    """

    article: Article
    start: int
    end: int
    text: str
    passage: Passage
    cosine: float
    coverage: float
    about: float
    features: tuple[Mapping[str, float], ...] = ()
    scores: tuple[float, ...] = (0.0,)
    matches: tuple[Alignment, ...] = field(default=(), repr=False, compare=False)
    vector: Vectors = field(default_factory=lambda: np.zeros(0, np.float32), repr=False, compare=False)

    @property
    def score(self) -> float:
        """The score for the whole question."""
        return self.scores[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence before it is embedded."""

    passage: Passage
    rank: int
    span: Span
    present: frozenset[str]
    context: frozenset[str]
    whole: frozenset[str]

    @property
    def text(self) -> str:
        """The sentence."""
        return self.passage.article.text[slice(*self.span)]
