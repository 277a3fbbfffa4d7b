"""Watched questions: asked again after each refresh, with how their answers changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from assistant.answers import Answer, Citation, Statement
from assistant.articles import Filters
from assistant.text import Change, changed_ranges, fold, with_readable_offset

Ask = Callable[[str, Filters], Answer]
"""Gives the extractive answer to a question, the same way each time."""
AnswerChange = Literal["answered", "refused", "changed"]

WATCHES = "watches.sqlite"  # the file of the watched questions in a home


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer to a watched question from one generation of the index; a refusal has no statements."""

    generation: str
    found: bool
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A watched question with its filters and its last answer; `added` is when it was first watched.

    `checked` is when it was last asked, None when nothing was indexed yet. `trouble` says why that failed, if it did.
    `owner` stands for the reader who added it in the window.
    """

    number: int
    question: str
    filters: Filters
    added: datetime
    checked: datetime | None = None
    answer: KeptAnswer | None = None
    trouble: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement that came, went or changed; its citation numbers are those of the answer on its side."""

    kind: Change
    before: Statement | None
    after: Statement | None


@dataclass(frozen=True, slots=True)
class WatchChange:
    """How the answer to a watched question changed, statement by statement, and `when` that was noticed.

    `kind` is "answered" when it was refused before, "refused" when it was answered before.
    """

    number: int
    question: str
    when: datetime
    kind: AnswerChange
    before: KeptAnswer
    after: KeptAnswer
    changes: tuple[StatementChange, ...]


def kept_answer(answer: Answer) -> KeptAnswer:
    """The part of `answer` that is kept for a watched question."""
    citations = tuple(
        replace(
            citation,
            published=citation.published and with_readable_offset(citation.published),
            updated=citation.updated and with_readable_offset(citation.updated),
        )
        for citation in answer.citations
    )
    return KeptAnswer(answer.corpus.generation, answer.found, answer.text, answer.statements, citations)


def compare_answers(watch: Watch, answer: Answer) -> WatchChange | None:
    """How `answer` differs from the last one to `watch`; None when it says the same or there was none.

    Statements with the same words are the same, whichever article they are quoted from: near-duplicates replace each
    other.
    """
    before, after = watch.answer, kept_answer(answer)
    if before is None or not (before.found or after.found):
        return None
    changes = compare_statements(before.statements, after.statements)
    if before.found == after.found and not changes:
        return None
    kind: AnswerChange = "changed" if before.found == after.found else "answered" if after.found else "refused"
    return WatchChange(watch.number, watch.question, datetime.now(UTC), kind, before, after, changes)


def compare_statements(before: Sequence[Statement], after: Sequence[Statement]) -> tuple[StatementChange, ...]:
    """Which statements came, went and changed, in the order of the later answer."""
    old_texts, new_texts = ([_normalized(statement.text) for statement in side] for side in (before, after))
    changes = []
    for left, right in changed_ranges(old_texts, new_texts, most_joined=1):
        old, new = (before[left[0]] if left else None), (after[right[0]] if right else None)
        # A statement that was there twice, from two near-duplicates, and then once, has not gone.
        gone = old is not None and _normalized(old.text) not in new_texts
        came = new is not None and _normalized(new.text) not in old_texts
        if (old and new) or gone or came:
            kind: Change = "changed" if old and new else "went" if old else "came"
            changes.append(StatementChange(kind, old, new))
    return tuple(changes)


def _normalized(text: str) -> str:
    """`text` without what near-duplicates print differently: quotation marks, dashes, capitals and white space."""
    return " ".join(fold(text).split())
