"""The markers that a model writes, [1], 【1†source】, (Source 1), ¹ or <sup>1</sup>, told apart from its text; pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable

Piece = str | tuple[int, ...]
"""Text, or the numbers of one marker."""

_OWN_WORD = (
    r"source|passage|citation|cite|reference|ref|document|doc|context|chunk|excerpt|snippet|id"
    r"|quelle|fuente|fonte|bron|källa|zdroj|źródło|источник|джерело|출처|来源|來源|出典|資料"
)
_WORD = rf"(?:{_OWN_WORD}|article|footnote|note|no|nr|[spd])s?\.?\s*+[:#_-]?\s*+"
# Behind a number: the place that it points to, 【1†L3-L8】 or 【4:0†source】, or the title of what it stands for.
_DIGITS = r"(\d{1,4})(?:(?::\d{1,4})?†[^,;]{0,60}+|:\s[^\d,;][^,;]{0,60}+)?"
_NUMBER = rf"[\^#]*+(?:{_WORD}[\^#]*+)?{_DIGITS}\^?"
_SEPARATOR = r"(?:\s*+(?:,\s*+and\b|[,;&/、，；]|and\b|[-–—−]|\bto\b)\s*+|\s++)"
_CONTENT = re.compile(rf"\s*+{_NUMBER}(?:{_SEPARATOR}{_NUMBER})*\s*+(?:[.,;]\s*+)?", re.IGNORECASE)
_RANGE_OR_NUMBER = re.compile(rf"{_DIGITS}\s*+\^?(?:[-–—−]|\bto\b)\s*+{_NUMBER}|{_DIGITS}", re.IGNORECASE)
_MOST_IN_RANGE = 20
_NO_NUMBER = re.compile(r"/?cite(?:_start|_end)?", re.IGNORECASE)

# In brackets are up to 60 characters on one line, no other brackets among them; what is longer is text.
_SPACE, _OPEN, _INSIDE = r"(?<![ \t])[ \t]*", r"[\[［【〔]", r"[^\[\]［］【】〔〕\n]{0,60}"
_BRACKETS = rf"\[{_INSIDE}\]|［{_INSIDE}］|【{_INSIDE}】|〔{_INSIDE}〕"
_MORE = rf"{_OPEN}{{0,8}}?"  # brackets that are opened and not closed: [[1]
_DASH = r"[ ]?[-–—][ ]?"
_LINK = r"\((?:https?://|#|/|www\.)[^()\[\]［］【】〔〕\s]{0,300}\)"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPT = rf"(?<![{_RAISED},⁻])[{_RAISED}]++(?:[,⁻][{_RAISED}]++)*+"
_ROUND = r"\([^()\[\]［］【】〔〕\n]{1,60}\)"
_TAG, _IN_TAG = r"(?:sup|cite|citation|ref|footnote)", r"[^<>\n]{0,60}"
_TAGGED = rf"{_OPEN}?[^<>\[\]［］【】〔〕\n]{{0,60}}[\]］】〕]?"  # between the tags
_MARKER = re.compile(
    rf"(?P<space>{_SPACE}){_MORE}(?:(?P<range>\[\^?\d{{1,4}}\^?\]{_DASH}\[\^?\d{{1,4}}\^?\])"
    rf"|(?P<square>\[\[{_INSIDE}\]\]|{_BRACKETS})(?:{_LINK})?|(?P<round>{_ROUND})"
    rf"|(?P<tag><{_TAG}\b{_IN_TAG}>{_TAGGED}</{_TAG}>)|(?P<raised>{_SUPERSCRIPT}))",
    re.IGNORECASE,
)
# What more text may make a marker of, or no marker: a space, brackets that are open, a marker whose link may follow or
# is not whole, a number in round brackets before what tells whether a clause ends there.
_UNFINISHED = re.compile(
    rf"{_SPACE}{_MORE}(?:{_OPEN}{_INSIDE}\]?|\({_INSIDE}"
    rf"|(?:\[\[{_INSIDE}\]\]|{_BRACKETS})(?:\([^()\[\]［］【】〔〕\s]{{0,300}}|{_DASH}(?:\[{_INSIDE}\]?)?|[ ])?"
    rf"|{_ROUND}[ \t]*+[.!?]?\s*+[A-Za-z]{{0,5}}"
    rf"|<(?:/?[a-z]{{0,8}}|{_TAG}\b{_IN_TAG}(?:>{_IN_TAG}(?:</?[a-z]{{0,8}})?)?)|{_SUPERSCRIPT}[,⁻]?)?\Z",
    re.IGNORECASE,
)
_BEGUN = re.compile(rf"{_SPACE}(?:{_OPEN}[\[［【〔\s]{{0,8}}+[\^#]*(?:\d{_INSIDE})?)?\Z")
_HAS_OWN_WORD = re.compile(rf"\s*+(?:see\s++)?[\^#]*+(?:{_OWN_WORD})s?(?![a-z])", re.IGNORECASE)
_NUMBERS_ALONE = re.compile(r"\d{1,3}(?:\s?[,;&]\s?\d{1,3}|\sand\s\d{1,3}){0,9}")
# A number in round brackets is a citation where a clause or a sentence ends, and a part of the text elsewhere.
_CLAUSE_ENDS = re.compile(r"[ \t]*+(?:[.,;:!?(<\n]|\Z|(?:and|but|while|which|who)\b)", re.IGNORECASE)
_SENTENCE_ENDED = re.compile(r"[.!?][\"”’»)]?\Z")
_SQUARE_FOLLOWS = re.compile(rf"[ \t]*+[.!?]?[ \t]*+{_OPEN}")
_POWER = re.compile(r"(?<![^\W_])(?:[munkcd]?m|ft|yd|[x-z]|10)\Z")  # km², 10³, x²
_SEEN_BEFORE = 16  # characters before a marker that may tell what it is


class CitationParser:
    """Takes the text of a model piece by piece and gives text and markers, in order.

    A number that was not `offered` disappears, and a marker with none left does so with the space before it. Nothing
    of a marker is given before it is whole. How the text is cut into pieces does not matter. What `sources` have in
    round brackets, in tags or as superscripts is text.
    """

    def __init__(self, offered: Collection[int], sources: Iterable[str] = ()) -> None:
        self._offered = offered
        self._written = frozenset(
            found[0].strip().casefold() for text in sources for found in _MARKER.finditer(text) if not found["square"]
        )
        self._text = ""
        self._done = 0  # of it
        self._has_square = False

    def feed(self, text: str) -> list[Piece]:
        """What `text` completes."""
        self._text += text
        unfinished = _UNFINISHED.search(self._text, self._done)
        return self._pieces(unfinished.start() if unfinished else len(self._text))

    def close(self) -> list[Piece]:
        """What is left at the end of the text; a marker that was begun and not ended is none."""
        while (begun := _BEGUN.search(self._text, self._done)) and begun[0]:
            self._text = self._text[: begun.start()]
        return self._pieces(len(self._text))

    def _pieces(self, end: int) -> list[Piece]:
        pieces, place = list[Piece](), self._done
        for found in _MARKER.finditer(self._text, place):
            if found.end() > end:
                end = min(end, found.start())
                break
            numbers = self._numbers_of(found)
            if numbers is None:
                continue
            known = tuple(number for number in numbers if number in self._offered)
            self._has_square = self._has_square or bool(known and found["square"])
            if before := self._text[place : found.start()] + (found["space"] if known else ""):
                pieces.append(before)
            pieces += [known] if known else []
            place = found.end()
        pieces += [self._text[place:end]] if place < end else []
        cut = max(0, end - _SEEN_BEFORE)
        self._text, self._done = self._text[cut:], end - cut
        return pieces

    def _numbers_of(self, found: re.Match[str]) -> Collection[int] | None:
        """The numbers of a marker, none for one that only goes; None where it is text."""
        if found["range"]:
            return _numbers("-".join(re.findall(r"\d+", found["range"])))
        if found["square"]:
            inside = found["square"].strip("[]［］【】〔〕")
            return () if _NO_NUMBER.fullmatch(inside.strip()) else _numbers(inside) or None
        if found[0].strip().casefold() in self._written:
            return None
        before = found.string[max(0, found.end("space") - _SEEN_BEFORE) : found.end("space")]
        if found["round"]:
            return self._numbers_in_round(found)
        if _POWER.search(before):
            return None
        if found["tag"]:
            return _numbers(re.sub(r"<[^<>]*>|[\[\]［］【】〔〕()]", "", found["tag"])) or None
        return self._raised(unicodedata.normalize("NFKC", found["raised"]))

    def _numbers_in_round(self, found: re.Match[str]) -> Collection[int] | None:
        inside = found["round"][1:-1]
        if _HAS_OWN_WORD.match(inside):
            return _numbers(re.sub(r"\A\s*see\s+", "", inside, flags=re.IGNORECASE)) or None
        numbers = [int(digits) for digits in re.findall(r"\d+", inside)] if _NUMBERS_ALONE.fullmatch(inside) else []
        text, end = found.string, found.end()
        ends = _CLAUSE_ENDS.match(text, end) or _SENTENCE_ENDED.search(text[: found.start()][-2:])
        is_alone = not self._has_square and not _SQUARE_FOLLOWS.match(text, end)
        return numbers if numbers and set(numbers) <= set(self._offered) and ends and is_alone else None

    def _raised(self, digits: str) -> Collection[int]:
        numbers = _numbers(digits)
        return numbers if any(number in self._offered for number in numbers) else [*map(int, re.findall(r"\d", digits))]


def parse_markers(text: str, offered: Collection[int], sources: Iterable[str] = ()) -> list[Piece]:
    """The pieces of a whole text."""
    parser = CitationParser(offered, sources)
    return [*parser.feed(text), *parser.close()]


_SQUARE_MARKER = re.compile(_BRACKETS)


def without_markers(text: str) -> str:
    """`text` with each marker in square brackets in round ones, so that it cannot be taken for one."""
    return _SQUARE_MARKER.sub(_in_round_brackets, text)


def _in_round_brackets(found: re.Match[str]) -> str:
    numbers = _numbers(found[0][1:-1])
    return f"({', '.join(map(str, numbers))})" if numbers else found[0]


def _numbers(inside: str) -> dict[int, None]:
    """The numbers in brackets, in order; none when these are not those of a marker."""
    inside = unicodedata.normalize("NFKC", inside)
    numbers: list[int] = []
    for found in _RANGE_OR_NUMBER.finditer(inside) if _CONTENT.fullmatch(inside) else ():
        first, last, single = found.groups()
        numbers.extend(range(int(first), min(int(last), int(first) + _MOST_IN_RANGE) + 1) if first else [int(single)])
    return dict.fromkeys(numbers)
