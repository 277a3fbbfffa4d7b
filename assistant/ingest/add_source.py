"""Adding a source to the list, given only a path or URL."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import AssistantError, SettingsError
from assistant.ingest.sources import Source, SourceKind, add, editable_file, is_address, local_kind, resolve_location
from assistant.settings import Settings
from assistant.utils import one_line, safe_to_show


def add_source(
    settings: Settings, location: str | Path, *, kind: SourceKind | None = None, name: str | None = None, **keys: Any
) -> Source:
    """Add a source to sources.toml; `keys` are as in that file. See `Assistant.add_source`."""
    text, path = str(location), editable_file(settings)
    if kind is None and isinstance(location, str) and is_address(location):
        kind, text = _discover(text, settings)
    kind = kind or local_kind(resolve_location(text))
    if kind is None:
        raise SettingsError(f"{one_line(text, 200)}: there is no such file or folder; an address begins with https://")
    return add(path, text, kind, name, **keys)


def _discover(url: str, settings: Settings) -> tuple[SourceKind, str]:
    """The kind and URL to list: those of the feed for a page that links to exactly one."""
    from assistant.ingest import web

    location = resolve_location(url)
    try:
        itself, *linked = web.discover(location, settings)
    except AssistantError as error:
        raise SettingsError(f"{error}; to add it unseen, say what it is: --kind feed, sitemap or page") from None
    feeds = [candidate for candidate in linked if candidate.kind == "feed"]
    if itself.kind == "page" and len(feeds) == 1:
        return "feed", feeds[0].location
    is_front_page = not urlsplit(location).path.strip("/")
    better = feeds or (linked if is_front_page else [])
    if itself.kind == "page" and better:
        several = ", ".join(f"{other.kind} {one_line(safe_to_show(other.location), 200)}" for other in better[:10])
        shown = one_line(safe_to_show(location), 200)
        raise SettingsError(f"{shown} is a page that names {several}; add one of them, or the page with --kind page")
    return itself.kind, location
