"""The audit log: who did what, when and from where, in audit.sqlite; entries are only added."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.accounts.principal import Principal
from assistant.errors import AssistantError
from assistant.utils import SqliteFile, storable

_log = logging.getLogger(__name__)

FILE = "audit.sqlite"
MOST = 500_000  # entries
SIGN_IN_FAILED = "sign-in-failed"
_DAY = timedelta(days=1)
_LONGEST = 1000  # characters of a target
_TABLE = """CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, by TEXT NOT NULL,
    action TEXT NOT NULL, target TEXT NOT NULL, address TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`who` did `action` to `target`, `at` a time in UTC, from `address`.

    `by` says how they were known: "nobody", a "session", "token:ID", a "proxy", or the command line, "cli".
    """

    number: int
    at: datetime
    who: str
    by: str
    action: str
    target: str = ""
    address: str = ""


class AuditLog:
    """The audit log of one home. Any number of threads and processes may use it at once.

    Entries go after `days`.
    """

    def __init__(self, home: Path, days: int = 365) -> None:
        self.file = SqliteFile(home / FILE, _TABLE, _read)
        self._days = days
        self._lock = Lock()
        self._pruned = datetime.min.replace(tzinfo=UTC)

    def add(self, who: Principal, action: str, target: str = "", address: str = "") -> None:
        """Note what `who` does. A log that cannot be written stops nobody: that is logged as an error."""
        by = f"token:{who.token}" if who.token else who.by
        values = (datetime.now(UTC).isoformat(timespec="milliseconds"), who.name or "", by, action, target, address)
        try:
            with self.file.writing() as db:
                columns = "at, who, by, action, target, address"
                shown = [storable(value)[:_LONGEST] for value in values]
                db.execute(f"INSERT INTO entries ({columns}) VALUES (?, ?, ?, ?, ?, ?)", shown)
            self._prune()
        except AssistantError as error:
            _log.error("the audit log could not be written: %s (%s)", action, error)

    def entries(self, since: datetime | None = None, most: int = 1000, before: int | None = None) -> list[AuditEntry]:
        """What was done, newest first: at most so many entries, since then, with numbers below `before`."""
        query = "SELECT * FROM entries WHERE at >= ? AND number < ? ORDER BY number DESC LIMIT ?"
        first = _utc(since).isoformat(timespec="milliseconds") if since else ""
        with self.file.reading(query, (first, before or 2**62, most)) as rows:
            return [_read("entries", dict(row)) for row in rows]

    def _prune(self) -> None:
        """Once a day: what is too old goes, and of too many failed sign-ins, then the oldest."""
        now = datetime.now(UTC)
        with self._lock:
            if now - self._pruned < _DAY:
                return
            self._pruned = now
        with suppress(OverflowError), self.file.writing() as db:
            first = (now - timedelta(days=self._days)).isoformat(timespec="milliseconds")
            db.execute("DELETE FROM entries WHERE at < ?", (first,))
            excess = db.execute("SELECT COUNT(*) FROM entries").fetchone()[0] - MOST
            # Anybody can add failed sign-ins: they must not drive out what was done.
            order = f"ORDER BY action = '{SIGN_IN_FAILED}' DESC, number LIMIT ?"
            db.execute(f"DELETE FROM entries WHERE number IN (SELECT number FROM entries {order})", (max(0, excess),))


def _utc(moment: datetime) -> datetime:
    """The moment in UTC, which one without a zone is in; at the ends of time as it stands."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _read(table: str, row: Mapping[str, Any]) -> AuditEntry:
    names = ("number", "at", "who", "by", "action", "target", "address")
    values = {name: row[name] for name in names}
    if not all(isinstance(values[name], str) for name in names[1:]):
        raise ValueError("an entry is no text")
    return AuditEntry(**{**values, "number": int(values["number"]), "at": datetime.fromisoformat(values["at"])})
