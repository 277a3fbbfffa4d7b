"""Which sentences of the evidence to quote: the fewest that answer."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.reading.asked_time import YEAR_ALONE, Bearing
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.text import (
    MONTH,
    Span,
    Weights,
    WordPattern,
    coverage,
    expressions,
    figures,
    name_spans,
    number_spans,
    numbers,
    split_words,
    stems_with_synonyms,
    word_list,
)

_SAME_WORDS = 0.7  # share of common words from which two sentences say the same
_SAME_MEANING = 0.82  # cosine from which they do, when their figures agree
_LIKELY = 0.03  # as likely the answer as this share of the best one
_POSSIBLE = 0.01
_ALSO = 0.35
_OF_A_LIST = 0.25
_MIN_GAIN = 0.15  # share of the question's weight that a merely possible sentence must add
_SHORT = 60  # characters
_FOR_A_FEW_WORDS = WordPattern(
    r"\W*(?:{questions.before_a_question_word}\s+)?{questions.for_a_few_words}\b", re.IGNORECASE
)
_FOR_A_PERSON = WordPattern(r"\W*(?:{questions.before_a_question_word}\s+)?{questions.for_a_person}\b", re.IGNORECASE)
_FOR_A_NUMBER = WordPattern(r"\b{questions.for_a_number}\b", re.IGNORECASE)
# Between two names of a list: "Lena Quist, Bo Ek and the independent Dora Amblin".
_LISTED = re.compile(r"(?P<comma>,)?\s+(?P<last>(?:and|or|&)\s+)?(?:(?:the|an?)\s+)?(?:[a-z][\w-]*\s+){0,2}")
_POSSESSED = re.compile(r"['’]s(?: [A-Z][\w-]*)+")


@dataclass(frozen=True, slots=True)
class SelectedQuote:
    """A sentence to quote.

    `leads` is the question, by the number of its scores, that it is the answer to, or None; `also`: it is nearly as
    likely the answer, and not only further evidence.
    """

    by: Evidence
    leads: int | None = None
    also: bool = False


def select_quotes(
    evidence: Sequence[Evidence], parts: Sequence[SubQuestion], answered: Sequence[int], most: int
) -> list[SelectedQuote]:
    """The sentences to quote, at most `most`, none of which says the same as one before it; those that lead first.

    First the best for each question that is `answered` (by the numbers of its scores), in their order; then those
    nearly as likely, and those that have content words of the question which the others lack.
    """
    best = {number: _best(evidence, number) for number in answered}
    leading: list[SelectedQuote] = []
    for number, sentence in best.items():
        if len(leading) < most and not any(same_statement(sentence, quote.by) for quote in leading):
            leading.append(SelectedQuote(sentence, number))
    chosen = [quote.by for quote in leading]

    def lead(sentence: Evidence) -> float:
        return max(sentence.scores[number] - best[number].scores[number] for number in answered)

    for sentence in sorted(evidence, key=lead, reverse=True):
        if len(chosen) >= most:
            break
        adds = _adds(sentence, math.exp(lead(sentence)), chosen, parts[0].weights)
        if adds and not any(same_statement(sentence, other) for other in chosen):
            chosen.append(sentence)
    others = chosen[len(leading) :]
    least, many = (_OF_A_LIST, len(others)) if parts[0].lists else (_ALSO, 1)
    also = 0 if len(leading) > 1 else sum(math.exp(lead(sentence)) >= least for sentence in others[:many])
    return [*leading, *(SelectedQuote(other, also=place < also) for place, other in enumerate(others))]


def with_the_likeliest(
    quotes: Sequence[SelectedQuote], evidence: Sequence[Evidence], numbers: Sequence[int], most: int
) -> list[SelectedQuote]:
    """`quotes`, and the likeliest sentence for each of the questions `numbers` that is not quoted yet; `most` in all.

    The last of the quotes make room for them, but not the first.
    """
    added: list[SelectedQuote] = []
    for sentence in (_best(evidence, number) for number in numbers):
        if not any(same_statement(sentence, quote.by) for quote in (*quotes, *added)):
            added.append(SelectedQuote(sentence))
    return [*quotes[: max(1, most - len(added))], *added][:most]


def of_the_asked_time(evidence: Sequence[Evidence], part: SubQuestion, numbers: Sequence[int]) -> list[Evidence]:
    """The evidence that is no less of the time that `part` asks about than the likeliest for each of its `numbers`."""
    if part.time is None or not evidence:
        return list(evidence)
    least = min(_best(evidence, number).bearing(part.time) for number in numbers)
    return [each for each in evidence if each.bearing(part.time) >= least]


def short_answer(part: SubQuestion, number: int, sentence: Evidence) -> str | None:
    """The few words of a sentence that answer `part`, by the `number`th of its readings; None for other questions.

    None of several names either: one alone would look like all of them.
    """
    if part.lists or len(sentence.readings) <= number or not _FOR_A_FEW_WORDS.match(part.read_as):
        return None
    start, end = sentence.readings[number].span
    own = sentence.text
    for first, last in (*number_spans(own), *name_spans(own)):
        if sentence.start + first < end and start < sentence.start + last:
            start, end = min(start, sentence.start + first), max(end, sentence.start + last)
    if possessed := _POSSESSED.match(sentence.article.text, end, sentence.end):  # "Tanner" is Tanner's Row
        end = possessed.end()
    if _is_one_of_several(own, (start - sentence.start, end - sentence.start)):
        return None
    words = " ".join(sentence.article.text[start:end].split()).strip(" .,;:")
    return words if words and len(words) <= _SHORT and sentence.start <= start < end <= sentence.end else None


def _is_one_of_several(text: str, part: Span) -> bool:
    """Whether a `part` of a sentence is one of several names in a list."""
    (start, end), spans = part, list(name_spans(text))
    after = pairwise([part, *(span for span in spans if span[0] >= end)])
    before = pairwise([part, *(span for span in reversed(spans) if span[1] <= start)])
    return _has_last(text, after) or _has_last(text, before)


def _has_last(text: str, pairs: Iterable[tuple[Span, Span]]) -> bool:
    """Whether a list goes on, from one pair of names to the next in either direction, to its "and"."""
    for pair in pairs:
        (_, end), (start, _) = sorted(pair)
        link = _LISTED.fullmatch(text, end, start)
        if link is None or not (link["comma"] or link["last"]):
            return False
        if link["last"]:
            return True
    return False


def is_of_the_asked_kind(part: SubQuestion, number: int, evidence: Sequence[Evidence]) -> bool:
    """Whether the words that answer `part`, by the `number`th of the readings, are of the kind that it asks for.

    No person is a year, and no number of things is a date or has no figure.
    """
    best = _best(evidence, number)
    if len(best.readings) <= number:
        return True
    words = best.article.text[slice(*best.readings[number].span)]
    for expression in expressions(words):
        words = words.replace(expression.words, " ")
    if _FOR_A_PERSON.match(part.read_as):
        return any(not next(figures(word), None) and not word.isdigit() for word in split_words(words))
    if _FOR_A_NUMBER.search(part.read_as):
        tokens = split_words(words)
        is_counted = any(map(str.isdigit, words)) or next(figures(words), None) is not None
        return is_counted or not word_list("questions", "small_numbers").isdisjoint(tokens)
    return True


def is_of_the_asked_time(part: SubQuestion, number: int, evidence: Sequence[Evidence]) -> bool:
    """Whether the likeliest sentence for `part`, by the `number`th of the scores, is not of another month or year.

    It may be of the days soon after, which do not always say that it was before. Of several times that are asked about,
    a sentence without one may be of any.
    """
    if part.time is not None:
        return _best(evidence, number).bearing(part.time) >= Bearing.SOON_AFTER
    asked, told = _months_and_years(part.read_as), _months_and_years(_best(evidence, number).text)
    return not any(own and other and own.isdisjoint(other) for own, other in zip(asked, told, strict=True))


def _months_and_years(text: str) -> tuple[set[str], set[str]]:
    months = (month[0] for expression in expressions(text) for month in MONTH.finditer(expression.words))
    return {month[:3].lower() for month in months}, set(YEAR_ALONE.findall(text))


def _best(evidence: Sequence[Evidence], number: int) -> Evidence:
    return max(evidence, key=lambda sentence: sentence.scores[number])


def _adds(sentence: Evidence, share: float, chosen: Sequence[Evidence], weights: Weights) -> bool:
    """Whether a sentence, as likely the answer as `share` of the best, is worth quoting beside those `chosen`."""
    if share >= _LIKELY:
        return True
    covered = frozenset[str]().union(*(stems_with_synonyms(other.text) for other in chosen))
    gain = coverage(weights, covered | stems_with_synonyms(sentence.text)) - coverage(weights, covered)
    return gain >= _MIN_GAIN and share >= _POSSIBLE


def same_statement(sentence: Evidence, other: Evidence) -> bool:
    """Whether two sentences say the same: nearly the same words, or the same meaning and no other figure."""
    stems, other_stems = stems_with_synonyms(sentence.text), stems_with_synonyms(other.text)
    if len(stems & other_stems) >= _SAME_WORDS * len(stems | other_stems):
        return numbers(sentence.text) == numbers(other.text)
    return numbers(sentence.text) <= numbers(other.text) and sentence.nearness(other) >= _SAME_MEANING
