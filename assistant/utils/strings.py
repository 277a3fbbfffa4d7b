"""Text made safe to store and to print, and names matched with globs."""

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates, which no store can hold, replaced by U+FFFD one for one."""
    return _UNSTORABLE.sub("\ufffd", text)


def one_line(text: str, limit: int | None = None) -> str:
    """`text` as one printable line of at most `limit` characters, without control and invisible format characters.

    Whatever comes from an article or a question goes through here before a terminal, a log or a message.
    """
    printable = "".join(" " if ch.isspace() else ch for ch in text if ch.isspace() or _is_printable(ch))
    line = " ".join(printable.split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_printable(character: str) -> bool:
    # Cc holds escape sequences; Cf holds the marks that reverse the reading direction,
    # but also the joiners that emoji and several scripts need.
    category = unicodedata.category(character)
    return category not in {"Cc", "Cs", "Cf"} or character in "\u200c\u200d"


def is_included(spellings: Sequence[str], include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a glob of `include` (if there are any) matches one of the spellings of a name, and none of `exclude`."""

    def matches(globs: Sequence[str]) -> bool:
        return any(fnmatchcase(spelling, glob) for spelling in spellings for glob in globs)

    return (not include or matches(include)) and not matches(exclude)
