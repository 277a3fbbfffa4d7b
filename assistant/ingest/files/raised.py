"""Raised and lowered text: the mark of a note goes, a power is written so that it is no other number."""

import re
from dataclasses import dataclass, replace

_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "0123456789+-()")
RAISED_DIGITS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+)")
_TOKEN = re.compile(r"\d{1,3}|[A-Za-z]|[ivx]{2,4}|[*†‡§¶‖#]{1,4}")
_SEPARATORS = re.compile(r"[\s,;–—-]+")
_SIGNED = re.compile(r"[-−–+]\s?\d{1,3}")
_OVER = re.compile(r"\s?[/⁄]\s?(?:\d|$)")
_NUMBER_END = re.compile(r"(?<![\d.,])(\d[\d.,]{0,20})$")
_TIMES_BEFORE = re.compile(r"[×xX·*⋅=+/^−]\s?\d[\d.,]{0,20}$")
_TIMES_AFTER = re.compile(r"\s?[×·⋅=+^≈]")
_PRICE = re.compile(r"[$€£¥]\s?\d[\d,]{0,12}$")
_SHORT_MONEY = re.compile(r"[$€£¥]\s?\d[\d.,]{0,12}\s?(?:m|bn)$")
_UNIT = re.compile(r"(?:^|[\s\d(/·⋅])(?:[kcdmµμn]m|m)$|(?:\d\s?|/\s?|\bper )(?:ft|in|yd|mi|s|inch|inches)$")
_FORMULA = re.compile(r"(?<![A-Za-z])(?:CO|NO|SO|CH|NH|H|O|N|PM|SF|CaCO)$")
_VARIABLE = re.compile(r"(?<![^\W_])(?:[xyznrcRχ]|mc)$")
_LETTER = re.compile(r"(?<![^\W_])[A-Za-z]$")
_ROMAN = re.compile(r"\b[IVXL]+$")
_ISOTOPE = re.compile(
    r"\s?(?:H|He|Li|Be|C|N|O|F|Ar|K|Fe|Co|Ni|Ga|Kr|Sr|Mo|Tc|I|Xe|Cs|Po|Ra|Rn|Th|U|Np|Pu|Am|Lu)(?![A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Raised:
    """Raised or lowered text, with what stands before and after it in its block.

    `linked`: it leads to a note.
    """

    text: str
    before: str
    after: str
    lowered: bool = False
    linked: bool = False


class NoteMarks:
    """Tells marks of notes from powers; it counts the notes of a text.

    `ordinals` are the letters that end an ordinal in the language of the text.
    """

    def __init__(self, ordinals: str = "") -> None:
        self._ordinals = ordinals
        self._number = 1  # of the next note, where they are counted

    def written(self, raised: Raised) -> str:
        """What is written in the place of raised text: nothing for the mark of a note."""
        written = _written(raised, self._number, self._ordinals)
        if not written and raised.text.isascii() and raised.text.isdigit():
            self._number = int(raised.text) + 1
        return written

    def written_signs(self, raised: Raised) -> str:
        """The same for text that may be of characters which are raised by themselves (⁶) and stay so."""
        text = raised.text.strip()
        plain = text.translate(_PLAIN)
        if not plain:
            return raised.text
        written = self.written(replace(raised, text=plain))
        return text if written and plain != text else written


def is_mark(text: str) -> bool:
    """Whether raised text may be the mark of a note."""
    if text.startswith("[") and text.endswith("]"):
        return True
    tokens = list(filter(None, _SEPARATORS.split(text.strip("()[]"))))
    return all(map(_TOKEN.fullmatch, tokens))


def _written(raised: Raised, number: int, ordinals: str) -> str:
    """What is written in the place of raised text: nothing for the mark of a note."""
    text, before = raised.text, raised.before
    if _SIGNED.fullmatch(text):
        return f"^{text}" if before[-1:].isdigit() else text
    if not is_mark(text):
        return "" if raised.linked and len(text) <= 12 and any(map(str.isdigit, text)) else text
    if raised.linked or not any(map(str.isalnum, text)) or text[0] in "[(":
        return ""
    if raised.lowered:
        return "" if before[-1:].isdigit() and text.isdigit() else text
    if text.isdigit():
        return _written_number(raised, number)
    return _written_letter(raised, ordinals) if text.isalpha() else ""


def _written_number(raised: Raised, number: int) -> str:
    text, before, after = raised.text, raised.before, raised.after
    if _OVER.match(after):  # a fraction: 4<sup>1</sup>/<sub>2</sub>
        return f" {text}" if before[-1:].isdigit() else text
    if (not before or before[-1] in " (\n\t\xa0") and int(text) > 1 and _ISOTOPE.match(after):
        return text
    if len(text) == 2 and _PRICE.search(before):
        return f".{text}"
    if base := _NUMBER_END.search(before.rstrip()):
        return f"^{text}" if _is_power(raised, base[1], number) else ""
    if _SHORT_MONEY.search(before):
        return ""
    if (text in "234" and _UNIT.search(before)) or _FORMULA.search(before) or _VARIABLE.search(before):
        return text
    return text if _LETTER.search(before) and int(text) != number else ""


def _is_power(raised: Raised, base: str, number: int) -> bool:
    exponent, before = int(raised.text), raised.before.rstrip()
    if _TIMES_BEFORE.search(before) or _TIMES_AFTER.match(raised.after):
        return True
    return exponent != number and ((base == "10" and exponent > 1) or (base == "2" and exponent > 7))


def _written_letter(raised: Raised, ordinals: str) -> str:
    text, before = raised.text, raised.before
    if before[-1:].isdigit() and text in {"o", "º"} and raised.after.lstrip()[:1] in {"C", "F"}:
        return "°"
    if before[-1:].isdigit() and text in {"n", "x", "k"}:
        return f"^{text}"
    if text in ordinals and text and (before[-1:].isdigit() or _ROMAN.search(before)):
        return text
    abbreviation = bool(_LETTER.search(before)) or raised.after[:1].isalpha()  # M<sup>r</sup>, M<sup>c</sup>Donald
    is_note = len(text) > 1 or text.lower() <= "j"
    return text if abbreviation or not is_note or (text == "e" and bool(_ROMAN.search(before))) else ""
