"""Comparing: which sentences of a text came, went and changed. Pure.

Sentences that are the same are found in order first (longest common subsequence) and then wherever they were moved to.
What is left is paired by likeness, the likest first, among sentences that stand near each other.
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

from assistant.text.sentences import sentences

Change = Literal["came", "went", "changed"]
Run = tuple[str, bool]

ALIKE = 60.0  # of 100: of two sentences of the sample articles by chance, 99% are less than 50 alike
_NEAR = 12  # sentences that were not found again, to either side, among which the likest is looked for
_FAR = 0.2  # of 100: what likeness loses for each sentence that two are apart, so that of equals the nearest is taken
_MOST_JOINED = 3
_JOINED = 5.0  # of 100: how much likelier sentences must be together than the likest of them alone
_MOST_LOOKED_AT = 1000  # sentences that were not found again, for joined ones to be looked for too
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


@dataclass(frozen=True, slots=True)
class Matched:
    """What two lists have to do with each other, by index.

    `same` pairs equal items, of which those in `moved` are not in order; `alike` pairs those that changed, as ranges:
    several may have become one, or one several.
    """

    same: dict[int, int]
    moved: frozenset[int]
    alike: tuple[tuple[range, range], ...]


def compare_texts(before: str, after: str) -> tuple[SentenceChange, ...]:
    """What came, went and changed from `before` to `after`, in the order of the text; nothing for equal texts.

    White space does not matter, nor that a sentence was moved.
    """
    if before.split() == after.split():
        return ()
    return compare_sentences(_sentences(before), _sentences(after))


def compare_sentences(before: Sequence[str], after: Sequence[str]) -> tuple[SentenceChange, ...]:
    """As `compare_texts`, for texts that are in sentences already."""
    matched = match(before, after)
    changes = (_change(before, after, *ranges) for _, *ranges in places(matched, len(before), len(after)))
    # Where a sentence ends may be seen otherwise when another stands beside it.
    return tuple(change for change in changes if change.before != change.after)


def _change(before: Sequence[str], after: Sequence[str], left: range, right: range) -> SentenceChange:
    kind: Change = "changed" if left and right else "went" if left else "came"
    return SentenceChange(kind, _joined(before, left), _joined(after, right))


def places(matched: Matched, before: int, after: int) -> list[tuple[float, range, range]]:
    """What is not the same in lists of these lengths, by where it stands in the later one: (place, ranges)."""
    left = {i for one, _ in matched.alike for i in one}
    right = {j for _, other in matched.alike for j in other}
    in_order = {i: j for i, j in matched.same.items() if i not in matched.moved}
    anchors = in_order | {one[-1]: other[-1] for one, other in matched.alike}
    found = [(float(other[0]), one, other) for one, other in matched.alike]
    arrived = right.union(matched.same.values())
    found += [(float(j), range(0), range(j, j + 1)) for j in range(after) if j not in arrived]
    place = -1
    for i in range(before):
        place = anchors.get(i, place)
        if i not in matched.same and i not in left:
            found.append((place + 0.5, range(i, i + 1), range(0)))
    return sorted(found, key=lambda one: (one[0], one[1].start))


def match(before: Sequence[str], after: Sequence[str], most_joined: int = _MOST_JOINED) -> Matched:
    """Which items of two lists are the same, and which are likely to be one that changed.

    Up to `most_joined` neighbours may together be what one was. In lists that no article is as long as, only what is
    the same is found, in any order.
    """
    if len(before) * len(after) > _MOST_PAIRS:
        same = _moved(before, after, {})
        return Matched(same, frozenset(same), ())
    ordered = _common(before, after)
    same = ordered | _moved(before, after, ordered)
    alike = _Unmatched(before, after, same).pairs(ordered, most_joined)
    return Matched(same, frozenset(same.keys() - ordered.keys()), alike)


def _common(one: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """The longest common subsequence, by index."""
    numbers: dict[str, int] = {}
    steps = LCSseq.opcodes(*([numbers.setdefault(text, len(numbers)) for text in texts] for texts in (one, other)))
    blocks = ((step.src_start, step.dest_start, step.src_end) for step in steps if step.tag == "equal")
    return {place: start + place - first for first, start, end in blocks for place in range(first, end)}


def _moved(before: Sequence[str], after: Sequence[str], ordered: dict[int, int]) -> dict[int, int]:
    taken = set(ordered.values())
    free: dict[str, list[int]] = defaultdict(list)
    for j in reversed(range(len(after))):
        if j not in taken:
            free[after[j]].append(j)
    return {i: free[text].pop() for i, text in enumerate(before) if i not in ordered and free.get(text)}


class _Unmatched:
    """What was not found again before, and what was not there after: by index, in order."""

    def __init__(self, before: Sequence[str], after: Sequence[str], same: dict[int, int]) -> None:
        arrived = set(same.values())
        self._before, self._after = before, after
        self._left = [i for i in range(len(before)) if i not in same]
        self._right = [j for j in range(len(after)) if j not in arrived]
        self._gone, self._new = frozenset(self._left), frozenset(self._right)
        self._known: dict[tuple[int, int], float] = {}

    def pairs(self, ordered: dict[int, int], most_joined: int) -> tuple[tuple[range, range], ...]:
        """Ranges that are alike, the likest first; none has an item of another."""
        if len(self._left) + len(self._right) > _MOST_LOOKED_AT:
            most_joined = 1
        found = list[tuple[range, range]]()
        gone, new = set(self._gone), set(self._new)
        likely = [pair for i, k in self._nearest(ordered) for pair in self._around(i, k, most_joined)]
        for _, one, other in sorted(likely, key=lambda pair: (-pair[0], pair[1].start, pair[2].start)):
            if gone.issuperset(one) and new.issuperset(other):
                found.append((one, other))
                gone.difference_update(one)
                new.difference_update(other)
        return tuple(sorted(found, key=lambda pair: pair[0].start))

    def _nearest(self, ordered: dict[int, int]) -> Iterator[tuple[int, int]]:
        """For each item that is left, the number of the one among the new ones that stands where it stood."""
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
            j, far = self._right[k], _FAR * abs(k - nearest)
            alone = self._likeness(i, j)
            if alone >= ALIKE:
                yield alone - far, range(i, i + 1), range(j, j + 1)
            for number in range(2, most_joined + 1):
                for one, other in ((range(i, i + 1), range(j, j + number)), (range(i, i + number), range(j, j + 1))):
                    together = self._together(one, other)
                    if together >= max(ALIKE, alone + _JOINED):
                        yield together - far, one, other

    def _together(self, one: range, other: range) -> float:
        """How alike neighbours are to what they may have been; 0 where none is, or one of them did not change."""
        if not (self._gone.issuperset(one) and self._new.issuperset(other)):
            return 0.0
        if all(self._likeness(i, j) < _PART for i in one for j in other):
            return 0.0
        return fuzz.ratio(_joined(self._before, one), _joined(self._after, other))

    def _likeness(self, i: int, j: int) -> float:
        if (i, j) not in self._known:
            self._known[i, j] = fuzz.ratio(self._before[i], self._after[j], score_cutoff=_PART)
        return self._known[i, j]


def _joined(texts: Sequence[str], places: range) -> str:
    return " ".join(texts[place] for place in places)


def marked(before: str, after: str) -> list[Run]:
    """`after` as runs of words, each with whether it changed from `before`; together they are `after`.

    What went is marked by `marked(after, before)`.
    """
    # Sorted, so that the same words are taken for the ones that stayed whichever of the two is asked for.
    one, other = ([token for token in _TOKEN.findall(text) if not token.isspace()] for text in sorted((before, after)))
    common = _common(one, other)
    stayed = common.values() if before <= after else common.keys()
    tokens, word = _TOKEN.findall(after), count()
    changed = [not token.isspace() and next(word) not in stayed for token in tokens]
    for k in range(1, len(tokens) - 1):
        if tokens[k].isspace():
            changed[k] = changed[k - 1] and changed[k + 1]
    runs = groupby(zip(tokens, changed, strict=True), key=lambda one: one[1])
    return [("".join(token for token, _ in run), mark) for mark, run in runs]


def _sentences(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in sentences(text)]
