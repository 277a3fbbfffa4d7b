"""The accounts of a home: users, people from elsewhere, sessions and tokens, in accounts.sqlite.

What is there is kept in memory and read anew whenever the file has changed, by whichever process.
"""

import secrets
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.accounts.names import fold_user, user_name
from assistant.accounts.principal import Role
from assistant.accounts.records import Outsider, Session, Token, User
from assistant.accounts.rows import TABLES, read_row, role_of, row_of_user, text_of, user_of
from assistant.accounts.tokens import MOST_OF_ONE
from assistant.errors import AssistantError
from assistant.utils import SqliteFile, private_file, private_folder, storable

FILE = "accounts.sqlite"
CLOSED = "sign-in-required"  # a file; while it is there, a server of the home is not open
# Seconds after a change in which another one may not show in the file's times; of some disks those are whole seconds.
_SETTLED, _SETTLED_IN_SECONDS = 0.05, 2.5
_ID_BYTES = 6

_TABLES = """CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, created TEXT NOT NULL,
    changed TEXT NOT NULL, password_hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS outsiders (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, source TEXT NOT NULL, seen TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY, person TEXT NOT NULL, stamp TEXT NOT NULL, began REAL NOT NULL, made REAL NOT NULL,
    seen REAL NOT NULL, ends REAL
);
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, owner TEXT, made TEXT NOT NULL, ends TEXT, used TEXT,
    hash TEXT NOT NULL
)"""
_OF_PERSON = (
    "DELETE FROM users WHERE id = ?",
    "DELETE FROM outsiders WHERE id = ?",
    "DELETE FROM sessions WHERE person = ?",
    "DELETE FROM tokens WHERE owner = ?",
)


@dataclass(frozen=True)
class Known:
    """All that the file has, as of one moment."""

    users: Mapping[str, User] = field(default_factory=dict)
    outsiders: Mapping[str, Outsider] = field(default_factory=dict)
    sessions: Mapping[str, Session] = field(default_factory=dict)
    tokens: Mapping[str, Token] = field(default_factory=dict)

    def user_named(self, name: str) -> User | None:
        """The user of the home with that name, however it is spelt."""
        folded = fold_user(name)
        return next((user for user in self.users.values() if fold_user(user.name) == folded), None)


