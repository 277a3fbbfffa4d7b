"""A briefing: what the articles on a topic say first, one sentence of each, newest first.

A timeline has the oldest first, a comparison publication by publication.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from assistant.answering.stages import Retrieved
from assistant.articles import Passage
from assistant.models import clauses
from assistant.reading import Evidence, correction_of, has_one_of, names_asked
from assistant.text import (
    Span,
    Weights,
    coverage,
    fold_name,
    split_sentences,
    split_words,
    stem,
    stems,
    stems_with_synonyms,
    without_titles,
    word_list,
)

_MOST = 10  # sentences
_BEGINNING = 4  # sentences of an article, of which the first that says most of the topic is taken
_ABOUT = 0.6  # share of the topic, by weight, that a headline with the beginning must have
_OF_ONE = 3  # sentences where only one article is on the topic
_MOST_SAYINGS = 5
_OF_A_PUBLICATION = 2  # sentences where publications are compared
_WORDS = 6  # of a sentence at least
_SAME = 0.6  # share of common stems from which two sentences tell the same
_SENTENCE = re.compile(r"[.!][\"'”’)\]]*$")
_NO_DATE = datetime.min.replace(tzinfo=UTC)


class Topic(NamedTuple):
    """What a briefing is on: its stems with their weights, and the names in it."""

    weights: Weights
    names: tuple[str, ...]


def briefing_question(topic: str) -> str:
    """The question that a briefing on a topic answers."""
    # Without an article a number at the beginning would be how many are asked for.
    return f"What is the latest on {'the ' if topic[:1].isdigit() else ''}{topic}?"


def briefing_sentences(retrieved: Retrieved) -> list[Evidence]:
    """The sentences of a briefing where the question asks for what there is on a topic; else none.

    Only of articles that tell of it in their headline or at their beginning, and where publications or a time are
    named only of these.
    """
    whole, *parts = retrieved.sub_questions
    if whole.speaker and not parts:
        return _sayings(retrieved, whole.speaker)
    if not whole.topic or parts:
        return []
    topic = Topic(whole.weights, tuple(names_asked(whole.topic, [each.chunk.text for each in retrieved.passages])))
    passages = list(_one_an_article(retrieved))
    told = [found for passage in passages if (found := _on_topic(passage, topic))]
    if len(told) == 1:
        return _of_one_article(told[0], topic)
    told.sort(key=lambda each: each.article.published or _NO_DATE, reverse=True)
    if whole.compares:
        return _by_publication(told)
    kept = _without_repetitions(told)
    asked = retrieved.searched_text.lower().replace(whole.topic.lower(), " ")
    is_timeline = not word_list("questions", "oldest_first").isdisjoint(split_words(asked))
    chosen = kept[_MOST - 1 :: -1] if is_timeline else kept[:_MOST]
    return list(_with_corrections(chosen, passages))


def _sayings(retrieved: Retrieved, speaker: str) -> list[Evidence]:
    """What somebody says in the articles: the first of each, newest first; more of it where few articles have any."""
    names = names_asked(f"Who is {speaker}", [each.chunk.text for each in retrieved.passages])
    words = frozenset(split_words(without_titles(names[0]) if names else speaker)) - word_list("questions", "no_name")
    found = [said for passage in _one_an_article(retrieved) if (said := _said_in(passage, words))]
    found.sort(key=lambda of_article: of_article[0].article.published or _NO_DATE, reverse=True)
    first = _without_repetitions(of_article[0] for of_article in found)
    if len(first) >= _OF_ONE:
        return first[:_MOST_SAYINGS]
    return _without_repetitions(chain.from_iterable(found))[:_OF_ONE]


def _said_in(passage: Passage, words: frozenset[str]) -> list[Evidence]:
    """The sentences of an article in which somebody of these words says something."""
    text = passage.article.text
    return [
        Evidence(passage, start, end)
        for start, end in _whole_sentences(text)
        if words <= set(split_words(text[start:end])) and _says(text[start:end], words)
    ]


def _says(sentence: str, words: frozenset[str]) -> bool:
    """Whether it is told in a sentence that somebody of these words, and not a deputy of theirs, says something."""
    verbs, others = stems("speech", "of_persons"), word_list("questions", "makes_another_role") - words
    said = (clause.doer for clause in clauses(sentence) if stem(clause.verb) in verbs and clause.is_done)
    return any(doer is not None and words <= doer.words and others.isdisjoint(doer.words) for doer in said)


def _by_publication(newest_first: Iterable[Evidence]) -> list[Evidence]:
    """The newest sentences of each publication, also where others tell the same: that they do is what is asked."""
    by_publication: dict[str, list[Evidence]] = {}
    for sentence in newest_first:
        by_publication.setdefault(sentence.article.source or "", []).append(sentence)
    of_each = [_without_repetitions(own) for own in by_publication.values()]
    many = _OF_A_PUBLICATION if _OF_A_PUBLICATION * len(of_each) <= _MOST else 1
    return [each for own in of_each for each in own[:many]]


def _without_repetitions(told: Iterable[Evidence]) -> list[Evidence]:
    kept: list[Evidence] = []
    for sentence in told:
        if not any(_tells_the_same(sentence.text, other.text) for other in kept):
            kept.append(sentence)
    return kept


def _with_corrections(chosen: Iterable[Evidence], passages: Sequence[Passage]) -> Iterator[Evidence]:
    """What corrects a figure comes right after it."""
    for sentence in chosen:
        yield sentence
        if note := correction_of(sentence, passages):
            yield note


def _one_an_article(retrieved: Retrieved) -> Iterator[Passage]:
    understood = retrieved.plan.interpretation
    publications = set(map(fold_name, understood.publications))
    seen = set[str]()
    for passage in (*retrieved.passages, *retrieved.further):
        article = passage.article
        day = article.published.date() if article.published else None
        meant = not publications or fold_name(article.source or "") in publications
        early = understood.since and (day is None or day < understood.since)
        late = understood.until and (day is None or day > understood.until)
        if meant and not early and not late and article.id not in seen:
            seen.add(article.id)
            yield passage


def _of_one_article(first: Evidence, topic: Topic) -> list[Evidence]:
    """`first` with what else its article says of the topic, in the order of the article."""
    own, text = (first.start, first.end), first.article.text

    def tells(span: Span) -> bool:
        # A part of the name will do, "the fair"; all its words in another order are another's name.
        part = coverage(topic.weights, stems_with_synonyms(text[slice(*span)]))
        return 0 < part < _ABOUT or _told(topic, text[slice(*span)]) > 0

    others = [span for span in _whole_sentences(text) if span != own and tells(span)]
    return [Evidence(first.passage, *span) for span in sorted([own, *others[: _OF_ONE - 1]])]


def _on_topic(passage: Passage, topic: Topic) -> Evidence | None:
    """The sentence that tells best of the topic at the beginning of the article; None when it is about another."""
    article = passage.article
    whole = _whole_sentences(article.text)
    beginning = " ".join(article.text[start:end] for start, end in whole[:_BEGINNING])
    if not whole or _told(topic, f"{article.title} {beginning}") < _ABOUT:
        return None

    def told(span: Span) -> float:
        return _told(topic, article.text[slice(*span)])

    best = max(whole[:_BEGINNING], key=told)
    return Evidence(passage, *(best if told(best) else max(whole, key=told)))


def _told(topic: Topic, text: str) -> float:
    """The share of the topic, by weight, that a text has; 0 where it lacks what the topic names."""
    return coverage(topic.weights, stems_with_synonyms(text)) if has_one_of(topic.names, text) else 0.0


@lru_cache(maxsize=512)
def _whole_sentences(text: str) -> tuple[Span, ...]:
    spans = split_sentences(text)
    return tuple((a, b) for a, b in spans if _SENTENCE.search(text[a:b]) and len(text[a:b].split()) >= _WORDS)


def _tells_the_same(text: str, other: str) -> bool:
    stems, others = stems_with_synonyms(text), stems_with_synonyms(other)
    return bool(stems and others) and len(stems & others) >= _SAME * min(len(stems), len(others))
