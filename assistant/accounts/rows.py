"""The tables of accounts, and what is kept in memory of their rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Double, Index, MetaData, Table

from assistant.accounts.names import fold_user
from assistant.accounts.principal import ROLES, Role
from assistant.accounts.records import Outsider, Session, Token, User
from assistant.database import TEXT, Row


def role_of(role: str) -> Role:
    """The role that is called so."""
    return next(known for known in ROLES if known == role)


def text_of(moment: datetime | None) -> str | None:
    """A time as it is kept."""
    return None if moment is None else moment.isoformat(timespec="microseconds")


def row_of_user(user: User) -> dict[str, Any]:
    """A user as they are kept."""
    dates = {"created": text_of(user.created), "changed": text_of(user.changed)}
    known = {"id": user.id, "name": user.name, "role": user.role, "password_hash": user.password_hash}
    return {**known, **dates, "folded": fold_user(user.name)}


def row_of_token(token: Token) -> dict[str, Any]:
    """A token as it is kept."""
    dates = {name: text_of(getattr(token, name)) for name in ("made", "ends", "used")}
    return {**{name: getattr(token, name) for name in ("id", "name", "role", "owner", "hash")}, **dates}


def _moment(row: Row, name: str) -> datetime:
    return datetime.fromisoformat(row[name])


def user_of(row: Row) -> User:
    """The user that a row has. Raises ValueError, TypeError or KeyError for one that cannot be used, as all here."""
    dates = _moment(row, "created"), _moment(row, "changed")
    return User(row["id"], row["name"], _known_role(row), *dates, row["password_hash"])


def _outsider(row: Row) -> Outsider:
    return Outsider(row["id"], row["name"], _known_role(row), row["source"], _moment(row, "seen"))


def _session(row: Row) -> Session:
    ends = None if row["ends"] is None else float(row["ends"])
    began, made, seen = (float(row[name]) for name in ("began", "made", "seen"))
    return Session(row["hash"], row["person"], row["stamp"], began, made, seen, ends)


def _token(row: Row) -> Token:
    ends, used = (row[name] and _moment(row, name) for name in ("ends", "used"))
    return Token(row["id"], row["name"], _known_role(row), row["owner"], _moment(row, "made"), ends, used, row["hash"])


def _known_role(row: Row) -> Role:
    if row["role"] not in ROLES:
        raise ValueError(f"no role: {row['role']!r}")
    return role_of(row["role"])


TABLES = MetaData()
users = Table(
    "users",
    TABLES,
    Column("id", TEXT, primary_key=True),
    Column("folded", TEXT, nullable=False, unique=True),
    *(Column(name, TEXT, nullable=False) for name in ("name", "role", "created", "changed", "password_hash")),
)
outsiders = Table(
    "outsiders",
    TABLES,
    Column("id", TEXT, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("name", "role", "source", "seen")),
)
sessions = Table(
    "sessions",
    TABLES,
    Column("hash", TEXT, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("person", "stamp")),
    *(Column(name, Double, nullable=False) for name in ("began", "made", "seen")),
    Column("ends", Double),
    Index("sessions_of_person", "person"),
)
tokens = Table(
    "tokens",
    TABLES,
    Column("id", TEXT, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("name", "role")),
    Column("owner", TEXT),
    Column("made", TEXT, nullable=False),
    *(Column(name, TEXT) for name in ("ends", "used")),
    Column("hash", TEXT, nullable=False),
)

_READ = {"users": user_of, "outsiders": _outsider, "sessions": _session, "tokens": _token}


def read_row(table: str, row: Row) -> object:
    """What a row of that table has."""
    return _READ[table](row)
