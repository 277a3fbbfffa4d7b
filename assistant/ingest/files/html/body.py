"""The text of the article of a page, without captions, link lists and other boilerplate."""

from typing import Any

from assistant.ingest.files.html import blocks, bylines, links, walls
from assistant.ingest.files.html.boilerplate import text_of_line
from assistant.ingest.files.html.page import (
    HtmlPage,
    class_names,
    class_pattern,
    is_side_content,
    remove_elements,
    title_overlap,
)
from assistant.ingest.files.html.tables import is_row
from assistant.ingest.files.html.tags import UNSEEN, remove_element

_BODY = class_pattern(r"e-content|article_*-?(?:body|text|content)|(?:entry|post|story)[-_]?(?:body|content)")
_MIN_PARAGRAPH = 60  # characters: menus, labels and captions have fewer
_NEARLY_ALL = 0.85
_PLAIN = dict.fromkeys(("figure", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "dl", "caption"), "div") | {
    "dt": "p",
    "dd": "p",
}
_HELD = {ord("{"): "\uf8f0", ord("<"): "\uf8f1"}
_SIGNS = {ord(held): chr(sign) for sign, held in _HELD.items()}
_TEXT_TAGS = frozenset({"p", "li", "blockquote", "td", "tr", "tbody", "pre", "ul", "ol"})


def article_text(page: HtmlPage, title: str | None) -> str:
    """The paragraphs of the article, separated by an empty line; empty when the page has none."""
    from trafilatura import bare_extraction

    for script in list(page.tree.iter("script")):  # whose content trafilatura would take for text
        remove_element(script)
    remove_elements(page, is_side_content)
    remove_elements(page, bylines.is_byline_element)
    walls.remove_walls(page)
    links.remove_link_blocks(page)
    _remove_before_heading(page)
    _remove_beside_container(page)
    _hold_code(page.tree)
    _make_plain(page.tree)
    extracted = bare_extraction(page.tree, include_comments=False, include_tables=True, include_formatting=False)
    body = getattr(extracted, "body", None)
    lines = _clean_lines(blocks.blocks(body) if body is not None else [], title)
    return "\n\n".join(lines).translate(_SIGNS)


def _hold_code(tree: Any) -> None:
    """Write the signs of templates in code as others, as a text about them is no template."""
    for code in tree.iter("code", "kbd", "samp", "pre"):
        for element in code.iter():
            element.text = element.text and element.text.translate(_HELD)
            if element is not code:
                element.tail = element.tail and element.tail.translate(_HELD)


def _make_plain(tree: Any) -> None:
    """Make other cells and terms blocks, which trafilatura would glue together or leave out."""
    for element in tree.iter():
        element.tag = _PLAIN.get(element.tag, element.tag)


def _remove_before_heading(page: HtmlPage) -> None:
    """Remove the heading and what precedes it, unless that is most of the text."""
    if page.heading is None:
        return
    path = (page.heading, *page.heading.iterancestors())
    preceding = [sibling for element in path for sibling in element.itersiblings(preceding=True)]
    preceding = [element for element in preceding if element.tag not in {"head", "body"}]
    if sum(len(element.text_content()) for element in preceding) * 2 < len(page.tree.text_content()):
        for element in (*preceding, page.heading):
            remove_element(element)


def _remove_beside_container(page: HtmlPage) -> None:
    """Remove what is beside the innermost element with nearly all the paragraphs.

    Paragraphs before it stay, as some sites put the first one elsewhere; so do following siblings with its tag and
    class, which are the parts of a text that advertisements interrupt.
    """
    body = page.tree.find("body")
    if body is None:  # it was removed with what is not of the article
        return
    lengths = _paragraph_lengths(body)
    container, total = body, lengths.get(body, 0)
    marked = next(
        (element for element in body.iter() if lengths.get(element, 0) > total / 2 and _is_body(element)), None
    )
    path = [marked, *marked.iterancestors()] if marked is not None else []
    while total:
        inner = next(
            (child for child in container if child in path or lengths.get(child, 0) >= total * _NEARLY_ALL), None
        )
        if inner is None or inner.tag in _TEXT_TAGS or container is marked:
            return
        for sibling in list(inner.itersiblings(preceding=True)):
            if not lengths.get(sibling):
                remove_element(sibling)
        for sibling in list(inner.itersiblings()):
            if (sibling.tag, sibling.get("class")) != (inner.tag, inner.get("class")):
                remove_element(sibling)
        container = inner


def _is_body(element: Any) -> bool:
    properties = (element.get("itemprop") or "", element.get("property") or "")
    return "articleBody" in " ".join(properties) or bool(_BODY.search(class_names(element)))


def _paragraph_lengths(body: Any) -> dict[Any, int]:
    """The number of characters of paragraphs in each element: of <p>, and of text directly in an element."""
    lengths: dict[Any, int] = {}
    for element in body.iter():
        if element.tag in UNSEEN or is_row(element):
            continue
        if element.tag == "p":
            own = len(" ".join(element.text_content().split()))
        else:
            own = len(" ".join([element.text or "", *(child.tail or "" for child in element)]).strip())
        if own >= _MIN_PARAGRAPH:
            for holder in (element, *element.iterancestors()):
                lengths[holder] = lengths.get(holder, 0) + own
    return lengths


def _clean_lines(lines: list[str], title: str | None) -> list[str]:
    kept: list[str] = []
    for line in filter(None, map(text_of_line, lines)):
        is_title = title_overlap(line, title or "") == 1.0 and abs(len(line) - len(title or "")) < 5
        if (len(kept) < 3 and (is_title or bylines.is_byline(line))) or bylines.is_edition_line(line):
            continue
        if not kept or kept[-1] != line or " | " in line:
            kept.append(line)
    return kept
