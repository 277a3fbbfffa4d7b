"""Feedback: what readers think of answers, kept beside the index, which no refresh and no rollback touches."""

import json
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.answers import Answer, Citation, Mode
from assistant.errors import AssistantError
from assistant.text.moments import as_moment
from assistant.utils.sqlite_file import SqliteFile
from assistant.utils.strings import storable

FILE = "feedback.sqlite"
LONGEST_REASON = 2000  # characters

_TABLE = """CREATE TABLE IF NOT EXISTS feedback (
    key TEXT PRIMARY KEY, given TEXT NOT NULL, good INTEGER NOT NULL, reason TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, mode TEXT NOT NULL, found INTEGER NOT NULL, citations TEXT NOT NULL, generation TEXT NOT NULL
)"""


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
        self._file = SqliteFile(home / FILE, _TABLE)

    def put(self, answer: Answer, good: bool, reason: str = "", key: str | None = None) -> Feedback:
        """Keep what a reader thinks of `answer`, in place of what was given under `key` before."""
        if len(reason) > LONGEST_REASON:
            raise AssistantError(
                f"the reason has {len(reason):,} characters; shorten it to {LONGEST_REASON:,}, the most that are kept"
            )
        row = _row(answer, good, reason, uuid.uuid4().hex if key is None else key)
        given = _feedback(row)
        with self._file.writing() as db:
            db.execute(
                f"INSERT OR REPLACE INTO feedback ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(row))})", row
            )
        return given

    def remove(self, key: str) -> None:
        """Forget what was given under `key`, if anything was."""
        if self._file.exists():
            with self._file.writing() as db:
                db.execute("DELETE FROM feedback WHERE key = ?", (storable(key),))

    def given(self, since: date | None = None) -> list[Feedback]:
        """All that was given, or that since a day or a time (UTC, when it has no zone), newest first."""
        first = datetime.min.replace(tzinfo=UTC) if since is None else as_moment(since)
        with self._file.reading() as db:
            if db is None:
                return []
            rows = db.execute(f"SELECT {', '.join(_NAMES)} FROM feedback ORDER BY given DESC, rowid DESC")
            return list(takewhile(lambda one: one.given >= first, map(self._read, rows)))

    def _read(self, row: tuple[Any, ...]) -> Feedback:
        try:
            return _feedback(row)
        except (ValidationError, ValueError, TypeError) as error:
            raise self._file.damaged(error) from None


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
