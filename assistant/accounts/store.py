"""Accounts: users, people from elsewhere, sessions and tokens, in accounts.sqlite of a home or in PostgreSQL.

What is there is kept in memory and read anew whenever it has changed, by whichever process or server.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from assistant.accounts.names import fold_user, user_name
from assistant.accounts.principal import Role
from assistant.accounts.records import Outsider, Session, Token, User
from assistant.accounts.rows import (
    TABLES,
    outsiders,
    read_row,
    role_of,
    row_of_token,
    row_of_user,
    sessions,
    text_of,
    tokens,
    user_of,
    users,
)
from assistant.accounts.tokens import MOST_OF_ONE
from assistant.database import Database, Row, create_once, insert_new, is_there, open_tables, put
from assistant.errors import AssistantError
from assistant.utils import storable

FILE = "accounts.sqlite"
CLOSED = "sign-in-required"  # while it is there, no server of the home or database is open
_ID_BYTES = 6
_OF_NOBODY = "nobody"


@dataclass(frozen=True)
class Known:
    """All users, people from elsewhere and tokens as of one moment; of a home all sessions, too."""

    users: Mapping[str, User] = field(default_factory=dict)
    outsiders: Mapping[str, Outsider] = field(default_factory=dict)
    sessions: Mapping[str, Session] = field(default_factory=dict)
    tokens: Mapping[str, Token] = field(default_factory=dict)

    def user_named(self, name: str) -> User | None:
        """The user of the home with that name, however it is spelt."""
        folded = fold_user(name)
        return next((user for user in self.users.values() if fold_user(user.name) == folded), None)


class AccountStore:
    """The accounts of one home or database. Any number of threads, processes and servers may use it at once.

    Everything raises AssistantError, in one line, when they cannot be used: then nobody is let in.
    """

    def __init__(self, where: Database | Path) -> None:
        self.place = Database.of(where)
        self.tables = open_tables(self.place, FILE, TABLES, read_row)
        self._cached: tuple[object, Known] = (None, Known())

    @property
    def is_closed(self) -> bool:
        """Whether there is a user, or ever was one."""
        return bool(self.known().users) or is_there(self.place, CLOSED)

    @property
    def is_read(self) -> bool:
        """Whether all that there is now is in memory, so that nothing is waited for."""
        if self.tables.is_remote:
            return False
        state, _ = self.tables.state()
        return state is None or self._cached[0] == state

    def known(self) -> Known:
        """All that there is now."""
        state, would_show = self.tables.state()
        if state is None or self._cached[0] != state:
            self._cached = (state if would_show else None, self._load())
        return self._cached[1]

    def _load(self) -> Known:
        with self.tables.reading_all() as db:
            return Known() if db is None else Known(*(self._rows(db, each) for each in _IN_MEMORY))

    def _rows(self, db: Connection, table: str) -> dict[str, Any]:
        # On servers sessions change all the time: one of them is read when it is asked for.
        if table == "sessions" and self.tables.is_remote:
            return {}
        rows = db.execute(select(TABLES.tables[table])).mappings()
        return {row["hash" if table == "sessions" else "id"]: read_row(table, row) for row in rows}

    # users

    def add_user(self, name: str, password_hash: str, role: Role = "reader") -> User:
        """A new user of the home, from now on sign-in is required. Raises AssistantError for a name that is taken."""
        name, now = user_name(name), datetime.now(UTC)
        made = User(f"{name}#{secrets.token_hex(_ID_BYTES)}", name, role_of(role), now, now, password_hash)
        try:
            create_once(self.place, CLOSED, b"")
        except OSError as error:
            raise AssistantError(f"{CLOSED} cannot be made in the home ({error.strerror}); allow that") from None
        with self.tables.writing() as db:
            if not insert_new(db, users, row_of_user(made)):
                raise AssistantError(f"there is a user {name} already; choose another name")
            self.tables.note_change(db)
        return made

    def change_user(self, name: str, *, password_hash: str | None = None, role: Role | None = None) -> User:
        """Give a user another password or role; their sessions are over. Raises AssistantError where there is none."""
        with self.tables.writing() as db:
            user = _user_in(db, name)
            changed = replace(
                user,
                role=role_of(role or user.role),
                password_hash=password_hash or user.password_hash,
                changed=datetime.now(UTC),
            )
            put(db, users, row_of_user(changed))
            _check_maintained(db, user, is_last_allowed=False)
            db.execute(delete(sessions).where(sessions.c.person == user.id))
            self.tables.note_change(db)
        return changed

    def rehash(self, user: User, password_hash: str) -> None:
        """Keep another hash of the password that they have, if they still have it."""
        same = users.c.id == user.id, users.c.password_hash == user.password_hash
        with self.tables.writing(user.id) as db:
            db.execute(update(users).where(*same).values(password_hash=password_hash))
            self.tables.note_change(db)

    def remove_person(self, identity: str) -> None:
        """Forget a user or a person from elsewhere, with their sessions and tokens.

        Raises AssistantError for the last maintainer among the users, as long as there are others.
        """
        with self.tables.writing() as db:
            row = db.execute(select(users).where(users.c.id == identity)).mappings().first()
            for column in (users.c.id, outsiders.c.id, sessions.c.person, tokens.c.owner):
                db.execute(delete(column.table).where(column == identity))
            if row is not None:
                _check_maintained(db, user_of(row), is_last_allowed=True)
            self.tables.note_change(db)

    def note_outsider(self, person: Outsider) -> None:
        """Keep what was said of a person from elsewhere, if it is something new."""
        known = self.known().outsiders.get(person.id)
        if known is not None and replace(known, seen=person.seen) == person:
            return
        with self.tables.writing(person.id) as db:
            put(db, outsiders, {**asdict(person), "seen": text_of(person.seen)})
            self.tables.note_change(db)

    # sessions

    def session(self, hash: str) -> Session | None:
        """The session under that hash."""
        if not self.tables.is_remote:
            return self.known().sessions.get(hash)
        with self.tables.reading(select(sessions).where(sessions.c.hash == hash)) as rows:
            return next((_session(row) for row in rows), None)

    def sessions_of(self, person: str) -> list[Session]:
        """The sessions of that person."""
        if not self.tables.is_remote:
            return [session for session in self.known().sessions.values() if session.person == person]
        with self.tables.reading(select(sessions).where(sessions.c.person == person)) as rows:
            return [_session(row) for row in rows]

    def add_session(self, session: Session, over_before: float) -> None:
        """Keep a session; those that ended or were not used since then are forgotten."""
        over = select(sessions.c.hash).where((sessions.c.seen < over_before) | (sessions.c.ends < session.made))
        with self.tables.writing(session.person) as db:
            # Those that somebody else forgets at this moment are no matter of ours.
            db.execute(delete(sessions).where(sessions.c.hash.in_(over.with_for_update(skip_locked=True))))
            put(db, sessions, asdict(session))

    def replace_session(self, old: Session, new: Session) -> None:
        """Keep `new` beside `old`, which ends as it says; not where that one is gone meanwhile."""
        with self.tables.writing(old.person) as db:
            still = sessions.c.hash == old.hash, sessions.c.ends.is_(None)
            if db.execute(update(sessions).where(*still).values(ends=old.ends)).rowcount:
                insert_new(db, sessions, asdict(new))

    def note_seen(self, session: Session, now: float) -> None:
        """The session was used."""
        with self.tables.writing(session.person) as db:
            db.execute(update(sessions).where(sessions.c.hash == session.hash, sessions.c.seen < now).values(seen=now))

    def end_sessions(self, hashes: Iterable[str] = (), person: str | None = None) -> None:
        """End the sessions with these hashes, and all of that person."""
        with self.tables.writing() as db:
            db.execute(delete(sessions).where(sessions.c.hash.in_(list(hashes))))
            if person is not None:
                db.execute(delete(sessions).where(sessions.c.person == person))

    # tokens

    def add_token(self, token: Token) -> None:
        """Keep a token. Raises AssistantError where its owner has too many."""
        with self.tables.writing(token.owner or _OF_NOBODY) as db:
            theirs = select(func.count()).select_from(tokens).where(tokens.c.owner == token.owner)
            if token.owner is not None and db.execute(theirs).scalar_one() >= MOST_OF_ONE:
                raise AssistantError(f"you have {MOST_OF_ONE} tokens, the most there may be; remove those not in use")
            insert_new(db, tokens, row_of_token(token))
            self.tables.note_change(db)

    def remove_token(self, identity: str) -> None:
        """Forget a token."""
        with self.tables.writing() as db:
            db.execute(delete(tokens).where(tokens.c.id == storable(identity)))
            self.tables.note_change(db)

    def note_used(self, token: Token, now: datetime) -> None:
        """The token was used; of two that note it the later time is kept."""
        before = tokens.c.used.is_(None) | (tokens.c.used < text_of(now))
        with self.tables.writing(token.owner or _OF_NOBODY) as db:
            db.execute(update(tokens).where(tokens.c.id == token.id, before).values(used=text_of(now)))
            self.tables.note_change(db)


_IN_MEMORY = ("users", "outsiders", "sessions", "tokens")  # in the order of the fields of Known


def _session(row: Row) -> Session:
    found = read_row("sessions", row)
    assert isinstance(found, Session)
    return found


def _user_in(db: Connection, name: str) -> User:
    row = db.execute(select(users).where(users.c.folded == storable(fold_user(name)))).mappings().first()
    if row is None:
        raise AssistantError(f"there is no user {name!r} in this home; assistant users list shows who there is")
    return user_of(row)


def _check_maintained(db: Connection, before: User, *, is_last_allowed: bool) -> None:
    """Raise AssistantError where `before` was the last maintainer, and is none now, though there are other users."""
    if before.role != "maintainer":
        return
    roles = set(db.execute(select(users.c.role).union(select(outsiders.c.role))).scalars())
    if "maintainer" not in roles and (roles or not is_last_allowed):
        raise AssistantError(
            f"{before.name} is the last maintainer; first make another one: assistant users role NAME maintainer"
        )
