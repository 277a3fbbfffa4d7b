"""Quotations: where a text quotes, whatever its marks are, and whether a source has those words.

Double marks, guillemets and brackets are paired by what closes what; single ones, which are apostrophes too, by their
shape.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from assistant.text import WordPattern, fold, word_list

# What closes each mark that may open a quotation: “ is the first mark of English and the last of German.
_CLOSED_BY: Mapping[str, tuple[str, ...]] = {
    "“": ("”", '"'),
    "„": ("“", "”", '"'),
    "‟": ("”",),
    "”": ("”",),
    '"': ('"', "”"),
    "＂": ("＂", '"'),
    "″": ("″",),
    "〝": ("〞", "〟"),
    "❝": ("❞",),
    "«": ("»",),
    "»": ("«", "»"),
    "‹": ("›",),
    "›": ("‹", "›"),
    "「": ("」",),
    "『": ("』",),
    "``": ("''", "``", '"'),
    "''": ("''",),
}
_OF_ANY_SHAPE = frozenset(("“", "„", "«", "‹", "「", "『", "〝", "❝"))
_MARKS = '“”„‟"＂″〝〞〟❝❞«»‹›「」『』'
_MARK = re.compile(f"``|''|[{_MARKS}]")
_SINGLES = "'‘’‚‛`´′"
_SINGLE = re.compile(f"[{_SINGLES}]")
_OPENS = re.compile(rf"(?<![^\s(\[{{—–{_MARKS}-])(?:``|''|.)(?=[^\s.,;:!?)])")
_CLOSES = re.compile(r"(?<=\S)(?:``|''|.)(?!\w)")
_DECADE = re.compile(r".\d0s\b|.\d\d(?![\w%]|\s\w|[.,]\d)")  # the '90s, the class of '05
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_POSSESSIVE = re.compile(r"(?<=[sxz]).\s\w", re.IGNORECASE)

_DROPPED = re.compile("``|[\"']")
_AT_END = re.compile(r"(?<![.!?])[.!?]++$")
_DASHES = re.compile(r"(?:(?<!\s)\s++)?(?<!-)-++\s*+")

_LETTER = re.compile(r"(?<!\w)\[(\w)\](?=\w)")  # [W]e
_ENDING = re.compile(r"(?<=\w)\[\w{0,4}\]")  # walk[ed]
_ANY_ENDING = "\x1a"
_CUT = r"\[\s?(?:…|\.(?:\s?\.){1,3})\s?\]|\((?:…|\.(?:\s?\.){1,3})\)|…|\.(?:\s?\.){2,3}"
_GAP = re.compile(rf"(?P<cut>{_CUT})|\[(?P<inserted>[^\[\]]{{0,100}})\]")
_DENIES = WordPattern(r"\b(?:{negation.denying}|{negation.auxiliaries}n['’]?t)\b", re.IGNORECASE)
# Who speaks, between two parts of what he says: ,” said Pohl, “ or ”, sagte Pohl, „ or . » Pohl ajoute : «.
_SPEAKER = re.compile(
    r"(?:[,.!?…]{1,3}\s?[”\"“»«’'」]|[”\"“»«’'」],)\s?[^\s“”„\"«»‹›「」\n.!?…][^“”„\"«»‹›「」\n.!?…]{1,100}[,.:]\s?[“„\"«»‘'「]\s?(?=\w)"
)
_BESIDE = re.compile(r"\A\W++|(?<!\W)\W++\Z")
_MOST_REPLACED = 60  # characters of a source in whose place words in brackets may stand
_TRIES = 50


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """`text` for comparison folded, without regard to white space, quotation marks and dashes."""
    folded = _AT_END.sub("", " ".join(_DROPPED.sub("", fold(text)).split()))
    return _DASHES.sub("-", folded).strip().rstrip(".,;")


def quotations(text: str) -> Iterator[str]:
    """The texts in quotation marks, without those within others.

    What a mark begins that nothing ends goes on to the next comma: a sentence may hold half of a quotation.
    """
    double = list(_in_double_marks(text))
    for start, end in [*double, *_in_single_marks(text, double)]:
        quoted = text[start:end].strip()
        if len(quoted) > 1 and any(map(str.isalnum, quoted)):
            yield quoted


def _in_double_marks(text: str) -> Iterator[tuple[int, int]]:
    opened: list[re.Match[str]] = []
    last = 0
    for mark in _MARK.finditer(text):
        opens, closes = (shape.match(text, mark.start()) is not None for shape in (_OPENS, _CLOSES))
        last_opened = opened[-1][0] if opened else None
        if last_opened and (mark[0] in _CLOSED_BY[last_opened] or (mark[0] == last_opened and closes and not opens)):
            begun = opened.pop()
            if not opened:
                yield begun.end(), mark.start()
                last = mark.end()
        elif mark[0] in _OF_ANY_SHAPE or (mark[0] in _CLOSED_BY and opens):
            opened.append(mark)
        elif not opened and not last and closes and not text[mark.start() - 1].isdigit():  # 6" are inches
            yield last, mark.start()
            last = mark.end()
    if opened:
        comma = text.find(",", opened[0].end())
        yield opened[0].end(), comma if comma >= 0 else len(text)


def _in_single_marks(text: str, double: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What stands between single marks that are no apostrophes, outside of the places `double`."""
    start = possible_end = None
    begins = [first for first, _ in double]
    for mark in _SINGLE.finditer(text):
        place = mark.start()
        number = bisect_right(begins, place) - 1
        if (number >= 0 and place < double[number][1]) or _is_doubled(text, place):
            continue
        if _OPENS.match(text, place) and not _is_elision(text, place):
            if start is not None and possible_end is not None:
                yield start, possible_end
            start, possible_end = mark.end(), None
        elif start is not None and _CLOSES.match(text, place):
            possible_end = place
            if not _POSSESSIVE.match(text, place):
                yield start, place
                start = possible_end = None
    if start is not None and possible_end is not None:
        yield start, possible_end


