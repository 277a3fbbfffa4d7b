"""Decoding of named entities: the moves that spaCy's entity recogniser takes, worked out for all tokens at once.

The recogniser reads a text from left to right and takes a move at each token: a name begins, goes on or ends with it,
is this token alone, or there is none (BILOU; Ratinov and Roth 2009). Outside a name the scores of the moves depend on
the token only, within one on the token and the first of the name. So the moves of all tokens outside names are one
product of matrices, and those within all names that may begin one more for each step. spaCy's own loop goes through
the moves token by token, in four times the time, and hardly at all beside another thread of Python's.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Span = tuple[int, int, str]
"""The first token of a name, the one after its last, and its label."""


class NameDecoder:
    """Finds names with the layers of spaCy's `ner`, the pipe `recognizer`: the very names that it finds itself."""

    def __init__(self, recognizer: Any) -> None:
        self._tokens, self._features, scores = recognizer.model.layers
        self._bias: Floats = self._features.get_param("b")
        self._weights: Floats = scores.get_param("W")
        self._scores_bias: Floats = scores.get_param("b")
        moves = recognizer.moves
        rows = {moves.get_class_name(row): row for row in range(moves.n_moves)}
        self._labels: Sequence[str] = recognizer.labels
        begin, inside, last, unit = ([rows[f"{move}-{label}"] for label in self._labels] for move in "BILU")
        self._inside, self._last = np.array(inside), np.array(last)
        self._outside = np.array([*begin, *unit, rows["O"]])

    def spans(self, documents: Sequence[Any]) -> list[list[Span]]:
        """The names in each of the tokenised texts, in order."""
        ends = np.cumsum([len(document) for document in documents])
        if not len(ends) or not ends[-1]:
            return [[] for _ in documents]
        spaces = np.concatenate([document.to_array("IS_SPACE").astype(bool) for document in documents])
        end_of = np.repeat(ends, np.diff(ends, prepend=0))
        features: Floats = self._features.predict(self._tokens.predict(documents))
        label, ended = self._names_from_each(features, end_of, spaces)
        return [
            [(first - start, after - start, name) for first, after, name in self._taken(label, ended, start, end)]
            for start, end in zip([0, *ends[:-1]], ends, strict=True)
        ]

    def _names_from_each(self, features: Floats, end_of: Rows, spaces: NDArray[np.bool_]) -> tuple[Rows, Rows]:
        """For each token, were it outside a name: the label of the name that begins with it, or -1; and its end."""
        padding, features = features[0], features[1:]
        states = self._states(features[:, 0], padding[1], padding[2])
        scores = states @ self._weights[self._outside].T + self._scores_bias[self._outside]
        kinds, tokens = len(self._labels), np.arange(len(features))
        scores[tokens + 1 == end_of, :kinds] = -np.inf  # a name that begins with the last token cannot go on
        scores[spaces, : 2 * kinds] = -np.inf
        move = scores.argmax(axis=1)
        label = np.where(move < 2 * kinds, move % kinds, -1)
        ended = tokens + 1
        first = np.flatnonzero(move < kinds)
        at = first + 1
        while len(first):
            states = self._states(features[at, 0], features[first, 1], features[at - 1, 2])
            rows_in, rows_last = self._inside[label[first]], self._last[label[first]]
            goes_on = (at + 1 < end_of[first]) & (self._score(states, rows_in) >= self._score(states, rows_last))
            ended[first[~goes_on]] = at[~goes_on] + 1
            first, at = first[goes_on], at[goes_on] + 1
        return label, ended

    def _states(self, token: Floats, first: Floats, last: Floats) -> Floats:
        """The hidden states: features of the token, the first of its name and the one before it, through maxout."""
        pieces = token + first + last + self._bias
        states: Floats = reduce(np.maximum, np.moveaxis(pieces, -1, 0))
        return states

    def _score(self, states: Floats, rows: Rows) -> Floats:
        scores: Floats = np.einsum("ij,ij->i", states, self._weights[rows]) + self._scores_bias[rows]
        return scores

    def _taken(self, label: Rows, ended: Rows, start: int, end: int) -> Iterator[Span]:
        """The names that are found from left to right between two tokens."""
        after = start
        for first in start + np.flatnonzero(label[start:end] >= 0):
            if first >= after:
                after = int(ended[first])
                yield int(first), after, self._labels[label[first]]
