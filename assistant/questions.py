"""Questions that an article answers, made of its sentences by rules: from an article to candidates, nothing else.

A rule takes the few sentences that it is sure of and leaves the rest, as an article has many and needs one or two
questions. Whether a question is truly answered is for `suggesting` to find out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.articles import Article
from assistant.askable import Asked, Sort, from_clause
from assistant.phrases import Phrases, read
from assistant.sayings import from_aside, from_speech

_MOST_WORDS, _MOST_CHARACTERS = 13, 95
_SHORTEST, _LONGEST = 30, 320  # characters of a sentence
_SENTENCE = re.compile(r"\A[“\"]?[^\W\d_a-z][^\n|©]+[.!][”\"’']?\Z")
_OFTEN, _MOST_ABOUT = 3, 3
# What is asked sooner: a question with its answer in a word is clearer than one of what was said.
_PRIOR: dict[Sort, float] = {"said": 0.8, "what": 0.8, "is": 0.5, "about": 0.0}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that `article.text[start:end]` may answer. `worth`, 0 to 1, is how much it asks of what is news there.

    `rests_on` are the words that say what it is about when it has no name: they must be telling in the whole corpus.
    """

    question: str
    article_id: str
    start: int
    end: int
    sort: Sort
    worth: float
    rests_on: tuple[str, ...] = ()


def candidates(article: Article, longer: bool = False) -> list[Candidate]:
    """The questions that sentences of `article` answer, most worth asking first; each is asked once.

    They are of its top, or of a `longer` part of it.
    """
    spans, phrases = read(article, longer)
    found: dict[str, Candidate] = {}
    for place, (start, end) in enumerate(spans):
        for asked in _asked(article.text[start:end], phrases):
            worth = _worth(asked, phrases, place)
            if asked.text not in found or found[asked.text].worth < worth:
                found[asked.text] = Candidate(asked.text, article.id, start, end, asked.sort, worth, asked.rests_on)
    return sorted(found.values(), key=lambda one: (-one.worth, one.start, one.question))


def about(article: Article, longer: bool = False) -> list[Candidate]:
    """What is said about the names that `article` has most, those of its headline first; of the whole of it."""
    _, phrases = read(article, longer)
    often = [name for name, count in phrases.seen.items() if count >= _OFTEN]
    often.sort(key=lambda one: (-phrases.about(one), -phrases.seen[one], one))
    called = dict.fromkeys(name for one in often if (name := phrases.called(one)) and phrases.is_known(name))
    return [
        Candidate(f"What is said about {name}?", article.id, 0, len(article.text), "about", phrases.about(name))
        for name in list(called)[:_MOST_ABOUT]
    ]


def _asked(sentence: str, phrases: Phrases) -> Iterator[Asked]:
    if not (_SHORTEST <= len(sentence) <= _LONGEST and _SENTENCE.match(sentence)):
        return
    for rule in (from_clause, from_speech, from_aside):
        yield from (one for one in rule(sentence, phrases) if _is_short(one.text))


def _is_short(question: str) -> bool:
    return len(question.split()) <= _MOST_WORDS and len(question) <= _MOST_CHARACTERS


def _worth(asked: Asked, phrases: Phrases, place: int) -> float:
    early = 1 / (1 + place / 8)
    return round(0.5 * phrases.about(asked.text) + 0.25 * early + 0.25 * _PRIOR.get(asked.sort, 1.0), 4)
