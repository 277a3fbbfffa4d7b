"""Watching: questions that are asked again after each refresh, and how their answers changed."""

import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.answers import Answer, Citation, Statement
from assistant.articles import NO_FILTERS, Filters
from assistant.errors import AssistantError, NoArticlesError
from assistant.retrieval.question import parse
from assistant.text.diff import Change, match, places
from assistant.utils.sqlite_file import SqliteFile
from assistant.utils.strings import one_line, storable

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


T = TypeVar("T")
FILE = "watches.sqlite"
_MOST_CHANGES = 1000  # kept, the newest
_TABLES = """CREATE TABLE IF NOT EXISTS watches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, source TEXT, since TEXT, until TEXT,
    added TEXT NOT NULL, checked TEXT, generation TEXT, answer TEXT, trouble TEXT
); CREATE TABLE IF NOT EXISTS changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, noticed TEXT NOT NULL, change TEXT NOT NULL
)"""
_COLUMNS = "number, question, source, since, until, added, checked, answer, trouble"


@lru_cache(maxsize=1)
def _answers() -> TypeAdapter[KeptAnswer]:
    return TypeAdapter(KeptAnswer)


@lru_cache(maxsize=1)
def _changes() -> TypeAdapter[WatchChange]:
    return TypeAdapter(WatchChange)


class WatchStore:
    """The watched questions of one home. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when the file cannot be used.
    """

    def __init__(self, home: Path) -> None:
        self._file = SqliteFile(home / FILE, _TABLES)

    def add(self, question: str, filters: Filters = NO_FILTERS, answer: KeptAnswer | None = None) -> Watch:
        """Watch `question` with the source and dates of `filters`; `answer` is the first one, if there is one.

        A question that is watched already, with the same filters, is not watched twice.
        """
        asked, now = " ".join(storable(question).split()), _now()
        narrowed = (filters.source and storable(filters.source), *map(_day, (filters.since, filters.until)))
        with self._file.writing() as db:
            row = db.execute(
                "SELECT number FROM watches WHERE question = ? AND source IS ? AND since IS ? AND until IS ?",
                (asked, *narrowed),
            ).fetchone()
            if row is None:
                checked = now if answer else None
                added = db.execute(
                    "INSERT INTO watches (question, source, since, until, added, checked, generation, answer) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (asked, *narrowed, now, checked, answer and answer.generation, answer and _written(answer)),
                )
                row = (added.lastrowid,)
            return self._watch(db.execute(f"SELECT {_COLUMNS} FROM watches WHERE number = ?", row).fetchone())

    def remove(self, number: int) -> None:
        """Watch that question no more and forget its changes. Raises AssistantError when there is none."""
        with self._file.writing() as db:
            if not db.execute("DELETE FROM watches WHERE number = ?", (number,)).rowcount:
                numbers = [str(one) for (one,) in db.execute("SELECT number FROM watches ORDER BY number")]
                known = f"watched are {', '.join(numbers)}" if numbers else "none is watched"
                raise AssistantError(f"no watched question has number {number}; {known}")
            db.execute("DELETE FROM changes WHERE number = ?", (number,))

    def all(self) -> list[Watch]:
        """Every watched question, in the order in which they were added."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM watches ORDER BY number")
        return [self._watch(row) for row in rows]

    def changes(self, since: datetime | None = None) -> list[WatchChange]:
        """How answers changed since a moment, or all that is kept of it, newest first."""
        rows = self._rows("SELECT change FROM changes ORDER BY id DESC")
        found = [self._read(_changes().validate_json, row[0]) for row in rows]
        return [one for one in found if since is None or one.when >= since]

    def answered(self, watch: Watch, answer: KeptAnswer, change: WatchChange | None) -> bool:
        """Keep the newest answer to `watch` and how it changed; False when it was removed or answered meanwhile."""
        with self._file.writing() as db:
            done = db.execute(
                "UPDATE watches SET checked = ?, generation = ?, answer = ?, trouble = NULL "
                "WHERE number = ? AND generation IS ?",
                (_now(), answer.generation, _written(answer), watch.number, watch.answer and watch.answer.generation),
            )
            if done.rowcount and change is not None:
                text = storable(_changes().dump_json(change).decode())
                noticed = change.when.astimezone(UTC).isoformat(timespec="microseconds")
                db.execute(
                    "INSERT INTO changes (number, noticed, change) VALUES (?, ?, ?)", (watch.number, noticed, text)
                )
                db.execute(
                    "DELETE FROM changes WHERE id NOT IN (SELECT id FROM changes ORDER BY id DESC LIMIT ?)",
                    (_MOST_CHANGES,),
                )
            return bool(done.rowcount)

    def failed(self, watch: Watch, trouble: str) -> None:
        """Keep why `watch` could not be answered; its last answer stays."""
        with self._file.writing() as db:
            db.execute(
                "UPDATE watches SET checked = ?, trouble = ? WHERE number = ?",
                (_now(), storable(trouble), watch.number),
            )

    def _rows(self, query: str) -> Sequence[Any]:
        with self._file.reading() as db:
            return db.execute(query).fetchall() if db is not None else []

    def _watch(self, row: tuple[Any, ...]) -> Watch:
        number, question, source, since, until, added, checked, answer, trouble = row
        return Watch(
            number=number,
            question=question,
            filters=Filters(source=source, since=self._date(since), until=self._date(until)),
            added=self._read(datetime.fromisoformat, added),
            checked=self._read(datetime.fromisoformat, checked) if checked else None,
            answer=self._read(_answers().validate_json, answer) if answer else None,
            trouble=trouble,
        )

    def _date(self, text: str | None) -> date | None:
        if text is None:
            return None
        return self._read(date.fromisoformat if len(text) <= 10 else datetime.fromisoformat, text)

    def _read(self, read: Callable[[str], T], text: str) -> T:
        try:
            return read(text)
        except (ValidationError, ValueError, TypeError) as error:
            raise self._file.damaged(error) from None


def watch(store: WatchStore, ask: Ask, question: str, filters: Filters = NO_FILTERS, longest: int = 2000) -> Watch:
    """Watch `question` from now on, with the answer there is now; before the first refresh it waits for that.

    Raises QuestionError for what cannot be asked.
    """
    asked, answer = parse(question, longest).question, None
    with suppress(NoArticlesError):
        answer = kept(ask(asked, filters))
    return store.add(asked, filters, answer)


def run(store: WatchStore, ask: Ask, generation: str) -> list[WatchChange]:
    """Ask every watched question that was not answered from `generation` yet; gives how their answers changed.

    One that fails keeps its last answer and says why; it stops neither the others nor who calls this. Raises
    AssistantError only when the file of the watched questions cannot be used.
    """
    changes = []
    for one in store.all():
        if one.answer is not None and one.answer.generation == generation and one.trouble is None:
            continue
        try:
            answer = ask(one.question, one.filters)
        except Exception as error:  # whatever it is, a refresh that is done must not fail for it
            store.failed(one, _reason(error))
            continue
        change = check(one, answer)
        if store.answered(one, kept(answer), change) and change is not None:
            changes.append(change)
    return changes


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _day(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def _written(answer: KeptAnswer) -> str:
    return storable(_answers().dump_json(answer).decode())


def _reason(error: Exception) -> str:
    return one_line(str(error) or type(error).__name__, 300)
