"""Putting a source on the list: what a path or an address is, and how it is listed."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import AssistantError, SettingsError
from assistant.ingest.sources.edit import add, located
from assistant.ingest.sources.registry import exists, is_folder, where
from assistant.ingest.sources.source import Source, SourceKind, is_address
from assistant.settings import Settings
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show


def add_source(
    settings: Settings, location: str | Path, *, kind: SourceKind | None = None, name: str | None = None, **keys: Any
) -> Source:
    """Put a source on the list; `keys` are as in the file. See `Assistant.add_source`."""
    text = str(location)
    if kind is None:
        far = isinstance(location, str) and is_address(location)
        kind, text = _looked_at(text, settings) if far else (_kind_of(text), text)
    return add(where(settings), text, kind, name, **keys)


def _kind_of(path: str) -> SourceKind:
    if is_folder(located(path, "file")):
        return "folder"
    if exists(str(Path(path).expanduser())):
        return "file"
    raise SettingsError(f"{one_line(path, 200)}: there is no such file or folder; an address begins with https://")


def _looked_at(url: str, settings: Settings) -> tuple[SourceKind, str]:
    """What an address is, and the address to list: of a page that names one feed, that feed's."""
    from assistant.ingest import web

    location = located(url, "web")
    try:
        own, *named = web.discover(location, settings)
    except AssistantError as error:
        raise SettingsError(f"{error}; to add it unseen, say what it is: --kind feed, sitemap or page") from None
    feeds = [one for one in named if one.kind == "feed"]
    if own.kind == "page" and len(feeds) == 1:
        return "feed", feeds[0].location
    is_front = not urlsplit(location).path.strip("/")
    better = feeds or (named if is_front else [])
    if own.kind == "page" and better:
        several = ", ".join(f"{one.kind} {one_line(safe_to_show(one.location), 200)}" for one in better[:10])
        shown = one_line(safe_to_show(location), 200)
        raise SettingsError(f"{shown} is a page that names {several}; add one of them, or the page with --kind page")
    return own.kind, location
