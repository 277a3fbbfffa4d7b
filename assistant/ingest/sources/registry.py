"""Which sources there are: those listed in sources.toml, those given by path or URL, and those in the index."""

import difflib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.ingest.sources.by_hand import check_editable, with_added
from assistant.ingest.sources.change import edit
from assistant.ingest.sources.edit import listed_names, remove, replace_file, resolve_location, unknown_name
from assistant.ingest.sources.file import load, shown_path
from assistant.ingest.sources.remembered import RememberedList, remembered
from assistant.ingest.sources.source import Source, SourceKind, is_address, local_kind, location_key, url_or_path
from assistant.paths import PACKAGE, folder
from assistant.settings import Settings
from assistant.utils import one_line

FILE = "sources.toml"


def sources_file(settings: Settings) -> Path:
    """The path of sources.toml, which need not exist: that of the settings, else the one in home or in a checkout."""
    if settings.sources is not None:
        return settings.sources.expanduser().absolute()
    return own_or_shipped(settings, FILE)


def own_or_shipped(settings: Settings, name: str) -> Path:
    """The path of a file in home, which need not exist; where it does not, that in corpus/ of a checkout, if any.

    One inside an installed package is never used; there a new file is started in home.
    """
    own = settings.home.expanduser().absolute() / name
    try:
        shipped = folder("corpus") / name
    except FileNotFoundError:
        return own
    in_checkout = shipped.is_file() and PACKAGE not in shipped.parents
    return shipped if in_checkout and not own.exists() else own


def listed(settings: Settings) -> list[Source]:
    """The sources in sources.toml, in its order; of a list that is gone those that it last had, none without a list.

    Articles that were added by hand are a source before them. Raises SettingsError when the list has mistakes, or when
    the settings name one that never was there.
    """
    if (gone := gone_list(settings)) is not None:
        return with_added(list(gone.sources), settings)
    path = sources_file(settings)
    return with_added([] if settings.sources is None and not path.exists() else load(path), settings)


def gone_list(settings: Settings) -> RememberedList | None:
    """The list that was read at the last refresh and is not there any more, with no other in its place."""
    kept = remembered(settings)
    if kept is None or kept.path.exists():
        return None
    path, own = sources_file(settings), settings.home.expanduser().absolute() / FILE
    is_in_use = kept.path == path or (settings.sources is None and (kept.path == own or not path.exists()))
    return kept if is_in_use else None


def restore_list(settings: Settings) -> Path:
    """Put a list that is gone back as it was last read, and give its path. Raises SettingsError when none is gone."""
    gone = gone_list(settings)
    if gone is None:
        raise SettingsError(f"{shown_path(sources_file(settings))}: no list of sources is gone; nothing was put back")
    replace_file(gone.path, gone.text)
    return gone.path


def editable_file(settings: Settings) -> Path:
    """The path of sources.toml, to be edited. Raises SettingsError when it is gone: an edit would replace it all."""
    if (gone := gone_list(settings)) is not None:
        raise SettingsError(gone.gone_text)
    return sources_file(settings)


def resolve(given: Sequence[str | Path], sources: Sequence[Source]) -> list[Source]:
    """The source meant by each of `given`: the name of one of `sources`, a URL or a path. In order, without duplicates.

    A Path is never taken as a name. A URL or path that is not in `sources` becomes a source with that as its name.
    Raises SettingsError for a URL that cannot be read, and for a text that is close to a name and not a file.
    """
    resolved: dict[str, Source] = {}
    for value in given:
        source = _resolve_one(value, sources)
        resolved.setdefault(location_key(source.location), source)
    return list(resolved.values())


def _resolve_one(value: str | Path, sources: Sequence[Source]) -> Source:
    text = str(value)
    if isinstance(value, str):
        names = [source.name for source in sources]
        if text in names:
            return sources[names.index(text)]
        if not text.strip():
            raise SettingsError("a source is an empty text; give a name, a path or an address")
        may_be_name = not any(sign in text for sign in {"/", os.sep, "~"})
        if may_be_name and not local_kind(text) and difflib.get_close_matches(text, names, n=1):
            raise SettingsError(unknown_name(text, names))
    location = resolve_location(text)
    kind: SourceKind = "web" if is_address(text) else local_kind(location) or "file"
    return _find(location, sources) or Source(location, kind, location)


def _find(location: str, sources: Sequence[Source]) -> Source | None:
    wanted = location_key(location)
    return next((source for source in sources if location_key(source.location) == wanted), None)


def known_source(name: str, sources: Sequence[Source]) -> Source:
    """That one of `sources`, by its name or location. Raises SettingsError when it is none of them."""
    (source,) = resolve([name], sources)
    if source not in sources:
        raise SettingsError(f"there is no source {one_line(name, 80)}; assistant sources list has them all")
    return source


def remove_source(settings: Settings, name: str, indexed: Sequence[str] = ()) -> Source | None:
    """Remove a source from the list, by name or location. See `Assistant.remove_source`.

    One that is not listed but in the index (`indexed` are its locations) is returned.
    """
    check_editable(settings, name)
    path = editable_file(settings)
    names = listed_names(path) if path.is_file() else []
    if name in names:
        return remove(path, name)
    sources = load(path) if path.is_file() else []
    source = None
    with suppress(SettingsError):  # it may be neither a URL nor a path
        location = resolve_location(name)
        source = _find(location, sources) or _find(location, resolve(list(map(url_or_path, indexed)), []))
    if source is None:
        raise SettingsError(unknown_name(name, names))
    return remove(path, source.name) if source.listed else source


def edit_source(settings: Settings, name: str, keys: Mapping[str, Any]) -> Source:
    """Set `keys` of a listed source, by its name or location. See `Assistant.edit_source`."""
    check_editable(settings, name)
    path = editable_file(settings)
    names = listed_names(path) if path.is_file() else []
    if name in names:
        return edit(path, name, keys)
    source = None
    if is_address(name) or any(sign in name for sign in {"/", os.sep}):
        source = _find(resolve_location(name), load(path) if path.is_file() else [])
    if source is None:
        raise SettingsError(unknown_name(name, names))
    return edit(path, source.name, keys)


def all_sources(settings: Settings, indexed: Sequence[str]) -> list[Source]:
    """The listed sources, then those that are only in the index, which has the locations `indexed`."""
    sources = listed(settings)
    unlisted = [url_or_path(location) for location in indexed if _find(location, sources) is None]
    return [*sources, *resolve(unlisted, [])]
