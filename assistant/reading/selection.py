"""Choosing: which sentences of the evidence to quote, the fewest that answer."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.answer_types import has
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.text.weighting import Weights, coverage, stems_with_synonyms

_SAME_WORDS = 0.7  # share of common words from which two sentences say the same
_SAME_MEANING = 0.82  # cosine from which they do, when their figures agree
_LIKELY = 0.03  # as likely the answer as this share of the best one
_POSSIBLE = 0.01
_NEAR, _CLOSER, _FAR = 400, 2.0, 5.0  # characters after the best sentence; what that is worth in score; too far below
_WORTH_ADDING = 0.15  # share of the question's weight that a merely possible sentence must bring


@dataclass(frozen=True, slots=True)
class SelectedQuote:
    """A sentence to quote. `leads` is the question, by the number of its scores, that it is the answer to, or None."""

    by: Evidence
    leads: int | None = None


def choose(
    evidence: Sequence[Evidence], parts: Sequence[SubQuestion], answered: Sequence[int], most: int
) -> list[SelectedQuote]:
    """The sentences to quote, at most `most`, none of which says the same as one before it; those that lead first.

    First the best for each question that is `answered` (by the numbers of its scores), in their order; then the best
    that has what each asks for (a date for when), where no sentence has it yet; then those nearly as likely, and
    those that have telling words of the question which the others lack.
    """
    weights = parts[0].weights
    leading: list[SelectedQuote] = []
    for number in answered:
        best = max(evidence, key=lambda one: one.scores[number])
        if len(leading) < most and not any(same(best, other.by) for other in leading):
            leading.append(SelectedQuote(best, number))
    chosen = [one.by for one in leading]
    for number in answered:
        fitting = _fitting(evidence, parts[number], number)
        if fitting and len(chosen) < most and not any(_fits(one, parts[number]) for one in chosen):
            chosen.append(fitting)
    leads = {number: max(one.scores[number] for one in evidence) for number in answered}
    for one in sorted(evidence, key=lambda one: -max(one.scores[number] - leads[number] for number in answered)):
        if len(chosen) >= most:
            break
        share = math.exp(max(one.scores[number] - leads[number] for number in answered))
        if not any(same(one, other) for other in chosen) and _adds(one, share, chosen, weights):
            chosen.append(one)
    return [*leading, *map(SelectedQuote, chosen[len(leading) :])]


def _fits(one: Evidence, part: SubQuestion) -> bool:
    return has(part.kind, one.text, part.known)


def _fitting(evidence: Sequence[Evidence], part: SubQuestion, number: int) -> Evidence | None:
    """The best sentence that has what `part` asks for, if it may be the answer; one near the best sentence sooner."""
    best = max(evidence, key=lambda one: one.scores[number])

    def likely(one: Evidence) -> float:
        near = one.article.id == best.article.id and 0 <= one.start - best.end <= _NEAR
        return one.scores[number] - best.scores[number] + (_CLOSER if near else 0.0)

    found = max((one for one in evidence if _fits(one, part)), key=likely, default=None)
    return found if found is not None and likely(found) > -_FAR else None


def _adds(one: Evidence, share: float, chosen: Sequence[Evidence], weights: Weights) -> bool:
    if share >= _LIKELY:
        return True
    covered = frozenset[str]().union(*(stems_with_synonyms(other.text) for other in chosen))
    gain = coverage(weights, covered | stems_with_synonyms(one.text)) - coverage(weights, covered)
    return gain >= _WORTH_ADDING and share >= _POSSIBLE


def same(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences say the same: nearly the same words, or the same meaning and no other figure."""
    first, second = stems_with_synonyms(one.text), stems_with_synonyms(other.text)
    if len(first & second) >= _SAME_WORDS * len(first | second):
        return figures(one.text) == figures(other.text)
    near = one.vector.size > 0 and float(one.vector @ other.vector) >= _SAME_MEANING
    return near and figures(one.text) <= figures(other.text)


def figures(text: str) -> frozenset[str]:
    """The numbers in `text`, without the commas of thousands."""
    return frozenset(number.replace(",", "") for number in _FIGURE.findall(text))


_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
