"""Parses sitemaps: XML with or without the news extension, sitemap indexes, and plain lists of URLs."""

from collections.abc import Iterator
from typing import Any

from assistant.ingest.files import decode, parse_moment, parse_xml
from assistant.ingest.items import ParseError
from assistant.ingest.web.url_list import Entry, UrlList, absolute_url, deduplicate
from assistant.utils import name_line

_MAX_ENTRIES = 50_000  # the limit of the protocol


def parse(body: bytes, url: str) -> UrlList | None:
    """The entries of the sitemap at `url`, None when it is not a sitemap. Fetches nothing."""
    if not body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in body[:1000]:
        return _parse_lines(body, url)
    return _parse_xml(body, url)


def _parse_xml(body: bytes, url: str) -> UrlList | None:
    try:
        root, is_well_formed = parse_xml(body.strip())
    except ParseError:
        return None
    if _name(root) not in {"urlset", "sitemapindex"} or not (is_well_formed or len(root)):
        return None
    notices = () if is_well_formed else ("the sitemap is not well-formed; it was read as far as it goes",)
    if _name(root) == "sitemapindex":
        return UrlList(notices=notices, sitemaps=deduplicate(_entries(root, "sitemap", url)))
    return UrlList(deduplicate(_entries(root, "url", url)), notices)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _entries(root: Any, name: str, url: str) -> Iterator[Entry]:
    for element in list(root)[:_MAX_ENTRIES]:
        if _name(element) != name:
            continue
        fields = {_name(node): name_line(node.text or "", 2000) for node in element.iter() if isinstance(node.tag, str)}
        page_url = absolute_url(_child_text(element, "loc"), url)
        if page_url is not None:
            yield Entry(
                key=page_url,
                url=page_url,
                title=fields.get("title") if "news" in fields else None,
                published=parse_moment(fields.get("publication_date", "")),
                lastmod=parse_moment(_child_text(element, "lastmod") or ""),
                publication=fields.get("name") or None,
            )


def _child_text(element: Any, name: str) -> str | None:
    """The text of a direct child; images and videos inside have fields of the same names."""
    return next((child.text for child in element if _name(child) == name), None)


def _parse_lines(body: bytes, url: str) -> UrlList | None:
    try:
        lines = decode(body).split()
    except ParseError:
        return None
    urls = [absolute_url(line, url) if "://" in line else None for line in lines[:_MAX_ENTRIES]]
    entries = [Entry(key=page_url, url=page_url) for page_url in urls if page_url is not None]
    return UrlList(deduplicate(entries)) if entries and len(entries) * 2 > len(urls) else None
