"""The addresses of articles: in the window of this server, or at their publication."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from assistant.answers import ArticleRef, Citation
from assistant.articles import Article

_LONGEST_QUOTE = 200
_PLAIN = re.compile(r"[\w-]{1,64}", re.ASCII)  # what stands in a path as it is, whatever proxy it goes through
_NOT_IN_LINKS = '<>"\\^`{|} '  # by which an address would end where it stands in a text


def article_address(article_id: str, words: str = "") -> str:
    """The address of an article from the root of the window, at those words of it."""
    at = quote(" ".join(words.split())[:_LONGEST_QUOTE], safe="", errors="replace")
    return f"article/{in_path(article_id)}{f'#{at}' if at else ''}"


def in_path(article_id: str) -> str:
    """An id as a part of a path; static/window/names.js makes the same and reads it."""
    if _PLAIN.fullmatch(article_id):
        return article_id
    return f"~{base64.urlsafe_b64encode(article_id.encode('utf-8', 'replace')).decode().rstrip('=')}"


@dataclass(frozen=True, slots=True)
class ArticleLinks:
    """Where a program sends its user to read an article: to the window at `root`, or where there is none, its url."""

    root: str | None = None

    @classmethod
    def of(cls, scope: Mapping[str, Any], root_path: str, has_window: Callable[[str], bool]) -> "ArticleLinks":
        """Those that a client can follow that asked as in `scope`; `has_window` tells which paths are pages."""
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        root = f"{scope['scheme']}://{host}{root_path.rstrip('/')}/"
        return cls(root if host and has_window("/article/a") else None)

    def to(self, article: Citation | ArticleRef | Article, words: str = "") -> str | None:
        """The address of an article, at `words` of it where it is in the window; None where there is none."""
        if self.root is None:
            return _web_address(article.url)
        article_id = article.id if isinstance(article, Article) else article.article_id
        return self.root + article_address(article_id, words)


def _web_address(url: str | None) -> str | None:
    """`url` as it may stand in a text, if it is one of the web."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or not parts.geturl().isprintable():
        return None
    return "".join(quote(each) if each in _NOT_IN_LINKS else each for each in parts.geturl())
