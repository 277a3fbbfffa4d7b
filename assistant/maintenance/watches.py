"""Watched questions: asked again after each refresh, with how their answers changed."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from assistant.answers import Answer, Citation, Statement
from assistant.articles import NO_FILTERS, Filters
from assistant.errors import MissingError, NoArticlesError
from assistant.retrieval import parse
from assistant.text import Change, changed_ranges, fold, with_readable_offset
from assistant.utils import SqliteFile, once, one_line, storable

Ask = Callable[[str, Filters], Answer]
"""Gives the extractive answer to a question, the same way each time."""
AnswerChange = Literal["answered", "refused", "changed"]


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


FILE = "watches.sqlite"
_MAX_CHANGES = 1000  # the newest are kept
_TABLES = """CREATE TABLE IF NOT EXISTS watches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, source TEXT, since TEXT, until TEXT,
    added TEXT NOT NULL, checked TEXT, generation TEXT, answer TEXT, trouble TEXT
); CREATE TABLE IF NOT EXISTS changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, noticed TEXT NOT NULL, change TEXT NOT NULL
)"""

_answers = once(lambda: TypeAdapter(KeptAnswer))
_changes = once(lambda: TypeAdapter(WatchChange))


class WatchStore:
    """The watched questions of one home. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when the file cannot be used.
    """

    def __init__(self, home: Path) -> None:
        self.file = SqliteFile(home / FILE, _TABLES, _read)

    def add(
        self,
        question: str,
        filters: Filters = NO_FILTERS,
        answer: KeptAnswer | None = None,
        owner: str | None = None,
    ) -> Watch:
        """Watch `question` with the source and dates of `filters`; `answer` is its first answer, if there is one.

        A question that is watched already with the same filters is not added again, and keeps its owner.
        """
        question, now = " ".join(storable(question).split()), _now()
        dates = (day and day.isoformat() for day in (filters.since, filters.until))
        key = (question, _stored_sources(filters.sources), *dates)
        found = "SELECT * FROM watches WHERE question = ? AND source IS ? AND since IS ? AND until IS ?"
        with self.file.writing() as db:
            _add_owner_column(db)
            if (row := db.execute(found, key).fetchone()) is None:
                given = (now, answer.generation, _json(answer)) if answer else (None, None, None)
                db.execute(
                    "INSERT INTO watches (question, source, since, until, added, checked, generation, answer, owner) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*key, now, *given, owner),
                )
                row = db.execute(found, key).fetchone()
            return _watch(row)

    def remove(self, number: int) -> None:
        """Stop watching that question and delete its changes. Raises AssistantError when there is none."""
        with self.file.writing() as db:
            if not db.execute("DELETE FROM watches WHERE number = ?", (number,)).rowcount:
                rows = db.execute("SELECT number FROM watches ORDER BY number").fetchall()
                known = f"watched are {', '.join(str(row[0]) for row in rows)}" if rows else "none is watched"
                raise MissingError(f"no watched question has number {number}; {known}")
            db.execute("DELETE FROM changes WHERE number = ?", (number,))

    def all(self) -> list[Watch]:
        """Every watched question, in the order in which they were added."""
        with self.file.reading("SELECT * FROM watches ORDER BY number") as rows:
            return list(map(_watch, rows))

    def changes(self, since: datetime | None = None) -> list[WatchChange]:
        """The changes of answers since a moment, or all that are kept, newest first."""
        with self.file.reading("SELECT change FROM changes ORDER BY id DESC") as rows:
            changes = [_changes().validate_json(row["change"]) for row in rows]
        return [change for change in changes if since is None or change.when >= since]

    def record_answer(self, watch: Watch, answer: KeptAnswer, change: WatchChange | None) -> bool:
        """Store the newest answer to `watch` and its change; False when it was removed or answered meanwhile."""
        with self.file.writing() as db:
            updated = db.execute(
                "UPDATE watches SET checked = ?, generation = ?, answer = ?, trouble = NULL "
                "WHERE number = ? AND generation IS ?",
                (_now(), answer.generation, _json(answer), watch.number, watch.answer and watch.answer.generation),
            )
            if updated.rowcount and change is not None:
                text = storable(_changes().dump_json(change).decode())
                noticed = change.when.astimezone(UTC).isoformat(timespec="microseconds")
                row = (watch.number, noticed, text)
                db.execute("INSERT INTO changes (number, noticed, change) VALUES (?, ?, ?)", row)
                kept = "SELECT id FROM changes ORDER BY id DESC LIMIT ?"
                db.execute(f"DELETE FROM changes WHERE id NOT IN ({kept})", (_MAX_CHANGES,))
            return bool(updated.rowcount)

    def record_failure(self, watch: Watch, trouble: str) -> None:
        """Store why `watch` could not be answered; its last answer stays."""
        with self.file.writing() as db:
            row = (_now(), storable(trouble), watch.number)
            db.execute("UPDATE watches SET checked = ?, trouble = ? WHERE number = ?", row)


def _read(table: str, row: Mapping[str, Any]) -> Watch | WatchChange:
    return _watch(row) if table == "watches" else _changes().validate_json(row["change"])


def _add_owner_column(db: sqlite3.Connection) -> None:
    if "owner" not in {row["name"] for row in db.execute("PRAGMA table_info(watches)")}:  # of an older version
        db.execute("ALTER TABLE watches ADD COLUMN owner TEXT")


def _watch(row: sqlite3.Row | Mapping[str, Any]) -> Watch:
    return Watch(
        number=row["number"],
        question=row["question"],
        filters=Filters(source=_read_sources(row["source"]), since=_date(row["since"]), until=_date(row["until"])),
        added=datetime.fromisoformat(row["added"]),
        checked=datetime.fromisoformat(row["checked"]) if row["checked"] else None,
        answer=_answers().validate_json(row["answer"]) if row["answer"] else None,
        trouble=row["trouble"],
        owner=row["owner"] if "owner" in row.keys() else None,
    )


def _stored_sources(names: Sequence[str]) -> str | None:
    """The publications of a watch as its row has them: the name of one, several as a JSON list in one order."""
    if len(names) == 1 and not names[0].startswith("["):
        return storable(names[0])
    return json.dumps(sorted(map(storable, names))) if names else None


def _read_sources(stored: str | None) -> str | tuple[str, ...] | None:
    with suppress(ValueError, RecursionError):
        names = json.loads(stored) if stored is not None and stored.startswith("[") else None
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return tuple(names)
    return stored


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)


def _json(answer: KeptAnswer) -> str:
    return storable(_answers().dump_json(answer).decode())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def add_watch(
    store: WatchStore,
    ask: Ask,
    question: str,
    filters: Filters = NO_FILTERS,
    *,
    longest: int = 2000,
    owner: str | None = None,
) -> Watch:
    """Watch `question` from now on, with its answer of now; before the first refresh it has none.

    Raises QuestionError for what cannot be asked, such as a question of over `longest` characters.
    """
    question, answer = parse(question, longest).question, None
    with suppress(NoArticlesError):
        answer = kept_answer(ask(question, filters))
    return store.add(question, filters, answer, owner)


def ask_watched(store: WatchStore, ask: Ask, generation: str) -> list[WatchChange]:
    """Ask every watched question that was not answered from `generation` yet, and give how their answers changed.

    A question that fails keeps its last answer and says why, and the others are asked all the same. Raises
    AssistantError only when the file of the watched questions cannot be used.
    """
    changes = []
    for watch in store.all():
        if watch.answer is not None and watch.answer.generation == generation and watch.trouble is None:
            continue
        try:
            answer = ask(watch.question, watch.filters)
        except Exception as error:  # whatever it is, a refresh that is done must not fail for it
            store.record_failure(watch, one_line(str(error) or type(error).__name__, 300))
            continue
        change = compare_answers(watch, answer)
        if store.record_answer(watch, kept_answer(answer), change) and change is not None:
            changes.append(change)
    return changes
