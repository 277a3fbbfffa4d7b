"""What reading works with: a question or sub-question, a candidate sentence, and a sentence as evidence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.articles import Article, Passage
from assistant.models import Reading, Vectors
from assistant.reading.asked_time import AskedTime, Bearing
from assistant.text import Span, Weights


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """A question, or one of those put at once, as it is put to the reader.

    `compared_as` is the text whose vector those of sentences are compared with. `weights` are those of its content
    stems, of 1 at most. `absent`: it asks of a publication that the corpus does not
    have; `depends_on`: the weights of the first sub-question, where this one is of few words and about the same;
    `topic`: it asks for what there is on this, which no sentence answers outright; `compares`: by publication. `who`:
    whom it asks about that wants to know no more than who that is; `lists`: it asks for all there are, which may be in
    several sentences; `speaker`: whose words it asks for, whatever they are about. `time`: the one that it names;
    `untimed`: as it is put where an article is of that time, which its sentences need not say.
    """

    read_as: str
    compared_as: str
    weights: Weights
    absent: bool = False
    depends_on: Weights = field(default_factory=dict)
    topic: str = ""
    compares: bool = False
    who: str = ""
    lists: bool = False
    speaker: str = ""
    time: AskedTime | None = None
    untimed: str = ""


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

    def bearing(self, time: AskedTime) -> Bearing:
        """How these words stand to a time that is asked about."""
        published = self.article.published
        return time.bearing(self.text, published.date() if published else None)


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """What the reader says of a sentence for one question, in log odds: that it answers, and that its passage does.

    `span` is the likeliest short answer in it, as first and last character of the article.
    """

    answers: float
    passage_answers: float
    span: tuple[int, int]

    @classmethod
    def of(cls, reading: Reading, number: int, start: int, place: Callable[[Span], Span]) -> "SentenceReading":
        """That of the sentence with this number in the passage, which begins at `start` of the article.

        `place` gives the place in the sentence of what was found in it as it was read.
        """
        first, last = place(reading.spans[number])
        return cls(reading.sentences[number], reading.answers, (start + first, start + last))


@dataclass(frozen=True, slots=True)
class Candidate(Excerpt):
    """A sentence before it is ranked. `rank` is its passage's, from 0.

    `readings` has an entry for the whole question and then one for each of those put at once.
    """

    rank: int
    readings: tuple[SentenceReading, ...]


@dataclass(frozen=True, slots=True)
class Evidence(Excerpt):
    """A sentence of an article as evidence.

    The tuples have an entry for the whole question and then one for each of those put at once: `readings` are what the
    reader says, `features` those of the sentence ranker, `scores` what the ranker gives: the odds that this sentence
    answers rather than another go up e-fold for each 1 of it. `embed` gives its vector.
    """

    features: tuple[Mapping[str, float], ...] = ()
    scores: tuple[float, ...] = (0.0,)
    readings: tuple[SentenceReading, ...] = ()
    embed: Callable[[], Vectors] = field(default=lambda: np.zeros(0, np.float32), repr=False, compare=False)

    def nearness(self, other: "Evidence") -> float:
        """The cosine of the vectors of two sentences, which may have to be embedded first; 0 without vectors."""
        own, vector = self.embed(), other.embed()
        return float(own @ vector) if own.size and vector.size else 0.0

    @property
    def score(self) -> float:
        """The score for the whole question."""
        return self.scores[0]
