"""The head of the article of a page: what stands around its heading and before its text, such as its byline."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.page import HtmlPage, class_names, class_pattern
from assistant.ingest.files.html.tags import BLOCKS, UNSEEN

_ELSEWHERE = frozenset({"aside", "nav", "blockquote", "figure", "figcaption", "form", "details"})
_PUBLISHED = class_pattern(r"(?:dt-)?published|(?:entry|post|article)-?(?:date|time)|date-?published|pub-?date")
_OF_AN_EVENT = class_pattern(r"events?|deadline|due|expir\w*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LONG = 140  # characters; what has more is text
_MIN_PARAGRAPH = 60
_SHORT = 600  # characters; the text of an article has more
_MOST_LEVELS = 40  # of elements around another that are looked at, as a hostile page nests deeper
_MOST_SIBLINGS = 10
_MOST_LINE = 300  # characters of a line that are looked at, to either side


def is_prose(text: str) -> bool:
    """Whether a line is a paragraph of text, by its length and its end."""
    return len(text) > _LONG or (len(text) >= _MIN_PARAGRAPH and _SENTENCE_END.search(text) is not None)


class ArticleHead:
    """Tells which of the `dated` elements of a page stand in the head of its article, with at most a summary before.

    Those in side lists, footers and posts of their own are not, nor is a date in the midst of the text.
    """

    def __init__(self, page: HtmlPage, dated: Iterable[Any]) -> None:
        self._around = set() if page.heading is None else {page.heading, *page.heading.iterancestors()}
        above = [] if page.heading is None else list(islice(page.heading.iterancestors(), 2))
        self._container = next((holder for holder in above if holder.tag not in {"header", "hgroup"}), None)
        self._holding = {holder for element in dated for holder in (element, *_levels(element))}
        self._before_text, self._beside_text = _head_elements(page, self._around)

    def has(self, element: Any) -> bool:
        """Whether an element is in the head, or says itself that it is the date of publication."""
        own = [element, *self._below_heading(element)]
        if any(map(_is_elsewhere, own)) or any(map(self._is_one_of_several, own)):
            return False
        if element in self._before_text:
            return True
        is_in_footer = any(holder.tag == "footer" for holder in own)
        if element in self._beside_text and not is_in_footer:
            return True
        return is_marked(element) and not any(_is_teaser(holder, own) for holder in own)

    def ends(self, element: Any) -> bool:
        """Whether an element may be the signature below the text: without a heading or link, as others have."""
        own = [element, *self._below_heading(element)]
        if any(map(_is_elsewhere, own)) or any(holder.tag in {"footer", "li"} for holder in own):
            return False
        is_alone = not any(map(self._is_one_of_several, own)) and not _is_teaser(own[-1], own)
        return is_alone and own[-1].getparent() is self._container and next(own[-1].iter("a"), None) is None

    def _below_heading(self, element: Any) -> Iterator[Any]:
        for holder in _levels(element):
            if holder in self._around or holder.tag in {"body", "html"}:
                return
            yield holder

    def _is_one_of_several(self, element: Any) -> bool:
        """Whether it is a post or an entry of a list: with another of its kind beside it, dated too, and with text."""
        kind = (element.tag, element.get("class"))
        siblings = (*islice(element.itersiblings(), _MOST_SIBLINGS), *islice(element.itersiblings(preceding=True), 3))
        others = [sibling for sibling in siblings if (sibling.tag, sibling.get("class")) == kind]
        return any(other in self._holding for other in others) and _has_text_beside_dates(element)


def is_marked(element: Any) -> bool:
    """Whether an element says by its attributes that it holds the date of publication."""
    return element.get("pubdate") is not None or _PUBLISHED.search(class_names(element)) is not None


def lines_above(page: HtmlPage) -> list[str]:
    """The lines before the heading in what is right around it."""
    title = " ".join(blocks.blocks(page.heading)) if page.heading is not None else ""
    lines = [blocks.blocks(header, lines=True) for header in _headers(page)]
    return [line for own in lines if title in own for line in own[: own.index(title)]]


def is_of_an_event(element: Any) -> bool:
    """Whether a date in it is that of something to come, by its class."""
    return _OF_AN_EVENT.search(class_names(element)) is not None


def line_around(element: Any) -> tuple[str, str]:
    """What is written on the line of an element before it and after it."""
    before, after = list[str](), list[str]()
    for node in (element, *_levels(element)):
        if node.tag in BLOCKS:
            break
        if not _is_cut(before):
            before += _side(node, preceding=True)
        if not _is_cut(after):
            after += _side(node, preceding=False)
    left, right = "".join(reversed(before)), "".join(after)
    return " ".join(left.rpartition("\n")[2].split()), " ".join(right.partition("\n")[0].split())


def _is_cut(parts: list[str]) -> bool:
    return sum(map(len, parts)) > _MOST_LINE or any("\n" in part for part in parts)


def _side(node: Any, *, preceding: bool) -> list[str]:
    """The texts beside a node up to the next break or block, which stands as a line end; the nearest first."""
    parts = [] if preceding else [_flat(node.tail)]
    for sibling in islice(node.itersiblings(preceding=preceding), _MOST_SIBLINGS):
        texts = [_flat(sibling.tail)] if preceding else []
        is_end = sibling.tag in BLOCKS or sibling.tag == "br"
        texts.append("\n" if is_end else _flat("".join(islice(sibling.itertext(), 20))))
        parts += texts if preceding else [*texts, _flat(sibling.tail)]
        if _is_cut(parts):
            return parts
    parent = node.getparent()
    return [*parts, _flat(parent.text)] if preceding and parent is not None else parts


def _flat(text: str | None) -> str:
    return (text or "").replace("\n", " ")[:_MOST_LINE]


def _levels(element: Any) -> Iterator[Any]:
    return islice(element.iterancestors(), _MOST_LEVELS)


def _is_elsewhere(element: Any) -> bool:
    return element.tag in _ELSEWHERE or is_of_an_event(element)


def _head_elements(page: HtmlPage, around: set[Any]) -> tuple[set[Any], set[Any]]:
    """The elements beside and after the heading up to the text, and those after one paragraph, perhaps a summary."""
    headers = _headers(page)
    before, beside = set[Any](), set[Any]()
    is_after, paragraphs, within = page.heading is None, 0, set[Any]()
    for element in page.tree.iter():
        is_after = is_after or element is page.heading
        parent = element.getparent()
        if parent in within:
            within.add(element)
        elif is_after and element not in around and _is_paragraph(element):
            paragraphs += 1
            within.add(element)
            if paragraphs > 1:
                break
        elif is_after or (headers and not headers.isdisjoint(_levels(element))):
            (beside if paragraphs else before).add(element)
    return before, beside


def _headers(page: HtmlPage) -> set[Any]:
    """What is right around the heading: not the whole page, at whose top is the date of the edition."""
    near = [] if page.heading is None else list(islice(page.heading.iterancestors(), 2))
    return {
        element
        for element in near
        if element.tag in {"header", "hgroup", "article"}
        or (element.tag not in {"body", "html", "main"} and not _has_text(element, _SHORT))
    }


def _is_paragraph(element: Any) -> bool:
    if element.tag in UNSEEN or not isinstance(element.tag, str):
        return False
    if element.tag == "p":
        return is_prose(" ".join(element.text_content().split()))
    own = " ".join(" ".join([element.text or "", *(child.tail or "" for child in element)]).split())
    return is_prose(own)


def _is_teaser(element: Any, own: Sequence[Any]) -> bool:
    """Whether it is short and has a heading or a text beside what is in `own`, as another article or a comment."""
    if _has_text(element, _SHORT):
        return False
    return any(each not in own for each in element.iter("p", *_HEADINGS))


def _has_text(element: Any, least: int) -> bool:
    total = 0
    for text in element.itertext():
        total += len(text.strip())
        if total >= least:
            return True
    return False


def _has_text_beside_dates(element: Any) -> bool:
    times = sum(len(text.strip()) for time in islice(element.iter("time", "abbr"), 3) for text in time.itertext())
    return _has_text(element, times + _MIN_PARAGRAPH // 2)
