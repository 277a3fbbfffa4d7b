"""The metadata of a page: title, author, dates, publication, section and URL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from assistant.ingest.files.html import blocks, bylines, json_ld, meta_tags, titles
from assistant.ingest.files.html.page import HtmlPage, find_heading, isolate_article, languages, title_overlap
from assistant.ingest.files.timestamps import Timestamp, date_in_path, if_later, most_exact, parse_timestamp
from assistant.utils import host_of, same_site

_MAX_TITLE = 500
_TITLE_TAGS = ("og:title", "twitter:title", "dc.title", "dcterms.title")


@dataclass(frozen=True, slots=True)
class _Declared:
    """What a page declares: meta tags by name, JSON-LD nodes, and of these the node of its article ({} for none).

    `dates` are those of the article in microdata.
    """

    metas: dict[str, list[str]]
    nodes: list[json_ld.Node]
    node: json_ld.Node
    dates: dict[str, list[str]]


def extract_metadata(tree: Any, url: str | None) -> tuple[dict[str, Any], HtmlPage]:
    """The fields of the article of the page at `url`, and the page reduced to its article.

    "text" is the body in its JSON-LD, if it is given there.
    """
    nodes, metas = json_ld.read_nodes(tree), meta_tags.read_meta_tags(tree)
    page_titles = [*meta_tags.contents_of(metas, _TITLE_TAGS), " ".join((tree.findtext("head/title") or "").split())]
    page_titles = [title for title in page_titles if len(title) <= _MAX_TITLE]
    own_urls = meta_tags.own_urls(tree, url)
    node = _article_node(nodes, [*own_urls, *([url] if url else [])], page_titles)
    headline = next(iter(json_ld.headlines(node)), "")[:_MAX_TITLE]
    page = HtmlPage(
        tree, find_heading(tree, [headline, *page_titles]), languages(tree), tuple(json_ld.paid_selectors(nodes))
    )
    declared = _Declared(metas, nodes, node, meta_tags.own_dates(page))
    isolate_article(page)
    heading = " ".join(blocks.blocks(page.heading))[:_MAX_TITLE] if page.heading is not None else ""
    url = _canonical_url(own_urls or json_ld.urls(node), url)
    publication = _publication(declared, page, page_titles, heading)
    published, updated = _dates(declared, page, url)
    sections = [*json_ld.texts(node.get("articleSection")), *meta_tags.contents_of(metas, meta_tags.SECTION)]
    fields = {
        "title": titles.choose_title(heading, headline, page_titles, publication, host_of(url or "")),
        "author": _author(declared, page, publication),
        "published": published,
        "updated": updated,
        "source": publication,
        "url": url,
        "category": next(iter(sections), None),
        "text": _declared_text(node),
    }
    return fields, page


def _declared_text(node: json_ld.Node) -> str | None:
    value = node.get("articleBody")
    if not isinstance(value, str):
        return None
    if re.search(r"<(?:p|br|div)\b", value):
        return blocks.plain_html(value) or None
    return "\n\n".join(" ".join(line.split()) for line in value.splitlines() if line.strip()) or None


def _article_node(nodes: list[json_ld.Node], own_urls: list[str], page_titles: list[str]) -> json_ld.Node:
    """The node of the article of this page; others may be of related articles or of the next on an endless page."""
    articles = json_ld.articles(nodes)
    for node in articles:
        if {_page_key(url) for url in json_ld.urls(node)} & set(map(_page_key, own_urls)):
            return node
    for node in articles:
        headline = " ".join(json_ld.headlines(node))
        if any(title_overlap(headline, title) >= 0.8 for title in page_titles):
            return node
    return articles[0] if articles and not page_titles else {}


def _page_key(url: str) -> str:
    return url.partition("#")[0].rstrip("/").partition("://")[2]


def _canonical_url(candidates: list[str], url: str | None) -> str | None:
    if url is None:
        return next(iter(candidates), None)
    # Where every page names the front page as canonical, all articles would become one.
    own = (candidate for candidate in candidates if same_site(candidate, url))
    is_front_page = not urlsplit(url).path.strip("/")
    return next((candidate for candidate in own if is_front_page or urlsplit(candidate).path.strip("/")), url)


def _publication(declared: _Declared, page: HtmlPage, page_titles: list[str], heading: str) -> str | None:
    publishers = json_ld.resolve(declared.node, "publisher", declared.nodes)
    sites = [site for site in declared.nodes if "WebSite" in json_ld.types(site)]
    names = [name for publisher in publishers for name in json_ld.texts(publisher.get("name"))]
    names += [name for name in meta_tags.contents_of(declared.metas, meta_tags.PUBLICATION) if "://" not in name]
    names += [name for site in sites for name in json_ld.texts(site.get("name"))]
    if not names:
        names += meta_tags.property_texts(page.tree, "publisher")
    if not names and heading:
        names += [name for title in page_titles if (name := titles.site_name_in(title, heading))]
    return next((name for name in names if 0 < len(name) <= 100), None)


def _dates(declared: _Declared, page: HtmlPage, url: str | None) -> tuple[datetime | None, datetime | None]:
    web_pages = [node for node in declared.nodes if "WebPage" in json_ld.types(node)][:1]
    nodes = [declared.node] if declared.node else web_pages
    time_published, time_updated = meta_tags.time_elements(page)
    byline_published, byline_updated = bylines.shown_dates(page)

    def stamps(name: str, tags: Sequence[str]) -> list[Timestamp | None]:
        texts = [text for node in nodes for text in json_ld.texts(node.get(name))]
        texts += [*meta_tags.contents_of(declared.metas, tags), *declared.dates[name]]
        return [parse_timestamp(text, page.languages) for text in texts]

    in_path = [date_in_path(url)] if url else []
    published = most_exact(
        [
            *stamps("datePublished", meta_tags.PUBLISHED),
            *time_published,
            *byline_published,
            *in_path,
            *bylines.edition_dates(page),
        ],
        byline_published,
    )
    updated = most_exact([*stamps("dateModified", meta_tags.UPDATED), *time_updated, *byline_updated])
    return published, if_later(updated, published)


def _author(declared: _Declared, page: HtmlPage, publication: str | None) -> str | None:
    authors = json_ld.resolve(declared.node, "author", declared.nodes)
    people = [text for author in authors for text in json_ld.texts(author.get("name"))]
    candidates: list[str | None] = [", ".join(dict.fromkeys(filter(None, map(bylines.parse_authors, people))))]
    tags = [text for text in meta_tags.contents_of(declared.metas, meta_tags.AUTHOR) if "://" not in text]
    candidates += map(bylines.parse_authors, [*tags, *meta_tags.property_texts(page.tree, "author")])
    candidates.append(bylines.shown_author(page))
    # The publication is not an author.
    return next((author for author in candidates if author and title_overlap(author, publication or "") < 1), None)
