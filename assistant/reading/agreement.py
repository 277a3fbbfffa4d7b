"""What a question asks for that two sources may tell otherwise: a count, an amount, a share or a date."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.articles import header
from assistant.reading.answer_types import AnswerType
from assistant.reading.evidence import Evidence
from assistant.text.entities import names_as_written
from assistant.text.lexicon import alternatives
from assistant.text.lexicon import words as listed
from assistant.text.quantities import Value, ValueKind, values
from assistant.text.weighting import stems_with_synonyms, synonym_group
from assistant.text.words import content_terms, grouped_stems, stem, stems, words

_HOW_MANY = re.compile(r"\bhow many\s+((?:[\w'’-]+\s*){1,4})", re.IGNORECASE)


@cache
def _amounts() -> tuple[tuple[ValueKind, re.Pattern[str]], ...]:
    shares, sums = alternatives("questions", "shares"), alternatives("questions", "amounts")
    return (
        ("share", re.compile(rf"\b(?:what|which) {shares}|\bhow much of\b", re.IGNORECASE)),
        ("money", re.compile(rf"\bhow much\b|\b(?:what|which)\b[^?]*\b{sums}\b", re.IGNORECASE)),
    )


@cache
def _yes_no() -> re.Pattern[str]:
    return re.compile(rf"^{alternatives('questions', 'yes_no')}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WantedValue:
    """What a question asks for that two sources may tell otherwise.

    `nouns` are the stems of what is counted, `terms` those of the other telling words that are no names,
    `names` the names as they are written.
    """

    kind: ValueKind
    nouns: frozenset[str]
    terms: tuple[str, ...]
    names: tuple[str, ...]

    def has(self, value: Value) -> bool:
        """Whether `value` is of the kind that is asked for."""
        return value.kind == self.kind and (value.kind != "count" or not self.nouns.isdisjoint(value.nouns))


def wanted(question: str, kind: AnswerType | None) -> WantedValue | None:
    """What `question` wants; None when it asks for no value, or in so few words that anything would fit."""
    asked = _asked(question, kind)
    if asked is None:
        return None
    value_kind, nouns, own = asked
    named = tuple(name for name in names_as_written(question[1:]) if not values(f"in {name}"))
    left_out = {*nouns, *own, *(stem(word) for name in named for word in words(name))}
    every = [stem(term) for term in content_terms(question)]
    terms = tuple(one for one in every if one not in left_out)
    return WantedValue(value_kind, nouns, terms, named) if terms and len(every) > 1 else None


def _asked(question: str, kind: AnswerType | None) -> tuple[ValueKind, frozenset[str], set[str]] | None:
    """The kind of value, the nouns that it counts, and the stems of a value that the question itself has."""
    counted = _HOW_MANY.search(question)
    if counted:
        head = next(filter(_is_plural, words(counted[1])), None)
        return ("count", _alike(stem(head)), set()) if head and not _is_measure(stem(head)) else None
    for value_kind, asks in _amounts():
        if asks.search(question):
            return value_kind, frozenset(), set()
    if kind == "date":
        return "date", frozenset(), set()
    inside = values(question) if _yes_no().search(question) else ()
    if len(inside) != 1:
        return None
    nouns = frozenset[str]().union(*(_alike(noun) for noun in inside[0].nouns[:1] if not _is_measure(noun)))
    return inside[0].kind, nouns, set(map(stem, words(inside[0].words)))


def _is_plural(word: str) -> bool:
    return word in listed("numbers", "plurals") or (word.endswith("s") and len(word) > 3)


def _is_measure(noun: str) -> bool:
    """A length, a time or a score is one of many such: two of them seldom measure the same thing."""
    return noun in stems("numbers", "measured_in")


def _alike(noun: str) -> frozenset[str]:
    return next((one for one in grouped_stems("numbers", "counted_alike") if noun in one), frozenset({noun}))


# Chosen on questions over the sample articles, MultiHop-RAG's articles and XQuAD's, for no false report.
_FAR = 5.0  # below the best sentence's score
_LEAST_COVERAGE = 0.7
_LEAST_ABOUT = 0.8
_LEAST_COSINE = 0.5  # between the two sentences
_LEAST_NAMES = 0.2  # share of the names near the one that are near the other too
_TEMPLATE = 0.8  # share of common words from which one paper's two sentences are a form that is filled in
_SAME_TIME = 180 * 86_400  # seconds between two articles with dates of the same year
_SAME_MEANING, _SAME_WORDS = 0.8, 0.4  # cosine, and share of the telling words that the other has
StoryOf = Callable[[str], str]
"""From an article's id to the name of its story, the same for copies of one."""
# Acts that are also told by their opposite: what stays open until a day closes then.
_TURNED = {"=close": frozenset({stem("open"), stem("until")})}
_NUMBER_OF = re.compile(r"\bnumber of (\w+(?: \w+)?)", re.IGNORECASE)


