"""The addresses of what the window shows, from its root; static/window/router.js opens them."""

from collections.abc import Iterable
from urllib.parse import urlencode

from assistant.server import article_address as article_address
from assistant.server import in_path

_LONGEST_QUESTION = 1000  # characters: longer addresses are cut by what they are pasted into


def question_address(question: str, fields: Iterable[tuple[str, str]] = ()) -> str:
    """The address that asks `question`; `fields` are what it is limited to: source (several), since, until, ..."""
    return f"?{urlencode([('q', question[:_LONGEST_QUESTION]), *fields], errors='replace')}"


def story_address(article_id: str) -> str:
    """The address of the story that an article belongs to, also after the next refresh."""
    return f"story/{in_path(article_id)}"


def list_address(tab: str, fields: Iterable[tuple[str, str]]) -> str:
    """The address of a tab with what its list is limited to."""
    query = urlencode([(name, value) for name, value in fields if value], errors="replace")
    return f"{tab}?{query}" if query else tab
