"""Numbers with separators of thousands: 12,000, 12.000, 12 000, 12'000 and 12,00,000 are one number each."""

import re

from assistant.text.lexicon import word_lists

_SPACES = "\u00a0\u2004-\u200a\u202f"  # between groups of digits they are in nothing but a number
_SEPARATOR = rf"[,.'’\u066c {_SPACES}]"
# Groups of three, all with one separator; or as in India, of two before the last three.
GROUPED = re.compile(
    rf"[1-9](?<!\d[1-9])(?<!\d[.,'’][1-9])"
    rf"(?:\d{{0,2}}(?P<separator>{_SEPARATOR})\d{{3}}(?:(?P=separator)\d{{3}})*|\d?(?:,\d\d)+,\d{{3}})"
    rf"(?!\d|(?P=separator)\d)"
)
_OTHER_BEFORE = re.compile(r"(?:(?<!\d)\d{1,3} |[^\W\d_])\Z")
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,9})\.? \Z")
_GOES_ON = re.compile(r"\s?(?:[^\W\dA-Z_]|[.,;:!?)\]%€$£]|\Z)")
_LOOK_BACK = 12  # characters


def is_one_number(found: re.Match[str]) -> bool:
    """Whether what `GROUPED` found is one number; with ordinary spaces it may be several side by side.

    "12 300" after "May" may be a day and a number, after another number a list of them, and before a capital or the end
    of a line the columns of a table.
    """
    if found["separator"] != " ":
        return True
    before = found.string[max(0, found.start() - _LOOK_BACK) : found.start()]
    if _OTHER_BEFORE.search(before):
        return False
    word = _WORD_BEFORE.search(before)
    is_month = word is not None and word[1].lower() in word_lists("dates.months", "dates.months_short")
    return found[0].endswith("000") or (not is_month and _GOES_ON.match(found.string, found.end()) is not None)


def without_separators(text: str) -> str:
    """`text` with each number without the separators of thousands: 12,000, 12.000 and 12 000 as 12000."""
    return GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]) if is_one_number(found) else found[0], text)


def number_spans(text: str) -> list[tuple[int, int]]:
    """Where `text` has numbers with separators of thousands."""
    return [found.span() for found in GROUPED.finditer(text) if is_one_number(found)]
