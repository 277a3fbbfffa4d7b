"""What is kept of users, people from elsewhere, sessions and tokens."""

from dataclasses import dataclass, field
from datetime import datetime

from assistant.accounts.principal import Role


@dataclass(frozen=True, slots=True)
class User:
    """A user of the home; `id` is never that of another one. Dates are in UTC."""

    id: str
    name: str
    role: Role
    created: datetime
    changed: datetime
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outsider:
    """A person whom somebody else vouches for: a provider ("oidc:ISSUER") or a trusted proxy ("proxy")."""

    id: str
    name: str
    role: Role
    source: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever can sign in; where `stamp` changes, their sessions are over."""

    id: str
    name: str
    role: Role
    stamp: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a browser, under the hash of its id; times in seconds since 1970.

    `began` is when somebody signed in, `made` when it got this id, `seen` when it was last used, and `ends`, once it
    has another id, when this one is no good any more.
    """

    hash: str
    person: str
    stamp: str
    began: float
    made: float
    seen: float
    ends: float | None


@dataclass(frozen=True, slots=True)
class Token:
    """An API token: what is known of it once it was shown. `owner` is None where it is nobody's in particular.

    `ends` is None where it never does, `used` where it never was. Dates are in UTC.
    """

    id: str
    name: str
    role: Role
    owner: str | None
    made: datetime
    ends: datetime | None
    used: datetime | None
    hash: str = field(repr=False)

    def is_over(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.ends is not None and now >= self.ends
