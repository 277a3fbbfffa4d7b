"""The kind of a response, from its content first: the media type that servers send is often wrong."""

import re
from typing import Literal

from assistant.ingest.files import decode_marked

ContentType = Literal["feed", "sitemap", "page", "pdf", "text", "other"]

_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b(?:[^>\[]|\[[^\]]*\])*>", re.S | re.I)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w-]+)")
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')
_BINARY_MAGIC = (
    *(b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF", b"PK\x03\x04", b"\x1f\x8b", b"ID3", b"OggS", b"\x7fELF", b"BZh"),
)
_HEAD_BYTES = 8192
WORDS = {"feed": "a feed", "sitemap": "a sitemap", "page": "a page", "pdf": "a PDF", "text": "plain text"}
SUFFIXES: dict[ContentType, str] = {"page": ".html", "pdf": ".pdf", "text": ".txt"}
"""The suffixes that select the file parser; what else there is cannot be an article."""


def content_type_of(body: bytes, media_type: str) -> ContentType:
    """The kind of `body`, which was sent as `media_type`."""
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if body.startswith(_BINARY_MAGIC):
        return "other"
    head = body[:_HEAD_BYTES]
    text = decode_marked(head) or head.decode("latin-1")
    root = _root_element(text)
    if root in _FEED_ROOTS or _JSON_FEED.search(text):
        return "feed"
    if root in _SITEMAP_ROOTS:
        return "sitemap"
    if "\0" in text or media_type.partition("/")[0] in {"image", "audio", "video", "font"}:
        return "other"
    if root == "html" or media_type in {"text/html", "application/xhtml+xml"}:
        return "page"
    if media_type in {"text/plain", "text/markdown"}:
        return "page" if re.search(r"<(?:html|head|body)\b", text, re.I) else "text"
    return "page" if root is not None and (not media_type or "xml" not in media_type) else "other"


def _root_element(text: str) -> str | None:
    start = 0
    while prolog := _PROLOG.match(text, start):
        start = prolog.end()
    root = _ROOT.match(text, start)
    return root[1].lower() if root else None
