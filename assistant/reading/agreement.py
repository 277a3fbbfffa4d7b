"""Where sources disagree on the value that a question asks for, and which independent ones say the same."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from assistant.articles import header
from assistant.reading.answer_types import AnswerType
from assistant.reading.asked_values import AskedValue, asked_value
from assistant.reading.evidence import Evidence
from assistant.text import (
    Value,
    ValueKind,
    WordPattern,
    content_terms,
    names_as_written,
    split_words,
    stem,
    stems_with_synonyms,
    synonym_group,
    values,
    word_lists,
    word_stems,
)

# Chosen on questions over the sample articles, MultiHop-RAG's articles and XQuAD's, for no false report.
_MAX_SCORE_GAP = 5.0  # below the best sentence's score
_MIN_COVERAGE = 0.7  # of the question's weight, by the sentence
_MIN_ABOUT = 0.8  # of the question's weight, by its passage with the headline
_MIN_COSINE = 0.5  # between the two sentences
_MIN_SHARED_NAMES = 0.2  # share of the names near one sentence that are near the other too
_TEMPLATE = 0.8  # share of common words from which two sentences of one paper are a form that is filled in
_SAME_TIME = 180 * 86_400  # seconds between two articles with dates of the same year
_SAME_MEANING, _SAME_WORDS = 0.8, 0.4  # cosine, and share of the content words that the other has
ClusterOf = Callable[[str], str]
"""From an article's id to the name of its near-duplicate cluster."""
# Verbs whose opposite says the same: what stays open until a day closes then.
_SAID_BY_OPPOSITE = {"=close": frozenset({stem("open"), stem("until")})}
_NUMBER_OF = re.compile(r"\bnumber of (\w+(?: \w+)?)", re.IGNORECASE)
_PART_BEFORE = WordPattern(r"\b(?:{questions.part_before}|(?<!more )(?<!less )(?<!fewer )than) $", re.IGNORECASE)
_PART_AFTER = WordPattern(r"\s+{questions.part_after}\b", re.IGNORECASE)
_UNSURE = WordPattern(r"\b{negation.unsure}\b", re.IGNORECASE)
_NEGATED = WordPattern(r"\b(?:{negation.denials}|\w+n['’]t)\b", re.IGNORECASE)
_NO_DATE = datetime.min.replace(tzinfo=UTC)
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


def disagreements(
    question: str, answer_type: AnswerType | None, evidence: Sequence[Evidence], cluster_of: ClusterOf
) -> list[Disagreement]:
    """Where `evidence` (best first) of different clusters has other values for what is asked; mostly nothing.

    It looks at what the question asks for: a count of things, an amount of money, a share, a date, or a yes or
    no about one of them ("Will it close in September?"). Rounded and hedged values ("about 400") agree
    with those near them. A sentence with two such values reports a change and takes no side.
    """
    asked = asked_value(question, answer_type)
    if asked is None:
        return []
    reported = [
        ReportedValue(value, sentence)
        for sentence in evidence
        if _is_on_topic(sentence, evidence[0], asked)
        for value in _single_value(sentence, asked)
    ]
    sides: list[ReportedValue] = []
    for candidate in reported:
        if all(_disagree(candidate, side, cluster_of) for side in sides):
            sides.append(candidate)
    # Newest first, those without a date last.
    sides.sort(key=lambda side: side.by.article.published or _NO_DATE, reverse=True)
    return [Disagreement(asked.kind, tuple(sides))] if len(sides) > 1 else []


def _is_on_topic(sentence: Evidence, best: Evidence, asked: AskedValue) -> bool:
    """Whether a sentence is about what is asked, and states it as certain."""
    present = stems_with_synonyms(sentence.text)
    missing = [term for term in asked.terms if term not in present and synonym_group(term) not in present]
    groups = map(synonym_group, missing)
    by_opposite = any(_SAID_BY_OPPOSITE[group] <= present for group in groups if group in _SAID_BY_OPPOSITE)
    if len(missing) - by_opposite == len(asked.terms) or (asked.kind == "date" and len(missing) > by_opposite):
        return False
    whole = sentence.features[0]
    covered = by_opposite or (whole["coverage"] >= _MIN_COVERAGE and whole["about"] >= _MIN_ABOUT)
    near = sentence.score >= best.score - _MAX_SCORE_GAP
    return covered and near and not _UNSURE.search(sentence.text) and _has_names(sentence, asked.names)


def _has_names(sentence: Evidence, names: Iterable[str]) -> bool:
    """Whether the sentence or its headline has each name, and not as the beginning of a longer one."""
    text = f"{header(sentence.article)}\n{sentence.text}"
    for name in names:
        bare = re.escape(re.sub(r"['’]s$", "", name))
        if not re.search(rf"(?<!\w){bare}(?!\w)(?!\s+[A-Z0-9])", text, re.IGNORECASE if name.islower() else 0):
            return False
    return True


def _single_value(sentence: Evidence, asked: AskedValue) -> list[Value]:
    """The one value of the sentence that is asked for, in a list; nothing when there are two or it is a part."""
    text = " ".join(sentence.text.split())
    fitting = [value for value in values(text) if asked.fits(value)]
    if not fitting and asked.kind == "count":
        fitting = _counts_after_number_of(text, asked)
    if asked.kind != "date" and any(
        _PART_BEFORE.search(text[: value.start]) or _PART_AFTER.match(text, value.end) for value in fitting
    ):
        return []
    return fitting[:1] if all(fitting[0].agrees(value) for value in fitting) else []


def _counts_after_number_of(text: str, asked: AskedValue) -> list[Value]:
    """As in "the number of people evacuated has risen to 1,120"."""
    counted = _NUMBER_OF.search(text)
    if not counted or asked.nouns.isdisjoint(word_stems(counted[1])):
        return []
    return [value for value in values(text) if value.kind == "count" and not value.nouns]


def _disagree(first: ReportedValue, second: ReportedValue, cluster_of: ClusterOf) -> bool:
    if first.value.agrees(second.value) or cluster_of(first.by.article.id) == cluster_of(second.by.article.id):
        return False
    if first.value.kind != "date" and first.value.unit != second.value.unit:
        return False
    if float(first.by.vector @ second.by.vector) < _MIN_COSINE or _same_form(first.by, second.by):
        return False
    return _same_time(first, second) and _same_event(first.by, second.by)


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
    names, other_names = _words_of_names(first.passage.chunk.text), _words_of_names(second.passage.chunk.text)
    shared = len(names & other_names)
    return shared >= 2 and shared >= _MIN_SHARED_NAMES * min(len(names), len(other_names))


@lru_cache(maxsize=512)
def _words_of_names(text: str) -> frozenset[str]:
    """The words of the names in `text`; words that only begin a sentence are taken for names too."""
    no_names = word_lists("names.openers_of_passages", "dates.weekdays", "dates.months")
    return frozenset(split_words(" ".join(names_as_written(text)))) - no_names


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
    if not sentence.vector.size or float(sentence.vector @ other.vector) < _SAME_MEANING:
        return False
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
    return has_values and _words_of_names(sentence.text).issubset(split_words(f"{other.text} {other.article.title}"))