class AccountStore:
    """The accounts of one home. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when the file cannot be used: then nobody is let in.
    """

    def __init__(self, home: Path) -> None:
        self.file = SqliteFile(home / FILE, _TABLES, read_row)
        self._closed = home / CLOSED
        self._cached: tuple[object, Known] = (None, Known())

    @property
    def is_closed(self) -> bool:
        """Whether the home has a user of its own, or ever had one."""
        return bool(self.known().users) or self._closed.exists()

    @property
    def is_read(self) -> bool:
        """Whether all that the file has now is in memory."""
        state = self._state()
        return state is None or self._cached[0] == state

    def known(self) -> Known:
        """All that the file has now."""
        state = self._state()
        if state is None or self._cached[0] != state:
            known = self._load()
            # A file that has only just changed may change again without showing it.
            self._cached = (state if state is None or _is_settled(state[1]) else None, known)
        return self._cached[1]

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self.file.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _load(self) -> Known:
        found: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
        for name in TABLES:
            with self.file.reading(f"SELECT * FROM {name}") as rows:
                for row in rows:
                    record = read_row(name, dict(row))
                    found[name][row["hash" if name == "sessions" else "id"]] = record
        return Known(**found)

    # users

    def add_user(self, name: str, password_hash: str, role: Role = "reader") -> User:
        """A new user of the home, from now on sign-in is required. Raises AssistantError for a name that is taken."""
        name, now = user_name(name), datetime.now(UTC)
        made = User(f"{name}#{secrets.token_hex(_ID_BYTES)}", name, role_of(role), now, now, password_hash)
        private_folder(self._closed.parent)
        private_file(self._closed)
        with self.file.writing() as db:
            try:
                db.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)", row_of_user(made))
            except sqlite3.IntegrityError:
                raise AssistantError(f"there is a user {name} already; choose another name") from None
        return made

    def change_user(self, name: str, *, password_hash: str | None = None, role: Role | None = None) -> User:
        """Give a user another password or role; their sessions are over. Raises AssistantError where there is none."""
        with self.file.writing() as db:
            user = _user_in(db, name)
            changed = replace(
                user,
                role=role_of(role or user.role),
                password_hash=password_hash or user.password_hash,
                changed=datetime.now(UTC),
            )
            db.execute("INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?, ?)", row_of_user(changed))
            db.execute("DELETE FROM sessions WHERE person = ?", (user.id,))
        return changed

    def rehash(self, user: User, password_hash: str) -> None:
        """Keep another hash of the password that they have, if they still have it."""
        with self.file.writing() as db:
            db.execute(
                "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
                (password_hash, user.id, user.password_hash),
            )

    def remove_person(self, identity: str) -> None:
        """Forget a user or a person from elsewhere, with their sessions and tokens."""
        with self.file.writing() as db:
            for statement in _OF_PERSON:
                db.execute(statement, (identity,))

    def note_outsider(self, person: Outsider) -> None:
        """Keep what was said of a person from elsewhere, if it is something new."""
        known = self.known().outsiders.get(person.id)
        if known is not None and replace(known, seen=person.seen) == person:
            return
        with self.file.writing() as db:
            row = (person.id, person.name, person.role, person.source, text_of(person.seen))
            db.execute("INSERT OR REPLACE INTO outsiders VALUES (?, ?, ?, ?, ?)", row)

    # sessions

    def add_session(self, session: Session, over_before: float) -> None:
        """Keep a session; those that ended or were not used since then are forgotten."""
        with self.file.writing() as db:
            db.execute("DELETE FROM sessions WHERE seen < ? OR ends < ?", (over_before, session.made))
            db.execute("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(session))

    def replace_session(self, old: Session, new: Session) -> None:
        """Keep `new` beside `old`, which ends as it says; not where that one is gone meanwhile."""
        with self.file.writing() as db:
            changed = db.execute("UPDATE sessions SET ends = ? WHERE hash = ? AND ends IS NULL", (old.ends, old.hash))
            if changed.rowcount:
                db.execute("INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(new))

    def note_seen(self, session: Session, now: float) -> None:
        """The session was used."""
        with self.file.writing() as db:
            db.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (now, session.hash))

    def end_sessions(self, hashes: Iterable[str] = (), person: str | None = None) -> None:
        """End the sessions with these hashes, and all of that person."""
        with self.file.writing() as db:
            db.executemany("DELETE FROM sessions WHERE hash = ?", [(each,) for each in hashes])
            if person is not None:
                db.execute("DELETE FROM sessions WHERE person = ?", (person,))

    # tokens

    def add_token(self, token: Token) -> None:
        """Keep a token. Raises AssistantError where its owner has too many."""
        with self.file.writing() as db:
            count = db.execute("SELECT COUNT(*) FROM tokens WHERE owner IS ?", (token.owner,)).fetchone()[0]
            if token.owner is not None and count >= MOST_OF_ONE:
                raise AssistantError(f"you have {MOST_OF_ONE} tokens, the most there may be; remove those not in use")
            row = (token.id, token.name, token.role, token.owner, text_of(token.made), text_of(token.ends), None)
            db.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, token.hash))

    def remove_token(self, identity: str) -> None:
        """Forget a token."""
        with self.file.writing() as db:
            db.execute("DELETE FROM tokens WHERE id = ?", (storable(identity),))

    def note_used(self, token: Token, now: datetime) -> None:
        """The token was used."""
        with self.file.writing() as db:
            db.execute("UPDATE tokens SET used = ? WHERE id = ?", (text_of(now), token.id))


def _is_settled(changed: int) -> bool:
    """Whether a file that was changed then, in nanoseconds since 1970, would show another change now."""
    least = _SETTLED if changed % 1_000_000_000 else _SETTLED_IN_SECONDS
    return time.time() - changed / 1e9 > least


def _user_in(db: sqlite3.Connection, name: str) -> User:
    row = db.execute("SELECT * FROM users WHERE folded = ?", (storable(fold_user(name)),)).fetchone()
    if row is None:
        raise AssistantError(f"there is no user {name!r} in this home; assistant users list shows who there is")
    return user_of(dict(row))
