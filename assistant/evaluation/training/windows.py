"""Windows to train on: a question or claim over a few neighbouring sentences, with what is true of them.

Each question that is answered is given with a window that answers and with one that does not: by the question alone
nothing can be told.
"""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.evaluation.training.newsread import ANSWERED, BORNE_OUT, NOT_BORNE_OUT, UNANSWERED, Document, Labelled
from assistant.models.reader_input import SENTENCE_TOKENS, Tokens, tokenize
from assistant.text.lexicon import word_list

_ROOMS = (50, 80, 110, 150, 190)  # tokens of a window
_MOST_GOLD = 190  # tokens within which all gold sentences are shown together
_WITH_TITLE, _WITH_SOURCE = 0.7, 0.5  # with a title; of these, with the source and the date too
_NAMING_SOURCE, _NAMING_MONTH = 0.1, 0.06  # of the questions under a source, those that name it, or the month
_ELSEWHERE = 0.2  # answered questions that are also put to another article on the same subject
_DRAWN = 60  # documents of which the most alike is taken
_DRAWS_OF_CLAIMS = 2  # in an epoch, as a claim gives fewer windows than a question
_RANDOM_TOO = 0.4  # near misses that are also put to any window of the article
_LIKE = 0.3  # share of words that two rows have in common at least, to be a pair


@dataclass(frozen=True, slots=True)
class Window:
    """A question or claim, with consecutive sentences of a document."""

    is_claim: bool
    text: str
    title: str
    sentences: tuple[str, ...]
    gold: tuple[int, ...]  # numbers within the window; of a claim that is borne out, the sentences that do it
    holds: bool  # the window answers the question, or bears the claim out
    answer: tuple[int, int, int] | None = None  # sentence within the window, first and last character
    weight: float = 1.0
    rival: "Window | None" = None  # the like in nearly the same words that does not hold, over the same sentences


@lru_cache(maxsize=400_000)
def tokens(text: str) -> Tokens:
    """The tokens of a text, kept."""
    return tokenize([text])[0]


def size(text: str) -> int:
    """Tokens of a sentence as the reader takes it."""
    return min(len(tokens(text).ids), SENTENCE_TOKENS)


class WindowSampler:
    """Draws the windows of one epoch; another epoch draws others."""

    def __init__(self, rows: Sequence[Labelled], weights: Sequence[float], seed: int, neighbours: bool = True) -> None:
        self._rows = rows
        self._weights = weights
        self._random = random.Random(seed)
        self._documents = list({row.document.id: row.document for row in rows}.values())
        self._words = {document.id: _content_words(document) for document in self._documents} if neighbours else {}

    def __iter__(self) -> Iterator[Window]:
        for number, (row, weight) in enumerate(zip(self._rows, self._weights, strict=True)):
            for _ in range(_DRAWS_OF_CLAIMS if row.label in (BORNE_OUT, NOT_BORNE_OUT) else 1):
                asked, title = self._under_title(row)
                rival = self._rival(number, asked.text != row.text)
                yield from self._windows(asked, title, weight, rival)

    def _rival(self, number: int, framed: bool) -> Labelled | None:
        """The row that follows, where it is of the same form and does not hold."""
        row, other = self._rows[number], self._rows[(number + 1) % len(self._rows)]
        is_pair = (row.label, other.label) in ((ANSWERED, UNANSWERED), (BORNE_OUT, NOT_BORNE_OUT))
        return other if is_pair and not framed and row.document is other.document and _alike(row, other) else None

    def _under_title(self, row: Labelled) -> tuple[Labelled, str]:
        """The row and the title over its windows; now and then the question names the source or the month as well."""
        document, chance = row.document, self._random.random
        if chance() >= _WITH_TITLE:
            return row, ""
        if document.source is None or chance() >= _WITH_SOURCE:
            return row, document.title
        if row.label in (ANSWERED, UNANSWERED):
            if chance() < _NAMING_SOURCE:
                row = replace(row, text=_framed(row.text, f"according to {document.source}", chance() < 0.5))
            elif document.published and chance() < _NAMING_MONTH:
                row = replace(row, text=_framed(row.text, f"in {document.published:%B %Y}", chance() < 0.5))
        return row, document.heading

    def _windows(self, row: Labelled, title: str, weight: float, rival: Labelled | None) -> Iterator[Window]:
        room = self._random.choice(_ROOMS)
        if row.label in (ANSWERED, BORNE_OUT):
            held = self._positive(row, title, room, weight)
            if rival:
                held = replace(held, rival=replace(held, text=rival.text, gold=(), holds=False, answer=None))
            yield held
            if row.label == ANSWERED or self._random.random() < 0.5:
                if window := self._without_gold(row, title, room, weight):
                    yield window
            if row.label == ANSWERED and self._words and self._random.random() < _ELSEWHERE:
                if window := self._elsewhere(row, title, room, weight):
                    yield window
            return
        sentences = row.document.sentences
        near = self._random.randrange(len(sentences)) if row.near is None else row.near
        yield self._negative(row, row.document, title, grow(sentences, [near], room, self._random), weight)
        if row.label == UNANSWERED and row.near is not None and self._random.random() < _RANDOM_TOO:
            anywhere = [self._random.randrange(len(sentences))]
            yield self._negative(row, row.document, title, grow(sentences, anywhere, room, self._random), weight)

    def _positive(self, row: Labelled, title: str, room: int, weight: float) -> Window:
        sentences = row.document.sentences
        span = range(min(row.gold), max(row.gold) + 1)
        together = sum(size(sentences[number]) for number in span) <= _MOST_GOLD
        # A claim needs all its sentences; a question is answered by the best of them.
        kept = grow(sentences, span if together else row.gold[:1], room, self._random)
        gold = tuple(place for place, number in enumerate(kept) if number in row.gold)
        answer = None
        if row.answer and row.answer[0] in kept:
            answer = (kept.index(row.answer[0]), *row.answer[1:])
        return _window(row, row.document, title, kept, gold, True, answer, weight)

    def _without_gold(self, row: Labelled, title: str, room: int, weight: float) -> Window | None:
        sentences = row.document.sentences
        free = [number for number in range(len(sentences)) if number not in row.gold]
        if not free:
            return None
        asked = set(row.text.lower().split())
        # Half of the time the sentence that shares most words with the question: the one that misleads.
        misleading = max(free, key=lambda number: len(asked & set(sentences[number].lower().split())))
        start = misleading if self._random.random() < 0.5 else self._random.choice(free)
        return self._negative(
            row, row.document, title, grow(sentences, [start], room, self._random, set(row.gold)), weight
        )

    def _elsewhere(self, row: Labelled, title: str, room: int, weight: float) -> Window | None:
        drawn = self._random.sample(self._documents, min(_DRAWN, len(self._documents)))
        drawn = [document for document in drawn if document.group != row.document.group]
        if not drawn:
            return None
        own = self._words[row.document.id]
        near = max(drawn, key=lambda d: len(own & self._words[d.id]) / (1 + len(self._words[d.id])) ** 0.5)
        start = [self._random.randrange(len(near.sentences))]
        # Under a title like the row's own, so that the kind of title tells nothing.
        title = "" if not title else near.title if title == row.document.title else near.heading
        return self._negative(row, near, title, grow(near.sentences, start, room, self._random), weight)

    def _negative(self, row: Labelled, document: Document, title: str, kept: list[int], weight: float) -> Window:
        return _window(row, document, title, kept, (), False, None, weight)


