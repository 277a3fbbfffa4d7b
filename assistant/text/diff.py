"""Which sentences of a text came, went and changed.

Equal sentences are paired in order first (longest common subsequence), then wherever they were moved to. The rest are
paired by similarity, the most similar first, among neighbours.
"""

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
# Of 100: what similarity loses for each sentence between two, so that of equals the nearest is taken.
_LOST_BY_DISTANCE = 0.2
_MOST_JOINED = 3
_JOINED = 5.0  # of 100: how much more similar sentences must be joined than the most similar of them alone
_MOST_UNMATCHED = 1000  # unmatched sentences, for joined ones to be looked for too
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
    old_sentences, new_sentences = (
        [" ".join(text[start:end].split()) for start, end in split_sentences(text)] for text in (before, after)
    )
    changes = []
    for left, right in changed_ranges(old_sentences, new_sentences):
        kind: Change = "changed" if left and right else "went" if left else "came"
        changes.append(SentenceChange(kind, _joined(old_sentences, left), _joined(new_sentences, right)))
    # Where a sentence ends may be seen otherwise when another stands beside it.
    return tuple(change for change in changes if change.before != change.after)


def changed_ranges(
    before: Sequence[str], after: Sequence[str], most_joined: int = _MOST_JOINED
) -> list[tuple[range, range]]:
    """What is not the same in two lists, in the order of the later one, as a range of each.

    One range is empty for what came or went. Up to `most_joined` neighbours may together be what one was.
    """
    ordered = _common(before, after)
    same = ordered | _moved(before, after, ordered)
    alike = _alike(before, after, ordered, same, most_joined)
    kept = {i for old, _ in alike for i in old}.union(same)
    arrived = {j for _, new in alike for j in new}.union(same.values())
    found = [(float(new[0]), old, new) for old, new in alike]
    found += [(float(j), range(0), range(j, j + 1)) for j in range(len(after)) if j not in arrived]
    # What went is told after what stood before it.
    anchors = ordered | {old[-1]: new[-1] for old, new in alike}
    place = -1
    for i in range(len(before)):
        place = anchors.get(i, place)
        if i not in kept:
            found.append((place + 0.5, range(i, i + 1), range(0)))
    return [(old, new) for _, old, new in sorted(found, key=lambda change: (change[0], change[1].start))]


def _common(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """The longest common subsequence, by index; empty for lists that no article is as long as."""
    if len(before) * len(after) > _MOST_PAIRS:
        return {}
    blocks = LCSseq.opcodes(before, after).as_matching_blocks()
    return {block.a + place: block.b + place for block in blocks for place in range(block.size)}


def _moved(before: Sequence[str], after: Sequence[str], ordered: Mapping[int, int]) -> dict[int, int]:
    taken = set(ordered.values())
    free: dict[str, list[int]] = defaultdict(list)
    for j in reversed(range(len(after))):
        if j not in taken:
            free[after[j]].append(j)
    return {i: free[text].pop() for i, text in enumerate(before) if i not in ordered and free.get(text)}


def _alike(
    before: Sequence[str], after: Sequence[str], ordered: Mapping[int, int], same: Mapping[int, int], most_joined: int
) -> list[tuple[range, range]]:
    """Pairs of ranges of what has no equal and is likely to be one that changed; no item is in two of them."""
    gone, new = set(range(len(before))).difference(same), set(range(len(after))).difference(same.values())
    if len(gone) + len(new) > _MOST_UNMATCHED:
        most_joined = 1
    unmatched = sorted(new)
    likely = list[tuple[float, range, range]]()
    nearest = 0  # by its place in `unmatched`; within a stretch in which nothing stayed it is as far along
    for i in range(len(before)):
        if i in ordered:
            nearest = bisect(unmatched, ordered[i])
        elif i in gone:
            for place in range(max(0, nearest - _NEAR), min(len(unmatched), nearest + _NEAR + 1)):
                loss = _LOST_BY_DISTANCE * abs(place - nearest)
                pairs = _likely_pairs(before, after, i, unmatched[place], most_joined)
                likely += [(similarity - loss, old, later) for similarity, old, later in pairs]
            nearest += 1
    found = list[tuple[range, range]]()
    for _, old, later in sorted(likely, key=lambda pair: (-pair[0], pair[1].start, pair[2].start)):
        if gone.issuperset(old) and new.issuperset(later):
            found.append((old, later))
            gone.difference_update(old)
            new.difference_update(later)
    return found


def _likely_pairs(
    before: Sequence[str], after: Sequence[str], i: int, j: int, most_joined: int
) -> Iterator[tuple[float, range, range]]:
    """Two items if they are alike, and either with those that follow the other joined; each with the similarity."""
    old, new = range(i, i + 1), range(j, j + 1)
    alone = fuzz.ratio(before[i], after[j])
    if alone >= ALIKE:
        yield alone, old, new
    least = max(ALIKE, alone + _JOINED)
    for number in range(2, most_joined + 1):
        for left, right in ((old, range(j, j + number)), (range(i, i + number), new)):
            together = fuzz.ratio(_joined(before, left), _joined(after, right), score_cutoff=least)
            if together:
                yield together, left, right


def _joined(texts: Sequence[str], indices: range) -> str:
    return " ".join(texts[indices.start : indices.stop])


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
