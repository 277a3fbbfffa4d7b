"""JSON Feed (jsonfeed.org, versions 1 and 1.1)."""

import json
from collections.abc import Mapping
from typing import Any

from assistant.ingest.files.html.read import plain_html
from assistant.ingest.web.url_list import Entry, UrlList, address, iso_date, once
from assistant.utils.strings import one_line

_MOST_ENTRIES = 5000


def json_feed(text: str, url: str) -> UrlList | None:
    """What a JSON Feed lists, None when it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "jsonfeed.org" not in str(found.get("version")):
        return None
    items = found.get("items")
    given = items[:_MOST_ENTRIES] if isinstance(items, list) else []
    title = _line(found.get("title"))
    entries = [_entry(item, url, title) for item in given if isinstance(item, dict)]
    return UrlList(once([entry for entry in entries if entry is not None]))


def _entry(item: Mapping[str, Any], base: str, feed: str | None) -> Entry | None:
    link = address(_line(item.get("url")) or _line(item.get("external_url")), base)
    place = link or _line(item.get("id"))
    if not place:
        return None
    tags = item.get("tags")
    return Entry(
        place=place,
        url=link,
        title=_line(item.get("title")),
        text=_text(item),
        published=iso_date(_line(item.get("date_published"))),
        updated=iso_date(_line(item.get("date_modified"))),
        author=_author(item),
        category=_line(tags[0]) if isinstance(tags, list) and tags else None,
        publication=feed,
    )


def _text(item: Mapping[str, Any]) -> str:
    html, plain, summary = (str(item.get(name) or "") for name in ("content_html", "content_text", "summary"))
    return max((plain_html(html).strip(), plain.strip(), summary.strip()), key=len)


def _author(item: Mapping[str, Any]) -> str | None:
    many = item.get("authors")
    authors = many if isinstance(many, list) else [item.get("author")]
    names = [_line(one.get("name")) for one in authors if isinstance(one, dict)]
    return ", ".join(name for name in names if name) or None


def _line(value: Any) -> str | None:
    return one_line(str(value), 500) or None if isinstance(value, str | int) else None
