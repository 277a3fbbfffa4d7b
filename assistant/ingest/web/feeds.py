"""Feeds: RSS of all versions, Atom and JSON Feed, also where they are broken, read as far as they go."""

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from assistant.ingest.files.encodings import UnknownEncoding, decode
from assistant.ingest.files.html.read import plain_html
from assistant.ingest.web.json_feed import json_feed
from assistant.ingest.web.url_list import Entry, UrlList, address, once
from assistant.utils.strings import one_line, storable

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""")
_CLOSED = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.I)
_NUMBERED = re.compile(r"&((?:amp;)*)#(x[0-9a-f]{1,4000}|[0-9]{1,4000});?", re.I)
_BLANK = re.compile(r"\n\s*\n")
_ADDRESSED = re.compile(r"\S+@\S+\s*\((?P<name>[^()]+)\)|(?P<first>[^<>@()]+)[<(]\S+@\S+[>)]|\S+@\S+")
_MARKED = re.compile(r"<[a-zA-Z/!][^>]*>|&[#\w]+;")
# What a blog puts below every text, whole or not.
_FOOTER = re.compile(r"\s*The post .{1,300} (?:first appeared|appeared first) on .{1,150}\Z", re.S)
_CUT = re.compile(
    r"(?:…|\.\.\.|\[\+?\d+ \w+\])[\])\s]*\Z"
    r"|\b(?:read|see|view)\s+(?:more|on|(?:the\s+)?(?:full|rest|whole|original))\b.{0,60}\Z"
    r"|\bcontinue reading\b.{0,120}\Z|(?:^|\n)\W*more\W*\Z",
    re.I,
)
_MOST_ENTRIES = 5000


def parse(body: bytes, url: str, charset: str | None) -> UrlList | None:
    """What the feed at `url` lists, None when it is no feed. Runs anywhere: nothing is fetched."""
    try:
        text = decode(body, charset, *_declared(body))
    except UnknownEncoding:
        return None
    if text.lstrip().startswith("{"):
        return json_feed(text, url)
    return _parsed(text, url)


def _declared(body: bytes) -> list[str]:
    found = _ENCODING.search(body[:1024])
    return [found[1].decode("ascii")] if found else []


def _parsed(text: str, url: str) -> UrlList | None:
    import feedparser

    plain = _NUMBERED.sub(_real, _DECLARATION.sub("", storable(text), count=1)).lstrip()
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    found = feedparser.parse(plain.encode("utf-8"), response_headers=headers)
    if not found.get("version") and not found.entries:
        return None
    given = list(found.entries)[:_MOST_ENTRIES]
    notices = []
    if found.bozo:
        notices.append(f"the feed is not well-formed ({_wrong(found.bozo_exception)}); it was read as far as it goes")
        if given and not _CLOSED.search(plain):
            given.pop()  # its end is missing, so what there is of the last entry may not be all
    named = _plain(found.feed.get("title_detail")) or None
    entries = [one for one in (_entry(entry, url, named) for entry in given) if one is not None]
    if len(entries) < len(given):
        notices.append(f"{len(given) - len(entries)} of the feed's {len(given)} items have nothing that can be read")
    return UrlList(once(entries), tuple(notices))


def _real(found: re.Match[str]) -> str:
    # One number of no character, however often escaped, would end the reading of the whole feed.
    number = found[2].lower()
    value = int(number[1:], 16) if number.startswith("x") else int(number)
    return found[0] if 0 < value < 0xD800 or 0xDFFF < value < 0x110000 else "\ufffd"


def _wrong(error: Any) -> str:
    from xml.sax import SAXParseException

    if isinstance(error, SAXParseException):
        return f"{one_line(error.getMessage(), 100)}, line {error.getLineNumber()}"
    return one_line(str(error), 100)


def _entry(entry: Any, base: str, feed: str | None) -> Entry | None:
    link = address(dict.get(entry, "feedburner_origlink") or entry.get("link"), base)
    place = link or one_line(entry.get("id") or "", 500) or None
    title = _plain(entry.get("title_detail"))
    text, is_cut = _text(entry)
    place = place or one_line(f"{title} {entry.get('published', '')}", 300)
    if not place:
        return None
    origin = entry.get("source")
    publication = _plain(origin.get("title_detail")) or one_line(origin.get("title", "")) if origin else None
    return Entry(
        place=place,
        url=link,
        title=title or None,
        text=text,
        is_cut=is_cut,
        published=_date(entry, "published_parsed") or _date(entry, "created_parsed"),
        updated=_date(entry, "updated_parsed"),
        author=_author(entry),
        category=_category(entry),
        publication=publication or feed,
    )


def _text(entry: Any) -> tuple[str, bool]:
    """The longest text that the entry has, and whether it says that there is more of it."""
    best = max((_worded(detail) for detail in _details(entry)), key=len, default="")
    best = _FOOTER.sub("", best)
    return best, _CUT.search(best[-300:]) is not None


def _details(entry: Any) -> Iterator[Mapping[str, Any]]:
    yield from entry.get("content", [])
    if "summary_detail" in entry:
        yield entry["summary_detail"]


def _worded(detail: Mapping[str, Any]) -> str:
    value = str(detail.get("value") or "")
    if _MARKED.search(value):
        return plain_html(value).strip()
    return "\n\n".join(" ".join(block.split()) for block in _BLANK.split(value) if block.strip())


def _plain(detail: Mapping[str, Any] | None) -> str:
    """A title in one line: HTML in feeds that allow it, and so written by many that do not."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    if detail.get("type") != "text/plain" and _MARKED.search(value):
        value = plain_html(value)
    return one_line(value, 500)


def _date(entry: Any, name: str) -> datetime | None:
    # Not by the keys of feedparser: asked for one that is missing, it gives another date.
    parsed = dict.get(entry, name)
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (TypeError, ValueError, OverflowError):
        return None


def _author(entry: Any) -> str | None:
    names = [one.get("name") for one in entry.get("authors", []) if one.get("name")]
    if len(names) < 2 and entry.get("author"):
        # With its address, as RSS has it: feedparser does not part all of them rightly.
        found = _ADDRESSED.fullmatch(entry["author"].strip()[:500])
        names = [found["name"] or found["first"] or ""] if found else names or [entry["author"]]
    return one_line(", ".join(dict.fromkeys(names)), 200) or None


def _category(entry: Any) -> str | None:
    terms = [one.get("label") or one.get("term") for one in entry.get("tags", [])]
    return next((one_line(term, 100) for term in terms if term and "://" not in term), None)
