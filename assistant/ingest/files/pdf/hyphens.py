"""Whether a hyphen at the end of a line is the word's own or the typesetting's."""

import re
from collections import Counter
from collections.abc import Iterable

from assistant.ingest.files.pdf.words import HYPHEN
from assistant.text import UNLISTED, rank, word_list

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CUT = re.compile(r"(?<![^\W_])(?<![^\W_]-)(?P<first>[^\W_]++(?:-[^\W_]++)*+)(?P<hyphen>[-\u2010\x02])$")
_DASH = re.compile(r"\S[–—/]$")
_NEXT = re.compile(r"[^\W_]+")
_SHORTEST = 2  # letters of a part that may be a word of its own


def words_of(lines: Iterable[str]) -> Counter[str]:
    """How often each word is in the lines of a document, with its hyphens; what their ends cut is left out."""
    counts = Counter[str]()
    is_cut = False
    for line in lines:
        whole = line.partition(" ")[2] if is_cut else line
        is_cut = _CUT.search(line[-60:]) is not None
        counts.update(_WORD.findall((whole.rpartition(" ")[0] if is_cut else whole).casefold()))
    return counts


def joined(text: str, line: str, known: Counter[str]) -> str:
    """`text` with the line that follows it. `known` are the words of the document."""
    cut, following = _CUT.search(text[-60:]), _NEXT.match(line)
    if not cut or not following:
        between = "" if line[:1] in ",.;" or _DASH.search(text[-2:]) else " "
        return f"{_shown(text)}{between if text else ''}{line}"
    hyphen = "-" if cut["hyphen"] == HYPHEN else cut["hyphen"]
    if following[0].casefold() in word_list("function_words", "suspended_hyphen"):
        return f"{text[:-1]}{hyphen} {line}"
    return f"{text[:-1]}{hyphen if _is_own(cut['first'], following[0], known) else ''}{line}"


def _shown(text: str) -> str:
    return f"{text[:-1]}-" if text.endswith(HYPHEN) else text


def _is_own(first: str, second: str, known: Counter[str]) -> bool:
    """Whether "first-second" has a hyphen in the middle of a line, too."""
    last = first.rpartition("-")[2]
    in_capitals = second.isupper() and last.isupper() and len(second) > 1
    if (not second[0].islower() and not in_capitals) or not last.isalpha() or len(last) == 1:
        return True
    first, last, second = first.casefold(), last.casefold(), second.casefold()
    with_hyphen, without = known[f"{first}-{second}"], known[first + second]
    if with_hyphen or without:
        return with_hyphen >= without
    if rank(last + second) < UNLISTED:
        return False
    return _is_word(last, known) and _is_word(second, known)


def _is_word(part: str, known: Counter[str]) -> bool:
    return len(part) >= _SHORTEST and (rank(part) < UNLISTED or part in known)
