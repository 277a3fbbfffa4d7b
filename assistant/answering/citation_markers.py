"""The markers that a model writes, [1] or 【1, 2】, told apart from its text as it comes; pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

Piece = str | tuple[int, ...]
"""Text, or the numbers of one marker."""

_PAIRS = {"[": "]", "［": "］", "【": "】", "〔": "〕"}
_LONGEST = 60  # characters between brackets; what is longer is text
_LONGEST_LINK = 300
_WORD = r"(?:(?:source|passage|citation|article|reference|ref|no|nr)s?\.?:?\s*)?"
_NUMBER = rf"[\^#]*{_WORD}[\^#]*(\d{{1,4}})(?:†[^,;]*)?"
_SEPARATOR = r"\s*(?:,\s*and\b|[,;&/、，；]|and\b|[-–—]|\bto\b|\s)\s*"
_CONTENT = re.compile(rf"\s*{_NUMBER}(?:{_SEPARATOR}{_NUMBER})*\s*[.,;]?\s*", re.IGNORECASE)
_RANGE = re.compile(rf"{_NUMBER}\s*(?:[-–—]|\bto\b)\s*{_NUMBER}", re.IGNORECASE)
_MOST_IN_RANGE = 20
_BEGUN = re.compile(r"[\[［【〔]\s*[\^#]*(?:\d.*)?", re.DOTALL)
_HALF_MARKER = re.compile(r"(?:[\[［【〔]\s*)+\d*\Z")
_LINK = re.compile(r"\((?:https?://|#|/|www\.)[^()\s]*\)")


class CitationParser:
    """Takes the text of a model piece by piece and gives text and markers, in order.

    A number that was not `offered` disappears, and a marker with none left does so with the space before it.
    Nothing of a marker is given before it is whole, and nothing is held back that cannot become one. How the
    text is cut into pieces does not matter.
    """

    def __init__(self, offered: Collection[int]) -> None:
        self._offered = frozenset(offered)
        self._held = ""  # a space, and what may be the beginning of a marker or of its link

    def feed(self, text: str) -> list[Piece]:
        """What `text` completes."""
        pieces: list[Piece] = []
        for character in text:
            pieces.extend(self._take(character))
        return list(_with_text_joined(pieces))

    def close(self) -> list[Piece]:
        """What is left at the end of the text; a marker that was begun and not ended is none."""
        space, rest = _split(self._held)
        self._held = ""
        numbers, link = _marker(rest)
        if numbers is not None:
            return _without_half_marker(
                _with_text_joined([*self._marked(space, numbers), *self.feed(link), *self.close()])
            )
        if rest and _BEGUN.fullmatch(rest) and len(rest) <= _LONGEST:
            return []
        return [f"{space}{rest}"] if rest else []

    def _take(self, character: str) -> Iterator[Piece]:
        space, rest = _split(self._held)
        numbers, link = _marker(rest)
        if numbers is not None:
            yield from self._after(character, space, numbers, link)
        elif not rest:
            yield from self._begin(character, space)
        elif character in _PAIRS:
            # A bracket within brackets: what came before was text.
            yield f"{space}{rest}"
            self._held = character
        elif character == _PAIRS[rest[0]]:
            self._close(f"{rest}{character}", space)
            if not self._held:
                yield f"{space}{rest}{character}"
        elif character == "\n" or len(rest) >= _LONGEST:
            self._held = ""
            yield f"{space}{rest}{character}"
        else:
            self._held += character

    def _begin(self, character: str, space: str) -> Iterator[Piece]:
        if character in _PAIRS or character in " \t":
            self._held = f"{space}{character}"
        else:
            self._held = ""
            yield f"{space}{character}"

    def _close(self, marker: str, space: str) -> None:
        self._held = f"{space}{marker}" if _marker(marker)[0] is not None else ""

    def _after(self, character: str, space: str, numbers: tuple[int, ...], link: str) -> Iterator[Piece]:
        """After a marker: "(" may begin the address of a link, which goes with it."""
        if (character == "(" and not link) or (link and len(link) < _LONGEST_LINK and not character.isspace()):
            self._held += character
            if character == ")":
                self._held = ""
                yield from self._marked(space, numbers)
                if not _LINK.fullmatch(f"{link})"):
                    yield from self.feed(f"{link})")
            return
        self._held = ""
        yield from self._marked(space, numbers)
        yield from self.feed(f"{link}{character}")

    def _marked(self, space: str, numbers: tuple[int, ...]) -> Iterator[Piece]:
        known = tuple(dict.fromkeys(number for number in numbers if number in self._offered))
        if known:
            yield space
            yield known


def parse_markers(text: str, offered: Collection[int]) -> list[Piece]:
    """The pieces of a whole text."""
    parser = CitationParser(offered)
    return list(_with_text_joined([*parser.feed(text), *parser.close()]))


def without_markers(text: str) -> str:
    """`text` with each marker in round brackets, so that it cannot be taken for one."""
    pieces = parse_markers(text, range(10_000))
    return "".join(one if isinstance(one, str) else f"({', '.join(map(str, one))})" for one in pieces)


def _split(held: str) -> tuple[str, str]:
    rest = held.lstrip(" \t")
    return held[: len(held) - len(rest)], rest


def _marker(text: str) -> tuple[tuple[int, ...] | None, str]:
    """The numbers of the marker that `text` begins with, None without one, and what follows it."""
    if not text or text[0] not in _PAIRS:
        return None, ""
    end = text.find(_PAIRS[text[0]])
    inside = unicodedata.normalize("NFKC", text[1:end]) if end > 0 else ""
    if not _CONTENT.fullmatch(inside):
        return None, ""
    numbers: list[int] = []
    for found in re.finditer(rf"{_RANGE.pattern}|{_NUMBER}", inside, re.IGNORECASE):
        first, last, single = found.groups()
        numbers.extend(range(int(first), min(int(last), int(first) + _MOST_IN_RANGE) + 1) if first else [int(single)])
    return tuple(numbers), text[end + 1 :]


def _without_half_marker(pieces: Iterable[Piece]) -> list[Piece]:
    kept = list(pieces)
    if kept and isinstance(kept[-1], str):
        kept[-1] = _HALF_MARKER.sub("", kept[-1])
    return [piece for piece in kept if piece]


def _with_text_joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Text next to text as one."""
    text = ""
    for one in pieces:
        if isinstance(one, str):
            text += one
            continue
        if text:
            yield text
            text = ""
        yield one
    if text:
        yield text
