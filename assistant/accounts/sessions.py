"""Sessions of browsers: by a signed cookie, whose id changes by the hour; the home keeps hashes of ids only."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace

from assistant.accounts.keys import HomeKey
from assistant.accounts.records import Person, Session
from assistant.accounts.store import AccountStore

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_LONGEST = 30 * _DAY
_RENEWED_AFTER, _GOOD_STILL = _HOUR, _MINUTE  # an id is good a while longer, for requests that are under way
_NOTED_AFTER = 10 * _MINUTE  # use is noted not more often


class Sessions:
    """The sessions that `store` keeps, over after so many `hours` without use."""

    def __init__(self, store: AccountStore, key: HomeKey, clock: Callable[[], float], hours: float) -> None:
        self._store = store
        self._key = key
        self._clock = clock
        self._idle = hours * _HOUR

    def begin(self, person: Person) -> str:
        """The cookie of a new session of that person."""
        value, now = secrets.token_urlsafe(32), self._clock()
        self._store.add_session(Session(_hash(value), person.id, person.stamp, now, now, now, None), now - self._idle)
        return self._key.sign(value)

    def of(self, cookie: str) -> Session | None:
        """The session of that cookie; None where it is over, or never was."""
        value, now = self._key.unsign(cookie) if cookie else None, self._clock()
        session = self._store.session(_hash(value)) if value else None
        if session is None or (session.ends is not None and now > session.ends):
            return None
        is_over = now - session.seen > self._idle or now - session.began > _LONGEST
        return None if is_over else session

    def is_to_be_noted(self, session: Session) -> bool:
        """Whether its use is to be noted now."""
        return self._clock() - session.seen > min(_NOTED_AFTER, self._idle / 20)

    def is_due(self, cookie: str) -> bool:
        """Whether another cookie is to take its place."""
        session = self.of(cookie)
        return session is not None and (session.ends is not None or self._clock() - session.made >= _RENEWED_AFTER)

    def renewed(self, cookie: str) -> str | None:
        """The cookie that takes the place of this one, where it is time for that; None where it stays."""
        session, now = self.of(cookie), self._clock()
        if session is None or not self.is_due(cookie):
            return None
        # Made of the old one by the home's key: all requests that are under way get the same.
        value = self._key.digest("next session", self._key.unsign(cookie) or "")
        if session.ends is None:
            old = replace(session, ends=now + _GOOD_STILL)
            self._store.replace_session(old, replace(session, hash=_hash(value), made=now, seen=now))
        return self._key.sign(value)

    def end(self, cookie: str) -> None:
        """End the session of that cookie, under all ids that it has."""
        if (session := self.of(cookie)) is not None:
            theirs = self._store.sessions_of(session.person)
            same = [each.hash for each in theirs if each.began == session.began]
            self._store.end_sessions(same)


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
