"""What a page is: its title, author, dates, publication, section and address."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from assistant.ingest.files.html import blocks, bylines, json_ld, meta_tags, titles
from assistant.ingest.files.html.page import HtmlPage, alike, heading_of, languages, only_article
from assistant.ingest.files.html.timestamps import Stamp, best, path_day, stamp
from assistant.utils.urls import host_of, same_site

_LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of its article. `text` is the body in its JSON-LD, where it is given there."""

    title: str | None
    author: str | None
    published: datetime | None
    updated: datetime | None
    publication: str | None
    url: str | None
    category: str | None
    text: str | None


def learn(tree: Any, url: str | None) -> tuple[Facts, HtmlPage]:
    """The facts of the page at `url`, and the page without what is not its article."""
    nodes = json_ld.nodes(tree)
    metas = meta_tags.metas(tree)
    shown = [*meta_tags.first(metas, ("og:title", "twitter:title", "dc.title", "dcterms.title")), *_head_title(tree)]
    shown = [title for title in shown if len(title) <= _LONGEST_TITLE]
    own = meta_tags.addresses(tree, url)
    node = _article_node(nodes, [*own, *([url] if url else [])], shown)
    headline = next(iter(json_ld.texts(node.get("headline") or node.get("name"))), "")[:_LONGEST_TITLE] or None
    page = HtmlPage(tree, heading_of(tree, [headline or "", *shown]), languages(tree))
    only_article(page)
    heading = " ".join(blocks.blocks(page.heading))[:_LONGEST_TITLE] if page.heading is not None else None
    address = _address(own or json_ld.addresses(node), url)
    publication = _publication(node, nodes, metas, tree, shown, heading)
    title = _title(heading, headline, shown, publication, address or url)
    known = json_ld.by_id(nodes)
    published, updated = _dates(node, nodes, metas, page, address or url)
    facts = Facts(
        title=title,
        author=_author(node, known, metas, page, publication),
        published=published,
        updated=updated,
        publication=publication,
        url=address or url,
        category=next(
            iter([*json_ld.texts(node.get("articleSection")), *meta_tags.first(metas, meta_tags.SECTION)]), None
        ),
        text=_given_text(node),
    )
    return facts, page


def _given_text(node: json_ld.Node) -> str | None:
    value = node.get("articleBody")
    if not isinstance(value, str):
        return None
    try:
        lines = blocks.blocks(blocks.parse(value)) if re.search(r"<(?:p|br|div)\b", value) else value.splitlines()
    except ValueError:
        return None
    return "\n\n".join(" ".join(line.split()) for line in lines if line.strip()) or None


def _head_title(tree: Any) -> list[str]:
    return [" ".join((one.text or "").split()) for one in tree.iterfind("head/title")][:1]


def _article_node(nodes: list[json_ld.Node], own: list[str], shown: list[str]) -> json_ld.Node:
    """The node of this page's article: others may be of related ones, or of the next in an endless page."""
    articles = [node for node in nodes if json_ld.is_article(node)]
    for node in articles:
        if any(_same_page(one, other) for one in json_ld.addresses(node) for other in own):
            return node
    for node in articles:
        headline = " ".join(json_ld.texts(node.get("headline") or node.get("name")))
        if any(alike(headline, title) >= 0.8 for title in shown):
            return node
    return articles[0] if articles and not shown else {}


def _same_page(one: str, other: str) -> bool:
    return (
        one.partition("#")[0].rstrip("/").partition("://")[2] == other.partition("#")[0].rstrip("/").partition("://")[2]
    )


def _address(found: list[str], url: str | None) -> str | None:
    for address in found:
        try:
            path = urlsplit(address).path
            if url is None:
                return address
            # A site that names its front page on every page would make one article of all.
            if same_site(address, url) and (path.strip("/") or not urlsplit(url).path.strip("/")):
                return address
        except ValueError:
            continue
    return None


def _publication(
    node: json_ld.Node,
    nodes: list[json_ld.Node],
    metas: dict[str, list[str]],
    tree: Any,
    shown: list[str],
    heading: str | None,
) -> str | None:
    publishers = json_ld.named(node, "publisher", json_ld.by_id(nodes))
    found = [text for one in publishers for text in json_ld.texts(one.get("name"))]
    found += [text for text in meta_tags.first(metas, meta_tags.PUBLICATION) if "://" not in text]
    found += [text for one in nodes if "WebSite" in json_ld.kinds(one) for text in json_ld.texts(one.get("name"))]
    if not found:
        found += list(meta_tags.property_texts(tree, "publisher"))
    if not found and heading:
        found += [site for title in shown if (site := titles.site_in(title, heading))]
    return next((text for text in found if 0 < len(text) <= 100), None)


def _title(
    heading: str | None, headline: str | None, shown: list[str], publication: str | None, url: str | None
) -> str | None:
    others = [text for text in (heading, headline) if text]
    host = host_of(url) if url else None
    cut = [titles.without_site(title, publication, host, others) for title in shown]
    return titles.choose(heading, headline, cut)


def _dates(
    node: json_ld.Node, nodes: list[json_ld.Node], metas: dict[str, list[str]], page: HtmlPage, url: str | None
) -> tuple[datetime | None, datetime | None]:
    pages = [one for one in nodes if "WebPage" in json_ld.kinds(one)][:1] if not node else []
    given, newer = meta_tags.times(page)
    written, rewritten = bylines.dates(page)

    def stamps(name: str, names: tuple[str, ...]) -> list[Stamp | None]:
        texts = [text for one in (node, *pages) for text in json_ld.texts(one.get(name))]
        texts += [*meta_tags.first(metas, names), *meta_tags.property_texts(page.tree, name)]
        return [stamp(text, page.languages) for text in texts]

    published = best([*stamps("datePublished", meta_tags.PUBLISHED), *given, *written, path_day(url) if url else None])
    updated = best([*stamps("dateModified", meta_tags.UPDATED), *newer, *rewritten])
    if updated and published and updated <= published:
        updated = None
    return published, updated


def _author(
    node: json_ld.Node,
    known: dict[str, json_ld.Node],
    metas: dict[str, list[str]],
    page: HtmlPage,
    publication: str | None,
) -> str | None:
    authors = [text for one in json_ld.named(node, "author", known) for text in json_ld.texts(one.get("name"))]
    found = [", ".join(dict.fromkeys(name for one in authors if (name := bylines.names(one))))]
    found += [bylines.names(text) or "" for text in meta_tags.first(metas, meta_tags.AUTHOR) if "://" not in text]
    found += [bylines.names(text) or "" for text in meta_tags.property_texts(page.tree, "author")]
    found += [bylines.author(page) or ""]
    # The publication itself is its author only when nobody is named.
    persons = [one for one in found if one and alike(one, publication or "") < 1]
    return next(iter(persons), None)
