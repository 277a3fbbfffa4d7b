"""Reading: the sentences of passages as evidence for a question, and which of them to quote."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.articles import Article
from assistant.chunks import header
from assistant.kinds import Kind, asked_for, has
from assistant.query import Query, stem, telling_terms
from assistant.retrieval import Passage
from assistant.sentences import Span, sentences_in
from assistant.wording import Weights, coverage, marks

_LACKS_KIND = 0.15  # taken off a sentence without the kind of thing that is asked for
_MOST_SENTENCES = 32  # embedded for one question: the bound on its time
_SAME_WORDS = 0.7  # share of common words from which two sentences say the same
_SAME_MEANING = 0.82  # cosine from which they do, when their figures agree
_NEARLY_AS_GOOD = 0.75  # of the best score
_AS_GOOD_FOR_PART = 0.9  # of the best score for one of the questions put at once
_WORTH_ADDING = 0.15  # share of the question's weight that a further sentence must bring

Vectors = NDArray[np.float32]
Embed = Callable[[list[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Part:
    """A question, or one of those put at once: its vector, its telling stems with weights, what it asks for."""

    vector: Vectors
    weights: Weights
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of an article as evidence: `article.text[start:end] == text`.

    `cosine` and `coverage` (the share of the question's telling words that it has, by weight) are those of
    the sentence, `about` is the coverage of its passage with the headline. `score` adds them up, less
    something when it lacks the kind of thing asked for, from about 0 to 1.7; `parts` is that score for each
    of the questions put at once.
    """

    article: Article
    start: int
    end: int
    text: str
    passage: Passage
    cosine: float
    coverage: float
    about: float
    score: float
    parts: tuple[float, ...] = ()
    vector: Vectors = field(default_factory=lambda: np.zeros(0, np.float32), repr=False, compare=False)


def ask_parts(query: Query, vectors: Sequence[Vectors], weights: Weights) -> list[Part]:
    """The questions that `query` puts at once, each with its vector, in order."""
    return [
        Part(vector, {one: weights[one] for one in map(stem, telling_terms(part)) if one in weights}, asked_for(part))
        for part, vector in zip(query.parts, vectors, strict=True)
    ]


def gather(whole: Part, parts: Sequence[Part], passages: Sequence[Passage], embed: Embed) -> list[Evidence]:
    """The sentences of `passages` as evidence for the question `whole`, best first; each place once."""
    found: dict[tuple[str, int], tuple[float, float, Passage, Span]] = {}
    for passage in passages:
        about = coverage(whole.weights, marks(f"{header(passage.article)}\n{passage.chunk.text}"))
        for span in sentences_in(passage.article.text, passage.chunk):
            share = coverage(whole.weights, marks(passage.article.text[slice(*span)]))
            found.setdefault((passage.article.id, span[0]), (share, about, passage, span))
    # Only the most promising are worth the time of embedding them.
    rough = sorted(found.values(), key=lambda one: -(0.6 * one[0] + 0.3 * one[1] + 0.3 * one[2].cosine))
    kept = rough[:_MOST_SENTENCES]
    vectors = embed([" ".join(one[2].article.text[slice(*one[3])].split()) for one in kept])
    evidence = [_evidence(whole, parts, *one, vector) for one, vector in zip(kept, vectors, strict=True)]
    return sorted(evidence, key=lambda one: (-one.score, one.article.id, one.start))


def _evidence(
    whole: Part,
    parts: Sequence[Part],
    share: float,
    about: float,
    passage: Passage,
    span: Span,
    vector: Vectors,
) -> Evidence:
    text = passage.article.text[slice(*span)]
    cosine = float(vector @ whole.vector)
    base = 0.3 * passage.cosine + 0.3 * about
    present = marks(text)
    return Evidence(
        article=passage.article,
        start=span[0],
        end=span[1],
        text=text,
        passage=passage,
        cosine=cosine,
        coverage=share,
        about=about,
        score=0.5 * cosine + 0.6 * share + base - _lacking(whole, text),
        # A part is about what the whole question is about: "what was demanded" says little by itself.
        parts=tuple(
            0.5 * float(vector @ part.vector)
            + 0.6 * coverage(part.weights, present)
            + base
            + 0.3 * about
            - _lacking(part, text)
            for part in parts
        ),
        vector=vector,
    )


def _lacking(part: Part, text: str) -> float:
    return 0.0 if has(part.kind, text) else _LACKS_KIND


def choose(evidence: Sequence[Evidence], weights: Weights, most: int) -> list[Evidence]:
    """The sentences to quote, at most `most`, none of which says the same as one before it.

    First the best for each question put at once, in their order; then those nearly as good, and those that
    have telling words of the question which the others lack.
    """
    chosen: list[Evidence] = []
    for number in range(len(evidence[0].parts) if evidence else 0):
        best = max(evidence, key=lambda one: one.parts[number])
        if len(chosen) < most and not any(same(best, other) for other in chosen):
            chosen.append(best)
    for one in evidence:
        if len(chosen) >= most:
            break
        if not any(same(one, other) for other in chosen) and _adds(one, chosen, evidence, weights):
            chosen.append(one)
    return chosen


def _adds(one: Evidence, chosen: Sequence[Evidence], evidence: Sequence[Evidence], weights: Weights) -> bool:
    if not chosen:
        return True
    if one.parts:
        return any(
            score >= _AS_GOOD_FOR_PART * max(other.parts[number] for other in evidence)
            for number, score in enumerate(one.parts)
        )
    if one.score >= _NEARLY_AS_GOOD * evidence[0].score:
        return True
    covered = frozenset[str]().union(*(marks(other.text) for other in chosen))
    gain = coverage(weights, covered | marks(one.text)) - coverage(weights, covered)
    return gain >= _WORTH_ADDING and one.score >= evidence[0].score / 2


def same(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences say the same: nearly the same words, or the same meaning and no other figure."""
    first, second = marks(one.text), marks(other.text)
    if len(first & second) >= _SAME_WORDS * len(first | second):
        return figures(one.text) == figures(other.text)
    near = one.vector.size > 0 and float(one.vector @ other.vector) >= _SAME_MEANING
    return near and figures(one.text) <= figures(other.text)


def figures(text: str) -> frozenset[str]:
    """The numbers in `text`, without the commas of thousands."""
    return frozenset(number.replace(",", "") for number in _FIGURE.findall(text))


_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
