"""The metadata of a page: title, author, dates, publication, section and URL."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from assistant.ingest.files.html import blocks, bylines, json_ld, meta_tags, titles
from assistant.ingest.files.html.page import HtmlPage, find_heading, isolate_article, languages, title_overlap
from assistant.ingest.files.html.timestamps import Timestamp, date_in_path, most_exact, parse_timestamp
from assistant.utils import host_of, same_site

_MAX_TITLE = 500
_TITLE_TAGS = ("og:title", "twitter:title", "dc.title", "dcterms.title")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """The metadata of the article of a page. `text` is the body in its JSON-LD, if it is given there."""

    title: str | None
    author: str | None
    published: datetime | None
    updated: datetime | None
    publication: str | None
    url: str | None
    category: str | None
    text: str | None


def extract_metadata(tree: Any, url: str | None) -> tuple[PageMetadata, HtmlPage]:
    """The metadata of the page at `url`, and the page reduced to its article."""
    nodes = json_ld.read_nodes(tree)
    metas = meta_tags.read_meta_tags(tree)
    page_titles = [*meta_tags.contents_of(metas, _TITLE_TAGS), *_head_title(tree)]
    page_titles = [title for title in page_titles if len(title) <= _MAX_TITLE]
    own_urls = meta_tags.own_urls(tree, url)
    node = _article_node(nodes, [*own_urls, *([url] if url else [])], page_titles)
    headline = next(iter(json_ld.headlines(node)), "")[:_MAX_TITLE] or None
    page = HtmlPage(tree, find_heading(tree, [headline or "", *page_titles]), languages(tree))
    isolate_article(page)
    heading = " ".join(blocks.blocks(page.heading))[:_MAX_TITLE] if page.heading is not None else None
    url = _canonical_url(own_urls or json_ld.urls(node), url) or url
    publication = _publication(node, nodes, metas, tree, page_titles, heading)
    published, updated = _dates(node, nodes, metas, page, url)
    sections = [*json_ld.texts(node.get("articleSection")), *meta_tags.contents_of(metas, meta_tags.SECTION)]
    metadata = PageMetadata(
        title=_title(heading, headline, page_titles, publication, url),
        author=_author(node, json_ld.by_id(nodes), metas, page, publication),
        published=published,
        updated=updated,
        publication=publication,
        url=url,
        category=next(iter(sections), None),
        text=_declared_text(node),
    )
    return metadata, page


def _declared_text(node: json_ld.Node) -> str | None:
    value = node.get("articleBody")
    if not isinstance(value, str):
        return None
    try:
        lines = blocks.blocks(blocks.parse(value)) if re.search(r"<(?:p|br|div)\b", value) else value.splitlines()
    except ValueError:
        return None
    return "\n\n".join(" ".join(line.split()) for line in lines if line.strip()) or None


def _head_title(tree: Any) -> list[str]:
    return [" ".join((title.text or "").split()) for title in tree.iterfind("head/title")][:1]


def _article_node(nodes: list[json_ld.Node], own_urls: list[str], page_titles: list[str]) -> json_ld.Node:
    """The node of the article of this page; others may be of related articles or of the next on an endless page."""
    articles = [node for node in nodes if json_ld.is_article(node)]
    for node in articles:
        if any(_same_page(url, own_url) for url in json_ld.urls(node) for own_url in own_urls):
            return node
    for node in articles:
        headline = " ".join(json_ld.headlines(node))
        if any(title_overlap(headline, title) >= 0.8 for title in page_titles):
            return node
    return articles[0] if articles and not page_titles else {}


def _same_page(first: str, second: str) -> bool:
    first, second = (url.partition("#")[0].rstrip("/").partition("://")[2] for url in (first, second))
    return first == second


def _canonical_url(candidates: list[str], url: str | None) -> str | None:
    for candidate in candidates:
        try:
            path = urlsplit(candidate).path
            if url is None:
                return candidate
            # Where every page names the front page as canonical, all articles would become one.
            if same_site(candidate, url) and (path.strip("/") or not urlsplit(url).path.strip("/")):
                return candidate
        except ValueError:
            continue
    return None


def _publication(
    node: json_ld.Node,
    nodes: list[json_ld.Node],
    metas: dict[str, list[str]],
    tree: Any,
    page_titles: list[str],
    heading: str | None,
) -> str | None:
    publishers = json_ld.resolve(node, "publisher", json_ld.by_id(nodes))
    sites = [site for site in nodes if "WebSite" in json_ld.types(site)]
    names = [name for publisher in publishers for name in json_ld.texts(publisher.get("name"))]
    names += [name for name in meta_tags.contents_of(metas, meta_tags.PUBLICATION) if "://" not in name]
    names += [name for site in sites for name in json_ld.texts(site.get("name"))]
    if not names:
        names += list(meta_tags.property_texts(tree, "publisher"))
    if not names and heading:
        names += [name for title in page_titles if (name := titles.site_name_in(title, heading))]
    return next((name for name in names if 0 < len(name) <= 100), None)


def _title(
    heading: str | None, headline: str | None, page_titles: list[str], publication: str | None, url: str | None
) -> str | None:
    known_titles = [text for text in (heading, headline) if text]
    host = host_of(url) if url else None
    stripped = [titles.without_site_name(title, publication, host, known_titles) for title in page_titles]
    return titles.choose_title(heading, headline, stripped)


def _dates(
    node: json_ld.Node, nodes: list[json_ld.Node], metas: dict[str, list[str]], page: HtmlPage, url: str | None
) -> tuple[datetime | None, datetime | None]:
    web_pages = [] if node else [other for other in nodes if "WebPage" in json_ld.types(other)][:1]
    time_published, time_updated = meta_tags.time_elements(page)
    byline_published, byline_updated = bylines.shown_dates(page)

    def declared(name: str, tags: tuple[str, ...]) -> list[Timestamp | None]:
        texts = [text for source in (node, *web_pages) for text in json_ld.texts(source.get(name))]
        texts += [*meta_tags.contents_of(metas, tags), *meta_tags.property_texts(page.tree, name)]
        return [parse_timestamp(text, page.languages) for text in texts]

    in_path = [date_in_path(url)] if url else []
    published = most_exact(
        [*declared("datePublished", meta_tags.PUBLISHED), *time_published, *byline_published, *in_path]
    )
    updated = most_exact([*declared("dateModified", meta_tags.UPDATED), *time_updated, *byline_updated])
    if updated and published and updated <= published:
        updated = None
    return published, updated


def _author(
    node: json_ld.Node,
    nodes: dict[str, json_ld.Node],
    metas: dict[str, list[str]],
    page: HtmlPage,
    publication: str | None,
) -> str | None:
    people = [text for author in json_ld.resolve(node, "author", nodes) for text in json_ld.texts(author.get("name"))]
    candidates: list[str | None] = [", ".join(dict.fromkeys(filter(None, map(bylines.parse_authors, people))))]
    tags = [text for text in meta_tags.contents_of(metas, meta_tags.AUTHOR) if "://" not in text]
    candidates += map(bylines.parse_authors, [*tags, *meta_tags.property_texts(page.tree, "author")])
    candidates.append(bylines.shown_author(page))
    # The publication is not an author.
    return next((author for author in candidates if author and title_overlap(author, publication or "") < 1), None)
