"""Raised and lowered text: marks of notes go, powers are written so that they are no other number."""

import re
from dataclasses import dataclass
from typing import Any

from assistant.ingest.files.html.tags import BLOCKS, UNSEEN

_NOTE_CLASS = re.compile(
    r"foot-?note|end-?note|note-?(?:ref|mark|num)|\bfn\b|fn-?ref|reference|cite-?ref|biblioref", re.I
)
_NOTE_TARGET = re.compile(r"#[^\s#]{0,80}(?:fn|note|ref|cite|bib)", re.I)
_RAISED_STYLE = re.compile(r"vertical-align\s?:\s?(?:super|text-top)", re.I)
_RAISED_CLASS = re.compile(r"(?:^|\s)(?:sup|super|superscript)(?:$|\s)", re.I)
_TOKEN = re.compile(r"\d{1,3}|[A-Za-z]|[ivx]{2,4}|[*†‡§¶‖#]{1,4}")
_SEPARATORS = re.compile(r"[\s,;–—-]+")
_SIGNED = re.compile(r"[-−–+]\s?\d{1,3}")
_BACK = frozenset("↩↑^⤴") | {"↩︎", "↵", "back"}
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
_ORDINAL_LETTERS = {"fr": "e", "es": "ao", "it": "ao", "pt": "ao"}
_CONTEXT = 40  # characters before a mark that say what it is


@dataclass(frozen=True, slots=True)
class _Raised:
    """Raised or lowered text, with what stands before and after it in its block."""

    element: Any
    text: str
    before: str
    after: str
    lowered: bool
    linked: bool


def resolve_note_marks(tree: Any) -> None:
    """Take out the marks of notes, and write powers of numbers as in 10^6; other raised text stays as it is."""
    from lxml import etree

    ordinals = _ORDINAL_LETTERS.get((tree.get("lang") or "")[:2].lower(), "")
    decided: list[tuple[Any, str]] = []
    before, number = "", 1  # `number`: that of the next note, where they are counted
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        if element.tag in BLOCKS:
            before = ""
        if event == "end":
            before = (before + (element.tail or ""))[-_CONTEXT:]
        elif element.tag in UNSEEN:
            walker.skip_subtree()
        elif (raised := _raised(element, before)) is None:
            before = (before + (element.text or ""))[-_CONTEXT:]
        else:
            written = _written(raised, number, ordinals)
            decided.append((element, written))
            number = int(raised.text) + 1 if not written and raised.text.isascii() and raised.text.isdigit() else number
            before = (before + written)[-_CONTEXT:]
            walker.skip_subtree()
    for element, written in decided:
        for child in list(element):
            element.remove(child)
        element.text = written


def _raised(element: Any, before: str) -> _Raised | None:
    """The raised text, or the link to a note, that an element is; None where it is neither."""
    if element.tag not in {"sup", "sub", "a", "span"}:
        return None
    text = " ".join("".join(element.itertext()).split()) if len(element) < 10 else ""
    if not 0 < len(text) <= 40:
        return None
    linked = _links_to_note(element)
    if element.tag == "a" and not _is_link_mark(element, text, before):
        return None
    if element.tag == "span" and not (_is_raised_span(element) or (_is_note_class(element) and _is_mark(text))):
        return None
    following = element.getnext()
    after = element.tail or (following.text if following is not None else "") or ""
    return _Raised(element, text, before, after, element.tag == "sub", linked)


def _is_link_mark(element: Any, text: str, before: str) -> bool:
    if not element.get("href"):
        return False
    if text in _BACK or "backlink" in (element.get("role") or ""):
        return _links_to_note(element)
    number = text.strip("[]")
    if text.startswith("[") and text.endswith("]") and number.isdigit() and len(number) < 4:
        return True
    is_raised = any(child.tag == "sup" for child in element)
    attached = bool(before) and not before[-1].isspace()
    return _is_mark(text) and _links_to_note(element) and (is_raised or attached or _is_note_class(element))


def _is_raised_span(element: Any) -> bool:
    return bool(_RAISED_STYLE.search(element.get("style") or "") or _RAISED_CLASS.search(element.get("class") or ""))


def _is_note_class(element: Any) -> bool:
    names = " ".join(element.get(name) or "" for name in ("class", "role", "epub:type", "type", "rel"))
    return bool(_NOTE_CLASS.search(names))


def _links_to_note(element: Any) -> bool:
    """Whether it is, holds or is in a link within the text, or has the class of a mark."""
    parent = element.getparent()
    links = [node for node in (element, *element, parent) if node is not None and node.tag == "a"]
    within = any((href := link.get("href") or "").startswith("#") or _NOTE_TARGET.search(href) for link in links)
    return within or any(map(_is_note_class, (element, *element)))


def _is_mark(text: str) -> bool:
    if text.startswith("[") and text.endswith("]"):
        return True
    tokens = list(filter(None, _SEPARATORS.split(text.strip("()[]"))))
    return all(map(_TOKEN.fullmatch, tokens))


def _written(raised: _Raised, number: int, ordinals: str) -> str:
    """What is written in the place of raised text: nothing for the mark of a note."""
    text, before = raised.text, raised.before
    if _SIGNED.fullmatch(text):
        return f"^{text}" if before[-1:].isdigit() else text
    if not _is_mark(text):
        return "" if raised.linked and len(text) <= 12 and any(map(str.isdigit, text)) else text
    if raised.linked or not any(map(str.isalnum, text)) or text[0] in "[(":
        return ""
    if raised.lowered:
        return "" if before[-1:].isdigit() and text.isdigit() else text
    if text.isdigit():
        return _written_number(raised, number)
    return _written_letter(raised, ordinals) if text.isalpha() else ""


def _written_number(raised: _Raised, number: int) -> str:
    text, before, after = raised.text, raised.before, raised.after
    if after.strip()[:1] in {"/", "⁄"} and len(after.strip()) == 1:  # a fraction: 4<sup>1</sup>/<sub>2</sub>
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


def _is_power(raised: _Raised, base: str, number: int) -> bool:
    exponent, before = int(raised.text), raised.before.rstrip()
    if _TIMES_BEFORE.search(before) or _TIMES_AFTER.match(raised.after):
        return True
    return exponent != number and ((base == "10" and exponent > 1) or (base == "2" and exponent > 7))


def _written_letter(raised: _Raised, ordinals: str) -> str:
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
