"""What an answer is, told by its content first: servers often name its kind wrong."""

import re
from typing import Literal

ContentType = Literal["feed", "sitemap", "page", "pdf", "text", "other"]

_SKIPPED = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b(?:[^>\[]|\[[^\]]*\])*>", re.S | re.I)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w-]+)")
_FEEDS = frozenset({"rss", "feed", "rdf", "channel"})
_SITEMAPS = frozenset({"urlset", "sitemapindex"})
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')
_BINARY = (
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"ID3",
    b"OggS",
    b"\x7fELF",
    b"BZh",
)
_HEAD = 8192
_ENDINGS = {"page": ".html", "pdf": ".pdf", "text": ".txt"}


def sort_of(body: bytes, media: str) -> ContentType:
    """What `body` is, sent as the media type `media`."""
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if body.startswith(_BINARY):
        return "other"
    text = _head(body)
    root = _root(text)
    if root in _FEEDS or _JSON_FEED.search(text):
        return "feed"
    if root in _SITEMAPS:
        return "sitemap"
    if "\0" in text or media.partition("/")[0] in {"image", "audio", "video", "font"}:
        return "other"
    if root == "html" or media in {"text/html", "application/xhtml+xml"}:
        return "page"
    if media in {"text/plain", "text/markdown"}:
        return "page" if re.search(r"<(?:html|head|body)\b", text, re.I) else "text"
    return "page" if root is not None and (not media or "xml" not in media) else "other"


def _head(body: bytes) -> str:
    head = body[:_HEAD]
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace")
    if head[:4] in {b"<\0?\0", b"\0<\0?"}:
        return head.decode("utf-16-le" if head[:1] == b"<" else "utf-16-be", "replace")
    return head.decode("latin-1").removeprefix("\xef\xbb\xbf")


def _root(text: str) -> str | None:
    at = 0
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    found = _ROOT.match(text, at)
    return found[1].lower() if found else None


def ending(sort: ContentType) -> str | None:
    """The ending of a file of that sort, by which it is read as an article; None when it is none."""
    return _ENDINGS.get(sort)


def named(sort: ContentType, media: str) -> str:
    """The sort in words, for a maintainer."""
    words = {"feed": "a feed", "sitemap": "a sitemap", "page": "a page", "pdf": "a PDF", "text": "plain text"}
    return words.get(sort) or f"no text ({media})" if media else words.get(sort, "nothing that can be read")
