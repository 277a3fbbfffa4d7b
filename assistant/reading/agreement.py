"""Where sources disagree on the value that a question asks for, and which independent ones say the same."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from assistant.reading.evidence import Evidence
from assistant.text import (
    Value,
    ValueKind,
    WordPattern,
    content_terms,
    names,
    names_as_written,
    split_words,
    stem,
    stems,
    stems_with_synonyms,
    synonym_group,
    values,
    word_lists,
)

# Chosen on questions over the sample articles, MultiHop-RAG's articles and XQuAD's, for no false report.
_ANSWERS = 0.0  # log odds of a sentence that answers
_MIN_COSINE = 0.5  # between the two sentences
_MIN_SHARED_NAMES = 0.2  # share of the names near one sentence that are near the other too
_TEMPLATE = 0.8  # share of common words from which two sentences of one paper are a form that is filled in
_SAME_TIME = 180 * 86_400  # seconds between two articles with dates of the same year
_SAME_MEANING, _SAME_WORDS = 0.8, 0.4  # cosine, and share of the content words that the other has
ClusterOf = Callable[[str], str]
"""From an article's id to the name of its near-duplicate cluster."""
_UNSURE = WordPattern(r"\b{negation.unsure}\b", re.IGNORECASE)
_NEGATED = WordPattern(r"\b(?:{negation.denials}|\w+n['’]t)\b", re.IGNORECASE)
_NO_DATE = datetime.min.replace(tzinfo=UTC)
_LONGEST_NUMBER = 4  # digits of one that may be part of a name, as a year; what is longer is an amount
_SENTENCE = re.compile(r"[.!][\"'”’)\]]*$")  # no headline, no item of a list, no question


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """A value and the sentence that says it."""

    value: Value
    by: Evidence


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A point on which sources differ: the kind of value, and the best sentence for each side, newest first."""

    about: ValueKind
    sides: tuple[ReportedValue, ...]


def disagreements(evidence: Sequence[Evidence], cluster_of: ClusterOf) -> list[Disagreement]:
    """Where `evidence` (best first) of different clusters has other values for what is asked; mostly nothing.

    The value of a sentence that answers is the one in its short answer: a count of things, an amount of money, a
    share or a date. Rounded and hedged values ("about 400") agree with those near them. A sentence with two such
    values reports a change and takes no side.
    """
    reported = [ReportedValue(value, sentence) for sentence in evidence if (value := _reported_value(sentence))]
    sides: list[ReportedValue] = []
    for candidate in reported:
        if all(_disagree(candidate, side, cluster_of) for side in sides):
            sides.append(candidate)
    # Newest first, those without a date last.
    sides.sort(key=lambda side: side.by.article.published or _NO_DATE, reverse=True)
    return [Disagreement(sides[0].value.kind, tuple(sides))] if len(sides) > 1 else []


def _reported_value(sentence: Evidence) -> Value | None:
    """The value in the short answer of a sentence that answers, if it has no other one like it."""
    reading = sentence.readings[0]
    if reading.answers < _ANSWERS or _UNSURE.search(sentence.text):
        return None
    first, last = (at - sentence.start for at in reading.span)
    found = values(sentence.text)
    asked = [value for value in found if value.start < last and first < value.end]
    if len(asked) != 1 or _is_measure(asked[0]):
        return None
    same_kind = [value for value in found if value.kind == asked[0].kind and value.unit == asked[0].unit]
    return asked[0] if all(asked[0].agrees(value) for value in same_kind) else None


def _is_measure(value: Value) -> bool:
    """A length, a time or a score is one of many such: two of them seldom measure the same thing."""
    return not stems("numbers", "measured_in").isdisjoint(value.nouns)


def _disagree(first: ReportedValue, second: ReportedValue, cluster_of: ClusterOf) -> bool:
    if first.value.kind != second.value.kind or first.value.agrees(second.value):
        return False
    if cluster_of(first.by.article.id) == cluster_of(second.by.article.id):
        return False
    if first.value.kind != "date" and (first.value.unit != second.value.unit or _count_other_things(first, second)):
        return False
    if _same_form(first.by, second.by) or not _same_time(first, second) or not _same_event(first.by, second.by):
        return False
    return first.by.nearness(second.by) >= _MIN_COSINE


def _count_other_things(first: ReportedValue, second: ReportedValue) -> bool:
    """Whether what one counts is not what the other counts, or not in its sentence: boats are no people."""
    nouns, others = ({synonym_group(noun) or noun for noun in each.value.nouns[:1]} for each in (first, second))
    if nouns and others:
        return nouns.isdisjoint(others)
    silent = second if nouns else first
    return bool(nouns or others) and (nouns or others).isdisjoint(stems_with_synonyms(silent.by.text))


def _same_time(first: ReportedValue, second: ReportedValue) -> bool:
    """Whether both may speak of one time: no other dates beside counts, no earlier year in one only."""
    if first.value.kind == "date":
        day, other_day = first.by.article.published, second.by.article.published
        return not (day and other_day) or abs(day.timestamp() - other_day.timestamp()) <= _SAME_TIME
    dates, other_dates = (
        [value for value in values(reported.by.text) if value.kind == "date"] for reported in (first, second)
    )
    if dates and other_dates and not any(date.agrees(other) for date in dates for other in other_dates):
        return False
    return not (_has_past_year(first.by, second.by, dates) or _has_past_year(second.by, first.by, other_dates))


def _has_past_year(sentence: Evidence, other: Evidence, dates: Iterable[Value]) -> bool:
    """Whether one of the `dates` of a sentence is in a year before its article's that `other` does not have."""
    published = sentence.article.published
    return any(
        date.unit and published and int(date.unit) < published.year and date.unit not in other.text for date in dates
    )


