"""The weights of a question's words, and how much of them a text covers, synonyms included.

A question may ask what was "demanded" where an article has "urged".
"""

import math
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import pairwise

from assistant.text import lexicon
from assistant.text.words import rank, stem, word_stems

_SYNONYM = 0.8  # what another word of a synonym group counts

Weights = Mapping[str, float]
"""The weight of each stem of a question."""


@cache
def _synonym_groups() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The synonym group of a stem, and of two stems together ("call on")."""
    single: dict[str, str] = {}
    paired: dict[tuple[str, str], str] = {}
    for act, forms in lexicon.word_table("synonyms", "acts").items():
        for form in forms.split():
            first, dash, second = form.partition("-")
            if dash:
                paired[stem(first), stem(second)] = f"={act}"
            else:
                single[stem(first)] = f"={act}"
    return single, paired


def synonym_group(term_stem: str) -> str | None:
    """The synonym group of a stem, such as "=demand", or None."""
    return _synonym_groups()[0].get(term_stem)


@lru_cache(maxsize=20_000)
def stems_with_synonyms(text: str) -> frozenset[str]:
    """The stems of all words of `text` and their synonym groups."""
    found = word_stems(text)
    single, paired = _synonym_groups()
    groups = {single[term] for term in found if term in single}
    groups |= {paired[pair] for pair in pairwise(found) if pair in paired}
    return frozenset(found) | groups


def idf_weights(counts: Mapping[str, int], chunks: int) -> dict[str, float]:
    """The weight of each term's stem: its inverse document frequency as in BM25 (never negative).

    `counts` are the numbers of chunks that have each term, of `chunks` in all. So that a small corpus does not take
    every word that it lacks for a rare one, `_IMAGINED` chunks of ordinary English are counted with them, in which
    a word is as frequent as its rank says (Zipf 1949).
    """
    total = chunks + _IMAGINED
    weights: dict[str, float] = {}
    for term, count in counts.items():
        share = 1 - (1 - 1 / (_HARMONIC * rank(term))) ** _CHUNK_WORDS
        held = min(count, chunks) + _IMAGINED * share
        weights[stem(term)] = math.log(1 + (total - held + 0.5) / (held + 0.5))
    return weights


_IMAGINED = 1000
_CHUNK_WORDS, _HARMONIC = 150, 10.0  # words of a chunk; the sum of 1 / rank over the words of a language


def rarest(chunks: int) -> float:
    """The highest weight that a word can have."""
    return math.log(1 + (chunks + _IMAGINED + 0.5) / 0.5)


def coverage(weights: Weights, present: frozenset[str]) -> float:
    """The share of the weight whose stems are in `present` (of `stems_with_synonyms`), 0 to 1.

    A synonym counts a little less.
    """
    return coverage_by(weights)(present)


def coverage_by(weights: Weights) -> Callable[[frozenset[str]], float]:
    """`coverage` by these weights, for many texts."""
    groups = _synonym_groups()[0]
    terms = [(term, groups.get(term), weight) for term, weight in weights.items()]
    total = sum(weights.values())

    def share(present: frozenset[str]) -> float:
        exact = synonyms = 0.0
        for term, group, weight in terms:
            if term in present:
                exact += weight
            elif group in present:
                synonyms += weight
        return (exact + _SYNONYM * synonyms) / total if total else 0.0

    return share
