"""Parses JSON Feed (jsonfeed.org, versions 1 and 1.1)."""

import json
from collections.abc import Mapping
from typing import Any

from assistant.ingest.files import plain_html
from assistant.ingest.web.url_list import Entry, UrlList, absolute_url, deduplicate, written_date
from assistant.utils import one_line

_MAX_ENTRIES = 5000


def json_feed(text: str, url: str) -> UrlList | None:
    """The entries of a JSON Feed, None when `text` is none."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return None
    value = feed.get("items")
    items = value[:_MAX_ENTRIES] if isinstance(value, list) else []
    title = _line(feed.get("title"))
    entries = [_entry(item, url, title) for item in items if isinstance(item, dict)]
    return UrlList(deduplicate([entry for entry in entries if entry is not None]))


def _entry(item: Mapping[str, Any], base: str, feed_title: str | None) -> Entry | None:
    url = absolute_url(_line(item.get("url")) or _line(item.get("external_url")), base)
    key = url or _line(item.get("id"))
    if not key:
        return None
    tags = item.get("tags")
    return Entry(
        key=key,
        url=url,
        title=_line(item.get("title")),
        text=_text(item),
        published=written_date(_line(item.get("date_published"))),
        updated=written_date(_line(item.get("date_modified"))),
        author=_author(item),
        category=_line(tags[0]) if isinstance(tags, list) and tags else None,
        publication=feed_title,
    )


def _text(item: Mapping[str, Any]) -> str:
    html, plain, summary = (str(item.get(name) or "") for name in ("content_html", "content_text", "summary"))
    return max((plain_html(html).strip(), plain.strip(), summary.strip()), key=len)


def _author(item: Mapping[str, Any]) -> str | None:
    value = item.get("authors")
    authors = value if isinstance(value, list) else [item.get("author")]
    names = [_line(author.get("name")) for author in authors if isinstance(author, dict)]
    return ", ".join(name for name in names if name) or None


def _line(value: Any) -> str | None:
    return one_line(str(value), 500) or None if isinstance(value, str | int) else None
