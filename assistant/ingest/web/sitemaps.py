"""Sitemaps: lists of pages as XML, with or without news, indexes of further ones, and plain lists of addresses."""

from collections.abc import Iterator
from typing import Any

from assistant.ingest.files.encodings import UnknownEncoding, decode
from assistant.ingest.web.url_list import Entry, UrlList, address, iso_date, once
from assistant.utils.strings import one_line

_MOST_ENTRIES = 50_000  # as many as the protocol allows in one


def parse(body: bytes, url: str) -> UrlList | None:
    """What the sitemap at `url` lists, None when it is none. Runs anywhere: nothing is fetched."""
    if not body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in body[:1000]:
        return _plain(body, url)
    return _xml(body, url)


def _xml(body: bytes, url: str) -> UrlList | None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or _name(root) not in {"urlset", "sitemapindex"}:
        return None
    if len(root) == 0 and parser.error_log:
        return None
    broken = ("the sitemap is not well-formed; it was read as far as it goes",) if parser.error_log else ()
    if _name(root) == "sitemapindex":
        return UrlList(notices=broken, sheets=once(list(_entries(root, "sitemap", url))))
    return UrlList(once(list(_entries(root, "url", url))), broken)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _entries(root: Any, name: str, url: str) -> Iterator[Entry]:
    for element in list(root)[:_MOST_ENTRIES]:
        if _name(element) != name:
            continue
        said = {_name(one): one_line(one.text or "", 2000) for one in element.iter() if isinstance(one.tag, str)}
        place = address(_own(element, "loc"), url)
        if place is not None:
            yield Entry(
                place=place,
                url=place,
                title=said.get("title") if "news" in said else None,
                published=iso_date(said.get("publication_date")),
                changed=iso_date(_own(element, "lastmod")),
                publication=said.get("name") or None,
            )


def _own(element: Any, name: str) -> str | None:
    """The text of a child; images and videos of a page have fields of the same names."""
    return next((one.text for one in element if _name(one) == name), None)


def _plain(body: bytes, url: str) -> UrlList | None:
    try:
        lines = decode(body).split()
    except UnknownEncoding:
        return None
    places = [address(line, url) if "://" in line else None for line in lines[:_MOST_ENTRIES]]
    found = [Entry(place=place, url=place) for place in places if place is not None]
    return UrlList(once(found)) if found and len(found) * 2 > len(places) else None
