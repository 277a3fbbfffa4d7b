"""Planning: what a question was taken to mean, and what to look for because of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assistant.answers import Understood
from assistant.clauses import clauses
from assistant.dates import Time, times_named
from assistant.index import Generation
from assistant.naming import Mention, publications_named
from assistant.query import Filters, Query
from assistant.retrieval import Aim, Days

# How much days of publication count beside the standard scores of the search.
_PUBLISHED, _SUBJECT = 1.0, 0.5
_AFTERWARDS = timedelta(days=7)  # what happened on a day is reported within a week
_MOST_AIMS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for, and what is told of it."""

    aims: tuple[Aim, ...]
    understood: Understood


def plan(generation: Generation, query: Query, filters: Filters) -> Plan:
    """The plan for `query`; publications are routed to only where `filters` do not say which to use."""
    newest = (generation.db.dates()[1] or datetime.now(UTC)).date()
    times = times_named(query.question, newest)
    mentions = [] if filters.source else publications_named(query.question, generation.db.sources())
    aims = _aims(query, mentions, times)
    return Plan(aims[:_MOST_AIMS], _understood(query, mentions, times))


def _aims(query: Query, mentions: Sequence[Mention], times: Sequence[Time]) -> tuple[Aim, ...]:
    found = clauses(query.question, mentions)
    if found:
        return tuple(
            Aim(one.text if len(found) > 1 else None, name, _days(times, one.start, one.end))
            for one in found
            for name in one.publications
        )
    everywhere = _days(times, 0, len(query.question))
    return tuple(Aim(part, None, everywhere) for part in query.parts) or (Aim(None, None, everywhere),)


def _days(times: Sequence[Time], start: int, end: int) -> tuple[Days, ...]:
    """The days that a stretch of the question favours."""
    return tuple(
        Days(one.since, one.until, _PUBLISHED)
        if one.role == "published"
        else Days(one.since, one.until + _AFTERWARDS if one.until else None, _SUBJECT)
        for one in times
        if start <= one.start < end and (one.since or one.until)
    )


def _understood(query: Query, mentions: Sequence[Mention], times: Sequence[Time]) -> Understood:
    dated = [one for one in times if one.since or one.until]
    sinces, untils = [one.since for one in dated if one.since], [one.until for one in dated if one.until]
    return Understood(
        publications=tuple(dict.fromkeys(one.name for one in mentions)),
        since=min(sinces, default=None) if len(sinces) == len(dated) else None,
        until=max(untils, default=None) if len(untils) == len(dated) else None,
        when=", ".join(one.words for one in dated) or None,
        parts=query.parts,
    )
