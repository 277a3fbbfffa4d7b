"""Matching: how near the words of a question come to those of a sentence, in their context.

"Which scientist led the survey" and "the marine biologist who led it" share few words; the vectors that a
model gives "scientist" and "biologist" in these places are near all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from assistant.embedding import WordVectors
from assistant.query import stem, words
from assistant.wording import act_of, marks

WordsOf = Callable[[Sequence[str]], list[WordVectors]]
Nearness = Mapping[str, float]
"""For each stem of the question the best cosine among the words of a sentence."""

_SAME, _OTHER = 0.9, 0.3  # what a word in the sentence, and one that is not, mostly have with this model


def nearness(question: str, sentences: Sequence[str], words_of: WordsOf | None) -> list[Nearness]:
    """For each of `sentences`, how near it comes to each stem of `question`, about 0 to 1.

    Without `words_of` (an embedder that gives no vectors of words) by the words alone.
    """
    if words_of is None:
        stems = {stem(word) for word in words(question)}
        return [{one: _SAME if _has(text, one) else _OTHER for one in stems} for text in sentences]
    asked, *said = words_of([question, *sentences])
    return [_nearest(asked, one) for one in said]


def _has(text: str, one: str) -> bool:
    return one in marks(text) or act_of(one) in marks(text)


def _nearest(asked: WordVectors, said: WordVectors) -> Nearness:
    if not asked or not said:
        return {}
    best = (np.stack([row for _, row in asked]) @ np.stack([row for _, row in said]).T).max(axis=1)
    found: dict[str, float] = {}
    for (word, _), cosine in zip(asked, best, strict=True):
        found[stem(word)] = max(found.get(stem(word), -1.0), float(cosine))
    return found


def together(each: Iterable[Nearness]) -> dict[str, float]:
    """The best of several sentences for each stem."""
    found: dict[str, float] = {}
    for one in each:
        for name, cosine in one.items():
            found[name] = max(found.get(name, -1.0), cosine)
    return found
