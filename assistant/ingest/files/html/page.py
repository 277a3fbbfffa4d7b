"""The tree of a page: the heading of its article, and what is boilerplate."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.tables import ROW
from assistant.ingest.files.html.tags import remove_element


def class_pattern(names: str, end: str = r"$|[-_\s]") -> re.Pattern[str]:
    """Finds one of `names` in the `class_names` of an element, as a name or a part of one such as "post-footer"."""
    return re.compile(rf"(?:^|[-_\s])(?:{names})(?={end})", re.I)


_END = r"$|[-_\s]|\d"
_BOILERPLATE = class_pattern(
    r"related|recommend\w*|more-?(?:on|from|stories|news)|read-?(?:more|next|also)|also-?(?:read|on)"
    r"|trending|most-?(?:read|popular|viewed)|popular|teasers?|promos?|sidebar|newsletters?|subscribe|sign-?up|comments?"
    r"|respond|disqus|cookies?\w*|consent|gdpr|breadcrumbs?|footer|navigation|navbar|menu|advert\w*|ads?|sponsor\w*"
    r"|outbrain|taboola|up-?next|next-?(?:article|story|post)|overlay|modal|popup|donat\w+|adsbygoogle"
    r"|contact-?(?:box|info|us)|copyright|skip-?(?:link|to)\S*|screen-?reader\S*|visually-?hidden|sr-only",
    _END,
)
_SIDE_CONTENT = class_pattern(
    r"share\w*|sharing|social\w*|captions?|credits?|tags|video-?(?:player|title|caption)\S*|player|toolbar"
    r"|author-?(?:bio|box|info|card)|about-?(?:the-)?author|print-?only",
    _END,
)
_OWN_FOOTER = re.compile(r"(?:post|entry|article|story|node)[-_]*(?:footer|meta)", re.I)
_BOILERPLATE_TAGS = frozenset({"aside", "nav", "footer", "form", "dialog"})
_SIDE_CONTENT_TAGS = frozenset({"figure", "figcaption", "button", "footer"})
_BOILERPLATE_ROLES = frozenset({"navigation", "complementary", "contentinfo", "search", "dialog"})
_ALWAYS_KEPT = frozenset({"html", "body", "main", "head"})
_MOST_PARTS = 100  # of a figure that are looked at for a table
_HEADINGS = {"h1": 1.0, "h2": 0.9, "h3": 0.8}  # how likely each is that of the article
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The tree of a page, the heading of its article (None when there is none) and its languages, likeliest first.

    `paid`: the CSS selectors of what it says is not free, its wall or its own text.
    """

    tree: Any
    heading: Any
    languages: tuple[str, ...]
    paid: tuple[str, ...] = ()


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
    headings = {element: " ".join(blocks.blocks(element)) for element in tree.iter(*_HEADINGS)}

    def score(element: Any) -> float:
        text = headings[element]
        likeness = max((title_overlap(text, title) for title in titles), default=0.0)
        return likeness * min(1.0, len(words(text)) / 4) * _HEADINGS[element.tag]

    best = max(headings, key=score, default=None)
    if best is not None and score(best) >= 0.5:
        return best
    first = next((element for element, text in headings.items() if element.tag == "h1" and len(words(text)) > 2), None)
    return first if first is not None else _unmarked_heading(tree, titles)


def _unmarked_heading(tree: Any, titles: list[str]) -> Any:
    """The element with the title or a part of it, in a page without heading elements."""
    parts = {" ".join(part.split()) for title in titles for part in (title, *re.split(r"\s[|–—-]\s|:\s", title))}
    parts = {part for part in parts if len(words(part)) > 2}
    matches = [element for element in tree.find("body").iter() if element.text_content().strip() in parts]
    return matches[-1 if len(matches) < 4 else 0] if matches else None


def languages(tree: Any) -> tuple[str, ...]:
    """The declared language of the page, and English."""
    declared = re.match(r"[a-z]{2}\b", (tree.get("lang") or tree.get("xml:lang") or "").lower())
    return tuple(dict.fromkeys([declared[0] if declared else "en", "en"]))


def is_boilerplate(element: Any) -> bool:
    """Whether an element is not of the article, by its tag or class: a menu, related articles, comments."""
    if element.tag in _ALWAYS_KEPT:
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
    if element.tag in _ALWAYS_KEPT or element.tag == "article":
        return False
    text = class_names(element)
    if element.tag == "figure" and any(part.get("role") == ROW for part in islice(element.iter(), _MOST_PARTS)):
        return False  # some editors put tables into one
    return element.tag in _SIDE_CONTENT_TAGS or bool(_SIDE_CONTENT.search(text) or _OWN_FOOTER.search(text))


def class_names(element: Any) -> str:
    """The classes and ids of an element, which often say what it is for."""
    names = ("class", "id", "data-component", "data-testid")
    return " ".join(value[:300] for name in names if (value := element.get(name)))


def isolate_article(page: HtmlPage) -> None:
    """Remove boilerplate and other articles from the tree."""
    remove_elements(page, is_boilerplate)
    if page.heading is None:
        return
    cells = (cell for cell in page.heading.iterancestors("td") if len(cell.text_content()) > 500)
    for kept, tags in (
        (next(cells, None), ("td", "th")),
        (next(page.heading.iterancestors("article"), None), ("article",)),
    ):
        if kept is not None:
            related = {*kept.iter(*tags), *kept.iterancestors(*tags)}
            for element in [element for element in page.tree.iter(*tags) if element not in related]:
                remove_element(element)


def remove_elements(page: HtmlPage, unwanted: Callable[[Any], bool]) -> None:
    """Remove the `unwanted` elements, but not those around the heading or with most of the text.

    Some sites call a whole page "with-sidebar".
    """
    kept = set() if page.heading is None else {page.heading, *page.heading.iterancestors()}
    total = len(page.tree.text_content())
    for element in [element for element in page.tree.iter() if element not in kept and unwanted(element)]:
        if len(element.text_content()) * 2 < total:
            remove_element(element)
