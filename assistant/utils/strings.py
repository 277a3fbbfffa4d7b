"""Text made safe to store and to print, and names matched with globs."""

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# What is drawn as nothing though it is no format character: fillers, selectors of variants, the empty Braille cell.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
_DRAWN = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")  # format characters that are
_JOINERS, _DIRECTIONS = "\u200c\u200d", "\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069"
_MARK_OF_DIRECTION = re.compile(f"[{_DIRECTIONS}]")
# Scripts whose letters take another shape beside a joiner or a selector of variants.
_SHAPED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u2e80-\u9fff\uf900-\ufaff\ufb50-\ufdff\ufe70-\ufefe\U00020000-\U0003ffff]"
)


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates, which no store can hold, replaced by U+FFFD one for one."""
    return _UNSTORABLE.sub("\ufffd", text)


def one_line(text: str, limit: int | None = None) -> str:
    """`text` as one printable line of at most `limit` characters, without control and invisible format characters.

    Whatever comes from an article or a question goes through here before a terminal, a log or a message.
    """
    printable = text  # as nearly always, which takes no look at each character
    if not text.isprintable():
        printable = "".join(" " if ch.isspace() else ch for ch in text if ch.isspace() or _is_printable(ch))
    line = " ".join(printable.split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_printable(character: str) -> bool:
    # Cc holds escape sequences; Cf holds the marks that reverse the reading direction,
    # but also the joiners that emoji and several scripts need.
    category = unicodedata.category(character)
    return category not in {"Cc", "Cs", "Cf"} or character in "\u200c\u200d"


def name_line(text: str, limit: int | None = None) -> str:
    """`text`, a name, as one printable line in which hidden characters are shown: nothing passes for another name."""
    return one_line(show_hidden(text), limit)


def show_hidden(text: str) -> str:
    """`text` with each character that nobody sees shown as "‹U+200B›", except those that its script or emoji need.

    A name with one in it is another name, and would be taken for the one that it looks like.
    """
    if text.isascii() and text.isprintable():
        return text
    is_right_to_left = any(map(_is_right_to_left, text))
    before, shown = " ", []
    for character in text:
        needed = _is_needed(character, before) or (is_right_to_left and _MARK_OF_DIRECTION.match(character))
        shown.append(f"‹U+{ord(character):04X}›" if is_hidden(character) and not needed else character)
        before = character
    return "".join(shown)


def _is_right_to_left(character: str) -> bool:
    return character.isalpha() and unicodedata.bidirectional(character) in {"R", "AL"}


def is_hidden(character: str) -> bool:
    """Whether nobody sees a character: a control or format character, or one that is drawn as nothing."""
    if _BLANK.match(character):
        return True
    return unicodedata.category(character) in {"Cc", "Cf"} and not character.isspace() and not _DRAWN.match(character)


def _is_needed(character: str, before: str) -> bool:
    """Whether what comes before it takes another shape by it: a letter of some scripts, or an emoji."""
    if character not in _JOINERS and not _BLANK.match(character):
        return False
    is_sign = unicodedata.category(before) in {"So", "Sk"} or before in "#*‼⁉\ufe0f" or _is_tag(before)
    return _SHAPED.match(before) is not None or is_sign


def _is_tag(character: str) -> bool:
    """Whether it is one of those that the flags of England and others are made of."""
    return "\U000e0020" <= character <= "\U000e007e"


def is_included(spellings: Sequence[str], include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a glob of `include` (if there are any) matches one of the spellings of a name, and none of `exclude`."""

    def matches(globs: Sequence[str]) -> bool:
        return any(fnmatchcase(spelling, glob) for spelling in spellings for glob in globs)

    return (not include or matches(include)) and not matches(exclude)
