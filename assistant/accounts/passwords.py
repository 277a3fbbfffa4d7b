"""Passwords: hashed with argon2id, a few at a time, as slowly for names that are none as for the others."""

import secrets
import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import AssistantError
from assistant.utils import once

SHORTEST, LONGEST = 8, 1000  # characters
AT_ONCE = 2  # each takes 64 MB and a few hundredths of a second of four cores


def usable_password(password: str) -> str:
    """`password` as it is hashed. Raises AssistantError, without it, for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AssistantError(f"a password has {SHORTEST} to {LONGEST:,} characters; this one has {len(password):,}")
    return password


class PasswordHashes:
    """Makes and checks hashes, at most `AT_ONCE` at a time; may be used from several threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._places = BoundedSemaphore(AT_ONCE)
        self._of_nobody = once(lambda: self.make(secrets.token_urlsafe()))

    def make(self, password: str) -> str:
        """The hash of a password."""
        with self._places:
            return self._hasher.hash(_bytes(password))

    def check(self, password_hash: str | None, password: str) -> bool:
        """Whether that is the hash of `password`; without a hash it takes as long, and is not."""
        of_nobody = self._of_nobody()
        with self._places:
            try:
                right = self._hasher.verify(password_hash or of_nobody, _bytes(password[:LONGEST]))
            except (VerificationError, InvalidHashError):
                return False
        return right and password_hash is not None and len(password) <= LONGEST

    def is_old(self, password_hash: str) -> bool:
        """Whether hashes are made with more work now than that one was."""
        return self._hasher.check_needs_rehash(password_hash)


def _bytes(password: str) -> bytes:
    # Keyboards differ in how they write the same letter.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