@cache
def _part_before() -> re.Pattern[str]:
    before = alternatives("questions", "part_before")
    return re.compile(rf"\b(?:{before}|(?<!more )(?<!less )(?<!fewer )than) $", re.IGNORECASE)


@cache
def _part_after() -> re.Pattern[str]:
    return re.compile(rf"\s+{alternatives('questions', 'part_after')}\b", re.IGNORECASE)


@cache
def _unsure() -> re.Pattern[str]:
    return re.compile(rf"\b{alternatives('negation', 'unsure')}\b", re.IGNORECASE)


@cache
def _negated() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('negation', 'denials')}|\w+n['’]t)\b", re.IGNORECASE)


_SENTENCE = re.compile(r"[.!][\"'”’)\]]*$")  # no headline, no item of a list, no question


@cache
def _no_names() -> frozenset[str]:
    return listed("names", "openers_of_passages") | listed("dates", "weekdays") | listed("dates", "months")


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """A value and the sentence that says it."""

    value: Value
    by: Evidence


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A point on which sources differ: the kind of value, and for each side the best that says it, newest first."""

    about: ValueKind
    sides: tuple[ReportedValue, ...]


def differences(
    question: str, kind: AnswerType | None, evidence: Sequence[Evidence], story_of: StoryOf
) -> list[Disagreement]:
    """Where `evidence` (best first) has another value for what is asked, by different stories; mostly nothing.

    It looks at what the question asks for: a count of things, an amount of money, a share, a date, or a yes or
    no about one of them ("Will it close in September?"). Rounded and hedged values ("about 400") agree
    with those near them. A sentence with two such values tells a change and takes no side.
    """
    want = wanted(question, kind)
    if want is None:
        return []
    said = [
        ReportedValue(value, one)
        for one in evidence
        if _fits(one, evidence[0], want)
        for value in _only_value(one, want)
    ]
    sides: list[ReportedValue] = []
    for one in said:
        if all(_differ(one, other, story_of) for other in sides):
            sides.append(one)
    return [Disagreement(want.kind, tuple(sorted(sides, key=_age)))] if len(sides) > 1 else []


def _age(said: ReportedValue) -> float:
    published = said.by.article.published
    return -published.timestamp() if published else float("inf")


def _fits(one: Evidence, best: Evidence, want: WantedValue) -> bool:
    """Whether a sentence speaks of what is asked, and for sure."""
    present = stems_with_synonyms(one.text)
    missing = [term for term in want.terms if term not in present and synonym_group(term) not in present]
    turned = any(_TURNED[act] <= present for act in map(synonym_group, missing) if act in _TURNED)
    if len(missing) - turned == len(want.terms) or (want.kind == "date" and len(missing) > turned):
        return False
    covered = turned or (one.coverage >= _LEAST_COVERAGE and one.about >= _LEAST_ABOUT)
    near = one.score >= best.score - _FAR
    return covered and near and not _unsure().search(one.text) and _has_names(one, want.names)


def _has_names(one: Evidence, named: Iterable[str]) -> bool:
    """Whether the sentence or its headline has each name, and not as the beginning of a longer one."""
    text = f"{header(one.article)}\n{one.text}"
    for name in named:
        bare = re.escape(re.sub(r"['’]s$", "", name))
        if not re.search(rf"(?<!\w){bare}(?!\w)(?!\s+[A-Z0-9])", text, re.IGNORECASE if name.islower() else 0):
            return False
    return True


def _only_value(one: Evidence, want: WantedValue) -> list[Value]:
    """The one value of the sentence that is asked for, in a list; nothing when there are two or it is a part."""
    text = " ".join(one.text.split())
    found = [value for value in values(text) if want.has(value)]
    if not found and want.kind == "count":
        found = _counted_apart(text, want)
    if want.kind != "date" and any(_is_part(text, value) for value in found):
        return []
    return found[:1] if all(found[0].agrees(value) for value in found) else []


def _counted_apart(text: str, want: WantedValue) -> list[Value]:
    """As in "the number of people evacuated has risen to 1,120"."""
    counted = _NUMBER_OF.search(text)
    if not counted or want.nouns.isdisjoint(map(stem, words(counted[1]))):
        return []
    return [value for value in values(text) if value.kind == "count" and not value.nouns]


def _is_part(text: str, value: Value) -> bool:
    return bool(_part_before().search(text[: value.start]) or _part_after().match(text, value.end))


def _differ(one: ReportedValue, other: ReportedValue, story_of: StoryOf) -> bool:
    if one.value.agrees(other.value) or story_of(one.by.article.id) == story_of(other.by.article.id):
        return False
    if one.value.kind != "date" and one.value.unit != other.value.unit:
        return False
    near = float(one.by.vector @ other.by.vector) >= _LEAST_COSINE
    return near and _same_time(one, other) and not _one_form(one.by, other.by) and _same_event(one.by, other.by)


def _same_time(one: ReportedValue, other: ReportedValue) -> bool:
    """Whether both may speak of one time: no other dates beside counts, no earlier year in one only."""
    if one.value.kind == "date":
        first, second = one.by.article.published, other.by.article.published
        return not (first and second) or abs(first.timestamp() - second.timestamp()) <= _SAME_TIME
    dates = [[value for value in values(said.by.text) if value.kind == "date"] for said in (one, other)]
    if all(dates) and not any(value.agrees(against) for value in dates[0] for against in dates[1]):
        return False
    return not (_past(one.by, other.by, dates[0]) or _past(other.by, one.by, dates[1]))


def _past(one: Evidence, other: Evidence, dates: Iterable[Value]) -> bool:
    published = one.article.published
    return any(
        date.unit and published and int(date.unit) < published.year and date.unit not in other.text for date in dates
    )


def _one_form(one: Evidence, other: Evidence) -> bool:
    """Whether one paper has filled in the same form twice ("Published on ...", "The winning numbers are ...")."""
    first, second = (
        {mark for mark in stems_with_synonyms(said.text) if not mark[:1].isdigit()} for said in (one, other)
    )
    return one.article.source == other.article.source and len(first & second) > _TEMPLATE * len(first | second)


def _same_event(one: Evidence, other: Evidence) -> bool:
    first, second = _near_names(one.passage.chunk.text), _near_names(other.passage.chunk.text)
    common = len(first & second)
    return common >= 2 and common >= _LEAST_NAMES * min(len(first), len(second))


@lru_cache(maxsize=512)
def _near_names(text: str) -> frozenset[str]:
    """The words of the names in a passage; words that only begin a sentence are taken for names too."""
    return frozenset(word for name in names_as_written(text) for word in words(name)) - _no_names()


def agreeing(sentence: Evidence, evidence: Iterable[Evidence], story_of: StoryOf) -> tuple[str, ...]:
    """The publications of independent stories that say the same as `sentence`, its own first.

    Empty when it is alone. Each story and each publication counts once.
    """
    own = sentence.article
    if own.source is None:
        return ()
    stories, publications = {story_of(own.id)}, [own.source]
    for one in evidence:
        story, source = story_of(one.article.id), one.article.source
        if source and source not in publications and story not in stories and says_the_same(sentence, one):
            stories.add(story)
            publications.append(source)
    return tuple(publications) if len(publications) > 1 else ()


def says_the_same(one: Evidence, other: Evidence) -> bool:
    """Whether `other` says what `one` says: near in meaning, with its values and names, both or neither denied."""
    if not one.vector.size or float(one.vector @ other.vector) < _SAME_MEANING:
        return False
    if not (_SENTENCE.search(one.text) and _SENTENCE.search(other.text)):
        return False
    if bool(_negated().search(one.text)) != bool(_negated().search(other.text)):
        return False
    told = stems_with_synonyms(other.text)
    terms = set(map(stem, content_terms(one.text)))
    shared = sum(term in told or synonym_group(term) in told for term in terms)
    return len(terms) > 2 and shared >= _SAME_WORDS * len(terms) and _values_in(one, other) and _names_in(one, other)


def _values_in(one: Evidence, other: Evidence) -> bool:
    held = values(other.text)
    return all(
        any(value.kind == against.kind and value.unit == against.unit and value.agrees(against) for against in held)
        for value in values(one.text)
    )


def _names_in(one: Evidence, other: Evidence) -> bool:
    held = {*words(other.text), *words(other.article.title)}
    return _near_names(one.text) <= held
