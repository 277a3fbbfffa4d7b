"""How the command line shows users, tokens and the audit log."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from assistant.accounts import AuditEntry
from assistant.cli.render import safe_line, table_of
from assistant.utils import day, minute


def user_lines(users: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    """The users of the home, and people from elsewhere."""
    rows = [(safe_line(each["name"]), each["role"], safe_line(each["from"]), day(each["since"])) for each in users]
    yield table_of(rows, ("name", "role", "from", "since"))


def new_token_lines(token: Mapping[str, Any]) -> Iterator[Text]:
    """A new token, which is shown this once."""
    yield Text(token["token"])
    until = f"until {day(token['ends'])}" if token["ends"] else "without an end"
    yield Text(f"It is shown this once; {token['role']}, {until}. A program sends it as:", style="dim")
    yield Text("Authorization: Bearer TOKEN", style="dim")


def token_lines(tokens: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    """All tokens."""
    rows = [
        (
            each["id"],
            safe_line(each["name"]),
            each["role"],
            safe_line(each["user"] or ""),
            _day(each["ends"]) or "never",
            _day(each["used"]) or "never",
        )
        for each in tokens
    ]
    yield table_of(rows, ("id", "name", "role", "user", "ends", "last used"))


def _day(moment: datetime | None) -> str:
    return day(moment) if moment else ""


def audit_lines(entries: Sequence[AuditEntry]) -> Iterator[Text]:
    """Who did what, newest first."""
    for entry in entries:
        who = safe_line(entry.who or "nobody known")
        by = f" by {safe_line(entry.by)}" if entry.by not in ("session", "nobody") else ""
        where = f" from {safe_line(entry.address)}" if entry.address else ""
        what = f"{safe_line(entry.action)}{' ' + safe_line(entry.target) if entry.target else ''}"
        yield Text.assemble((minute(entry.at), "dim"), "  ", (who, "bold"), f"{by}{where}: {what}")
