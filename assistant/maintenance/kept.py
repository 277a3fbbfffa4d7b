"""What is kept of answers in the home: as JSON that holds any text and any date, and which articles it rests on."""

import json
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from assistant.answers import Answer, Excerpt
from assistant.articles import Filters
from assistant.errors import AssistantError
from assistant.text import with_readable_offset
from assistant.utils import storable

LONGEST = 300_000  # characters of one answer as JSON; a long one has 30,000

Removed = Callable[[], Container[str]]
"""Gives the ids of the articles that were removed by hand, whose words are kept nowhere."""


def kept_json(value: Any) -> str:
    """A dataclass, or a list of plain values, as JSON in one way only; what no store can hold is U+FFFD."""
    plain = value if isinstance(value, list | dict) else asdict(value)
    return storable(json.dumps(plain, default=_moment, ensure_ascii=False))


def _moment(moment: date) -> str:
    return (with_readable_offset(moment) if isinstance(moment, datetime) else moment).isoformat()


def kept_answer_of(answer: Answer) -> Answer:
    """`answer` as it is kept: how long it took is no part of it. Raises AssistantError for one that is too long."""
    kept = replace(answer, timings={})
    if (length := len(kept_json(kept))) > LONGEST:
        raise AssistantError(
            f"the answer has {length:,} characters with its sources, {LONGEST:,} can be kept; ask a narrower question"
        )
    return kept


def whole_days(filters: Filters) -> Filters:
    """`filters` with days in place of times, which is how they are shown."""
    since, until = (day.date() if isinstance(day, datetime) else day for day in (filters.since, filters.until))
    return replace(filters, since=since, until=until)


def one_for_each(answer: Answer, excerpts: Sequence[Excerpt]) -> tuple[Excerpt, ...]:
    """The excerpts, where there is one of each citation's own words; else the quotes alone."""
    quotes = [citation.quote for citation in answer.citations]
    if [excerpt.quote for excerpt in excerpts] == quotes:
        return tuple(excerpts)
    return tuple(Excerpt("", quote, "") for quote in quotes)


def rests_on(answer: Answer, articles: Container[str]) -> bool:
    """Whether `answer` has words of one of `articles`."""
    return any(article_id in articles for article_id in _article_ids(answer))


def _article_ids(answer: Answer) -> Iterator[str]:
    yield from (citation.article_id for citation in answer.citations)
    yield from (article.article_id for article in answer.nearest)


def refuse_removed(is_removed: bool) -> None:
    """Raise AssistantError where somebody would keep words of an article that was removed."""
    if is_removed:
        raise AssistantError("an article that this rests on was removed by a maintainer; ask the question again")
