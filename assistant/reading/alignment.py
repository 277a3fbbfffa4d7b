"""Matching: how near the words of a question come to those of a sentence, in their context.

"Which scientist led the survey" and "the marine biologist who led it" share few words; the vectors that a
model gives "scientist" and "biologist" in these places are near all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from assistant.models.embedders import WordVectors
from assistant.text import lexicon
from assistant.text.weighting import stems_with_synonyms, synonym_group
from assistant.text.words import stem, words

ASKING = lexicon.words("questions", "asking")
_SAME, _OTHER = 0.9, 0.3  # what a word in the sentence, and one that is not, mostly have with this model
_NEARBY, _FURTHER = 4, 8  # words between two that belong together, and may


@dataclass(frozen=True, slots=True)
class Alignment:
    """A sentence against a question, word by word.

    `near` has for each stem of the question the best cosine among the sentence's words, `places` which word that
    was. `asking` has for each of "who", "when" and so on its best cosine with a word that the question does not
    have. `back` is the mean over the sentence's words of their best cosine with the question's.
    """

    near: Mapping[str, float] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    asking: Mapping[str, float] = field(default_factory=dict)
    back: float = _OTHER

    def mean(self, stems: Iterable[str]) -> float:
        """The mean nearness of `stems`."""
        found = [self.near.get(one, 0.0) for one in stems]
        return sum(found) / len(found) if found else _OTHER

    def together(self, stems: Sequence[str], weights: Mapping[str, float]) -> float:
        """How near pairs of neighbouring `stems` come to words that are near each other too, 0 to 1."""
        pairs = list(pairwise(stems))
        if not pairs:
            return 0.6 * self.near.get(stems[0], 0.0) ** 2 if stems else 0.0
        total = got = 0.0
        for one, other in pairs:
            weight = weights.get(one, 0.0) + weights.get(other, 0.0)
            apart = abs(self.places.get(one, 0) - self.places.get(other, 0))
            close = 1.0 if 0 < apart <= _NEARBY else 0.5 if 0 < apart <= _FURTHER else 0.15
            got += weight * close * self.near.get(one, 0.0) * self.near.get(other, 0.0)
            total += weight
        return got / total if total else 0.0


def matches(texts: Sequence[str], told: Sequence[WordVectors] | None) -> list[Alignment]:
    """How each of `texts` matches the first of them, the question.

    `told` are their words with vectors; without it (an embedder that gives none) by the words alone.
    """
    if told is None:
        return [_by_words(texts[0], text) for text in texts[1:]]
    return [_by_vectors(told[0], one) for one in told[1:]]


def _by_words(question: str, text: str) -> Alignment:
    present, told = stems_with_synonyms(text), list(map(stem, words(text)))
    asked = list(map(stem, words(question)))
    near = {one: _SAME if one in present or synonym_group(one) in present else _OTHER for one in asked}
    places = {one: told.index(one) if one in told else 0 for one in asked}
    back = sum(_SAME if one in near else _OTHER for one in told) / len(told) if told else _OTHER
    return Alignment(near, places, {}, back)


def _by_vectors(asked: WordVectors, said: WordVectors) -> Alignment:
    if not asked or not said:
        return Alignment()
    cosines = np.stack([row for _, row in asked]) @ np.stack([row for _, row in said]).T
    stems, told = [stem(word) for word, _ in asked], [stem(word) for word, _ in said]
    held = frozenset(stems)
    new = [place for place, one in enumerate(told) if one not in held]
    near: dict[str, float] = {}
    places: dict[str, int] = {}
    for one, row in zip(stems, cosines, strict=True):
        place = int(row.argmax())
        if float(row[place]) > near.get(one, -1.0):
            near[one], places[one] = float(row[place]), place
    asking = {
        word: float(row[new].max()) if new else _OTHER
        for (word, _), row in zip(asked, cosines, strict=True)
        if word in ASKING
    }
    return Alignment(near, places, asking, float(cosines.max(axis=0).mean()))


def best_of(each: Iterable[Alignment]) -> dict[str, float]:
    """The best nearness of several sentences for each stem."""
    found: dict[str, float] = {}
    for one in each:
        for name, cosine in one.near.items():
            found[name] = max(found.get(name, -1.0), cosine)
    return found
