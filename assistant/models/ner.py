"""Named entities: text comes in, mentions of people, places and other names go out.

The model is loaded when a refresh has new articles, and never on a question's path.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from assistant.models.name_decoder import NameDecoder
from assistant.models.spacy_model import load_without

Kind = Literal["person", "place", "people", "other"]
"""What a name is of; "people" are those of a country, a faith or a party."""

_KINDS: dict[str, Kind] = {
    **{"PERSON": "person", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "people"},
    **dict.fromkeys(("ORG", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW"), "other"),
}
# The entity recogniser has its own layers: it finds the same names without the other parts, in two thirds of the time.
_UNUSED = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
_LONGEST_PIECE = 2_000  # characters; memory grows with the longest text given at once
_AT_ONCE = 4_000  # characters of pieces that are read together: fewer take longer, more take more memory
_PARAGRAPH = re.compile(r"\n\s*\n|\Z")


@dataclass(frozen=True, slots=True)
class EntityMention:
    """A name as it stands in a text from character `start` on."""

    name: str
    kind: Kind
    start: int


class EntityRecognizer:
    """The packaged model, loaded; from any thread."""

    def __init__(self, model: Any) -> None:
        from threadpoolctl import ThreadpoolController

        self.spacy, self._names = model, NameDecoder(model.get_pipe("ner"))
        self._reading = threading.Lock()
        self._threads = ThreadpoolController()

    def mentions(self, text: str) -> list[EntityMention]:
        """The names in `text`, in order; about 0.05 s for 10,000 characters."""
        # Half a surrogate pair has no UTF-8, which spaCy keeps words in.
        text = text.encode("utf-8", "replace").decode("utf-8")
        # A memory zone forgets the words of this text; without one those of a large corpus fill the memory.
        # NumPy's library would run small products on all cores, which costs more than it gives while others use them.
        with self._reading, self._threads.limit(limits=1, user_api="blas"), self.spacy.memory_zone():
            return [mention for pieces in _groups(text) for mention in self._read(pieces)]

    def _read(self, pieces: Sequence[tuple[str, int]]) -> Iterator[EntityMention]:
        """The names in pieces of a text, each with where it starts."""
        documents = [self.spacy.make_doc(piece) for piece, _ in pieces]
        for document, (_, start), spans in zip(documents, pieces, self._names.spans(documents), strict=True):
            for first, after, label in spans:
                if label in _KINDS:
                    name = document[first:after]
                    yield EntityMention(name.text, _KINDS[label], start + name.start_char)


@lru_cache(maxsize=1)
def entity_recognizer() -> EntityRecognizer:
    """The recogniser of this process: 0.8 s, 130 MB. Raises RefreshError without the package or with other weights."""
    model = load_without(_UNUSED)
    _multiply_by_numpy(model.get_pipe("ner").model)
    return EntityRecognizer(model)


def _multiply_by_numpy(layers: Any) -> None:
    """Let NumPy multiply the matrices: BLIS, which spaCy takes, runs plain C on processors newer than itself."""
    from thinc.backends import NumpyOps

    ops = NumpyOps(use_blis=False)
    for layer in layers.walk():
        layer.ops = ops


def _groups(text: str) -> Iterator[list[tuple[str, int]]]:
    """The pieces of `text` that are read together."""
    group: list[tuple[str, int]] = []
    size = 0
    for piece in _pieces(text):
        if group and size + len(piece[0]) > _AT_ONCE:
            yield group
            group, size = [], 0
        group.append(piece)
        size += len(piece[0])
    if group:
        yield group


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """The paragraphs of `text`, long ones cut between words, each with where it starts."""
    start = 0
    for gap in _PARAGRAPH.finditer(text):
        while start < gap.start():
            end = min(gap.start(), start + _LONGEST_PIECE)
            if end < gap.start():
                end = text.rfind(" ", start, end) + 1 or end
            if not text[start:end].isspace():
                yield text[start:end], start
            start = end
        start = gap.end()
