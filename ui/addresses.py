"""The addresses of what the window shows, from its root; static/window/router.js opens them."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, urlencode

_LONGEST_QUESTION = 1000  # characters: longer addresses are cut by what they are pasted into
_LONGEST_QUOTE = 200
_PLAIN = re.compile(r"[\w-]{1,64}", re.ASCII)  # what stands in a path as it is, whatever proxy it goes through


def question_address(question: str, fields: Iterable[tuple[str, str]] = ()) -> str:
    """The address that asks `question`; `fields` are what it is limited to: source (several), since, until, ..."""
    return f"?{urlencode([('q', question[:_LONGEST_QUESTION]), *fields], errors='replace')}"


def article_address(article_id: str, words: str = "") -> str:
    """The address of an article, at those words of it."""
    at = quote(" ".join(words.split())[:_LONGEST_QUOTE], safe="", errors="replace")
    return f"article/{_in_path(article_id)}{f'#{at}' if at else ''}"


def story_address(article_id: str) -> str:
    """The address of the story that an article belongs to, also after the next refresh."""
    return f"story/{_in_path(article_id)}"


def _in_path(article_id: str) -> str:
    """An id as a part of a path; static/window/names.js makes the same and reads it."""
    if _PLAIN.fullmatch(article_id):
        return article_id
    return f"~{base64.urlsafe_b64encode(article_id.encode('utf-8', 'replace')).decode().rstrip('=')}"


def list_address(tab: str, fields: Iterable[tuple[str, str]]) -> str:
    """The address of a tab with what its list is limited to."""
    query = urlencode([(name, value) for name, value in fields if value], errors="replace")
    return f"{tab}?{query}" if query else tab
