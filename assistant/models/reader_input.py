"""A question and a passage as the reader takes them: tokens, and which sentence each is of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.models.tokenizer import packaged_tokenizer
from assistant.text import Plain, plain

CLS, SEP, PAD = 101, 102, 0
QUESTION_TOKENS, TITLE_TOKENS, SENTENCE_TOKENS = 64, 48, 128
"""What is longer is cut, a question in its middle: what it asks for stands at its beginning or its end."""
PASSAGE_TOKENS = 380
"""At most, of all sentences together: with question and title below the 512 that the encoder was made for."""

_STEP, _SENTENCE_STEP = 16, 8  # inputs are padded to a multiple, as each new size is prepared for
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Tokens(NamedTuple):
    """The tokens of a text, and from where to where each stands in it, in characters."""

    ids: list[int]
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """One question (or claim) with one passage.

    `sentence[i]` is the number of the sentence that token i belongs to, -1 for the others. A sentence that the room did
    not suffice for has no token.
    """

    ids: list[int]
    question_length: int  # tokens of the first segment: [CLS] question [SEP]
    sentence: list[int]
    offsets: list[tuple[int, int]] = field(repr=False)


class Batch(NamedTuple):
    """Rows side by side, padded to the longest, in the order that the reader takes them."""

    ids: Ints  # (rows, tokens)
    mask: Ints  # (rows, tokens)
    types: Ints  # (rows, tokens): 0 question, 1 passage
    pool: Floats  # (rows, sentences, tokens): mean over the tokens of a sentence


def tokenize(texts: Sequence[str]) -> list[Tokens]:
    """The tokens of each text, without special ones."""
    forms = list(map(plain, texts))
    encodings = packaged_tokenizer().encode_batch(forms, add_special_tokens=False)
    return [
        Tokens(encoding.ids, encoding.offsets if form == text else _in_text(text, encoding.offsets))
        for text, form, encoding in zip(texts, forms, encodings, strict=True)
    ]


def _in_text(text: str, offsets: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where in a text the tokens stand that begin and end so in its plain form."""
    origin = Plain.of(text)
    return [origin.span(start, end) for start, end in offsets]


def row(question: Tokens, title: Tokens, sentences: Sequence[Tokens]) -> Row:
    """[CLS] question [SEP] title sentences [SEP]."""
    asked = question.ids
    if len(asked) > QUESTION_TOKENS:
        asked = [*asked[: QUESTION_TOKENS // 2], *asked[-QUESTION_TOKENS // 2 :]]
    ids = [CLS, *asked, SEP]
    question_length = len(ids)
    ids += title.ids[:TITLE_TOKENS]
    numbers = [-1] * len(ids)
    offsets = [(0, 0)] * len(ids)
    room = PASSAGE_TOKENS
    for number, sentence in enumerate(sentences):
        kept = sentence.ids[: min(SENTENCE_TOKENS, room)]
        room -= len(kept)
        ids += kept
        numbers += [number] * len(kept)
        offsets += sentence.offsets[: len(kept)]
    return Row([*ids, SEP], question_length, [*numbers, -1], [*offsets, (0, 0)])


def batch(rows: Sequence[Row]) -> Batch:
    """The rows as arrays; there may be more tokens and sentences in them than in any row."""
    tokens = _multiple(max(len(row.ids) for row in rows), _STEP)
    sentences = _multiple(max(max(row.sentence) for row in rows) + 1, _SENTENCE_STEP)
    ids = np.full((len(rows), tokens), PAD, np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    pool = np.zeros((len(rows), max(sentences, _SENTENCE_STEP), tokens), np.float32)
    for number, each in enumerate(rows):
        length = len(each.ids)
        ids[number, :length] = each.ids
        mask[number, :length] = 1
        types[number, each.question_length : length] = 1
        owner = np.array(each.sentence)
        at = np.flatnonzero(owner >= 0)
        pool[number, owner[at], at] = 1
    return Batch(ids, mask, types, pool / np.maximum(pool.sum(2, keepdims=True), 1))


def _multiple(number: int, step: int) -> int:
    """The next multiple of `step`."""
    return -(-number // step) * step


def in_context(question: str, before: str) -> str:
    """A question that depends on the one `before` it, as the reader takes it."""
    return f"{question} ({before})"
