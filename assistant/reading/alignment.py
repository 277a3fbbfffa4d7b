"""How near each word of a question comes to the words of a sentence, by their vectors in context.

"Which scientist led the survey" and "the marine biologist who led it" share few words; the vectors that a
model gives "scientist" and "biologist" in these places are near all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from assistant.models import WordVectors
from assistant.text import Weights, stem, stems_with_synonyms, synonym_group, word_list, word_stems

QUESTION_WORDS = word_list("questions", "asking")
_SAME, _OTHER = 0.9, 0.3  # the usual cosine of a word that is in the sentence, and of one that is not, with this model
_NEARBY, _FURTHER = 4, 8  # words between two that belong together, and may


@dataclass(frozen=True, slots=True)
class Alignment:
    """A sentence against a question, word by word.

    `cosines` has for each stem of the question the best cosine among the sentence's words, `positions` which word
    that was. `question_words` has for each of "who", "when" and so on its best cosine with a word that the question
    does not have. `back` is the mean over the sentence's words of their best cosine with the question's.
    """

    cosines: Mapping[str, float] = field(default_factory=dict)
    positions: Mapping[str, int] = field(default_factory=dict)
    question_words: Mapping[str, float] = field(default_factory=dict)
    back: float = _OTHER

    def mean(self, stems: Iterable[str]) -> float:
        """The mean cosine of `stems`."""
        cosines = [self.cosines.get(term, 0.0) for term in stems]
        return sum(cosines) / len(cosines) if cosines else _OTHER

    def together(self, stems: Sequence[str], weights: Weights) -> float:
        """How near pairs of neighbouring `stems` come to words that are near each other too, 0 to 1."""
        pairs = list(pairwise(stems))
        if not pairs:
            return 0.6 * self.cosines.get(stems[0], 0.0) ** 2 if stems else 0.0
        total = reached = 0.0
        for first, second in pairs:
            weight = weights.get(first, 0.0) + weights.get(second, 0.0)
            distance = abs(self.positions.get(first, 0) - self.positions.get(second, 0))
            closeness = 1.0 if 0 < distance <= _NEARBY else 0.5 if 0 < distance <= _FURTHER else 0.15
            reached += weight * closeness * self.cosines.get(first, 0.0) * self.cosines.get(second, 0.0)
            total += weight
        return reached / total if total else 0.0


def align(texts: Sequence[str], word_vectors: Sequence[WordVectors] | None) -> list[Alignment]:
    """How each of `texts` aligns with the first of them, the question.

    `word_vectors` are their words with vectors; without them (an embedder that gives none) by the words alone.
    """
    if word_vectors is None:
        return [_by_words(texts[0], text) for text in texts[1:]]
    return [_by_vectors(word_vectors[0], sentence) for sentence in word_vectors[1:]]


def _by_words(question: str, sentence: str) -> Alignment:
    present, sentence_stems, asked = stems_with_synonyms(sentence), word_stems(sentence), word_stems(question)
    cosines = {term: _SAME if term in present or synonym_group(term) in present else _OTHER for term in asked}
    positions = {term: sentence_stems.index(term) if term in sentence_stems else 0 for term in asked}
    back = [_SAME if term in cosines else _OTHER for term in sentence_stems]
    return Alignment(cosines, positions, {}, sum(back) / len(back) if back else _OTHER)


def _by_vectors(question: WordVectors, sentence: WordVectors) -> Alignment:
    if not question or not sentence:
        return Alignment()
    matrix = np.stack([vector for _, vector in question]) @ np.stack([vector for _, vector in sentence]).T
    asked = [stem(word) for word, _ in question]
    new = [position for position, (word, _) in enumerate(sentence) if stem(word) not in asked]
    cosines: dict[str, float] = {}
    positions: dict[str, int] = {}
    for term, row in zip(asked, matrix, strict=True):
        position = int(row.argmax())
        if float(row[position]) > cosines.get(term, -1.0):
            cosines[term], positions[term] = float(row[position]), position
    question_words = {
        word: float(row[new].max()) if new else _OTHER
        for (word, _), row in zip(question, matrix, strict=True)
        if word in QUESTION_WORDS
    }
    return Alignment(cosines, positions, question_words, float(matrix.max(axis=0).mean()))


def best_cosines(alignments: Iterable[Alignment]) -> dict[str, float]:
    """The best cosine among several sentences for each stem."""
    best: dict[str, float] = {}
    for alignment in alignments:
        best |= {term: max(best.get(term, -1.0), cosine) for term, cosine in alignment.cosines.items()}
    return best


def weighted_mean(cosines: Mapping[str, float], weights: Weights) -> float:
    """The mean of `cosines` over the stems that have weights; a stem without a cosine counts as 0."""
    return sum(weight * cosines.get(term, 0.0) for term, weight in weights.items()) / (sum(weights.values()) or 1.0)
