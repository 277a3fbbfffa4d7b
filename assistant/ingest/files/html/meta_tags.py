"""What a page says of its article in its head, in microdata and in <time> elements."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from assistant.ingest.files.html import blocks
from assistant.ingest.files.html.page import HtmlPage
from assistant.ingest.files.html.timestamps import Stamp, stamp
from assistant.text.lexicon import alternatives_in_any_language

PUBLISHED = (
    *("article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time"),
    *("parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "published_time"),
    *(
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dc.date.created",
        "dc.created",
        "dcterms.date",
        "dc.date",
    ),
    *("citation_publication_date", "cxenseparse:recs:publishtime", "article.published", "release_date", "date"),
)
UPDATED = (
    *("article:modified_time", "og:article:modified_time", "article:modified", "datemodified", "article.updated"),
    *("dcterms.modified", "dc.date.modified", "last-modified", "lastmod"),
)
AUTHOR = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl")
SECTION = ("article:section", "parsely-section", "sailthru.section", "section", "category")
PUBLICATION = ("og:site_name", "application-name", "publisher", "dc.publisher", "dcterms.publisher")
_MOST_TIMES = 200
_UPDATE = re.compile(alternatives_in_any_language("ingest", "updated"))
_PUBLICATION = re.compile(alternatives_in_any_language("ingest", "published"))


def metas(tree: Any) -> dict[str, list[str]]:
    """The contents of the page's meta elements by their names in lower case, those of microdata too."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for name in {meta.get("property"), meta.get("name"), meta.get("itemprop")}:
            if name and content:
                found.setdefault(name.strip().lower(), []).append(content)
    return found


def first(found: dict[str, list[str]], names: tuple[str, ...]) -> Iterator[str]:
    """The contents under `names`, in the order of the names."""
    for name in names:
        yield from found.get(name, ())


def addresses(tree: Any, base: str | None) -> list[str]:
    """The addresses that the page's head gives as its own, its canonical one first."""
    found = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    found += [meta.get("content") for meta in tree.iter("meta") if (meta.get("property") or "").lower() == "og:url"]
    whole = []
    for address in found:
        try:
            whole.append(urljoin(base or "", (address or "").strip()))
        except ValueError:
            continue
    return [address for address in whole if address.startswith(("http://", "https://"))]


def property_texts(tree: Any, name: str) -> Iterator[str]:
    """What the page says under a name of microdata or RDFa: a content, a machine's date, or its words."""
    for element in tree.iter():
        given = f"{element.get('itemprop') or ''} {element.get('property') or ''}".split()
        if name in given or f"schema:{name}" in given:
            inner = next((one for one in element.iter() if "name" in (one.get("itemprop") or "").split()), element)
            yield inner.get("content") or inner.get("datetime") or " ".join(blocks.blocks(inner))


def times(page: HtmlPage) -> tuple[list[Stamp], list[Stamp]]:
    """When it was published and when updated by the <time> elements of the article, likeliest first."""
    published: list[tuple[int, Stamp]] = []
    updated: list[Stamp] = []
    after, seen = page.heading is None, 0
    for element in page.tree.iter():
        after = after or element is page.heading
        if element.tag not in {"time", "abbr"} or not (after or _beside(element, page.heading)):
            continue  # also the day of the edition at the top of the page
        seen += 1
        if seen > _MOST_TIMES:
            break
        found = stamp(
            element.get("datetime") or element.get("title") or " ".join(blocks.blocks(element)), page.languages
        )
        if found is None:
            continue
        described = _described(element)
        if _UPDATE.search(described):
            updated.append(found)
        else:
            published.append((0 if _PUBLICATION.search(described) else 1, found))
    return [one for _, one in sorted(published, key=lambda pair: pair[0])], updated


def _described(element: Any) -> str:
    above, previous = element.getparent(), element.getprevious()
    found = [element.get("class"), element.get("itemprop"), element.get("id")]
    found += ["pubdate"] if element.get("pubdate") is not None else []
    found += [above.get("class")] if above is not None else []
    before = previous.tail if previous is not None else above.text if above is not None else ""
    return " ".join(word for word in [*found, (before or "")[-40:]] if word).lower()


def _beside(element: Any, heading: Any) -> bool:
    """Whether the element is in the header that the heading is in."""
    around = [one for one in list(heading.iterancestors())[:2] if one.tag not in {"body", "html", "main"}]
    return any(one in around for one in element.iterancestors())
