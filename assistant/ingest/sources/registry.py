"""Sourcing: which sources there are, and changing the list of them."""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import AssistantError, SettingsError
from assistant.ingest.sources.edit import add, located, names, no_such, remove
from assistant.ingest.sources.file import load
from assistant.ingest.sources.source import Source, SourceKind, is_address, same
from assistant.paths import PACKAGE, folder
from assistant.settings import Settings
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show

__all__ = ["add", "add_source", "all_sources", "listed", "load", "remove", "remove_source", "resolve", "where"]

FILE = "sources.toml"


def where(settings: Settings) -> Path:
    """The file that lists the sources; it need not be there.

    That of the settings, else the one in home, else in a checkout the one in corpus/. What lies inside an installed
    package is never it, so a new list is begun in home there.
    """
    if settings.sources is not None:
        return settings.sources.expanduser().absolute()
    own = settings.home.expanduser().absolute() / FILE
    if own.is_file():
        return own
    try:
        corpus = folder("corpus")
    except FileNotFoundError:
        return own
    installed = corpus.parent == PACKAGE
    return own if installed or not (corpus / FILE).is_file() else corpus / FILE


def listed(settings: Settings) -> list[Source]:
    """The sources that are listed, in their order; none where nobody has made a list.

    Raises SettingsError when the list has mistakes, or when the settings name one that is not there.
    """
    path = where(settings)
    return [] if settings.sources is None and not path.exists() else load(path)


def resolve(given: Sequence[str | Path], sources: Sequence[Source]) -> list[Source]:
    """What is meant by each of `given`, in order and each once: the name of one of `sources`, an address or a path.

    A Path is only ever a path. An address or path that is not listed is a source with that as its name. Raises
    SettingsError for an address that cannot be read, and for a word that is nearly a name and no file.
    """
    found: dict[str, Source] = {}
    for one in given:
        source = _path(one, sources) if isinstance(one, Path) else _word(one, sources)
        found.setdefault(same(source.location), source)
    return list(found.values())


def _word(word: str, sources: Sequence[Source]) -> Source:
    named = next((one for one in sources if one.name == word), None)
    if named is not None:
        return named
    if is_address(word):
        location = located(word, "web")
        return _known(location, sources) or Source(location, "web", location)
    if not word.strip():
        raise SettingsError("a source is an empty text; give a name, a path or an address")
    plain = not any(sign in word for sign in {"/", os.sep, "~"})
    if plain and not _exists(word) and difflib.get_close_matches(word, [one.name for one in sources], n=1):
        raise SettingsError(no_such(word, [one.name for one in sources]))
    return _path(Path(word), sources)


def _path(path: Path, sources: Sequence[Source]) -> Source:
    location = located(str(path), "file")
    kind: SourceKind = "folder" if _is_folder(location) else "file"
    return _known(location, sources) or Source(location, kind, location)


def _exists(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):
        return False


def _is_folder(location: str) -> bool:
    try:
        return Path(location).is_dir()
    except (OSError, ValueError):
        return False


def _known(location: str, sources: Sequence[Source]) -> Source | None:
    return next((one for one in sources if same(one.location) == same(location)), None)


def add_source(
    settings: Settings, location: str | Path, *, kind: SourceKind | None = None, name: str | None = None, **keys: Any
) -> Source:
    """Put a source on the list; `keys` are as in the file. See `Assistant.add_source`."""
    text = str(location)
    if kind is None:
        far = isinstance(location, str) and is_address(location)
        kind, text = _looked_at(text, settings) if far else (_kind_of(text), text)
    return add(where(settings), text, kind, name, **keys)


def remove_source(settings: Settings, name: str, indexed: Sequence[str] = ()) -> Source | None:
    """Take a source off the list, by name or location. See `Assistant.remove_source`.

    One that is not on it, and that only the index has (`indexed` are its locations), is given as it is.
    """
    path = where(settings)
    if path.is_file():
        if name in names(path):
            return remove(path, name)
        known = _located(name, load(path))
        if known is not None:
            return remove(path, known.name)
    known = _located(name, resolve([one if is_address(one) else Path(one) for one in indexed], []))
    if known is None:
        raise SettingsError(no_such(name, names(path) if path.is_file() else []))
    return known


def all_sources(settings: Settings, indexed: Sequence[str]) -> list[Source]:
    """The sources that are listed, then those that only the index has, of which `indexed` are the locations."""
    known = listed(settings)
    others = [one for one in indexed if _known(one, known) is None]
    return [*known, *resolve([one if is_address(one) else Path(one) for one in others], [])]


def _located(word: str, sources: Sequence[Source]) -> Source | None:
    try:
        return _known(located(word, "web" if is_address(word) else "file"), sources)
    except SettingsError:
        return None


def _kind_of(path: str) -> SourceKind:
    if _is_folder(located(path, "file")):
        return "folder"
    if _exists(str(Path(path).expanduser())):
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
