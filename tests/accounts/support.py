"""Accounts over a home, with a clock that is moved by hand and hashes that are quick to make."""

from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from assistant import Settings
from assistant.accounts import Accounts, PasswordHashes
from assistant.database import Database
from tests.servers.places import settings_at

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WORD = "correct horse"
HERE = "127.0.0.1"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, seconds: float = 1_800_000_000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def accounts_of(place: Database | Path, clock: Clock | None = None, **settings: Any) -> Accounts:
    """The accounts of that home or database."""
    there = settings_at(Database.of(place))
    return Accounts(Settings(**there, **settings), clock or Clock(), PasswordHashes(QUICK))
