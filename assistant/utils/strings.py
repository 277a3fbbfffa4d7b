"""Article: one piece of journalism, as it is indexed."""

import re
import unicodedata

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` without what no store can hold: NUL and lone surrogates become U+FFFD, one for one."""
    return _UNUSABLE.sub("\ufffd", text)


def one_line(text: str, limit: int | None = None) -> str:
    """`text` as one printable line: control and invisible format characters out, runs of space as one.

    What comes from an article or a question goes through here before a terminal, a log or a message.
    """
    safe = "".join(" " if ch.isspace() else ch for ch in text if ch.isspace() or _printable(ch))
    line = " ".join(safe.split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _printable(character: str) -> bool:
    # Cc holds escape sequences; Cf holds the marks that turn the reading direction round,
    # but also the joiners that emoji and several scripts need.
    category = unicodedata.category(character)
    return category not in {"Cc", "Cs", "Cf"} or character in "\u200c\u200d"
