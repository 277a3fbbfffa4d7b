"""Raised and lowered text: marks of notes go, powers are written so that they are no other number."""

import re
from typing import Any

from assistant.ingest.files.html.tags import BLOCKS, UNSEEN
from assistant.ingest.files.raised import NoteMarks, Raised, is_mark

_NOTE_CLASS = re.compile(
    r"foot-?note|end-?note|note-?(?:ref|mark|num)|\bfn\b|fn-?ref|reference|cite-?ref|biblioref", re.I
)
_NOTE_TARGET = re.compile(r"#[^\s#]{0,80}(?:fn|note|ref|cite|bib)", re.I)
_RAISED_STYLE = re.compile(r"vertical-align\s?:\s?(?:super|text-top)", re.I)
_RAISED_CLASS = re.compile(r"(?:^|\s)(?:sup|super|superscript)(?:$|\s)", re.I)
_BACK = frozenset("↩↑^⤴") | {"↩︎", "↵", "back"}
_ORDINAL_LETTERS = {"fr": "e", "es": "ao", "it": "ao", "pt": "ao"}
_CONTEXT = 40  # characters before a mark that say what it is


def resolve_note_marks(tree: Any) -> None:
    """Take out the marks of notes, and write powers of numbers as in 10^6; other raised text stays as it is."""
    from lxml import etree

    ordinals = _ORDINAL_LETTERS.get((tree.get("lang") or "")[:2].lower(), "")
    decided: list[tuple[Any, str]] = []
    before, marks = "", NoteMarks(ordinals)
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
            written = marks.written(raised)
            decided.append((element, written))
            before = (before + written)[-_CONTEXT:]
            walker.skip_subtree()
    for element, written in decided:
        for child in list(element):
            element.remove(child)
        element.text = written


def _raised(element: Any, before: str) -> Raised | None:
    """The raised text, or the link to a note, that an element is; None where it is neither."""
    if element.tag not in {"sup", "sub", "a", "span"}:
        return None
    text = " ".join("".join(element.itertext()).split()) if len(element) < 10 else ""
    if not 0 < len(text) <= 40:
        return None
    linked = _links_to_note(element)
    if element.tag == "a" and not _is_link_mark(element, text, before):
        return None
    if element.tag == "span" and not (_is_raised_span(element) or (_is_note_class(element) and is_mark(text))):
        return None
    following = element.getnext()
    after = element.tail or (following.text if following is not None else "") or ""
    return Raised(text, before, after, element.tag == "sub", linked)


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
    return is_mark(text) and _links_to_note(element) and (is_raised or attached or _is_note_class(element))


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