def _alike(row: Labelled, other: Labelled) -> bool:
    words, others = (set(one.text.lower().split()) for one in (row, other))
    return len(words & others) >= _LIKE * len(words | others)


def _framed(question: str, frame: str, before: bool) -> str:
    """The question with words that say where or when to look, before or after it."""
    if not before:
        return f"{question.rstrip('?. ')} {frame}?"
    first, _, rest = question.partition(" ")
    if first.lower() in word_list("questions", "openings"):
        first = first.lower()
    return f"{frame[0].upper()}{frame[1:]}, {first} {rest}"


def grow(
    sentences: Sequence[str], start: Collection[int], room: int, rng: random.Random, avoid: Collection[int] = ()
) -> list[int]:
    """Consecutive sentences around `start`, by turns of chance, while `room` tokens suffice; never one of `avoid`."""
    first, last = min(start), max(start)
    used = sum(size(sentences[number]) for number in range(first, last + 1))
    while True:
        sides = [
            number
            for number in (first - 1, last + 1)
            if 0 <= number < len(sentences) and number not in avoid and used + size(sentences[number]) <= room
        ]
        if not sides:
            return list(range(first, last + 1))
        taken = rng.choice(sides)
        used += size(sentences[taken])
        first, last = min(first, taken), max(last, taken)


def passages(sentences: Sequence[str], room: int = 190) -> list[list[int]]:
    """A document in passages of up to `room` tokens, each beginning with the last sentence of the one before."""
    found = []
    first = 0
    while True:
        last, used = first, size(sentences[first])
        while last + 1 < len(sentences) and used + size(sentences[last + 1]) <= room:
            last += 1
            used += size(sentences[last])
        found.append(list(range(first, last + 1)))
        if last + 1 >= len(sentences):
            return found
        first = max(last, first + 1)


def _window(
    row: Labelled,
    document: Document,
    title: str,
    kept: list[int],
    gold: tuple[int, ...],
    holds: bool,
    answer: tuple[int, int, int] | None,
    weight: float,
) -> Window:
    is_claim = row.label not in (ANSWERED, UNANSWERED)
    sentences = tuple(document.sentences[number] for number in kept)
    return Window(is_claim, row.text, title, sentences, gold, holds, answer, weight)


def _content_words(document: Document) -> set[str]:
    return {word for text in (document.title, *document.sentences) for word in text.lower().split() if len(word) > 4}
