"""The reader: a small cross-encoder that reads a question (or a claim) together with a passage.

It says of each sentence whether it answers, of the passage whether it does, where the short answer stands, and whether
the passage bears a claim out.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.errors import SettingsError
from assistant.models.cross_encoder import open_cross_encoder
from assistant.models.embedders import sha256_of
from assistant.models.inference import import_openvino, open_model
from assistant.models.reader_input import SENTENCE_TOKENS, Row, batch, row, tokenize

FOLDER = Path(__file__).parent / "weights" / "reader"
DESCRIPTION = "reader.json"
NOT_READ = -20.0  # log odds of a sentence that the room did not suffice for
_GROUP = 128  # a seventh faster than 32, for log odds that differ by 0.02
_MOST_SPAN = 24  # tokens of a short answer
# Taken off what is no span of a sentence, by its first and its last token: it ends before it starts, or is too long.
_SPANS = np.full((SENTENCE_TOKENS, SENTENCE_TOKENS), -np.inf, np.float32)
_SPANS[np.triu(np.tri(SENTENCE_TOKENS, k=_MOST_SPAN - 1, dtype=bool))] = 0

Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """A question or claim, and a passage as its headline and its sentences."""

    text: str
    title: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of a question with a passage, in log odds.

    `answers` and `bears_out` are of the passage, `sentences` of each sentence, `spans` the likeliest short answer in
    each, as first and last character.
    """

    answers: float
    bears_out: float
    sentences: tuple[float, ...]
    spans: tuple[tuple[int, int], ...]


class Reader(Protocol):
    """What reads questions with passages."""

    def read(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        """A reading for each input, in order."""


def open_reader(name: str | None = None, cache: Path | None = None) -> Reader:
    """The packaged reader; else the one in the folder `name`, or the cross-encoder of that name.

    What is compiled of it is kept in the folder `cache`.
    Raises SettingsError when it cannot be loaded.
    """
    if name is None or (Path(name) / DESCRIPTION).is_file():
        return PassageReader(FOLDER if name is None else Path(name), cache)
    return CrossEncoderReader(name)


class CrossEncoderReader:
    """A cross-encoder of sentence-transformers in the place of the reader, which scores each sentence by itself.

    A passage answers, or bears out, as much as the best of its sentences; a span is the whole sentence.
    """

    def __init__(self, name: str) -> None:
        self._model = open_cross_encoder("reader", name, "a cross-encoder")
        if self._model.num_labels != 1:
            raise SettingsError(
                f"reader {name} gives {self._model.num_labels} scores for a pair; name one that gives one"
            )

    def read(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        """A reading for each input, in order."""
        from torch.nn import Identity

        pairs = [(given.text, sentence) for given in inputs for sentence in given.sentences]
        scores = self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False) if pairs else ()
        logits = iter(map(float, scores))
        readings = []
        for given in inputs:
            own = tuple(islice(logits, len(given.sentences)))
            best = max(own, default=NOT_READ)
            readings.append(Reading(best, best, own, tuple((0, len(sentence)) for sentence in given.sentences)))
        return readings


class PassageReader:
    """The reader in `folder`, as 8-bit OpenVINO. May be used from several threads.

    Every passage is run by itself, so it is read the same whichever come with it. Raises SettingsError when the folder
    is not whole.
    """

    def __init__(self, folder: Path = FOLDER, cache: Path | None = None) -> None:
        digests = hashlib.sha256(json.dumps(_digests(folder)).encode()).hexdigest()
        name = f"reader-{digests[:12]}"
        self._model = open_model(partial(_model, folder), _GROUP, cache=cache, name=name)

    def read(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        """A reading for each input, in order."""
        texts = list(dict.fromkeys(text for given in inputs for text in (given.text, given.title, *given.sentences)))
        tokens = dict(zip(texts, tokenize(texts), strict=True))
        rows = [
            row(tokens[given.text], tokens[given.title], [tokens[text] for text in given.sentences]) for given in inputs
        ]
        found: dict[int, Reading] = {}

        def keep(number: int, outputs: Sequence[Any]) -> None:
            found[number] = reading_of(rows[number], len(inputs[number].sentences), *(output[0] for output in outputs))

        # The longest first: the last to run is then short, and no core waits long.
        order = sorted(range(len(rows)), key=lambda number: -len(rows[number].ids))
        self._model.run(((number, batch([rows[number]])) for number in order), keep)
        return [found[number] for number in range(len(rows))]


def reading_of(row: Row, count: int, sentences: Logits, answers: Logits, bears_out: Logits, span: Logits) -> Reading:
    """What the four outputs of the model say of a row of `count` sentences."""
    tokens = dict(_tokens_by_sentence(row))
    # A sentence that the room did not suffice for was not read: it answers nothing.
    logits = [float(sentences[number]) if number in tokens else NOT_READ for number in range(count)]
    spans = [_likeliest_span(row, tokens[number], span) if number in tokens else (0, 0) for number in range(count)]
    return Reading(float(answers), float(bears_out), tuple(logits), tuple(spans))


def _tokens_by_sentence(row: Row) -> Iterator[tuple[int, slice]]:
    """Each sentence that was read, with the tokens that are its."""
    start = 0
    for number, own in groupby(row.sentence):
        end = start + len(list(own))
        yield number, slice(start, end)
        start = end


def _likeliest_span(row: Row, tokens: slice, logits: Logits) -> tuple[int, int]:
    """The likeliest short answer among the tokens of a sentence, as characters of it.

    `logits` are (tokens, 2): that it starts and that it ends with a token.
    """
    starts, ends = logits[tokens].T
    total = starts[:, None] + ends + _SPANS[: len(starts), : len(starts)]
    first, last = divmod(int(total.argmax()), len(starts))
    return row.offsets[tokens.start + first][0], row.offsets[tokens.start + last][1]


def _digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of the reader, as its description has it."""
    try:
        listed = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))["sha256"]
        return {str(name): str(digest) for name, digest in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"{folder}: no reader can be loaded from it ({error}); {_cure(folder)}") from error


def _model(folder: Path) -> Any:
    """The model in the folder, its files checked."""
    _check(folder)
    return import_openvino().Core().read_model(folder / "model.xml")


def _check(folder: Path) -> None:
    try:
        damaged = [name for name, digest in _digests(folder).items() if sha256_of(folder / name) != digest]
    except OSError as error:
        raise SettingsError(f"{folder}: no reader can be loaded from it ({error}); {_cure(folder)}") from error
    if damaged:
        raise SettingsError(f"{folder / damaged[0]}: not the file that was written; {_cure(folder)}")


def _cure(folder: Path) -> str:
    return "install the package again" if folder == FOLDER else "export it again, or leave the setting reader out"
