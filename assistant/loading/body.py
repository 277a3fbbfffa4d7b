"""The text of a page's article: its paragraphs, without what stands between them."""

import re

from assistant.loading import blocks, bylines
from assistant.loading.page import Page, alike, drop

_NOISE = re.compile(
    r"^(?:(?:watch|listen|read more|gallery|in pictures|video|more|related)\s*:.*|advertisement|sponsored|share(?: this.*)?|follow us\b.*|read (?:more|also|next)\b.*|related\b.{0,40}|see also\b.*"
    r"|more on this.*|sign up\b.*|subscribe\b.*|(?:©|copyright\b).*|all rights reserved.*|click here\b.*|\d+ min(?:ute)?s? read"
    r"|skip to .*|loading.*|print|e-?mail|comments?(?: \(\d+\))?|listen to this article.*|image:.*|photo:.*|getty images"
    r"|we use cookies.*|back to top|tags?:.*|topics?:.*|filed under:?.*)$",
    re.I,
)


def text_of(page: Page, title: str | None) -> str:
    """The article's paragraphs, parted by an empty line; empty when the page has none."""
    from trafilatura import bare_extraction

    _without_link_lines(page)
    _from_heading(page)
    found = bare_extraction(
        page.tree, include_comments=False, include_tables=True, include_formatting=False, favor_precision=False
    )
    body = getattr(found, "body", None)
    return "\n\n".join(_tidy(blocks.blocks(body) if body is not None else [], title))


def _without_link_lines(page: Page) -> None:
    """Takes out blocks that are links and nothing else: what else there is to read."""
    above = set(page.heading.iterancestors()) | {page.heading} if page.heading is not None else set()
    for element in list(page.tree.iter("p", "li", "div", "font", "h2", "h3", "h4", "h5", "section")):
        if element in above or element.getparent() is None:
            continue
        whole = len("".join(element.text_content().split()))
        linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
        if 0 < whole < 200 and linked >= whole * 0.8:
            drop(element)


def _from_heading(page: Page) -> None:
    """Takes out what stands before the heading, unless that is most of the text."""
    if page.heading is None:
        return
    before = [one for at in (page.heading, *page.heading.iterancestors()) for one in at.itersiblings(preceding=True)]
    before = [one for one in before if one.tag not in {"head", "body"} and isinstance(one.tag, str)]
    whole, ahead = len(page.tree.text_content()), sum(len(one.text_content()) for one in before)
    if ahead * 2 < whole:
        for element in before:
            drop(element)


def _tidy(lines: list[str], title: str | None) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if _NOISE.match(line) or (len(kept) < 3 and (bylines.is_byline(line) or _is_title(line, title))):
            continue
        if not kept or kept[-1] != line:
            kept.append(line)
    return kept


def _is_title(line: str, title: str | None) -> bool:
    return bool(title) and len(line) < 200 and alike(line, title or "") == 1.0 and abs(len(line) - len(title or "")) < 5
