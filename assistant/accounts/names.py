"""The names of users: what may be one, and when two are the same."""

import unicodedata

from assistant.errors import AssistantError
from assistant.settings import MAINTAINER, STAFF
from assistant.utils import is_hidden, safe_to_show

LONGEST = 64  # characters
_RESERVED = frozenset({STAFF, MAINTAINER, "nobody", "anybody", "cli"})
_SEPARATORS = frozenset(":#")  # of the names of those who are not users of the home


def fold_user(name: str) -> str:
    """The form in which two spellings of the name of one user are the same."""
    folded = unicodedata.normalize("NFKC", name[: 4 * LONGEST]).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


def user_name(name: str) -> str:
    """`name` as it is kept. Raises AssistantError for what cannot be the name of a user."""
    kept = unicodedata.normalize("NFKC", name).strip()
    shown = safe_to_show(kept[:LONGEST])
    if not 1 <= len(kept) <= LONGEST:
        raise AssistantError(f"the name of a user has 1 to {LONGEST} characters; this one has {len(kept):,}")
    if any(is_hidden(each) or unicodedata.category(each)[0] == "C" or each in "\n\r\t" for each in kept):
        raise AssistantError(f"the name {shown!r} has a character that nobody sees; write it without")
    if any(each in _SEPARATORS for each in kept):
        raise AssistantError(f"the name {shown!r} has a : or a #; write it without")
    if fold_user(kept) in _RESERVED:
        raise AssistantError(f"the name {shown} is reserved; choose another one")
    return kept


def outside_name(name: object) -> str:
    """The name that somebody else gave a person, short and without characters that nobody sees; "" for none."""
    text = unicodedata.normalize("NFC", name) if isinstance(name, str) else ""
    return "".join(each for each in text if each.isprintable() and not is_hidden(each)).strip()[:LONGEST]
