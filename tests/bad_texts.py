"""Texts on which a regular expression may take long: one thing over and over, and what its own source leads into."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

codes: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

Text = Callable[[int], str]
"""A text of so many characters."""
FAILS = "z·"  # an end that few patterns allow
# What a text of one thing over and over is made of, separated by "¶".
_UNITS = (
    "  ", " \n", "\n", "\r\n", "\n\n  ", "\t", "\u00a0", "a", "A", "é", "_", "-", "–", "- ", " - ", ".",
    ". ", "...", ",", ", ", "'", "’", "a'", "a’s ", "'s", "“", "“ ", "“a ", "\"", "\"a ", "‘", "‘a", "«",
    "„", "‹", "「", "`", "*", "**", "__a", "#", "> ", "(", "(a", "( ", "((a) ", "[", "[1", "[[1]", "[1, ",
    "{", "<", "<a", "<a ", "<!--", "<![CDATA[", "【", "〔", "［", "&", "&a", "&#", "@", "a@", "a@b.", "(a)b@",
    "<b@c", "1", "1.", "1,", "1,1", "1.1,", "1 ", "1-", "1/", "1:", "1 000 ", "10 000,", "$1", "$ ", "1% ",
    "£", "+1", "1st ", "20", "2024 ", "1 May ", "May 1, ", "May ", "½", "1½ ", "a ", "A ", "Ab ", "Ab-Cd ",
    "A.B. ", "A. ", "Mr. ", "de ", "Ann de ", "Ann’s ", "and ", "and, ", "Ann and ", ", and ", "or ", "of ",
    "of the ", "the ", "The ", "the the the ", "The Ann ", "said ", "he said ", "she ", "one hundred ",
    "hundred and ", "two ", "million ", "a million ", "who ", "what is ", "which is the ", "tell me ",
    "please ", "in ", "in the ", "by ", "by the ", "from ", "from the ", "on ", "last ", "last week ",
    "between ", "between May and ", "report by ", "about ", "not ", "n't ", "than ", "more than ", "http://",
    "https://a.", "www.", "/", "//", "/a", "/1", "..", "../", "\\", "?a=", "&a=b", ";", "; ", ":", ": ",
    ":a", "|", " | ", "?", "? ", "!", "%", "%2", "%20", "=", "~", "^", "\u0301", "a\u0301", "\u200b",
    "a\u200b", "\u200d", "\u00ad", "\ufe0f", "👍", "中", "中。", "א", "ab1 ", "a-b-", "a.b.", "a b-",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ", "\"version\" : ", "<think>", "[^1]", "[1](", "[a](http://",
    "line of words here\n", "the post ", "posted in ", "a b c. ", "3 p.m. ", "GMT ", "th", "ed ", "es ",
    "ly ",
)  # fmt: skip
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_LONG = 10  # times; what repeats less often cannot take long
_CATEGORIES = {
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_SPACE: "x",
    codes.CATEGORY_NOT_DIGIT: "x",
    codes.CATEGORY_NOT_WORD: "·",
}
_CANDIDATES = "xA1 .·-“z\n"


def bad_texts() -> Iterator[Text]:
    """Each of the units over and over, with another end."""
    yield from map(repeated, _UNITS)


def own_texts(pattern: re.Pattern[Any]) -> Iterator[Text]:
    """What begins as `pattern` does and goes on with one of the things that it repeats, or with its beginning."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags)
    whole = _sample(tree, None, 0)
    for inside in _repeats(tree):
        yield partial(_with_repeated, tree, inside)
    yield from map(repeated, filter(None, {whole, whole[:-1], f"{whole} ", whole[:1]}))


def repeated(unit: str) -> Text:
    """`unit` over and over, with another end."""
    return lambda length: (unit * (length // len(unit) + 1))[:length] + FAILS


def _with_repeated(tree: Any, inside: Any, length: int) -> str:
    return _sample(tree, inside, length)[:length] + FAILS


def _repeats(tree: Any) -> Iterator[Any]:
    for code, value in tree:
        if code in _REPEATS:
            if value[1] > _LONG:
                yield value
            yield from _repeats(value[2])
        else:
            for inner in _inner(code, value):
                yield from _repeats(inner)


def _inner(code: Any, value: Any) -> list[Any]:
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.ATOMIC_GROUP:
        return [value]
    return [value[1][0]] if code is codes.BRANCH else []


def _sample(tree: Any, repeated: Any, length: int) -> str:
    """A text that `tree` matches, nearly; what is `repeated` is in it `length` times."""
    return "".join(_sample_of(code, value, repeated, length) for code, value in tree)


def _sample_of(code: Any, value: Any, repeated: Any, length: int) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.NOT_LITERAL:
        return "x" if chr(value) != "x" else "y"
    if code is codes.ANY:
        return "x"
    if code is codes.IN:
        return _of_set(value)
    if code in _REPEATS:
        inside = _sample(value[2], repeated, length)
        return inside * (length // max(1, len(inside)) if value is repeated else max(value[0], 1 if repeated else 0))
    return "".join(_sample(inner, repeated, length) for inner in _inner(code, value))


def _of_set(items: Any) -> str:
    if items[0][0] is codes.NEGATE:
        return next((each for each in _CANDIDATES if not any(_has(item, each) for item in items[1:])), "\u2603")
    code, value = items[0]
    return _CATEGORIES[value] if code is codes.CATEGORY else chr(value[0] if code is codes.RANGE else value)


def _has(item: Any, character: str) -> bool:
    code, value = item
    if code is codes.CATEGORY:
        name = str(value).lower()
        kind = (
            character.isspace() if "space" in name else character.isdigit() if "digit" in name else _is_word(character)
        )
        return kind != ("not_" in name)
    if code is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return bool(value == ord(character))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
