"""Watching: questions that are asked again after each refresh, and how their answers changed."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from assistant.answers import Answer, Citation, Statement
from assistant.articles import Filters
from assistant.text.diff import Change, match, places

Ask = Callable[[str, Filters], Answer]
"""Answers a question in quotes, the same way each time."""

_PLAIN = str.maketrans("‘’“”„–—\u2011", '\'\'"""---')


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered to a watched question from one generation of the index; a refusal has no statements."""

    generation: str
    found: bool
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A question that is watched: with which filters, since when, and its last answer.

    `checked` is when it was last asked, None when nothing was indexed yet. `trouble` says why that failed, if it did.
    """

    number: int
    question: str
    filters: Filters
    added: datetime
    checked: datetime | None = None
    answer: KeptAnswer | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement that came, went or changed; its citations are those of the answer that it is of."""

    kind: Change
    before: Statement | None
    after: Statement | None


@dataclass(frozen=True, slots=True)
class WatchChange:
    """How the answer to a watched question changed, with both answers, statement by statement.

    "answered": it was refused before, "refused": it was answered before. `when` it was noticed.
    """

    number: int
    question: str
    when: datetime
    kind: Literal["answered", "refused", "changed"]
    before: KeptAnswer
    after: KeptAnswer
    changes: tuple[StatementChange, ...]


def kept(answer: Answer) -> KeptAnswer:
    """What is kept of `answer`."""
    citations = tuple(
        replace(one, published=_storable(one.published), updated=_storable(one.updated)) for one in answer.citations
    )
    return KeptAnswer(answer.corpus.generation, answer.found, answer.text, answer.statements, citations)


def _storable(moment: datetime | None) -> datetime | None:
    # An offset from UTC with seconds, as times of long ago have, cannot be read back.
    offset = moment.utcoffset() if moment else None
    return moment.astimezone(UTC) if moment and offset and offset.seconds % 60 else moment


def check(watch: Watch, answer: Answer, when: datetime | None = None) -> WatchChange | None:
    """How `answer` differs from the last one to `watch`; None when it says the same or was not answered before.

    A statement with the same words is the same, wherever it is quoted from: copies of a story take each other's place.
    """
    before, after = watch.answer, kept(answer)
    if before is None or not (before.found or after.found):
        return None
    changes = compare_statements(before.statements, after.statements)
    if before.found == after.found and not changes:
        return None
    kind: Literal["answered", "refused", "changed"] = "changed"
    if before.found != after.found:
        kind = "answered" if after.found else "refused"
    return WatchChange(watch.number, watch.question, when or datetime.now(UTC), kind, before, after, changes)


def compare_statements(before: Sequence[Statement], after: Sequence[Statement]) -> tuple[StatementChange, ...]:
    """Which statements came, went and changed, in the order of the later answer."""
    had, has = ([_same(one.text) for one in each] for each in (before, after))
    matched = match(had, has, most_joined=1)
    found = []
    for _, left, right in places(matched, len(had), len(has)):
        was, now = ([each[k] for k in where] for each, where in ((before, left), (after, right)))
        # A statement that is there twice, of two copies of a story, and then once, has not gone.
        if (was and now) or (was and _same(was[0].text) not in has) or (now and _same(now[0].text) not in had):
            kind: Change = "changed" if was and now else "went" if was else "came"
            found.append(StatementChange(kind, *(next(iter(each), None) for each in (was, now))))
    return tuple(found)


def _same(text: str) -> str:
    """`text` as copies of it have it, whatever their quotation marks, dashes and capitals."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold().split())
