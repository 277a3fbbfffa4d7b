"""The markers that a model writes, [1] or 【1, 2】, told apart from its text as it comes; pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator

Piece = str | tuple[int, ...]
"""Text, or the numbers of one marker."""

_WORD = r"(?:source|passage|citation|article|reference|ref|no|nr)s?\.?:?\s*"
_DIGITS = r"(\d{1,4})(?:†[^,;]{0,60}+)?"
_NUMBER = rf"[\^#]*+(?:{_WORD}[\^#]*+)?{_DIGITS}"
_SEPARATOR = r"(?:\s*+(?:,\s*+and\b|[,;&/、，；]|and\b|[-–—]|\bto\b)\s*+|\s++)"
_CONTENT = re.compile(rf"\s*+{_NUMBER}(?:{_SEPARATOR}{_NUMBER})*\s*+(?:[.,;]\s*+)?", re.IGNORECASE)
_RANGE_OR_NUMBER = re.compile(rf"{_DIGITS}\s*+(?:[-–—]|\bto\b)\s*+{_NUMBER}|{_DIGITS}", re.IGNORECASE)
_MOST_IN_RANGE = 20

# In brackets are up to 60 characters on one line, no other brackets among them; what is longer is text.
_SPACE, _OPEN, _INSIDE = r"(?<![ \t])[ \t]*", r"[\[［【〔]", r"[^\[\]［］【】〔〕\n]{0,60}"
_BRACKETS = rf"\[{_INSIDE}\]|［{_INSIDE}］|【{_INSIDE}】|〔{_INSIDE}〕"
_MARKER = re.compile(rf"({_SPACE})({_BRACKETS})(?:\((?:https?://|#|/|www\.)[^()\[\]［］【】〔〕\s]{{0,300}}\))?")
# What more text may make a marker of: a space, brackets that are open, a marker whose link may follow or is not whole.
_UNFINISHED = re.compile(rf"{_SPACE}(?:{_OPEN}{_INSIDE}|(?:{_BRACKETS})(?:\([^()\[\]［］【】〔〕\s]{{0,300}})?)?\Z")
_BEGUN = re.compile(rf"{_SPACE}(?:{_OPEN}\s*[\^#]*(?:\d{_INSIDE})?)?\Z")


class CitationParser:
    """Takes the text of a model piece by piece and gives text and markers, in order.

    A number that was not `offered` disappears, and a marker with none left does so with the space before it. Nothing
    of a marker is given before it is whole. How the text is cut into pieces does not matter.
    """

    def __init__(self, offered: Collection[int]) -> None:
        self._offered = offered
        self._held = ""

    def feed(self, text: str) -> list[Piece]:
        """What `text` completes."""
        text = f"{self._held}{text}"
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        self._held = text[end:]
        return list(self._pieces(text[:end]))

    def close(self) -> list[Piece]:
        """What is left at the end of the text; a marker that was begun and not ended is none."""
        text, self._held = self._held, ""
        return list(self._pieces(_BEGUN.sub("", text)))

    def _pieces(self, text: str) -> Iterator[Piece]:
        place = 0
        for found in _MARKER.finditer(text):
            numbers = _numbers(found[2][1:-1])
            if not numbers:
                continue
            known = tuple(number for number in numbers if number in self._offered)
            if before := text[place : found.start()] + (found[1] if known else ""):
                yield before
            if known:
                yield known
            place = found.end()
        if text[place:]:
            yield text[place:]


def parse_markers(text: str, offered: Collection[int]) -> list[Piece]:
    """The pieces of a whole text."""
    parser = CitationParser(offered)
    return [*parser.feed(text), *parser.close()]


def without_markers(text: str) -> str:
    """`text` with each marker in round brackets, so that it cannot be taken for one."""
    pieces = parse_markers(text, range(10_000))
    return "".join(piece if isinstance(piece, str) else f"({', '.join(map(str, piece))})" for piece in pieces)


def _numbers(inside: str) -> dict[int, None]:
    """The numbers in brackets, in order; none when these are not those of a marker."""
    inside = unicodedata.normalize("NFKC", inside)
    numbers: list[int] = []
    for found in _RANGE_OR_NUMBER.finditer(inside) if _CONTENT.fullmatch(inside) else ():
        first, last, single = found.groups()
        numbers.extend(range(int(first), min(int(last), int(first) + _MOST_IN_RANGE) + 1) if first else [int(single)])
    return dict.fromkeys(numbers)
