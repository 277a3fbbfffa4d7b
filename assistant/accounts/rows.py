"""The rows of accounts.sqlite, and what is kept in memory of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assistant.accounts.names import fold_user
from assistant.accounts.principal import ROLES, Role
from assistant.accounts.records import Outsider, Session, Token, User


def role_of(role: str) -> Role:
    """The role that is called so."""
    return next(known for known in ROLES if known == role)


def text_of(moment: datetime | None) -> str | None:
    """A time as it is kept."""
    return None if moment is None else moment.isoformat(timespec="microseconds")


def row_of_user(user: User) -> tuple[str, ...]:
    """A user as they are kept."""
    dates = (str(text_of(user.created)), str(text_of(user.changed)))
    return (user.id, fold_user(user.name), user.name, user.role, *dates, user.password_hash)


def _moment(row: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(row[name])


def user_of(row: Mapping[str, Any]) -> User:
    """The user that a row has. Raises ValueError, TypeError or KeyError for one that cannot be used, as all here."""
    dates = _moment(row, "created"), _moment(row, "changed")
    return User(row["id"], row["name"], _known_role(row), *dates, row["password_hash"])


def _outsider(row: Mapping[str, Any]) -> Outsider:
    return Outsider(row["id"], row["name"], _known_role(row), row["source"], _moment(row, "seen"))


def _session(row: Mapping[str, Any]) -> Session:
    ends = None if row["ends"] is None else float(row["ends"])
    began, made, seen = (float(row[name]) for name in ("began", "made", "seen"))
    return Session(row["hash"], row["person"], row["stamp"], began, made, seen, ends)


def _token(row: Mapping[str, Any]) -> Token:
    ends, used = (row[name] and _moment(row, name) for name in ("ends", "used"))
    return Token(row["id"], row["name"], _known_role(row), row["owner"], _moment(row, "made"), ends, used, row["hash"])


def _known_role(row: Mapping[str, Any]) -> Role:
    if row["role"] not in ROLES:
        raise ValueError(f"no role: {row['role']!r}")
    return role_of(row["role"])


_READ = {"users": user_of, "outsiders": _outsider, "sessions": _session, "tokens": _token}
TABLES = tuple(_READ)


def read_row(table: str, row: Mapping[str, Any]) -> object:
    """What a row of that table has."""
    return _READ[table](row)
