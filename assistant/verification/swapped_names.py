"""Exchanging: whether a sentence is its source with another name in the place of one, or with two names exchanged."""

from collections.abc import Iterator, Sequence

from assistant.text.aliases import is_alike
from assistant.text.entities import names
from assistant.text.lexicon import words as listed
from assistant.text.words import is_content_word, stem, words

_COVERED = 0.7  # of the telling words of a statement that its source must have, in order, with the other name
_OTHERS = 3  # words besides the name that both must share


def exchanged(said: str, sources: Sequence[str], known: frozenset[str]) -> str | None:
    """The name in the source whose place another takes in `said`; None when there is none.

    `known` are the words of names of the whole passage.

    By the longest common subsequence of their telling words, each name taken as one word: with the right name in its
    place a statement follows its source further than with the wrong one. An active and a passive sentence are not
    compared, as their order differs.
    """
    passive = listed("modality", "passive")
    for source in sources:
        if passive.isdisjoint(words(said)) == passive.isdisjoint(words(source)):
            found = _exchanged(said, source, known)
            if found:
                return found
    return None


def _exchanged(said: str, source: str, known: frozenset[str]) -> str | None:
    theirs = [one.words for one in names(source, known)]
    there = _marked(source, theirs, theirs)
    mine = [one.words for one in names(said, known)]
    here = _marked(said, mine, [next((other for other in theirs if is_alike(one, other)), one) for one in mine])
    base = common(here, there)
    for other, changed in _changes(here, there):
        met = common(changed, there)
        if met > base and met > _OTHERS and met >= _COVERED * len(here):
            return other.removeprefix("@")
    return None


def _changes(here: Sequence[str], there: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """`here` with each of its names exchanged for one of `there`, and that name."""
    own = dict.fromkeys(one for one in here if one.startswith("@"))
    for other in dict.fromkeys(one for one in there if one.startswith("@")):
        for one in own:
            if one == other or (other not in own and one in there):
                continue
            yield other, [other if each == one else one if each == other else each for each in here]


def _marked(text: str, found: Sequence[str], canonical: Sequence[str]) -> list[str]:
    """The stems of the telling words of `text` in order, each name as one: "@" and the name that it stands for."""
    tokens, at = list[str](), 0
    for one, whole in zip(found, canonical, strict=True):
        place = text.find(one, at)
        if place < 0:
            continue
        tokens += [*_stems(text[at:place]), f"@{whole}"]
        at = place + len(one)
    return [*tokens, *_stems(text[at:])]


def _stems(text: str) -> list[str]:
    return [stem(one) for one in words(text) if is_content_word(one)]


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for mine in one:
        before = 0
        for place, theirs in enumerate(other, 1):
            before, row[place] = row[place], before + 1 if mine == theirs else max(row[place], row[place - 1])
    return row[-1]
