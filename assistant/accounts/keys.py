"""The key of a home or database with which sessions are signed."""

import hashlib
import hmac
import secrets
from pathlib import Path

from itsdangerous import BadData, Signer, URLSafeTimedSerializer

from assistant.database import Database, create_once
from assistant.errors import AssistantError
from assistant.utils import once

KEY_FILE = "accounts.key"
_BYTES = 32


class HomeKey:
    """Signs what a browser keeps, with a key of the home or database: it holds after a restart and on other servers."""

    def __init__(self, where: Database | Path) -> None:
        self._key = once(lambda: _key(Database.of(where)))

    def sign(self, value: str) -> str:
        """`value` with its signature."""
        return self._signer().sign(value.encode()).decode()

    def unsign(self, signed: str) -> str | None:
        """The value that was signed here; None for anything else."""
        try:
            return self._signer().unsign(signed.encode("utf-8", "replace")).decode()
        except (BadData, ValueError):
            return None

    def pack(self, purpose: str, data: dict[str, str]) -> str:
        """`data`, signed for that purpose with the time; who has it can read it."""
        return self._packer(purpose).dumps(data)

    def unpack(self, purpose: str, packed: str, max_age: int) -> dict[str, str] | None:
        """The data that was packed for that purpose, at most `max_age` seconds ago; None for anything else."""
        try:
            found = self._packer(purpose).loads(packed, max_age=max_age)
        except (BadData, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def digest(self, purpose: str, text: str) -> str:
        """What only this home can make of `text`, in URL-safe characters."""
        return hmac.digest(self._key(), f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), "sha256").hex()

    def _signer(self) -> Signer:
        return Signer(self._key(), salt="session", key_derivation="hmac", digest_method=hashlib.sha256)

    def _packer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key(), salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})


def _key(place: Database) -> bytes:
    try:
        key = create_once(place, KEY_FILE, secrets.token_bytes(_BYTES))
    except OSError as error:
        raise AssistantError(
            f"{place.home / KEY_FILE}: it cannot be made or read ({error.strerror}); allow that in its folder"
        ) from None
    if len(key) != _BYTES:
        raise AssistantError(f"{place.home / KEY_FILE}: it is damaged; remove it, and everybody signs in anew")
    return key
