"""The metadata of a page in its <meta> tags, microdata and <time> elements."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.page import HtmlPage
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
_MAX_TIMES = 200
_UPDATE = WordPattern("{*ingest.updated}")
_PUBLICATION = WordPattern("{*ingest.published}")


def read_meta_tags(tree: Any) -> dict[str, list[str]]:
    """The contents of the <meta> tags by name in lower case, microdata included."""
    contents: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for name in {meta.get("property"), meta.get("name"), meta.get("itemprop")}:
            if name and content:
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
    for element in tree.iter():
        properties = f"{element.get('itemprop') or ''} {element.get('property') or ''}".split()
        if name in properties or f"schema:{name}" in properties:
            inner = next((node for node in element.iter() if "name" in (node.get("itemprop") or "").split()), element)
            yield inner.get("content") or inner.get("datetime") or " ".join(blocks.blocks(inner))


def time_elements(page: HtmlPage) -> tuple[list[Timestamp], list[Timestamp]]:
    """The times of publication and of update in the <time> elements of the article, likeliest first."""
    published, likeliest, updated = list[Timestamp](), list[Timestamp](), list[Timestamp]()
    for element in islice(_times_of_article(page), _MAX_TIMES):
        text = element.get("datetime") or element.get("title") or " ".join(blocks.blocks(element))
        timestamp = parse_timestamp(text, page.languages)
        if timestamp is not None:
            context = _context(element)
            is_likely = _PUBLICATION.search(context)
            (updated if _UPDATE.search(context) else likeliest if is_likely else published).append(timestamp)
    return [*likeliest, *published], updated


def _times_of_article(page: HtmlPage) -> Iterator[Any]:
    """The times after the heading or in the same header: not the date of the edition at the top of the page."""
    around = [] if page.heading is None else list(page.heading.iterancestors())[:2]
    headers = {element for element in around if element.tag not in {"body", "html", "main"}}
    is_after = page.heading is None
    for element in page.tree.iter():
        is_after = is_after or element is page.heading
        if element.tag in {"time", "abbr"} and (is_after or headers.intersection(element.iterancestors())):
            yield element


def _context(element: Any) -> str:
    parent, previous = element.getparent(), element.getprevious()
    names = [element.get("class"), element.get("itemprop"), element.get("id")]
    names += ["pubdate"] if element.get("pubdate") is not None else []
    names += [parent.get("class")] if parent is not None else []
    before = previous.tail if previous is not None else parent.text if parent is not None else ""
    return " ".join(word for word in [*names, (before or "")[-40:]] if word).lower()
