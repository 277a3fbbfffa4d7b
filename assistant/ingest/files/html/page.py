"""The tree of a page: the heading of its article, and what is boilerplate."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from assistant.ingest.files.html import blocks

_BOILERPLATE = re.compile(
    r"(?:^|[-_\s])(?:related|recommend\w*|more-?(?:on|from|stories|news)|read-?(?:more|next|also)|also-?(?:read|on)"
    r"|trending|most-?(?:read|popular|viewed)|popular|teasers?|promos?|sidebar|newsletters?|subscribe|sign-?up|comments?"
    r"|respond|disqus|cookies?\w*|consent|gdpr|breadcrumbs?|footer|navigation|navbar|menu|advert\w*|ads?|sponsor\w*"
    r"|outbrain|taboola|up-?next|next-?(?:article|story|post)|paywall\w*|regwall|overlay|modal|popup|donat\w+"
    r"|contact-?(?:box|info|us)|copyright|skip-?(?:link|to)\S*|screen-?reader\S*|visually-?hidden|sr-only)(?=$|[-_\s]|\d)",
    re.I,
)
_SIDE_CONTENT = re.compile(
    r"(?:^|[-_\s])(?:share\w*|sharing|social\w*|captions?|credits?|tags|video-?(?:player|title|caption)\S*|player|toolbar"
    r"|author-?(?:bio|box|info|card)|about-?(?:the-)?author|print-?only)(?=$|[-_\s]|\d)",
    re.I,
)
_OWN_FOOTER = re.compile(r"(?:post|entry|article|story|node)[-_]*(?:footer|meta)", re.I)
_BOILERPLATE_TAGS = frozenset({"aside", "nav", "footer", "form", "dialog"})
_SIDE_CONTENT_TAGS = frozenset({"figure", "figcaption", "button", "footer"})
_BOILERPLATE_ROLES = frozenset({"navigation", "complementary", "contentinfo", "search", "dialog"})
_ALWAYS_KEPT = frozenset({"html", "body", "main", "head"})
_HEADINGS = ("h1", "h2", "h3")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The tree of a page, the heading of its article (None when there is none) and its languages, likeliest first."""

    tree: Any
    heading: Any
    languages: tuple[str, ...]


def words(text: str) -> set[str]:
    """The distinct words of a text, for comparing titles."""
    return set(_WORD.findall(text.casefold()))


def title_overlap(first: str, second: str) -> float:
    """The share of the words of the shorter of two titles that is in the other: 0 to 1."""
    fewer, more = sorted((words(first), words(second)), key=len)
    return len(fewer & more) / len(fewer) if fewer else 0.0


def find_heading(tree: Any, titles: Iterable[str]) -> Any:
    """The heading element of the article, by the `titles` that the page declares; None when there is none."""
    titles = list(filter(None, titles))
    best, best_score = None, 0.0
    for element in tree.iter(*_HEADINGS):
        text = " ".join(blocks.blocks(element))
        if not text or len(words(text)) < 2:
            continue
        score = max((title_overlap(text, title) * min(1.0, len(words(text)) / 4) for title in titles), default=0.0)
        score *= {"h1": 1.0, "h2": 0.9}.get(element.tag, 0.8)
        if score > best_score + 1e-9:
            best, best_score = element, score
    if best is not None and best_score >= 0.5:
        return best
    first = next((h1 for h1 in tree.iter("h1") if len(words(" ".join(blocks.blocks(h1)))) > 2), None)
    return first if first is not None else _unmarked_heading(tree, titles)


def _unmarked_heading(tree: Any, titles: list[str]) -> Any:
    """The element with the title or a part of it, in a page without heading elements."""
    parts = {" ".join(part.split()) for title in titles for part in (title, *re.split(r"\s[|–—-]\s|:\s", title))}
    parts = {part for part in parts if len(words(part)) > 2}
    body = tree.find("body")
    if not parts or body is None:
        return None
    elements = (element for element in body.iter() if isinstance(element.tag, str))
    matches = [element for element in elements if (element.text_content() or "").strip() in parts]
    return matches[-1 if len(matches) < 4 else 0] if matches else None


def languages(tree: Any) -> tuple[str, ...]:
    """The declared language of the page, and English."""
    declared = re.match(r"[a-z]{2}\b", (tree.get("lang") or tree.get("xml:lang") or "").lower())
    return tuple(dict.fromkeys([declared[0] if declared else "en", "en"]))


def is_boilerplate(element: Any) -> bool:
    """Whether an element is not of the article, by its tag or class: a menu, related articles, comments."""
    if not isinstance(element.tag, str) or element.tag in _ALWAYS_KEPT:
        return False
    text = class_names(element)
    if element.tag == "footer" and next(element.iterancestors("article"), None) is not None:
        return False  # where some systems put the byline
    if element.tag in _BOILERPLATE_TAGS or element.get("aria-hidden") == "true" or element.get("hidden") is not None:
        return True
    if element.tag == "article":
        return bool(re.search(r"\b(?:comment|teaser|card|related)", text))
    style = (element.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or element.get("role") in _BOILERPLATE_ROLES:
        return True
    return bool(_BOILERPLATE.search(text)) and not _OWN_FOOTER.search(text)


def is_side_content(element: Any) -> bool:
    """Whether an element is of the article but not of its text: captions, tags, footer."""
    if not isinstance(element.tag, str) or element.tag in _ALWAYS_KEPT or element.tag == "article":
        return False
    text = class_names(element)
    return element.tag in _SIDE_CONTENT_TAGS or bool(_SIDE_CONTENT.search(text) or _OWN_FOOTER.search(text))


def class_names(element: Any) -> str:
    """The classes and ids of an element, which often say what it is for."""
    names = ("class", "id", "data-component", "data-testid")
    return " ".join(value[:300] for name in names if (value := element.get(name)))


def isolate_article(page: HtmlPage) -> None:
    """Remove boilerplate and other articles from the tree."""
    remove_elements(page, is_boilerplate)
    ancestors = _ancestors(page.heading)
    cell = next((element for element in ancestors if element.tag == "td" and len(element.text_content()) > 500), None)
    _remove_others(page, cell, "td", "th")
    _remove_others(page, next((element for element in ancestors if element.tag == "article"), None), "article")


def _remove_others(page: HtmlPage, kept: Any, *tags: str) -> None:
    """Remove the elements with `tags` that are neither in `kept` nor around it."""
    if kept is None:
        return
    related = {*kept.iter(*tags), *kept.iterancestors(*tags)}
    for element in [element for element in page.tree.iter(*tags) if element not in related]:
        if element.getparent() is not None:
            remove_element(element)


def remove_elements(page: HtmlPage, unwanted: Callable[[Any], bool]) -> None:
    """Remove the `unwanted` elements, but not those around the heading or with most of the text.

    Some sites call a whole page "with-sidebar".
    """
    kept = {*_ancestors(page.heading), page.heading}
    total = len(page.tree.text_content())
    for element in [element for element in page.tree.iter() if element not in kept and unwanted(element)]:
        if element.getparent() is not None and len(element.text_content()) * 2 < total:
            remove_element(element)


def _ancestors(element: Any) -> list[Any]:
    return [] if element is None else list(element.iterancestors())


def remove_element(element: Any) -> None:
    """Remove an element from its tree but keep the text after it."""
    # Not drop_tree(), which joins the texts around it without a space.
    parent, tail = element.getparent(), element.tail
    previous = element.getprevious()
    parent.remove(element)
    if tail:
        if previous is None:
            parent.text = f"{parent.text or ''} {tail}"
        else:
            previous.tail = f"{previous.tail or ''} {tail}"
