"""The text of a page's article: its paragraphs, without what stands between them."""

import re
from functools import cache
from typing import Any

from assistant.ingest.files.html import blocks, bylines
from assistant.ingest.files.html.page import HtmlPage, alike, described, drop, is_beside, without
from assistant.text.lexicon import alternatives_in_any_language


@cache
def _noise() -> re.Pattern[str]:
    """Lines that stand in a page's article without being its text."""
    with_colon, beginning, line = (
        alternatives_in_any_language("ingest", name) for name in ("noise_with_colon", "noise_beginnings", "noise_lines")
    )
    return re.compile(
        rf"{with_colon}\s*:.*|{beginning}\b.*|{line}\.?|filed under:?.*"
        r"|(?:©|copyright (?:©|\(c\)|\d)|we use cookies|skip to |skip advertisement|listen to this).*"
        r"|share|loading\W*|comments?(?: \(\d+\))?|\d+ min(?:ute)?s? read",
        re.I,
    )


_BODY = re.compile(
    r"(?:^|[-_\s])(?:e-content|article_*-?(?:body|text|content)|(?:entry|post|story)[-_]?(?:body|content))(?=$|[-_\s])",
    re.I,
)
_LONGEST_NOISE = 160
_PARAGRAPH = 60  # characters: menus, labels and captions have fewer
_MOST = 0.85
_PASSED_OVER = frozenset({"p", "li", "blockquote", "td", "tr", "tbody", "pre", "ul", "ol"})


def text_of(page: HtmlPage, title: str | None) -> str:
    """The article's paragraphs, parted by an empty line; empty when the page has none."""
    from trafilatura import bare_extraction

    for script in list(page.tree.iter("script")):  # of which trafilatura would take a text
        drop(script)
    without(page, is_beside)
    without(page, bylines.is_short_byline)
    _without_link_lines(page)
    _from_heading(page)
    _only_container(page)
    found = bare_extraction(page.tree, include_comments=False, include_tables=True, include_formatting=False)
    body = getattr(found, "body", None)
    return "\n\n".join(_tidy(blocks.blocks(body) if body is not None else [], title))


def _without_link_lines(page: HtmlPage) -> None:
    """Takes out blocks that are links and nothing else: what else there is to read."""
    above = set(page.heading.iterancestors()) | {page.heading} if page.heading is not None else set()
    for element in list(page.tree.iter("p", "li", "div", "font", "h2", "h3", "h4", "h5", "section")):
        if element in above or element.getparent() is None:
            continue
        whole = len("".join(element.text_content().split()))
        linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
        if 0 < whole < 200 and linked >= whole * 0.8:
            drop(element)


def _from_heading(page: HtmlPage) -> None:
    """Takes out the heading and what stands before it, unless that is most of the text."""
    if page.heading is None:
        return
    before = [one for at in (page.heading, *page.heading.iterancestors()) for one in at.itersiblings(preceding=True)]
    before = [one for one in before if one.tag not in {"head", "body"} and isinstance(one.tag, str)]
    whole, ahead = len(page.tree.text_content()), sum(len(one.text_content()) for one in before)
    if ahead * 2 < whole:
        for element in (*before, page.heading):
            if element.tag != "body":
                drop(element)


def _only_container(page: HtmlPage) -> None:
    """Takes out what is beside the innermost element with nearly all the paragraphs.

    Paragraphs before it stay, for some sites set the first one apart; so do those beside it of its own kind, which are
    the parts of a text that advertisements cut.
    """
    body = page.tree.find("body")
    if body is None:
        return
    held = _paragraphs_held(body)
    at, whole = body, held.get(body, 0)
    named = next((one for one in body.iter() if held.get(one, 0) > whole / 2 and _is_body(one)), None)
    path = [named, *named.iterancestors()] if named is not None else []
    while whole:
        inner = next((child for child in at if child in path or held.get(child, 0) >= whole * _MOST), None)
        if inner is None or inner.tag in _PASSED_OVER or at is named:
            return
        own = (inner.tag, inner.get("class"))
        for other in list(inner.itersiblings(preceding=True)):
            if not held.get(other):
                drop(other)
        for other in list(inner.itersiblings()):
            if (other.tag, other.get("class")) != own:
                drop(other)
        at = inner


def _is_body(element: Any) -> bool:
    told = f"{element.get('itemprop') or ''} {element.get('property') or ''}"
    return "articleBody" in told or bool(_BODY.search(described(element)))


def _paragraphs_held(body: Any) -> dict[Any, int]:
    """How many characters of paragraphs each element holds: of <p>, and of text that stands in it without one."""
    held: dict[Any, int] = {}
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag in blocks.UNSEEN:
            continue
        if element.tag == "p":
            own = len(" ".join(element.text_content().split()))
        else:
            own = len(" ".join([element.text or "", *(child.tail or "" for child in element)]).strip())
        if own >= _PARAGRAPH:
            for one in (element, *element.iterancestors()):
                held[one] = held.get(one, 0) + own
    return held


def _tidy(lines: list[str], title: str | None) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if len(line) < _LONGEST_NOISE and _noise().fullmatch(line.strip(" -–—•*|")):
            continue
        if len(kept) < 3 and (bylines.is_byline(line) or _is_title(line, title)):
            continue
        if not kept or kept[-1] != line:
            kept.append(line)
    return kept


def _is_title(line: str, title: str | None) -> bool:
    return bool(title) and len(line) < 200 and alike(line, title or "") == 1.0 and abs(len(line) - len(title or "")) < 5
