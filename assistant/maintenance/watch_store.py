"""The watched questions that are kept, and asked again after each refresh."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import Column, ColumnElement, MetaData, Table, delete, insert, select, update

from assistant.articles import NO_FILTERS, Filters
from assistant.database import NUMBER, TEXT, Database, Row, open_tables
from assistant.errors import MissingError, NoArticlesError
from assistant.maintenance.watches import WATCHES, Ask, KeptAnswer, Watch, WatchChange, compare_answers, kept_answer
from assistant.retrieval import parse
from assistant.utils import once, one_line, storable

_MAX_CHANGES = 1000  # the newest are kept
TABLES = MetaData()
_watches = Table(
    "watches",
    TABLES,
    Column("number", NUMBER, primary_key=True),
    Column("question", TEXT, nullable=False),
    *(Column(name, TEXT) for name in ("source", "since", "until")),
    Column("added", TEXT, nullable=False),
    *(Column(name, TEXT) for name in ("checked", "generation", "answer", "trouble")),
    Column("owner", TEXT),  # older files have none
    sqlite_autoincrement=True,
)
_changes = Table(
    "changes",
    TABLES,
    Column("id", NUMBER, primary_key=True),
    Column("number", NUMBER, nullable=False),
    *(Column(name, TEXT, nullable=False) for name in ("noticed", "change")),
    sqlite_autoincrement=True,
)

_answer_adapter = once(lambda: TypeAdapter(KeptAnswer))
_change_adapter = once(lambda: TypeAdapter(WatchChange))


class WatchStore:
    """The watched questions of one home or database. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when they cannot be used.
    """

    def __init__(self, where: Database | Path) -> None:
        self.tables = open_tables(where, WATCHES, TABLES, _read)

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
        since, until = (day.isoformat() if day else None for day in (filters.since, filters.until))
        source = _stored_sources(filters.sources)
        key: dict[str, str | None] = {"question": question, "source": source, "since": since, "until": until}
        that = select(_watches).where(*(_is(name, value) for name, value in key.items()))
        with self.tables.writing() as db:
            if (row := db.execute(that).mappings().first()) is None:
                first = {"generation": answer.generation, "answer": _json(answer), "checked": now} if answer else {}
                db.execute(insert(_watches).values(**key, **first, added=now, owner=owner))
                row = db.execute(that).mappings().one()
            return _watch(row)

    def remove(self, number: int) -> None:
        """Stop watching that question and delete its changes. Raises AssistantError when there is none."""
        with self.tables.writing() as db:
            if not db.execute(delete(_watches).where(_watches.c.number == number)).rowcount:
                numbers = db.execute(select(_watches.c.number).order_by(_watches.c.number)).scalars().all()
                known = f"watched are {', '.join(map(str, numbers))}" if numbers else "none is watched"
                raise MissingError(f"no watched question has number {number}; {known}")
            db.execute(delete(_changes).where(_changes.c.number == number))

    def all(self) -> list[Watch]:
        """Every watched question, in the order in which they were added."""
        with self.tables.reading(select(_watches).order_by(_watches.c.number)) as rows:
            return list(map(_watch, rows))

    def changes(self, since: datetime | None = None) -> list[WatchChange]:
        """The changes of answers since a moment, or all that are kept, newest first."""
        with self.tables.reading(select(_changes.c.change).order_by(_changes.c.id.desc())) as rows:
            changes = [_change_adapter().validate_json(row["change"]) for row in rows]
        return [change for change in changes if since is None or change.when >= since]

    def record_answer(self, watch: Watch, answer: KeptAnswer, change: WatchChange | None) -> bool:
        """Store the newest answer to `watch` and its change; False when it was removed or answered meanwhile."""
        before = _is("generation", watch.answer.generation if watch.answer else None)
        new = {"checked": _now(), "generation": answer.generation, "answer": _json(answer), "trouble": None}
        with self.tables.writing() as db:
            updated = db.execute(update(_watches).where(_watches.c.number == watch.number, before).values(new))
            if updated.rowcount and change is not None:
                text = storable(_change_adapter().dump_json(change).decode())
                noticed = change.when.astimezone(UTC).isoformat(timespec="microseconds")
                db.execute(insert(_changes).values(number=watch.number, noticed=noticed, change=text))
                kept = select(_changes.c.id).order_by(_changes.c.id.desc()).limit(_MAX_CHANGES)
                db.execute(delete(_changes).where(_changes.c.id.not_in(kept)))
            return bool(updated.rowcount)

    def record_failure(self, watch: Watch, trouble: str) -> None:
        """Store why `watch` could not be answered; its last answer stays."""
        with self.tables.writing() as db:
            told = {"checked": _now(), "trouble": storable(trouble)}
            db.execute(update(_watches).where(_watches.c.number == watch.number).values(told))


def _is(name: str, value: str | None) -> ColumnElement[bool]:
    return _watches.c[name].is_not_distinct_from(value)


def _read(table: str, row: Row) -> Watch | WatchChange:
    return _watch(row) if table == "watches" else _change_adapter().validate_json(row["change"])


def _watch(row: Row) -> Watch:
    return Watch(
        number=row["number"],
        question=row["question"],
        filters=Filters(source=_read_sources(row["source"]), since=_date(row["since"]), until=_date(row["until"])),
        added=datetime.fromisoformat(row["added"]),
        checked=datetime.fromisoformat(row["checked"]) if row["checked"] else None,
        answer=_answer_adapter().validate_json(row["answer"]) if row["answer"] else None,
        trouble=row["trouble"],
        owner=row.get("owner"),
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
    return storable(_answer_adapter().dump_json(answer).decode())


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
    AssistantError only when the store of the watched questions cannot be used.
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