def _same_form(first: Evidence, second: Evidence) -> bool:
    """Whether one paper has filled in the same form twice ("Published on ...", "The winning numbers are ...")."""
    stems, other_stems = (
        {term for term in stems_with_synonyms(sentence.text) if not term[:1].isdigit()} for sentence in (first, second)
    )
    shared, combined = stems & other_stems, stems | other_stems
    return first.article.source == second.article.source and len(shared) > _TEMPLATE * len(combined)


def _same_event(first: Evidence, second: Evidence) -> bool:
    own, others = ([f" {name}" for name in names(each.text)] for each in (first, second))
    if own and others and not any(one.endswith(other) or other.endswith(one) for one in own for other in others):
        return False  # "Weir Bridge" and "Weir Bridge Works"; but "Kallas" may be Kaja Kallas
    words, other_words = _words_of_names(first.passage.chunk.text), _words_of_names(second.passage.chunk.text)
    shared, fewest = len(words & other_words), min(len(words), len(other_words))
    return shared >= max(1, min(2, fewest)) and shared >= _MIN_SHARED_NAMES * fewest


@lru_cache(maxsize=512)
def _words_of_names(text: str) -> frozenset[str]:
    """The words of the names in `text`; words that only begin a sentence are taken for names too."""
    no_names = word_lists("names.openers_of_passages", "dates.weekdays", "dates.months")
    words = frozenset(split_words(" ".join(names_as_written(text)))) - no_names
    return frozenset(word for word in words if not word.isdigit() or len(word) <= _LONGEST_NUMBER)


def agreeing_publications(sentence: Evidence, evidence: Iterable[Evidence], cluster_of: ClusterOf) -> tuple[str, ...]:
    """The publications of independent clusters that say the same as `sentence`, its own first.

    Empty when it is alone. Each cluster and each publication counts once.
    """
    article = sentence.article
    if article.source is None:
        return ()
    clusters, publications = {cluster_of(article.id)}, [article.source]
    for other in evidence:
        cluster, source = cluster_of(other.article.id), other.article.source
        if source and source not in publications and cluster not in clusters and says_the_same(sentence, other):
            clusters.add(cluster)
            publications.append(source)
    return tuple(publications) if len(publications) > 1 else ()


def says_the_same(sentence: Evidence, other: Evidence) -> bool:
    """Whether `other` says what `sentence` says: near in meaning, with its values and names, both or neither denied."""
    if not (_SENTENCE.search(sentence.text) and _SENTENCE.search(other.text)):
        return False
    if bool(_NEGATED.search(sentence.text)) != bool(_NEGATED.search(other.text)):
        return False
    present = stems_with_synonyms(other.text)
    terms = set(map(stem, content_terms(sentence.text)))
    shared = sum(term in present or synonym_group(term) in present for term in terms)
    if len(terms) <= 2 or shared < _SAME_WORDS * len(terms):
        return False
    has_values = all(
        any(value.kind == held.kind and value.unit == held.unit and value.agrees(held) for held in values(other.text))
        for value in values(sentence.text)
    )
    named = split_words(f"{other.text} {other.article.title}")
    if not has_values or not _words_of_names(sentence.text).issubset(named):
        return False
    return sentence.nearness(other) >= _SAME_MEANING  # last, as it may have to be embedded
