"""Accounts over a home, with a clock that is moved by hand and hashes that are quick to make."""

from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from assistant import Settings
from assistant.accounts import Accounts, PasswordHashes

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WORD = "correct horse"
HERE = "127.0.0.1"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, seconds: float = 1_800_000_000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def accounts_of(home: Path, clock: Clock | None = None, **settings: Any) -> Accounts:
    """The accounts of that home."""
    return Accounts(Settings(home=home, **settings), clock or Clock(), PasswordHashes(QUICK))
