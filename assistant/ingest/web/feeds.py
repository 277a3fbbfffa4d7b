"""Parses RSS of all versions, Atom and JSON Feed, a broken feed as far as it goes; and finds the feeds of a page."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from assistant.ingest.files import decode_html, first_possible, parse_moment, plain_html
from assistant.ingest.files import parse as parse_html
from assistant.ingest.items import ParseError
from assistant.ingest.web.url_list import Entry, UrlList, absolute_url, deduplicate
from assistant.utils import counted, name_line, one_line, storable

_DECLARATION = re.compile(r"<\?xml[^>]{0,500}\?>")
_CLOSING_TAG = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.I)
_CHARACTER_REFERENCE = re.compile(r"&((?:amp;)*)#(x[0-9a-f]{1,4000}|[0-9]{1,4000});?", re.I)
_BLANK_LINE = re.compile(r"\n\s*\n")
_EMAIL_AND_NAME = re.compile(
    r"[^\s@]+@[^\s@(]+\s*\((?P<name>[^()]+)\)|(?P<first>[^<>@()]+)[<(][^\s@]+@[^\s@]+[>)]|(?=\S[^\s@]*@\S)\S+"
)
_MARKUP = re.compile(r"<[a-zA-Z/!](?:[^<>]|<(?![a-zA-Z/!]))*+>|&[#\w]+;")
# What WordPress appends to every text, full or not.
_FOOTER = re.compile(r"(?:(?<!\s)\s++)?The post .{1,300} (?:first appeared|appeared first) on .{1,150}\Z", re.S)
_READ_MORE = re.compile(
    r"(?:…|\.\.\.|\[\+?\d+ \w+\])[\])\s]*\Z"
    r"|\b(?:read|see|view)\s+(?:more|on|(?:the\s+)?(?:full|rest|whole|original))\b.{0,60}\Z"
    r"|\bcontinue reading\b.{0,120}\Z|(?:^|\n)[^\w\n]*+more\W*\Z",
    re.I,
)
# feedparser leaves these addresses out without a word.
_SCRIPT_LINK = re.compile(r"""<link\b(?:>|[^<>]{0,300}?\bhref\s?=\s?["'])\s?(?:javascript|vbscript|data):""", re.I)
_MAX_ENTRIES = 5000
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_MAX_PAGE = 300_000  # characters in which the links of a page are looked for
_MAX_LINKS = 10


def parse(body: bytes, url: str, charset: str | None) -> UrlList | None:
    """The entries of the feed at `url`, None when it is not a feed. Fetches nothing."""
    try:
        text = decode_html(body, charset)
    except ParseError:
        return None
    return _parse_json(text, url) if text.lstrip().startswith("{") else _parse_xml(text, url)


def _parse_xml(text: str, url: str) -> UrlList | None:
    import feedparser

    xml = _CHARACTER_REFERENCE.sub(_valid_reference, _DECLARATION.sub("", storable(text), count=1)).lstrip()
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    feed = feedparser.parse(xml.encode("utf-8"), response_headers=headers)
    if not feed.get("version") and not feed.entries:
        return None
    items = list(feed.entries)[:_MAX_ENTRIES]
    notices = []
    if feed.bozo:
        problem = _error_text(feed.bozo_exception)
        notices.append(f"the feed is not well-formed ({problem}); it was read as far as it goes")
        if items and not _CLOSING_TAG.search(xml):
            items.pop()  # the feed is cut off, so the last item may be incomplete
    title = _title(feed.feed.get("title_detail")) or None
    entries = _entries(items, url, title, feed.feed.get("language"))
    if running := len(_SCRIPT_LINK.findall(xml)):
        notices.append(f"left out of the feed: {counted(running, 'link')} that would run something")
    if len(entries) < len(items):
        notices.append(f"{len(items) - len(entries)} of the feed's {len(items)} items have nothing that can be read")
    return UrlList(deduplicate(entries), tuple(notices))


def _valid_reference(match: re.Match[str]) -> str:
    # One reference to an invalid character, however often escaped, would end the parsing of the whole feed.
    number = match[2].lower()
    value = int(number[1:], 16) if number.startswith("x") else int(number)
    return match[0] if 0 < value < 0xD800 or 0xDFFF < value < 0x110000 else "\ufffd"


def _error_text(error: Any) -> str:
    from xml.sax import SAXParseException

    if isinstance(error, SAXParseException):
        return f"{one_line(error.getMessage(), 100)}, line {error.getLineNumber()}"
    return one_line(str(error), 100)


def _entries(items: Iterable[Any], url: str, title: str | None, language: str | None) -> list[Entry]:
    languages = tuple(dict.fromkeys([(language or "en")[:2].lower(), "en"]))
    return [entry for item in items if (entry := _entry(item, url, title, languages)) is not None]


def _entry(item: Any, base: str, feed_title: str | None, languages: tuple[str, ...]) -> Entry | None:
    url = absolute_url(dict.get(item, "feedburner_origlink") or item.get("link"), base)
    title = _title(item.get("title_detail"))
    text, is_cut = _text(item)
    key = url or one_line(item.get("id") or "", 500) or one_line(f"{title} {item.get('published', '')}", 300)
    if not key:
        return None
    origin = item.get("source")
    publication = _title(origin.get("title_detail")) or name_line(origin.get("title", "")) if origin else None
    return Entry(
        key=key,
        url=url,
        title=title or None,
        text=text,
        is_cut=is_cut,
        published=first_possible(_date(item, "published", languages), _date(item, "created", languages)),
        updated=_date(item, "updated", languages),
        author=_author(item),
        category=_category(item),
        publication=publication or feed_title,
    )


def _text(item: Any) -> tuple[str, bool]:
    """The longest text of the item, and whether it says itself that there is more."""
    details = [*item.get("content", []), item.get("summary_detail", {})]
    longest = max(map(_plain_text, details), key=len)
    longest = _FOOTER.sub("", longest)
    return longest, _READ_MORE.search(longest[-300:]) is not None


def _plain_text(detail: Mapping[str, Any]) -> str:
    value = str(detail.get("value") or "")
    if _MARKUP.search(value):
        return plain_html(value).strip()
    return "\n\n".join(" ".join(block.split()) for block in _BLANK_LINE.split(value) if block.strip())


def _title(detail: Mapping[str, Any] | None) -> str:
    """A title as one line of plain text; many feeds have HTML in it even where that is not allowed."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    if detail.get("type") != "text/plain" and _MARKUP.search(value):
        value = plain_html(value)
    return name_line(value, 500)


def _date(item: Any, name: str, languages: tuple[str, ...]) -> datetime | None:
    """The date of an item in its own zone; that which feedparser makes of it is in UTC, which may be another day."""
    # dict.get, as the get of feedparser falls back to another date where one is missing.
    return parse_moment(str(dict.get(item, name) or ""), languages)


def _author(item: Any) -> str | None:
    names = [author.get("name") for author in item.get("authors", []) if author.get("name")]
    if len(names) < 2 and item.get("author"):
        # RSS has an e-mail address with the name, which feedparser does not always split correctly.
        match = _EMAIL_AND_NAME.fullmatch(item["author"].strip()[:500])
        names = [match["name"] or match["first"] or ""] if match else names or [item["author"]]
    return name_line(", ".join(dict.fromkeys(names)), 200) or None


def _category(item: Any) -> str | None:
    terms = [tag.get("label") or tag.get("term") for tag in item.get("tags", [])]
    return next((one_line(term, 100) for term in terms if term and "://" not in term), None)


def _parse_json(text: str, url: str) -> UrlList | None:
    """The entries of a JSON Feed, None when `text` is none."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return None
    value = feed.get("items")
    items = [_as_item(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return UrlList(
        deduplicate(_entries(items[:_MAX_ENTRIES], url, _line(feed.get("title")), _line(feed.get("language"))))
    )


def _as_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a JSON Feed, in the form that feedparser gives those of the other formats."""
    authors = item["authors"] if isinstance(item.get("authors"), list) else [item.get("author")]
    tags = item["tags"] if isinstance(item.get("tags"), list) else []
    return {
        "link": _line(item.get("url")) or _line(item.get("external_url")),
        "id": _line(item.get("id")),
        "title_detail": {"type": "text/plain", "value": _line(item.get("title"))},
        "content": [{"value": item.get(name)} for name in ("content_html", "content_text", "summary")],
        "authors": [{"name": _line(author.get("name"))} for author in authors if isinstance(author, dict)],
        "tags": [{"term": _line(tag)} for tag in tags],
        "published": _line(item.get("date_published")) or "",
        "updated": _line(item.get("date_modified")) or "",
    }


def _line(value: Any) -> str | None:
    return name_line(str(value), 500) or None if isinstance(value, str | int) else None


def find_feed_links(body: bytes, charset: str | None, base: str) -> list[str]:
    """The URLs of the feeds that a page links to, except those of comments. `base` is the URL of the page."""
    try:
        tree = parse_html(decode_html(body, charset)[:_MAX_PAGE])
    except ParseError:
        return []
    bases = [element.get("href") for element in tree.iter("base")][:1]
    base = next(filter(None, (absolute_url(href, base) for href in bases)), base)
    links = (link for link in tree.iter("link") if "alternate" in (link.get("rel") or "").lower().split())
    feeds = (link for link in links if (link.get("type") or "").strip().lower() in _FEED_TYPES)
    urls = (absolute_url(feed.get("href"), base) for feed in feeds)
    found = dict.fromkeys(url for url in urls if url and "comments" not in url.rpartition("://")[2])
    return list(found)[:_MAX_LINKS]
