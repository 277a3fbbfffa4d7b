"""Which chunks can be among the best, by what each term can add to a score at most (MaxScore)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_MOST_CHOICES = 10  # terms of which all choices that reach a score are written down
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Bound:
    """A term: the query for the chunks with it, the most that it adds to a score, and how many chunks have it."""

    query: str
    most: float
    chunks: int


def starting(bounds: Sequence[Bound], k: int) -> str:
    """A query for chunks that are likely to score high: those with the rarest terms, over `k` of them."""
    chosen, chunks = list[str](), 0
    for bound in sorted(bounds, key=lambda bound: bound.chunks):
        chosen.append(bound.query)
        chunks += bound.chunks
        if chunks >= 2 * k:
            break
    return " | ".join(chosen)


def reaching(bounds: Sequence[Bound], score: float) -> str:
    """A query for all chunks that can reach that score; empty where all that match any term can."""
    if all(bound.most >= score for bound in bounds):
        return ""
    ordered, rest = sorted(bounds, key=lambda bound: bound.most), 0.0
    # Of many terms, those that add least are taken together, as far as they do not reach the score by themselves.
    while len(ordered) > _MOST_CHOICES and rest + ordered[0].most < score - _ROUNDING:
        rest += ordered.pop(0).most
    named = ordered[::-1]
    if len(named) > _MOST_CHOICES:
        return " | ".join(bound.query for bound in named) if rest else ""
    left = [rest]
    for bound in reversed(named):
        left.append(left[-1] + bound.most)
    left.reverse()  # what the terms from each on add at most

    @cache
    def query(number: int, needed: float) -> str | None:
        """The query for what reaches `needed` by the terms from `number` on; empty for all, None for nothing."""
        if needed <= rest + _ROUNDING:  # those left out may do
            return ""
        if number == len(named) or left[number] < needed - _ROUNDING:
            return None
        own = named[number].query
        with_it, without = query(number + 1, needed - named[number].most), query(number + 1, needed)
        if without == "":
            return ""
        chosen = None if with_it is None else f"({own} & ({with_it}))" if with_it else own
        return " | ".join(each for each in (chosen, without) if each) or None

    return query(0, score) or ""
