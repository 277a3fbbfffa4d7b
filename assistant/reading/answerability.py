"""Answerability: the probability that the evidence answers a question; below a limit the assistant refuses.

`python -m assistant.evaluation.training.fit_ranker` writes the coefficients.
"""

from collections.abc import Sequence

import numpy as np

from assistant.models import load
from assistant.reading.evidence import Evidence, SubQuestion

WEIGHTS = "answerability.json"
FEATURES = ("reader", "reader_passage", "best_reader", "best_reader_passage", "length", "absent")
_LONG = 15  # content words


def answer_probability(number: int, parts: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> float:
    """The probability, 0 to 1, that `evidence` answers `parts[number]`; `parts[0]` is the whole question.

    For a sub-question that depends on another it is that of the whole question where that is higher.
    """
    if not evidence:
        return 0.0
    numbers = {number, 0} if parts[number].depends_on else {number}
    return max(load(WEIGHTS).probability(features(parts[n], n, evidence)) for n in numbers)


def features(part: SubQuestion, number: int, evidence: Sequence[Evidence]) -> dict[str, float]:
    """The features of `evidence` for `part`, whose scores are the `number`th of each sentence.

    What the reader says, in log odds: reader and reader_passage, the mean over the sentences by their chance to be
    the one that answers; best_reader and best_reader_passage, the highest. Of the question: length, its content words,
    of 15 at most; absent, whether it asks of a publication that the corpus does not have.
    """
    scores = np.array([sentence.scores[number] for sentence in evidence])
    chances = np.exp(scores - scores.max())
    logits = np.array([(each.readings[number].answers, each.readings[number].passage_answers) for each in evidence])
    (reader, reader_passage), (best, best_passage) = chances @ logits / chances.sum(), logits.max(axis=0)
    length = min(len(part.weights), _LONG) / _LONG
    told = (reader, reader_passage, best, best_passage, length, part.absent)
    return dict(zip(FEATURES, map(float, told), strict=True))
