"""A page of news as a tree: which heading is its article's, and what on it is not the article."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from assistant.ingest.files.html import blocks

_APART = re.compile(
    r"(?:^|[-_\s])(?:related|recommend\w*|more-?(?:on|from|stories|news)|read-?(?:more|next|also)|also-?(?:read|on)"
    r"|trending|most-?(?:read|popular|viewed)|popular|teasers?|promos?|sidebar|newsletters?|subscribe|sign-?up|comments?"
    r"|respond|disqus|cookies?\w*|consent|gdpr|breadcrumbs?|footer|navigation|navbar|menu|advert\w*|ads?|sponsor\w*"
    r"|outbrain|taboola|up-?next|next-?(?:article|story|post)|paywall\w*|regwall|overlay|modal|popup|donat\w+"
    r"|contact-?(?:box|info|us)|copyright|skip-?(?:link|to)\S*|screen-?reader\S*|visually-?hidden|sr-only)(?=$|[-_\s]|\d)",
    re.I,
)
_BESIDE = re.compile(
    r"(?:^|[-_\s])(?:share\w*|sharing|social\w*|captions?|credits?|tags|video-?(?:player|title|caption)\S*|player|toolbar"
    r"|author-?(?:bio|box|info|card)|about-?(?:the-)?author|print-?only)(?=$|[-_\s]|\d)",
    re.I,
)
_OWN_FOOTER = re.compile(r"(?:post|entry|article|story|node)[-_]*(?:footer|meta)", re.I)
_APART_TAGS = frozenset({"aside", "nav", "footer", "form", "dialog"})
_BESIDE_TAGS = frozenset({"figure", "figcaption", "button", "footer"})
_APART_ROLES = frozenset({"navigation", "complementary", "contentinfo", "search", "dialog"})
_NEVER_APART = frozenset({"html", "body", "main", "head"})
_HEADINGS = ("h1", "h2", "h3")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The tree of a page, the heading of its article (None when there is none) and its languages, likeliest first."""

    tree: Any
    heading: Any
    languages: tuple[str, ...]


def words(text: str) -> set[str]:
    """The different words of a text, for comparing titles."""
    return set(_WORD.findall(text.casefold()))


def alike(one: str, other: str) -> float:
    """Which share of the words of the shorter of two titles is in the other: 0 to 1."""
    first, second = words(one), words(other)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def heading_of(tree: Any, titles: Iterable[str]) -> Any:
    """The element that shows the article's title, by the titles that the page gives elsewhere; None without one."""
    known = [title for title in titles if title]
    best, most = None, 0.0
    for element in tree.iter(*_HEADINGS):
        text = " ".join(blocks.blocks(element))
        if not text or len(words(text)) < 2:
            continue
        score = max((alike(text, title) * min(1.0, len(words(text)) / 4) for title in known), default=0.0)
        score *= {"h1": 1.0, "h2": 0.9}.get(element.tag, 0.8)
        if score > most + 1e-9:
            best, most = element, score
    if best is not None and most >= 0.5:
        return best
    shown = next((one for one in tree.iter("h1") if len(words(" ".join(blocks.blocks(one)))) > 2), None)
    return shown if shown is not None else _unmarked_heading(tree, known)


def _unmarked_heading(tree: Any, titles: list[str]) -> Any:
    """The line that is the title or a part of it, in a page that has no headings, only large letters."""
    parts = {" ".join(part.split()) for title in titles for part in (title, *re.split(r"\s[|–—-]\s|:\s", title))}
    wanted = {part for part in parts if len(words(part)) > 2}
    body = tree.find("body")
    if not wanted or body is None:
        return None
    found = [one for one in body.iter() if isinstance(one.tag, str) and (one.text_content() or "").strip() in wanted]
    return found[-1] if found and len(found) < 4 else found[0] if found else None


def languages(tree: Any) -> tuple[str, ...]:
    """The language that the page says it is in, and English."""
    given = re.match(r"[a-z]{2}\b", (tree.get("lang") or tree.get("xml:lang") or "").lower())
    return tuple(dict.fromkeys([given[0] if given else "en", "en"]))


def is_apart(element: Any) -> bool:
    """Whether its kind or class says that an element is of no article: a menu, related articles, comments."""
    if not isinstance(element.tag, str) or element.tag in _NEVER_APART:
        return False
    text = described(element)
    if element.tag == "footer" and next(element.iterancestors("article"), None) is not None:
        return False  # where some systems put who wrote it and when
    if element.tag in _APART_TAGS or element.get("aria-hidden") == "true" or element.get("hidden") is not None:
        return True
    if element.tag == "article":
        return bool(re.search(r"\b(?:comment|teaser|card|related)", text))
    style = (element.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or element.get("role") in _APART_ROLES:
        return True
    return bool(_APART.search(text)) and not _OWN_FOOTER.search(text)


def is_beside(element: Any) -> bool:
    """Whether an element belongs to an article without being its text: its captions, its tags, its foot."""
    if not isinstance(element.tag, str) or element.tag in _NEVER_APART or element.tag == "article":
        return False
    text = described(element)
    return element.tag in _BESIDE_TAGS or bool(_BESIDE.search(text) or _OWN_FOOTER.search(text))


def described(element: Any) -> str:
    """The class and other names of an element, which often say what it is for."""
    names = ("class", "id", "data-component", "data-testid")
    return " ".join(value[:300] for name in names if (value := element.get(name)))


def only_article(page: HtmlPage) -> None:
    """Takes out of the tree what is apart from its article, and other articles below or beside it."""
    without(page, is_apart)
    kept = set(_upwards(page.heading))
    cell = next((one for one in _upwards(page.heading) if one.tag == "td" and len(one.text_content()) > 500), None)
    if cell is not None:
        inside = set(cell.iter("td", "th")) | set(cell.iterancestors("td", "th"))
        for other in [one for one in page.tree.iter("td", "th") if one not in inside]:
            if other.getparent() is not None:
                drop(other)
    own = next((one for one in kept if one.tag == "article"), None)
    if own is not None:
        inside = set(own.iter("article")) | set(own.iterancestors("article"))
        for other in [one for one in page.tree.iter("article") if one not in inside]:
            if other.getparent() is not None:
                drop(other)


def without(page: HtmlPage, unwanted: Callable[[Any], bool]) -> None:
    """Takes out the elements that are unwanted, but for those about the heading and those with most of the text.

    Some sites call the whole of a page "with-sidebar".
    """
    kept = {*_upwards(page.heading), page.heading}
    total = len(page.tree.text_content())
    for element in [one for one in page.tree.iter() if one not in kept and unwanted(one)]:
        if element.getparent() is not None and len(element.text_content()) * 2 < total:
            drop(element)


def _upwards(element: Any) -> list[Any]:
    return [] if element is None else list(element.iterancestors())


def drop(element: Any) -> None:
    """Takes an element out of its tree; the text after it stays."""
    # Not drop_tree(): that joins the texts around it without a space.
    parent, tail = element.getparent(), element.tail
    previous = element.getprevious()
    parent.remove(element)
    if tail:
        if previous is None:
            parent.text = f"{parent.text or ''} {tail}"
        else:
            previous.tail = f"{previous.tail or ''} {tail}"
