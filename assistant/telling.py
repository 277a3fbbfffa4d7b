"""Telling: what goes with an answer, in the plain words that the command line and the window share."""

from datetime import date, datetime
from typing import Protocol

from assistant.answers import Answer, Aspect, Citation, Statement, Understood
from assistant.utils.formatting import day, days
from assistant.utils.strings import one_line

_MOST_NAMED = 4


def understood(what: Understood) -> str | None:
    """As "publication: The Verge; published or told of: 1 to 15 October 2023"; None when there is nothing to say."""
    return "; ".join(told for _, told in aspects(what)) or None


def aspects(what: Understood) -> list[tuple[Aspect | None, str]]:
    """What a question was taken to mean, piece by piece, each with the aspect that a reader may take away."""
    told: list[tuple[Aspect | None, str]] = []
    if what.follows:
        told.append(("conversation", f"“{one_line(what.follows, 200)}”"))
    if what.publications:
        told.append(
            ("publications", f"publication{'s' if what.publications[1:] else ''}: {_listed(what.publications)}")
        )
    if what.when and (what.since or what.until):
        told.append(("dates", f"“{one_line(what.when, 80)}”: {_span(what.since, what.until)}"))
    if what.names:
        told.append((None, f"names: {_listed(what.names)}"))
    if what.corrected:
        pairs = (f"“{one_line(typed, 40)}” read as “{one_line(meant, 40)}”" for typed, meant in what.corrected)
        told.append(("spelling", "; ".join(pairs)))
    if what.parts:
        parts = " / ".join(one_line(part, 80) for part in what.parts)
        told.append(("parts", f"{len(what.parts)} questions: {parts}"))
    return told


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join([*(one_line(name, 60) for name in names[:_MOST_NAMED]), *([f"{more} more"] if more > 0 else [])])


def _span(since: date | None, until: date | None) -> str:
    if since is None:
        return f"up to {day(until)}" if until else ""
    if until is None:
        return f"from {day(since)}"
    return days(since, until)


def support(statement: Statement) -> str | None:
    """What a reader must know of a statement that a model wrote: why it is not borne out; None when it is."""
    if statement.support != "unsupported":
        return None
    return f"not borne out by the articles: {statement.doubt}" if statement.doubt else "not borne out by the articles"


def agreeing(statement: Statement) -> str | None:
    """As "2 publications say so: Coast Radio, Morning Meridian"."""
    if not statement.agreeing:
        return None
    return f"{len(statement.agreeing)} publications say so: {_listed(statement.agreeing)}"


def carried(citation: Citation) -> str | None:
    """As "the same story in 2 other publications: Coast Radio, Morning Meridian"."""
    count = len(citation.carried_by)
    if not count:
        return None
    others = "1 other publication" if count == 1 else f"{count} other publications"
    return f"the same story in {others}: {_listed(citation.carried_by)}"


class Dated(Protocol):
    """What a publication published and may have changed since."""

    @property
    def published(self) -> datetime | None:
        """When it was published."""
        ...

    @property
    def updated(self) -> datetime | None:
        """When it was last changed."""
        ...


def updated(one: Dated) -> str | None:
    """As "updated 3 June 2025"; None where the publication does not say so, or says it of the day of publication."""
    if one.updated is None or (one.published is not None and one.updated.date() <= one.published.date()):
        return None
    return f"updated {day(one.updated)}"


def as_of(answer: Answer) -> str | None:
    """As "As of 28 May 2025"; None for an answer that rests on no dated article."""
    return f"As of {day(answer.as_of)}" if answer.as_of else None
