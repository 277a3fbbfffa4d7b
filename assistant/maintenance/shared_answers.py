"""Shared answers: each at an address that nobody can guess, as it was when it was shared."""

from dataclasses import dataclass
from datetime import datetime

from assistant.answers import Answer, Excerpt
from assistant.articles import NO_FILTERS, Filters


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """An answer that can be read at an address made of `key`, whatever became of the articles since.

    `owner` stands for who shared it, at `shared` in UTC. `excerpts` has the text around the quote of each citation of
    `answer`, in their order; `answer.corpus` is the state of the index that it was made from. `filters` are those
    that it was asked with.
    """

    key: str
    owner: str
    shared: datetime
    answer: Answer
    excerpts: tuple[Excerpt, ...] = ()
    filters: Filters = NO_FILTERS
