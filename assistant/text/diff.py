"""Which sentences of a text came, went and changed.

Equal sentences are paired in order first (longest common subsequence), then wherever they were moved to. The rest are
paired by similarity, the most similar first, among neighbours.
"""

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from assistant.text.sentences import split_sentences

Change = Literal["came", "went", "changed"]
Run = tuple[str, bool]

ALIKE = 60.0  # of 100: of two sentences of the sample articles by chance, 99% are less than 50 alike
_NEAR = 12  # unmatched sentences to either side, among which the most similar is looked for
_LOST_BY_DISTANCE = 0.2  # of 100: what similarity loses for each sentence between two, so that the nearest is taken
_MOST_JOINED = 3
_JOINED = 5.0  # of 100: how much more similar sentences must be joined than the most similar of them alone
_MOST_UNMATCHED = 1000  # unmatched sentences, for joined ones to be looked for too
_PART = 45.0  # of 100: how alike one of three sentences is to the one that they were is 50
_MOST_PAIRS = 400_000_000  # of sentences, with a bit of memory for each: 50 MB
_TOKEN = re.compile(r"\w+(?:[’'.,:-]\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """A sentence that came (`before` is empty), went (`after` is empty) or changed.

    Where a sentence was split, or several were joined, one side has several of them. White space is one space.
    """

    kind: Change
    before: str
    after: str


def compare_texts(before: str, after: str) -> tuple[SentenceChange, ...]:
    """What came, went and changed from `before` to `after`, in the order of the text; nothing for equal texts.

    White space does not matter, nor that a sentence was moved.
    """
    if before.split() == after.split():
        return ()
    old, new = _sentences(before), _sentences(after)
    changes = (_change(_joined(old, left), _joined(new, right)) for left, right in differing(old, new))
    # Where a sentence ends may be seen otherwise when another stands beside it.
    return tuple(change for change in changes if change.before != change.after)


def _change(before: str, after: str) -> SentenceChange:
    kind: Change = "changed" if before and after else "went" if before else "came"
    return SentenceChange(kind, before, after)


def differing(
    before: Sequence[str], after: Sequence[str], most_joined: int = _MOST_JOINED
) -> list[tuple[range, range]]:
    """What is not the same in two lists, in the order of the later one: pairs of ranges that are likely one, changed.

    One of a pair is empty for what came or went. Up to `most_joined` neighbours may together be what one was. In lists
    that no article is as long as, only what is the same is found, in any order.
    """
    is_too_long = len(before) * len(after) > _MOST_PAIRS
    ordered = {} if is_too_long else _common(before, after)
    same = ordered | _moved(before, after, ordered)
    alike = () if is_too_long else _Unmatched(before, after, same).pairs(ordered, most_joined)
    found = [(float(new[0]), old, new) for old, new in alike]
    arrived = {j for _, new in alike for j in new}.union(same.values())
    found += [(float(j), range(0), range(j, j + 1)) for j in range(len(after)) if j not in arrived]
    changed = {i for old, _ in alike for i in old}
    anchors, place = ordered | {old[-1]: new[-1] for old, new in alike}, -1
    for i in range(len(before)):
        place = anchors.get(i, place)
        if i not in same and i not in changed:
            found.append((place + 0.5, range(i, i + 1), range(0)))
    return [(old, new) for _, old, new in sorted(found, key=lambda change: (change[0], change[1].start))]


def _common(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """The longest common subsequence, by index."""
    numbers: dict[str, int] = {}
    steps = LCSseq.opcodes(*([numbers.setdefault(text, len(numbers)) for text in texts] for texts in (before, after)))
    blocks = ((step.src_start, step.dest_start, step.src_end) for step in steps if step.tag == "equal")
    return {i: j + i - first for first, j, end in blocks for i in range(first, end)}


def _moved(before: Sequence[str], after: Sequence[str], ordered: dict[int, int]) -> dict[int, int]:
    taken = set(ordered.values())
    free: dict[str, list[int]] = defaultdict(list)
    for j in reversed(range(len(after))):
        if j not in taken:
            free[after[j]].append(j)
    return {i: free[text].pop() for i, text in enumerate(before) if i not in ordered and free.get(text)}


class _Unmatched:
    """The items of two lists that have no equal in the other, by index, in order."""

    def __init__(self, before: Sequence[str], after: Sequence[str], same: dict[int, int]) -> None:
        arrived = set(same.values())
        self._before, self._after = before, after
        self._left = [i for i in range(len(before)) if i not in same]
        self._right = [j for j in range(len(after)) if j not in arrived]
        self._gone, self._new = frozenset(self._left), frozenset(self._right)
        self._similarities: dict[tuple[int, int], float] = {}

    def pairs(self, ordered: dict[int, int], most_joined: int) -> tuple[tuple[range, range], ...]:
        """Pairs of ranges that are alike, in order; no item is in two of them."""
        if len(self._left) + len(self._right) > _MOST_UNMATCHED:
            most_joined = 1
        found = list[tuple[range, range]]()
        gone, new = set(self._gone), set(self._new)
        likely = [pair for i, k in self._nearest(ordered) for pair in self._around(i, k, most_joined)]
        for _, old, later in sorted(likely, key=lambda pair: (-pair[0], pair[1].start, pair[2].start)):
            if gone.issuperset(old) and new.issuperset(later):
                found.append((old, later))
                gone.difference_update(old)
                new.difference_update(later)
        return tuple(sorted(found, key=lambda pair: pair[0].start))

    def _nearest(self, ordered: dict[int, int]) -> Iterator[tuple[int, int]]:
        """For each unmatched item before, the position among the unmatched ones after that is nearest to it."""
        anchors = sorted(ordered.items())
        passed = first = since = 0
        for rank, i in enumerate(self._left):
            if passed < len(anchors) and anchors[passed][0] < i:
                passed = bisect(anchors, (i,))
                first, since = bisect(self._right, anchors[passed - 1][1]), rank
            # Within a stretch in which nothing stayed, what is as far along is the nearest.
            yield i, first + rank - since

    def _around(self, i: int, nearest: int, most_joined: int) -> Iterator[tuple[float, range, range]]:
        for k in range(max(0, nearest - _NEAR), min(len(self._right), nearest + _NEAR + 1)):
            j, loss = self._right[k], _LOST_BY_DISTANCE * abs(k - nearest)
            alone = self._similarity(i, j)
            if alone >= ALIKE:
                yield alone - loss, range(i, i + 1), range(j, j + 1)
            for number in range(2, most_joined + 1):
                for old, new in ((range(i, i + 1), range(j, j + number)), (range(i, i + number), range(j, j + 1))):
                    together = self._together(old, new)
                    if together >= max(ALIKE, alone + _JOINED):
                        yield together - loss, old, new

    def _together(self, old: range, new: range) -> float:
        """The similarity of joined neighbours to one item, 0 to 100; 0 where one is matched or none is alike."""
        if not (self._gone.issuperset(old) and self._new.issuperset(new)):
            return 0.0
        if all(self._similarity(i, j) < _PART for i in old for j in new):
            return 0.0
        return fuzz.ratio(_joined(self._before, old), _joined(self._after, new))

    def _similarity(self, i: int, j: int) -> float:
        if (i, j) not in self._similarities:
            self._similarities[i, j] = fuzz.ratio(self._before[i], self._after[j], score_cutoff=_PART)
        return self._similarities[i, j]


def _joined(texts: Sequence[str], indices: range) -> str:
    return " ".join(texts[i] for i in indices)


def marked(before: str, after: str) -> list[Run]:
    """`after` as runs of words, each with whether it changed from `before`; together they are `after`.

    What went is marked by `marked(after, before)`.
    """
    # Sorted, so that the same words are taken for the ones that stayed whichever of the two is asked for.
    first, second = (
        [token for token in _TOKEN.findall(text) if not token.isspace()] for text in sorted((before, after))
    )
    common = _common(first, second)
    stayed = common.values() if before <= after else common.keys()
    tokens, word = _TOKEN.findall(after), count()
    changed = [not token.isspace() and next(word) not in stayed for token in tokens]
    for k in range(1, len(tokens) - 1):
        if tokens[k].isspace():
            changed[k] = changed[k - 1] and changed[k + 1]
    runs = groupby(zip(tokens, changed, strict=True), key=lambda pair: pair[1])
    return [("".join(token for token, _ in run), mark) for mark, run in runs]


def _sentences(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in split_sentences(text)]
