"""Blocks of nothing but links: those to other articles, and sentences and lists that are the article's own."""

from typing import Any

from assistant.ingest.files.appeals import is_appeal
from assistant.ingest.files.html.boilerplate import is_label, is_prose
from assistant.ingest.files.html.page import HtmlPage
from assistant.ingest.files.html.tables import is_row
from assistant.ingest.files.html.tags import remove_element

_LINKED = 0.8  # the share of its letters from which a block is one of links
_MAX_LENGTH = 200  # letters; longer ones are text
_MIN_PARAGRAPH = 60
_NEAR = 30  # elements beside a block
_BLOCKS = ("p", "li", "div", "font", "h2", "h3", "h4", "h5", "section")
_ARROWS = "►▶»›>→•+-–—"


def remove_link_blocks(page: HtmlPage) -> None:
    """Remove the blocks of links to other articles; the links of the article's own sentences and lists become text."""
    above = set() if page.heading is None else {page.heading, *page.heading.iterancestors()}
    own = _own_blocks(page.tree)
    holding = {ancestor for element in own for ancestor in element.iterancestors()}
    for element in list(page.tree.iter(*_BLOCKS)):
        if element in above or element in own or element in holding or element.getparent() is None:
            continue
        if _is_link_block(element):
            remove_element(element)
    for element in list(page.tree.iter("p", "li", "blockquote")):
        for link in list(element.iter("a")):
            link.tag = "span"  # trafilatura leaves out what has many links


def _own_blocks(tree: Any) -> set[Any]:
    """The blocks of links that are the article's own: rows, sentences among paragraphs, items of its lists."""
    own = {element for element in tree.iter("p") if is_row(element) or _is_own_sentence(element)}
    for items in tree.iter("ul", "ol"):
        if _is_own_list(items):
            own |= {element for element in items.iter(*_BLOCKS)}
    return own


def _letters(element: Any) -> int:
    return len("".join(element.text_content().split()))


def _is_link_block(element: Any) -> bool:
    length = _letters(element)
    # A link to a place in the page is no other article.
    links = [link for link in element.iter("a") if not (link.get("href") or "").startswith("#")]
    return 0 < length < _MAX_LENGTH and sum(map(_letters, links)) >= length * _LINKED


def _is_own_sentence(element: Any) -> bool:
    text = _text(element)
    if not text.rstrip("\"”’'»)").endswith((".", "!")) or not is_prose(text, 2):
        return False
    if not _is_link_block(element) or text[0] in _ARROWS or is_label(text) or is_appeal(text, 1.0):
        return False
    lead = _before(element)
    if lead is not None and (lead.tag != "p" or len(_text(lead)) < _MIN_PARAGRAPH) and is_label(_text(lead)):
        return False
    return _has_prose(element.itersiblings(preceding=True)) or _has_prose(element.itersiblings())


def _is_own_list(items: Any) -> bool:
    """Whether a list is of the article: not all of it are links, or what is before it says so, or it lists figures."""
    entries = [entry for entry in items if entry.tag == "li" and _letters(entry)]
    linked = [entry for entry in entries if _is_link_block(entry)]
    if not linked:
        return False
    others = [text for entry in entries if entry not in linked and len((text := _text(entry)).split()) > 2]
    lead = _before(items)
    heading = "" if lead is None else _text(lead)
    if is_label(heading) or is_appeal(heading, 1.0):
        return False
    if others or (heading.endswith(":") and lead is not None and lead.tag == "p"):
        return True
    like_data = sum(_is_like_data(_text(entry)) for entry in linked)
    most = like_data * 2 > len(linked) and _has_prose(items.itersiblings())
    return (most or like_data == len(linked) > 1) and _has_prose(items.itersiblings(preceding=True))


def _is_like_data(text: str) -> bool:
    """Whether it is a name with a figure, or a sentence, and no headline."""
    has_figure = any(map(str.isdigit, text))
    return (has_figure and any(sign in text for sign in ",:–(")) or (text.endswith(".") and is_prose(text))


def _has_prose(siblings: Any) -> bool:
    """Whether one of the next siblings is a paragraph of text that is no link."""
    for _, sibling in zip(range(_NEAR), siblings, strict=False):
        if sibling.tag == "p" and len(_text(sibling)) >= _MIN_PARAGRAPH and not _is_link_block(sibling):
            return True
    return False


def _before(element: Any) -> Any:
    """The element with text before it, beside it or in front of what is around it."""
    for _ in range(3):
        for sibling in element.itersiblings(preceding=True):
            if _letters(sibling):
                return sibling
        element = element.getparent()
        if element is None or element.tag in {"article", "body", "main"}:
            return None
    return None


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())
