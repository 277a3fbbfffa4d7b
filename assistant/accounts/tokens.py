"""API tokens: `aa_ID_SECRET`, shown once and kept as a hash."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from assistant.accounts.names import outside_name
from assistant.accounts.principal import Role
from assistant.accounts.records import Token
from assistant.errors import AssistantError

TOKEN_MARK = "aa_"
USUAL_DAYS, MOST_DAYS = 90, 1000
MOST_OF_ONE = 100  # tokens of one person
_ID_BYTES, _SECRET_BYTES = 6, 32
_OF_NOBODY = hashlib.sha256(b"").hexdigest()


def new_token(
    name: str, role: Role = "reader", owner: str | None = None, days: int | None = USUAL_DAYS
) -> tuple[Token, str]:
    """A token with what its holder sends, which is known now only. Raises AssistantError for a bad name or end."""
    kept = outside_name(name)
    if not kept:
        raise AssistantError("a token needs a name that says what it is for, such as: archive script")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise AssistantError(f"a token is good for 1 to {MOST_DAYS:,} days, not for {days:,}")
    identity, made = secrets.token_hex(_ID_BYTES), datetime.now(UTC)
    shown = f"{TOKEN_MARK}{identity}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    ends = None if days is None else made + timedelta(days=days)
    return Token(identity, kept, role, owner, made, ends, None, _hash(shown)), shown


def token_shown(tokens: Mapping[str, Token], shown: str) -> Token | None:
    """The token that somebody shows, whether or not its time is over; None for what is none of `tokens`."""
    mark, _, rest = shown[:500].partition("_")
    found = tokens.get(rest.partition("_")[0]) if f"{mark}_" == TOKEN_MARK else None
    # Compared in any case, so that how long it takes does not tell which ids there are.
    right = hmac.compare_digest(_hash(shown[:500]), found.hash if found else _OF_NOBODY)
    return found if right else None


def _hash(shown: str) -> str:
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()
