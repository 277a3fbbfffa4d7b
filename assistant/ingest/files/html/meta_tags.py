"""The metadata of a page in its <meta> tags, microdata and <time> elements."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from assistant.ingest.files.html import blocks, bylines
from assistant.ingest.files.html.head import ArticleHead, is_marked, line_around
from assistant.ingest.files.html.page import HtmlPage, class_names, title_overlap
from assistant.ingest.files.timestamps import Timestamp, parse_timestamp
from assistant.text import WordPattern

PUBLISHED = (
    "article:published_time og:article:published_time article:published datepublished og:published_time "
    "parsely-pub-date sailthru.date pubdate publishdate publish-date publish_date published_time dc.date.issued "
    "dcterms.issued dcterms.created dc.date.created dc.created dcterms.date dc.date citation_publication_date "
    "cxenseparse:recs:publishtime article.published release_date date"
).split()
UPDATED = (
    "article:modified_time og:article:modified_time article:modified datemodified article.updated dcterms.modified "
    "dc.date.modified last-modified lastmod"
).split()
AUTHOR = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl")
SECTION = ("article:section", "parsely-section", "sailthru.section", "section", "category")
PUBLICATION = ("og:site_name", "application-name", "publisher", "dc.publisher", "dcterms.publisher")
DATES = ("datePublished", "dateModified")
_MAX_TIMES = 200
_MAX_DATES = 50
_MAX_LEVELS = 40
_SAME_TITLE = 0.8  # of the words of two headlines
_OF_ANOTHER = frozenset({"comment", "liveBlogUpdate", "review"})
_UPDATE = WordPattern("{*ingest.updated}")
_PUBLICATION = WordPattern("{*ingest.published}")


def read_meta_tags(tree: Any) -> dict[str, list[str]]:
    """The contents of the <meta> tags by name in lower case, microdata included."""
    contents: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for name in {meta.get("property"), meta.get("name"), meta.get("itemprop")}:
            # Which item a property is of, `own_dates` looks at.
            if name and content and not (name == meta.get("itemprop") and name in DATES):
                contents.setdefault(name.strip().lower(), []).append(content)
    return contents


def contents_of(metas: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    """The contents of the meta tags with these names, in the order of the names."""
    for name in names:
        yield from metas.get(name, ())


def own_urls(tree: Any, base: str | None) -> list[str]:
    """The URLs that the page gives as its own, the canonical one first."""
    hrefs = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    hrefs += [meta.get("content") for meta in tree.iter("meta") if (meta.get("property") or "").lower() == "og:url"]
    urls = []
    for href in hrefs:
        with suppress(ValueError):
            urls.append(urljoin(base or "", (href or "").strip()))
    return [url for url in urls if url.startswith(("http://", "https://"))]


def property_texts(tree: Any, name: str) -> Iterator[str]:
    """The values of a microdata or RDFa property: content, machine-readable date, or text."""
    return map(_value, _with_property(tree, name))


def _with_property(tree: Any, name: str) -> Iterator[Any]:
    for element in tree.iter():
        properties = f"{element.get('itemprop') or ''} {element.get('property') or ''}".split()
        if name in properties or f"schema:{name}" in properties:
            yield element


def _value(element: Any) -> str:
    inner = next((node for node in element.iter() if "name" in (node.get("itemprop") or "").split()), element)
    return inner.get("content") or inner.get("datetime") or " ".join(blocks.blocks(inner))


def own_dates(page: HtmlPage) -> dict[str, list[str]]:
    """The dates in microdata or RDFa that are of the article: not of comments, posts and other articles."""
    found: dict[str, list[str]] = {}
    above = set() if page.heading is None else set(page.heading.iterancestors())
    for name in DATES:
        elements = islice(_with_property(page.tree, name), _MAX_DATES)
        found[name] = [_value(element) for element in elements if _is_own(element, page, above)]
    return found


def _is_own(element: Any, page: HtmlPage, above: set[Any]) -> bool:
    holders = islice(element.iterancestors(), _MAX_LEVELS)
    item = next((each for each in holders if each.get("itemscope") is not None or each.get("typeof")), None)
    if item is None or item in above:
        return True
    kind, role = item.get("itemtype") or item.get("typeof") or "", item.get("itemprop") or item.get("property") or ""
    if kind.endswith(("Comment", "Comments")) or _OF_ANOTHER.intersection(role.split()):
        return False
    headline = next((text for name in ("headline", "name") for text in property_texts(item, name)), None)
    if headline is None or page.heading is None:
        return page.heading is None or next(item.iter("p"), None) is None
    return title_overlap(headline, " ".join(blocks.blocks(page.heading))) >= _SAME_TITLE


def time_elements(page: HtmlPage) -> tuple[list[Timestamp], list[Timestamp]]:
    """The times of publication and of update in the <time> elements of the article's head, likeliest first."""
    published, likeliest, updated = list[Timestamp](), list[Timestamp](), list[Timestamp]()
    elements = list(islice(page.tree.iter("time", "abbr"), _MAX_TIMES))
    head = ArticleHead(page, elements)
    for element in filter(head.has, elements):
        text = element.get("datetime") or element.get("title") or " ".join(blocks.blocks(element))
        timestamp = parse_timestamp(text, page.languages)
        is_named = is_marked(element) or _UPDATE.search(class_names(element))
        if timestamp is None or not (is_named or bylines.is_date_place(*line_around(element))):
            continue
        context = _context(element)
        is_likely = is_marked(element) or _PUBLICATION.search(context)
        (updated if _UPDATE.search(context) else likeliest if is_likely else published).append(timestamp)
    return [*likeliest, *published], updated


def _context(element: Any) -> str:
    parent, previous = element.getparent(), element.getprevious()
    names = [element.get("class"), element.get("itemprop"), element.get("id")]
    names += ["pubdate"] if element.get("pubdate") is not None else []
    names += [parent.get("class")] if parent is not None else []
    before = previous.tail if previous is not None else parent.text if parent is not None else ""
    return " ".join(word for word in [*names, (before or "")[-40:]] if word).lower()
