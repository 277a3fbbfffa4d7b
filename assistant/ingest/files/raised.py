"""Raised characters: the mark of a footnote goes, a power and the end of an ordinal stay."""

import re

_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "0123456789+-()")
_MARK = re.compile(r"[\s\d.,;:*†‡§¶#()\[\]+−–-]*|\d{1,3}[a-z]")
_EXPONENT = re.compile(r"[+−–-]?\d{1,3}")
_CHARGE = re.compile(r"\d?[+−–-]")
_LAST = re.compile(r"(?:\d[\d.,]{0,20}|[^\W\d_]{1,20})$")
# What is squared or cubed in prose: units, and a variable of one letter.
_UNITS = frozenset("mm cm dm km hm nm μm µm ft yd mi mc".split())
_PRICE = re.compile(r"[$€£¥]\s?\d{1,5}$")
_NO_VARIABLES = frozenset("aiAI")
RAISED_DIGITS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+)")


def raised_text(before: str, raised: str, after: str) -> str:
    """What is written for the raised characters between these two: "" for the mark of a footnote.

    A power of a number is written as 10^6, as 106 would be another; characters that are raised by themselves (⁶) stay.
    """
    raised = raised.strip() or raised
    plain = raised.translate(_PLAIN).strip()
    if not plain:
        return raised
    if after.startswith(("/", "⁄")) or not _MARK.fullmatch(plain):
        # The upper half of a fraction, or letters, such as the end of an ordinal.
        return f" {plain}" if before[-1:].isdigit() and plain[0].isdigit() else raised
    is_prefix = not before[-1:].strip() and bool(before) and after[:1].isalpha()  # an isotope's mass
    if is_prefix or _is_power(before, plain):
        return raised if raised != plain or not before[-1:].isdigit() else f"^{raised}"
    return ""


def _is_power(before: str, plain: str) -> bool:
    found = _LAST.search(before[-24:])
    base = found.group() if found else ""
    if _CHARGE.fullmatch(plain) and base.isalpha():
        return len(base) <= 2
    if not _EXPONENT.fullmatch(plain):
        return False
    if not plain[0].isdigit():
        return bool(base) or before.endswith(")")
    if len(plain) == 2 and _PRICE.search(before[-12:]):  # whose cents are raised
        return True
    if base.isdigit():
        return (base == "10" and plain != "1") or (base == "2" and len(plain) == 2)
    is_unit = base in _UNITS or (len(base) == 1 and base not in _NO_VARIABLES)
    return is_unit and plain in {"2", "3", "4"}
