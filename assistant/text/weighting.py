"""Words that say the same act in the news: a question may ask what was "demanded" and an article say "urged".

Each line is one act: words in any form, and word pairs ("call on") for those that mean it only together.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from assistant.text.words import rank, stem, words

_OTHER_WORDS = 0.8  # what another word for the same act counts

Weights = Mapping[str, float]
"""The weight of each stem of a question."""

_ACTS = """
demand: demand urge insist require plead call-on call-upon call-for appeal-for press-for ask-for
condemn: condemn denounce deplore decry criticise criticize slam
accuse: accuse blame allege
praise: praise welcome applaud commend
announce: announce declare unveil
deny: deny reject dispute refute
promise: promise pledge vow guarantee
resign: resign quit step-down stand-down
support: support back endorse favour favor
oppose: oppose object against
kill: kill die dead death fatality
injure: injure wound hurt
arrest: arrest detain custody
rise: rise increase grow climb
fall: fall drop decline decrease shrink
buy: buy acquire purchase
close: close shut
win: win beat defeat victory
begin: begin start launch open
end: end finish conclude
cost: cost price
"""


def _table() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    single: dict[str, str] = {}
    paired: dict[tuple[str, str], str] = {}
    for line in _ACTS.strip().splitlines():
        act, _, forms = line.partition(":")
        for form in forms.split():
            first, dash, second = form.partition("-")
            if dash:
                paired[stem(first), stem(second)] = f"={act}"
            else:
                single[stem(first)] = f"={act}"
    return single, paired


_SINGLE, _PAIRED = _table()


def synonym_group(term_stem: str) -> str | None:
    """The mark of the act that a stem means, such as "=demand", or None."""
    return _SINGLE.get(term_stem)


@lru_cache(maxsize=20_000)
def stems_with_synonyms(text: str) -> frozenset[str]:
    """The stems of all words of `text` and the marks of the acts they mean."""
    found = [stem(word) for word in words(text)]
    acts = {_SINGLE[one] for one in found if one in _SINGLE}
    acts |= {_PAIRED[pair] for pair in pairwise(found) if pair in _PAIRED}
    return frozenset(found) | acts


def idf_weights(counts: Mapping[str, int], chunks: int) -> dict[str, float]:
    """The weight of each term's stem: its inverse document frequency as in BM25 (never negative).

    `counts` are the numbers of chunks that have each term, of `chunks` in all. So that a small corpus does not take
    every word that it lacks for a rare one, `_IMAGINED` chunks of ordinary English are counted with them, in which
    a word is as frequent as its rank says (Zipf 1949).
    """
    total = chunks + _IMAGINED
    found: dict[str, float] = {}
    for term, count in counts.items():
        held = min(count, chunks) + _IMAGINED * _share_of_chunks(rank(term))
        found[stem(term)] = math.log(1 + (total - held + 0.5) / (held + 0.5))
    return found


_IMAGINED = 1000
_CHUNK_WORDS, _HARMONIC = 150, 10.0  # words of a chunk; the sum of 1 / rank over the words of a language


def _share_of_chunks(rank_of_word: int) -> float:
    return 1 - (1 - 1 / (_HARMONIC * rank_of_word)) ** _CHUNK_WORDS


def rarest(chunks: int) -> float:
    """The highest weight that a word can have."""
    return math.log(1 + (chunks + _IMAGINED + 0.5) / 0.5)


def coverage(weights: Weights, present: frozenset[str]) -> float:
    """The share of the weight whose stems are in `present` (of `marks`), 0 to 1.

    Another word for the same act counts a little less.
    """
    total = sum(weights.values())
    if not total:
        return 0.0
    got = sum(weight for one, weight in weights.items() if one in present)
    other = sum(weight for one, weight in weights.items() if one not in present and synonym_group(one) in present)
    return (got + _OTHER_WORDS * other) / total


# What frames a question and says nothing of its subject.
_FRAME = frozenset(
    map(
        stem,
        "name tell know need article articles report reported say said reason reasons way happen happened thing kind"
        " type many much".split(),
    )
)


def names_and_numbers(question: str) -> frozenset[str]:
    """The stems of the words of a question that look like names (capitals not at its start) or numbers."""
    found: set[str] = set()
    for place, token in enumerate(question.split()):
        bare = token.strip(".,;:!?\"'()[]“”‘’")
        if any(map(str.isdigit, bare)) or (place > 0 and bare[:1].isupper()):
            found.update(map(stem, words(bare.removesuffix("'s").removesuffix("’s"))))
    return frozenset(found)


def subject(weights: Weights, named: frozenset[str]) -> tuple[str, ...]:
    """The telling stems that are neither names nor the frame of the question; all of them when there are none."""
    telling = [one for one in weights if one not in _FRAME] or list(weights)
    return tuple([one for one in telling if one not in named] or telling)
