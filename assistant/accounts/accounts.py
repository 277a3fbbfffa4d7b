"""Accounts: who may use a server, how they show who they are, and what they may do."""

import asyncio
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from datetime import UTC, datetime
from hmac import compare_digest
from typing import TypeVar

from assistant.accounts.keys import HomeKey
from assistant.accounts.names import fold_user, outside_name
from assistant.accounts.passwords import PasswordHashes, usable_password
from assistant.accounts.principal import Principal, Role
from assistant.accounts.records import Outsider, Person, Token, User
from assistant.accounts.sessions import Sessions
from assistant.accounts.store import AccountStore
from assistant.accounts.tokens import USUAL_DAYS, new_token, token_shown
from assistant.accounts.tries import WaitError, tries_of
from assistant.database import database
from assistant.errors import AssistantError
from assistant.settings import MAINTAINER, Settings

T = TypeVar("T")

_log = logging.getLogger(__name__)

_MINUTE = 60.0
_FINDING = 4  # requests at once of which it is found who makes them
_MOST_WAITING = 20  # who may wait for a password to be checked
PROXY = "proxy"


class Accounts:
    """The people and programs that may use the server of one home. May be used from several threads at once.

    What the command line changes meanwhile holds from the next call on. `clock` gives seconds since 1970. Raises
    SettingsError where a server would be open to whom it must not be, unless it is not served.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        hashes: PasswordHashes | None = None,
        *,
        is_served: bool = True,
    ) -> None:
        place = database(settings)
        self.store = AccountStore(place)
        self.key = HomeKey(place)
        self._settings = settings
        self._clock = clock
        has_others = bool(settings.user_header or settings.oidc_issuer) or not is_served or self.store.is_closed
        self._passwords = settings.users(has_others=has_others)
        self._never_open = bool(self._passwords or settings.user_header or settings.oidc_issuer)
        # Looked up at each use, so that a clock that is set later holds for both.
        self._sessions = Sessions(self.store, self.key, lambda: self._clock(), settings.session_hours)
        self._hashes = hashes or PasswordHashes()
        self._tries = tries_of(place)
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)
        self._writer = ThreadPoolExecutor(1, "accounts")
        self._finding = ThreadPoolExecutor(_FINDING, "finding-who")
        self._signing_in = ThreadPoolExecutor(_MOST_WAITING + 4, "signing-in")  # more than may wait are told so
        self._written: set[str] = set()  # what is to be written that it was used

    async def found(self, find: Callable[[], T]) -> T:
        """What `find` finds here, without holding up the event loop where the file is to be read or written for it."""
        if self.store.is_read and not self._settings.user_header:  # a proxy may name somebody new
            return find()
        return await asyncio.wrap_future(self._finding.submit(copy_context().run, find))

    def close(self) -> None:
        """Finish what is still to be written."""
        self._signing_in.shutdown()
        self._finding.shutdown()
        self._writer.shutdown()

    def _later(self, what: str, write: Callable[..., None], *arguments: object) -> None:
        """Write that something was used, without anybody waiting for it."""
        if what in self._written:
            return
        self._written.add(what)

        def write_it() -> None:
            try:
                write(*arguments)
            except AssistantError as error:
                _log.error("the last use could not be noted: %s", error)
            except Exception:
                _log.exception("the last use could not be noted")
            finally:
                self._written.discard(what)

        with suppress(RuntimeError):  # it is closed
            self._writer.submit(write_it)

    @property
    def is_open(self) -> bool:
        """Whether whoever reaches the server may use it, without showing who they are; once it is not, it stays so."""
        # What was checked of the settings when it began, it was checked for a server that is closed.
        self._never_open = self._never_open or self.store.is_closed
        return not self._never_open

    @property
    def has_passwords(self) -> bool:
        """Whether anybody can sign in by a password here."""
        return not self._settings.oidc_only and bool(self._passwords or self.store.known().users)

    def anybody(self) -> Principal:
        """Who is not signed in, where nobody has to be."""
        return Principal(role="maintainer" if self._settings.maintenance else "reader")

    # by password

    def sign_in(self, name: str, password: str, address: str) -> Principal | None:
        """Who has that name and password; None, counted as a try of that address, where they are wrong.

        It takes a while, and as long for a name that there is not. Raises WaitError where that address must wait.
        """
        folded = fold_user(name)
        if not self._waiting.acquire(blocking=False):
            raise WaitError(1, "Too many people are signing in")
        try:
            self._tries.begin(folded, address)
            person = self._checked(folded, password)
        finally:
            self._waiting.release()
        if person is None:
            self._tries.failed(folded, address, is_known=self._is_known(folded))
            return None
        self._tries.entered(folded, address)
        return Principal(person.name, person.role, "session", person=person.id)

    async def asign_in(self, name: str, password: str, address: str) -> Principal | None:
        """As `sign_in`."""
        return await asyncio.wrap_future(self._signing_in.submit(self.sign_in, name, password, address))

    def is_known(self, name: str) -> bool:
        """Whether somebody signs in by that name, for the audit log: a password typed as a name must not be in it."""
        return self._is_known(fold_user(name))

    def _is_known(self, folded: str) -> bool:
        return folded in self._passwords or self.store.known().user_named(folded) is not None

    def _checked(self, folded: str, password: str) -> Person | None:
        if self._settings.oidc_only:
            return None
        user = self.store.known().user_named(folded)
        is_right = self._hashes.check(user.password_hash if user else None, password)
        if (known := self._passwords.get(folded)) is not None:
            shown, right = (word.encode("utf-8", "surrogatepass") for word in (password, known))
            return self._person(folded) if compare_digest(shown, right) else None
        if user is None or not is_right:
            return None
        if self._hashes.is_old(user.password_hash):
            self.store.rehash(user, self._hashes.make(password))
        return self._person(user.id)

    def person_named(self, name: str) -> Person | None:
        """The user of the settings or of the home with that name."""
        folded = fold_user(name)
        user = self.store.known().user_named(folded)
        return self._person(user.id if user else folded)

    def _person(self, identity: str) -> Person | None:
        """Who has that id; None where they are gone, or cannot sign in here any more."""
        if identity in self._passwords:
            stamp = self.key.digest("password", self._passwords[identity])
            return Person(identity, identity, self._role(identity), stamp)
        known = self.store.known()
        if (user := known.users.get(identity)) is not None:
            return Person(user.id, user.name, user.role, user.changed.isoformat())
        outsider = known.outsiders.get(identity)
        if outsider is None or outsider.source not in self._sources():
            return None
        return Person(outsider.id, outsider.name, outsider.role, outsider.source)

    def _role(self, name: str) -> Role:
        settings = self._settings
        maintains = settings.maintenance and (settings.maintenance_password is None or name == MAINTAINER)
        return "maintainer" if maintains else "reader"

    def _sources(self) -> Iterable[str]:
        """Who is believed about people from elsewhere."""
        settings = self._settings
        if settings.user_header:
            yield PROXY
        if settings.oidc_issuer:
            yield oidc_source(settings.oidc_issuer)

    # by others

    def of_proxy(self, name: str, groups: Iterable[str] = ()) -> Principal | None:
        """Whom a trusted proxy names; None where that is no name."""
        if not name or name != outside_name(name):
            return None
        group = self._settings.maintainer_group
        role: Role = "maintainer" if group is not None and group in groups else "reader"
        person = self._outsider(f"{PROXY}:{name}", f"{PROXY}:{name}", role, PROXY)
        return Principal(person.name, role, "proxy", person=person.id)

    def of_provider(self, issuer: str, subject: str, name: str, role: Role) -> Principal:
        """Whom the provider vouches for. Their name has a prefix: no user of the home is ever the same."""
        identity = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:32]
        shown = outside_name(name) or identity[:8]
        person = self._outsider(f"oidc:{identity}", f"oidc:{shown}", role, oidc_source(issuer))
        return Principal(person.name, role, "session", person=person.id)

    def _outsider(self, identity: str, name: str, role: Role, source: str) -> Outsider:
        person = Outsider(identity, name, role, source, datetime.fromtimestamp(self._clock(), UTC))
        self.store.note_outsider(person)
        return person

    # sessions

    def begin_session(self, principal: Principal) -> str:
        """The value of a cookie by which a browser is known as `principal` from now on."""
        person = self._person(principal.person or "")
        if person is None:
            raise AssistantError("they are gone who signed in; sign in again")
        return self._sessions.begin(person)

    def of_session(self, cookie: str) -> Principal | None:
        """Who a browser with that cookie is; None where the session is over, or never was."""
        session = self._sessions.of(cookie)
        person = self._person(session.person) if session else None
        if session is None or person is None or person.stamp != session.stamp:
            return None
        if self._sessions.is_to_be_noted(session):
            self._later(session.hash, self.store.note_seen, session, self._clock())
        return Principal(person.name, person.role, "session", person=person.id)

    def renewed(self, cookie: str) -> str | None:
        """The cookie that takes the place of this one, where it is time for that; None where it stays."""
        return self._sessions.renewed(cookie)

    async def arenewed(self, cookie: str) -> str | None:
        """As `renewed`."""
        if not await self.found(lambda: self._sessions.is_due(cookie)):
            return None
        return await asyncio.wrap_future(self._writer.submit(self._sessions.renewed, cookie))

    def end_session(self, cookie: str) -> None:
        """End the session of that cookie."""
        self._sessions.end(cookie)

    def end_sessions(self, principal: Principal) -> None:
        """End all sessions of that person."""
        self.store.end_sessions(person=principal.person or "")

    # tokens

    def of_token(self, token: str) -> Principal | None:
        """Who shows that API token; None where it is no token, its time is over, or its owner is gone."""
        found, now = token_shown(self.store.known().tokens, token), datetime.fromtimestamp(self._clock(), UTC)
        if found is None or found.is_over(now):
            return None
        owner = self._person(found.owner) if found.owner is not None else None
        if found.owner is not None and owner is None:
            return None
        if found.used is None or (now - found.used).total_seconds() > _MINUTE:
            self._later(found.id, self.store.note_used, found, now)
        if owner is None:
            return Principal(f"token:{found.name}", found.role, "token", found.id)
        return Principal(owner.name, _least(found.role, owner.role), "token", found.id, owner.id)

    def make_token(
        self, principal: Principal, name: str, role: Role = "reader", days: int = USUAL_DAYS
    ) -> tuple[Token, str]:
        """A token of that person, with what its holder sends, which nobody can be shown again."""
        if _least(role, principal.role) != role:
            raise AssistantError("a token cannot have more rights than you have; ask for one with the role reader")
        made, shown = new_token(name, role, principal.person, days)
        self.store.add_token(made)
        return made, shown

    def tokens_of(self, principal: Principal) -> list[Token]:
        """The tokens of that person, newest first."""
        found = [
            each for each in self.store.known().tokens.values() if principal.person and each.owner == principal.person
        ]
        return sorted(found, key=lambda token: token.made, reverse=True)

    def remove_token(self, principal: Principal, identity: str) -> Token:
        """Remove a token of that person. Raises AssistantError where they have none with that id."""
        found = next((each for each in self.tokens_of(principal) if each.id == identity), None)
        if found is None:
            raise AssistantError("you have no token with this id")
        self.store.remove_token(found.id)
        return found

    # users

    def user_of(self, principal: Principal) -> User | None:
        """The user of the home that somebody is; None for all others."""
        return self.store.known().users.get(principal.person or "")

    def add_user(self, name: str, password: str, role: Role = "reader") -> User:
        """A new user of the home."""
        return self.store.add_user(name, self._hashes.make(usable_password(password)), role)

    def set_password(self, name: str, password: str) -> User:
        """Give a user of the home another password; their sessions are over."""
        return self.store.change_user(name, password_hash=self._hashes.make(usable_password(password)))

    def change_password(self, principal: Principal, old: str, new: str, address: str) -> None:
        """Give who knows their password another one. Raises AssistantError, WaitError as `sign_in` does."""
        user = self.user_of(principal)
        if user is None:
            raise AssistantError("your password is not kept here, so it cannot be changed here")
        usable_password(new)
        if self.sign_in(user.name, old, address) is None:
            raise AssistantError("that is not your present password")
        self.set_password(user.name, new)


def oidc_source(issuer: str) -> str:
    """What stands for a provider among those who vouch for people."""
    return f"oidc:{issuer.rstrip('/')}"


def _least(one: Role, other: Role) -> Role:
    return "reader" if "reader" in (one, other) else "maintainer"
