"""The feedback that is kept, which no refresh and no rollback touches."""

import json
import uuid
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, MetaData, Table, delete, select

from assistant.answers import Answer
from assistant.articles import as_moment
from assistant.database import TEXT, Database, Row, open_tables, put
from assistant.errors import AssistantError
from assistant.maintenance.feedback import LONGEST_REASON, Feedback
from assistant.maintenance.kept import kept_json
from assistant.utils import once, storable

FILE = "feedback.sqlite"

TABLES = MetaData()
_feedbacks = Table(
    "feedback",
    TABLES,
    Column("key", TEXT, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("given", "reason", "question", "answer", "mode", "citations")),
    *(Column(name, Integer, nullable=False) for name in ("good", "found")),
    Column("generation", TEXT, nullable=False),
)

_adapter = once(lambda: TypeAdapter(Feedback))


class FeedbackStore:
    """The feedback of one home or database. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when they cannot be used.
    """

    def __init__(self, where: Database | Path) -> None:
        self.tables = open_tables(where, FILE, TABLES, _read)

    def put(self, answer: Answer, good: bool, reason: str = "", key: str | None = None) -> Feedback:
        """Store what a user thinks of `answer`, in place of what was stored under `key` before."""
        if len(reason) > LONGEST_REASON:
            raise AssistantError(
                f"the reason has {len(reason):,} characters; shorten it to {LONGEST_REASON:,}, the most that are kept"
            )
        row = _row(answer, good, reason, uuid.uuid4().hex if key is None else key)
        feedback = _feedback(row)
        with self.tables.writing(row["key"]) as db:
            put(db, _feedbacks, row)
        return feedback

    def remove(self, key: str) -> None:
        """Delete what was stored under `key`, if anything was."""
        if self.tables.exists():
            with self.tables.writing(storable(key)) as db:
                db.execute(delete(_feedbacks).where(_feedbacks.c.key == storable(key)))

    def entries(self, since: date | None = None) -> list[Feedback]:
        """All feedback, or that since a day or a time (UTC, when it has no zone), newest first."""
        first = datetime.min.replace(tzinfo=UTC) if since is None else as_moment(since)
        with self.tables.reading(select(_feedbacks).order_by(_feedbacks.c.given.desc(), _feedbacks.c.key)) as rows:
            return list(takewhile(lambda feedback: feedback.given >= first, map(_feedback, map(dict, rows))))


def _read(table: str, row: Row) -> Feedback:
    return _feedback(dict(row))


def _row(answer: Answer, good: bool, reason: str, key: str) -> dict[str, Any]:
    """The columns of feedback that is given now."""
    citations = kept_json([asdict(citation) for citation in answer.citations])
    texts = {"key": key, "reason": reason, "question": answer.question, "answer": answer.text, "citations": citations}
    return {
        **{name: storable(text) for name, text in texts.items()},
        "given": datetime.now(UTC).isoformat(timespec="microseconds"),  # of one length, so that texts sort as times do
        "good": int(good),
        "mode": answer.mode,
        "found": int(answer.found),
        "generation": answer.corpus.generation,
    }


def _feedback(row: dict[str, Any]) -> Feedback:
    return _adapter().validate_python({**row, "citations": json.loads(row["citations"])})
