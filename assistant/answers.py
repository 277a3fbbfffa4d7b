"""What an answer is made of; all of it frozen, all of it public."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Support = Literal["verbatim", "supported", "unsupported"]
Mode = Literal["quotes", "model"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words an answer rests on: `article.text[start:end] == quote`, always."""

    number: int
    article_id: str
    title: str
    source: str | None
    published: datetime | None
    url: str | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the numbers of its citations and whether they support it."""

    text: str
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Coverage:
    """An article that comes near to a question that the articles do not answer."""

    article_id: str
    title: str
    source: str | None
    published: datetime | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Corpus:
    """The state of the corpus that an answer was made from."""

    generation: str
    refreshed: datetime
    articles: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a refusal.

    `text` is the whole as plain text with [n] after each statement. When `found` is false there are no
    statements and no citations, `text` says that the articles do not answer, and `nearest` has what comes
    closest. `confidence` is the calibrated chance, 0 to 1, that the articles answer. `timings` are in
    milliseconds. `notices` are lines that a reader should see beside the answer.
    """

    question: str
    text: str
    found: bool
    mode: Mode
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Coverage, ...]
    corpus: Corpus
    confidence: float
    notices: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Searched:
    """Event: the search is done; so many passages from so many articles will be read."""

    passages: int
    articles: int


@dataclass(frozen=True, slots=True)
class Said:
    """Event: a statement of the answer with its citations."""

    statement: Statement
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """Event, always the last: the whole answer."""

    answer: Answer


Event = Searched | Said | Finished
