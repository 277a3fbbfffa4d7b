"""Cases: questions with what is known of their answers, in the one form that every set is brought into."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.articles import NO_FILTERS, Filters

Gold = tuple[str, ...]
"""Acceptable texts, any one of which will do."""

Match = Literal["letters", "text", "words"]
"""How a wanted text is looked for: without its spaces, in any case, or in any case as whole words."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known of its answer.

    `cluster` names what it shares with other questions, so that they are resampled together. `answerable` is
    None where it is left out of the figures of refusal; `label` is then and elsewhere what its set says.
    `articles` are ids of articles that the answer must come from, any when empty. With `asked` false it has
    nothing to be answered from and counts as refused.
    """

    id: str
    question: str
    type: str
    cluster: str
    answerable: bool | None
    gold: tuple[Gold, ...] = ()
    articles: tuple[str, ...] = ()
    must_cite: tuple[Gold, ...] = ()
    filters: Filters = NO_FILTERS
    history: tuple[str, ...] = ()
    label: str = ""
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Variant:
    """Another way to count refusals: which labels stand for unanswerable and which for answerable."""

    name: str
    unanswerable: frozenset[str]
    answerable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Task:
    """Questions that are put to one corpus in one way.

    `retrieval`: there is something to be searched for. `sentences`: the gold texts are sentences, so that
    quotes can be told to be gold or not. `every`: all gold texts of a question must be said, not just one.
    """

    name: str
    title: str
    about: str
    cases: tuple[Case, ...]
    match: Match = "text"
    retrieval: bool = True
    sentences: bool = False
    every: bool = False
    variants: tuple[Variant, ...] = field(default=())

    def sampled(self, most: int | None) -> "Task":
        """The same with at most `most` questions, the same ones each time; all ways of a question stay together."""
        questions = list(dict.fromkeys(case.question for case in self.cases))
        if most is None or len(questions) <= most:
            return self
        kept = set(random.Random(0).sample(questions, most))
        return replace(self, cases=tuple(case for case in self.cases if case.question in kept))


_QUESTION_WORD = re.compile(
    r"\b(?:(?P<count>how (?:many|much))|(?P<who>who|whom|whose)|(?P<word>what|when|where|why|which|how))\b", re.I
)


def question_word(question: str) -> str:
    """Its first question word as a type: who, what, when, where, why, which, how, how many, or other."""
    found = _QUESTION_WORD.search(question)
    if not found:
        return "other"
    return "how many" if found["count"] else "who" if found["who"] else found["word"].lower()


def holds(text: str, wanted: str, match: Match) -> bool:
    """Whether `text` has the words `wanted`."""
    if match == "letters":
        return spaceless(wanted) in spaceless(text)
    text, wanted = plain(text), plain(wanted)
    if match == "text" or not wanted:
        return wanted in text
    # "400" is neither in "4000" nor in "2,400".
    before = r"(?<!\w)(?<!\d[.,])" if wanted[0].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if wanted[-1].isalnum() else ""
    return re.search(f"{before}{re.escape(wanted)}{after}", text) is not None


def any_holds(texts: Sequence[str], gold: Gold, match: Match) -> bool:
    """Whether one of `texts` has one of the acceptable texts."""
    return any(holds(text, wanted, match) for text in texts for wanted in gold)


def spaceless(text: str) -> str:
    """`text` without spaces and newlines, as MultiHop-RAG compares."""
    return text.replace(" ", "").replace("\n", "")


_TYPING = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00a0": " "})


def plain(text: str) -> str:
    """`text` in one case, with single spaces and with typewriter quotes and dashes."""
    return " ".join(text.translate(_TYPING).split()).casefold()
