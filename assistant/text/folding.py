"""Folding: the form of a text in which it is searched and compared, whatever its letters, marks and spaces are made of.

Two forms, and nothing else of the program normalises by itself. `plain` is the text as it is read: letters composed,
ligatures and full-width letters as ordinary ones, nothing invisible; models and what looks for figures get it. `fold`
is for comparing and for the index: besides in lower case, without accents, with one kind of quotation mark, dash and
space, and numbers without separators of thousands. What is shown stays as it was published: `Plain` leads back to it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from assistant.text.numerals import without_separators
from assistant.utils import is_hidden

# Letters that do not decompose and have no name that tells their base, as "o with stroke" does.
_LETTERS = {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d", "ŋ": "ng", "ı": "i", "ĸ": "k", "ς": "σ", "ё": "е"}
_MARKS = {
    **dict.fromkeys("‘’‚‛‹›`´ʹʻʼʽ′‵", "'"),
    **dict.fromkeys("“”„‟«»″‶〝〞〟「」『』❝❞", '"'),
    **dict.fromkeys("−⁃", "-"),
}
# Characters that stand for ordinary ones; powers, fractions and signs in circles say something else.
_COMPATIBLE = ("<compat>", "<wide>", "<narrow>", "<font>", "<isolated>", "<initial>", "<medial>", "<final>", "<sub>")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_POWER = re.compile(r"(?<!\w)([a-z]{1,2})([²³])(?!\w)")  # of a unit, km², which is typed km2
_ACCENTS = range(0x300, 0x370)
WITHIN_WORDS = "\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
"""Accents by themselves and what nobody sees, for a class of a regular expression: they end no word."""


class _Table(dict[int, str]):
    """What each character becomes, as `str.translate` takes it; found out when one is first met."""

    def __init__(self, changed: Callable[[str], str]) -> None:
        super().__init__()
        self._changed = changed

    def __missing__(self, code: int) -> str:
        changed = self[code] = self._changed(chr(code))
        return changed


def _plain_character(character: str) -> str:
    if is_hidden(character):
        return ""
    is_compatible = unicodedata.decomposition(character).startswith(_COMPATIBLE)
    if character.isspace() or not is_compatible or character in _MARKS:
        return character
    return unicodedata.normalize("NFKC", character)


def _folded_character(character: str) -> str:
    """What is left of a character in lower case."""
    if known := _LETTERS.get(character) or _MARKS.get(character):
        return known
    category = unicodedata.category(character)
    if category in ("Zs", "Pd", "Nd"):
        return {"Zs": " ", "Pd": "-", "Nd": str(unicodedata.decimal(character, 0))}[category]
    if ord(character) in _ACCENTS:
        return ""
    name, parts = unicodedata.name(character, ""), unicodedata.normalize("NFD", character)
    if not name.startswith(("LATIN", "GREEK")):
        return character  # an accent makes another letter in other scripts
    if len(parts) > 1:
        return parts[0].translate(_FOLDED)
    with suppress(KeyError):
        return unicodedata.lookup(name.partition(" WITH ")[0])
    return character


_PLAIN, _FOLDED = _Table(_plain_character), _Table(_folded_character)


def plain(text: str) -> str:
    """`text` with its letters composed, ligatures and full-width letters as ordinary ones, and nothing invisible."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _NOT_ASCII.sub(lambda found: found[0].translate(_PLAIN), text))


def fold(text: str) -> str:
    """`text` as it is compared and searched: `plain`, in lower case, without accents and separators of thousands.

    It has one kind of each quotation mark, dash and space. White space and punctuation stay where they are.
    """
    folded = without_separators(plain(text)).lower()
    if folded.isascii():
        return folded
    folded = _POWER.sub(lambda found: f"{found[1]}{unicodedata.digit(found[2])}", folded)
    return _NOT_ASCII.sub(lambda found: found[0].translate(_FOLDED), folded)


def fold_name(name: str) -> str:
    """The name of a publication or a person as it is compared: folded, with single spaces."""
    return " ".join(fold(name).split())


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain form of a text; `origins` says from where to where each of its characters stands in that."""

    text: str
    origins: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> "Plain":
        """The plain form of `text`."""
        characters = list[str]()
        origins = list[tuple[int, int]]()
        for letters, span in _clusters(text):
            composed = unicodedata.normalize("NFC", letters)
            characters.append(composed)
            origins += [span] * len(composed)
        return cls("".join(characters), tuple(origins))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text as published its characters `start` to `end` are."""
        if start >= end:
            place = self.origins[start][0] if start < len(self.origins) else self.origins[-1][1] if self.origins else 0
            return place, place
        return self.origins[start][0], self.origins[end - 1][1]


def _clusters(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The letters of the plain text before they are composed, each with its marks, and where they stand in `text`."""
    letters, start, end = "", 0, 0
    for place, character in enumerate(text):
        for part in character if character.isascii() else _PLAIN[ord(character)]:
            if letters and not _composes(part):
                yield letters, (start, end)
                letters = ""
            if not letters:
                start = place
            letters, end = letters + part, place + 1
    if letters:
        yield letters, (start, end)


def _composes(character: str) -> bool:
    """Whether it may become one with the character before it: a mark, or a letter of a Korean syllable."""
    return unicodedata.category(character).startswith("M") or "\u1160" <= character <= "\u11ff"
