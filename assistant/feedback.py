"""Feedback: what readers think of answers, kept beside the index, which no refresh and no rollback touches."""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.answers import Answer, Citation, Mode
from assistant.articles import storable
from assistant.errors import AssistantError

FILE = "feedback.sqlite"
LONGEST_REASON = 2000  # characters
_WAIT = 30.0  # seconds for other processes to finish writing; each takes some milliseconds

_TABLE = """CREATE TABLE IF NOT EXISTS feedback (
    key TEXT PRIMARY KEY, given TEXT NOT NULL, good INTEGER NOT NULL, reason TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, mode TEXT NOT NULL, found INTEGER NOT NULL, citations TEXT NOT NULL, generation TEXT NOT NULL
)"""
_CURES = {
    sqlite3.SQLITE_ERROR: "it is another kind of file; move it away, and a new one is begun",
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again",
    sqlite3.SQLITE_READONLY: "it may not be written to; allow writing to it and to its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; allow reading and writing in its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened; allow reading and writing in its folder",
    sqlite3.SQLITE_BUSY: "others are writing to it all the time; try again",
    sqlite3.SQLITE_NOTADB: "it is damaged; move it away, and a new one is begun",
    sqlite3.SQLITE_CORRUPT: "it is damaged; move it away, and a new one is begun",
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thinks of an answer.

    `key` names it: the same key again replaces it. `given` is in UTC. `answer` is the text of the answer, `citations`
    are what it cited, and `generation` is the state of the index that it was made from.
    """

    key: str
    given: datetime
    good: bool
    reason: str
    question: str
    answer: str
    mode: Mode
    found: bool
    citations: tuple[Citation, ...]
    generation: str


_NAMES = [field.name for field in fields(Feedback)]


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Feedback]:
    return TypeAdapter(Feedback)


class FeedbackStore:
    """The feedback of one home, in a file of its own. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when the file cannot be used.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FILE

    def put(self, answer: Answer, good: bool, reason: str = "", key: str | None = None) -> Feedback:
        """Keep what a reader thinks of `answer`, in place of what was given under `key` before."""
        if len(reason) > LONGEST_REASON:
            raise AssistantError(
                f"the reason has {len(reason):,} characters; shorten it to {LONGEST_REASON:,}, the most that are kept"
            )
        row = _row(answer, good, reason, uuid.uuid4().hex if key is None else key)
        given = _feedback(row)
        with self._writing() as db:
            db.execute(
                f"INSERT OR REPLACE INTO feedback ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(row))})", row
            )
        return given

    def remove(self, key: str) -> None:
        """Forget what was given under `key`, if anything was."""
        if self._exists():
            with self._writing() as db:
                db.execute("DELETE FROM feedback WHERE key = ?", (storable(key),))

    def given(self, since: date | None = None) -> list[Feedback]:
        """All that was given, or that since a day or a time (UTC, when it has no zone), newest first."""
        if not self._exists():
            return []
        first = datetime.min.replace(tzinfo=UTC) if since is None else _moment(since)
        # For writing where it may be: what a killed writer left half done is undone by the next one to open it.
        with self._open("rw") as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'feedback'").fetchone():
                return []
            rows = db.execute(f"SELECT {', '.join(_NAMES)} FROM feedback ORDER BY given DESC, rowid DESC")
            return list(takewhile(lambda one: one.given >= first, map(self._read, rows)))

    def _exists(self) -> bool:
        try:
            return self.path.exists()
        except OSError:
            return True  # opening it says what is wrong

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AssistantError(f"the folder {self.path.parent} cannot be made ({error.strerror}); make it") from None
        with self._open("rwc") as db:
            # Taken at once: two that both read first and then want to write would wait for each other in vain.
            db.execute("BEGIN IMMEDIATE")
            db.execute(_TABLE)
            yield db
            db.execute("COMMIT")

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        # A connection for each use: it serves one thread, and one inherited by a child process would break the file.
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)) as db:
                yield db
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            cure = _CURES.get(code, "it cannot be used; see that the disk works and has space")
            raise AssistantError(f"{self.path}: {cure} ({error})") from None

    def _read(self, row: tuple[Any, ...]) -> Feedback:
        try:
            return _feedback(row)
        except (ValidationError, ValueError, TypeError) as error:
            reason = str(error).splitlines()[0]
            raise AssistantError(f"{self.path}: {_CURES[sqlite3.SQLITE_CORRUPT]} ({reason})") from None


def _row(answer: Answer, good: bool, reason: str, key: str) -> tuple[Any, ...]:
    """The values of the table for Feedback that is given now, in the order of its fields."""
    citations = json.dumps([asdict(one) for one in answer.citations], default=_written, ensure_ascii=False)
    texts = map(storable, (reason, answer.question, answer.text))
    now = datetime.now(UTC).isoformat(timespec="microseconds")  # of one length, so that texts sort as times do
    return (
        *(storable(key), now, good, *texts, answer.mode, answer.found),
        *(storable(citations), answer.corpus.generation),
    )


def _feedback(row: tuple[Any, ...]) -> Feedback:
    values = dict(zip(_NAMES, row, strict=True))
    return _adapter().validate_python({**values, "citations": json.loads(values["citations"])})


def _written(moment: datetime) -> str:
    # An offset from UTC with seconds, as times of long ago have, cannot be read back.
    offset = moment.utcoffset()
    return (moment.astimezone(UTC) if offset and offset.seconds % 60 else moment).isoformat()


def _moment(since: date) -> datetime:
    moment = since if isinstance(since, datetime) else datetime.combine(since, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
