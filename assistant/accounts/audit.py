"""The audit log: who did what, when and from where, in audit.sqlite or PostgreSQL; entries are only added."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from sqlalchemy import Column, MetaData, Table, delete, func, insert, select

from assistant.accounts.principal import Principal
from assistant.database import NUMBER, TEXT, Database, Row, open_tables
from assistant.errors import AssistantError
from assistant.utils import storable

_log = logging.getLogger(__name__)

FILE = "audit.sqlite"
MOST = 500_000  # entries
SIGN_IN_FAILED = "sign-in-failed"
_DAY = timedelta(days=1)
_LONGEST = 1000  # characters of a target
_ALL = 2**62  # above all numbers
TABLES = MetaData()
_entries = Table(
    "entries",
    TABLES,
    Column("number", NUMBER, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("at", "who", "by", "action", "target", "address")),
    sqlite_autoincrement=True,
)


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
    """The audit log of one home or database. Any number of threads and processes may use it at once.

    Entries go after `days`.
    """

    def __init__(self, where: Database | Path, days: int = 365) -> None:
        self.tables = open_tables(where, FILE, TABLES, _read)
        self._days = days
        self._lock = Lock()
        self._pruned = datetime.min.replace(tzinfo=UTC)

    def add(self, who: Principal, action: str, target: str = "", address: str = "") -> None:
        """Note what `who` does. A log that cannot be written stops nobody: that is logged as an error."""
        by = f"token:{who.token}" if who.token else who.by
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = {"at": at, "who": who.name or "", "by": by, "action": action, "target": target, "address": address}
        shown = {name: storable(value)[:_LONGEST] for name, value in entry.items()}
        try:
            with self.tables.writing(shown["who"]) as db:
                db.execute(insert(_entries).values(shown))
            self._prune()
        except AssistantError as error:
            _log.error("the audit log could not be written: %s (%s)", action, error)

    def entries(self, since: datetime | None = None, most: int = 1000, before: int | None = None) -> list[AuditEntry]:
        """What was done, newest first: at most so many entries, since then, with numbers below `before`."""
        first = _utc(since).isoformat(timespec="milliseconds") if since else ""
        found = select(_entries).where(_entries.c.at >= first, _entries.c.number < min(before or _ALL, _ALL))
        with self.tables.reading(found.order_by(_entries.c.number.desc()).limit(most)) as rows:
            return [_read("entries", row) for row in rows]

    def _prune(self) -> None:
        """Once a day: what is too old goes, and of too many failed sign-ins, then the oldest."""
        now = datetime.now(UTC)
        with self._lock:
            if now - self._pruned < _DAY:
                return
            self._pruned = now
        with suppress(OverflowError), self.tables.writing() as db:
            first = (now - timedelta(days=self._days)).isoformat(timespec="milliseconds")
            db.execute(delete(_entries).where(_entries.c.at < first))
            excess = db.execute(select(func.count()).select_from(_entries)).scalar_one() - MOST
            # Anybody can add failed sign-ins: they must not drive out what was done.
            order = (_entries.c.action == SIGN_IN_FAILED).desc(), _entries.c.number
            gone = select(_entries.c.number).order_by(*order).limit(max(0, excess))
            db.execute(delete(_entries).where(_entries.c.number.in_(gone)))


def _utc(moment: datetime) -> datetime:
    """The moment in UTC, which one without a zone is in; at the ends of time as it stands."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _read(table: str, row: Row) -> AuditEntry:
    names = ("number", "at", "who", "by", "action", "target", "address")
    values = {name: row[name] for name in names}
    if not all(isinstance(values[name], str) for name in names[1:]):
        raise ValueError("an entry is no text")
    return AuditEntry(**{**values, "number": int(values["number"]), "at": datetime.fromisoformat(values["at"])})
