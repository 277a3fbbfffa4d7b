"""What a page has struck out, which the publication took back, goes; quotation marks that only a browser shows come."""

import re
from typing import Any

_STRUCK_TAGS = frozenset({"del", "s", "strike"})
_STRUCK_CLASSES = frozenset(
    {"line-through", "strike-through", "strikethrough", "has-strikethrough", "text-strike", "struck", "strike"}
)
_TEXT_TAGS = frozenset({"span", "em", "i", "b", "strong", "u", "font", "p", "li", "small", "a", "td", "div", "ins"})
_CLASS_AT_END = re.compile(r"\.([\w-]{1,80})$")
_MARKS = {"de": ("„", "“"), "cs": ("„", "“"), "fr": ("«", "»"), "es": ("«", "»"), "it": ("«", "»"), "sv": ("”", "”")}
_MAX_DEPTH = 10  # of quotations within quotations
_QUOTES = "\"'“”„‚‘’«»‹›"


def remove_struck(tree: Any) -> None:
    """Remove what is struck out by an element, a style or a class, but not most of the page: a tag left open."""
    classes = _STRUCK_CLASSES | _struck_in_styles(tree)
    total = len(tree.text_content())
    for element in [element for element in tree.iter() if _is_struck(element, classes)]:
        if len(element.text_content()) * 2 < total:
            _take_out(element)


def _is_struck(element: Any, classes: frozenset[str]) -> bool:
    if element.tag in _STRUCK_TAGS:
        return True
    if element.tag not in _TEXT_TAGS:
        return False
    return "line-through" in (element.get("style") or "").lower() or not classes.isdisjoint(
        (element.get("class") or "").split()
    )


def _struck_in_styles(tree: Any) -> frozenset[str]:
    """The classes that the style sheets in the page strike through."""
    found = set()
    for sheet in tree.iter("style"):
        for rule in (sheet.text or "").split("}"):
            selectors, _, declarations = rule.rpartition("{")
            if "line-through" in declarations.lower():
                ends = (_CLASS_AT_END.search(selector.strip()[-100:]) for selector in selectors.split(","))
                found |= {end[1] for end in ends if end}
    return frozenset(found)


def _take_out(element: Any) -> None:
    """Remove an element with its text; the words around it stay apart as they were."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    text, tail = element.text_content(), element.tail or ""
    before = (parent.text if previous is None else previous.tail) or ""
    spaced = text[:1].isspace() or text[-1:].isspace() or element.tag in {"p", "li", "div", "td"}
    joined = f"{before} {tail}" if spaced else before + tail
    parent.remove(element)
    if previous is None:
        parent.text = joined
    else:
        previous.tail = joined


def write_quotation_marks(tree: Any) -> None:
    """Write the quotation marks of <q>, and of a <q> within one, unless the page has written them around it."""
    opening, closing = _MARKS.get((tree.get("lang") or "")[:2].lower(), ("“", "”"))
    depths: dict[Any, int] = {}
    for element in list(tree.iter("q")):
        outer = next(element.iterancestors("q"), None)
        depths[element] = depths.get(outer, 0) + 1
        if depths[element] > _MAX_DEPTH:
            continue
        inner = outer is not None
        first, last = ("‘", "’") if inner else (opening, closing)
        text = element.text_content().strip()
        previous = element.getprevious()
        parent = element.getparent()
        before = (parent.text if previous is None else previous.tail) or ""
        if text and text[0] not in _QUOTES and before[-1:] not in set(_QUOTES):
            element.text = first + (element.text or "").lstrip()
            if len(element):
                element[-1].tail = (element[-1].tail or "").rstrip() + last
            else:
                element.text = element.text.rstrip() + last
    for element in list(tree.iter("q")):
        element.tag = "span"
    for element in list(tree.iter("ins")):
        if not element.get("class"):  # one with a class may be an advertisement's
            element.tag = "span"