def _is_doubled(text: str, place: int) -> bool:
    return text[place] in "'`" and text[place] in (text[place - 1 : place], text[place + 1 : place + 2])


def _is_elision(text: str, place: int) -> bool:
    word = _FIRST_WORD.match(text, place + 1)
    return bool(_DECADE.match(text, place)) or (word is not None and word[0].lower() in word_list("speech", "elided"))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a quotation, and what is in brackets before it: None where words are left out."""

    words: re.Pattern[str]
    text: str
    inserted: str | None


def is_quoted(quoted: str, source: str) -> bool:
    """Whether `source`, a normal text, has the words of a quotation, in order where words are left out of it.

    Words in brackets may stand for a few of the source. What is left out, or put in, must not turn the sense round.
    """
    return not _pieces(quoted) or words_quoted(quoted, source) is not None


def is_cut(quoted: str) -> bool:
    """Whether words are left out of a quotation, or put into it."""
    return _GAP.search(quoted) is not None


def words_quoted(quoted: str, source: str) -> str | None:
    """The words of `source` that a quotation has, what is left out of it among them; None where it has not."""
    pieces = _pieces(quoted)
    first, others = pieces[0] if pieces else None, pieces[1:]
    for begun in islice(first.words.finditer(source), _TRIES) if first else ():
        end = _follow(others, source, begun[0], begun.end())
        if end is not None:
            return source[begun.start() : end]
    return None


def without_speakers(text: str) -> Iterator[str]:
    """`text` with its quotations joined where they are broken by who speaks, as each of the ways to join them gives it.

    “The cover,” said Pohl, “is thin.” is "The cover is thin." and “It fell. It broke,” where two sentences are joined.
    """
    if _SPEAKER.search(text):
        for mark in ("", ",", "."):
            yield _SPEAKER.sub(rf"{mark} ", text)


def _pieces(quoted: str) -> list[_Piece]:
    text = _ENDING.sub(_ANY_ENDING, _LETTER.sub(r"\1", quoted))
    pieces, at, inserted = list[_Piece](), 0, None
    for gap in [*_GAP.finditer(text), None]:
        words = _BESIDE.sub("", normal(text[at : gap.start() if gap else len(text)]))
        if words:
            pattern = re.escape(words).replace(re.escape(_ANY_ENDING), r"\w{0,8}")
            pieces.append(_Piece(re.compile(rf"(?<!\w){pattern}(?!\w)"), words, inserted))
        if gap:
            at, inserted = gap.end(), gap["inserted"]
    return pieces


def _follow(pieces: Sequence[_Piece], source: str, before: str, end: int) -> int | None:
    """Where the pieces end that stand in `source` one after the other from `end` on, behind the words `before`."""
    for piece in pieces:
        found = piece.words.search(source, end)
        if found is None or not _may_stand_for(piece, source[end : found.start()], before):
            return None
        before, end = piece.text, found.end()
    return end


def _may_stand_for(piece: _Piece, skipped: str, before: str) -> bool:
    if piece.inserted is not None:
        return len(skipped) <= _MOST_REPLACED and denies(piece.inserted) == denies(skipped)
    is_within_sentence = not any(mark in skipped for mark in ".!?")
    return not (is_within_sentence and denies(skipped)) or denies(before) or denies(piece.text)


def denies(text: str) -> bool:
    """Whether a text has "not" or another word that denies."""
    return _DENIES.search(text) is not None
