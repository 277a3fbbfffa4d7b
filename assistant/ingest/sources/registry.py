"""Sourcing: which sources there are, and changing the list of them."""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import SettingsError
from assistant.ingest.sources.edit import located, names, no_such, remove
from assistant.ingest.sources.file import load
from assistant.ingest.sources.source import Source, SourceKind, is_address, same
from assistant.paths import PACKAGE, folder
from assistant.settings import Settings

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
    if plain and not exists(word) and difflib.get_close_matches(word, [one.name for one in sources], n=1):
        raise SettingsError(no_such(word, [one.name for one in sources]))
    return _path(Path(word), sources)


def _path(path: Path, sources: Sequence[Source]) -> Source:
    location = located(str(path), "file")
    kind: SourceKind = "folder" if is_folder(location) else "file"
    return _known(location, sources) or Source(location, kind, location)


def exists(word: str) -> bool:
    """Whether `word` is a path of something there."""
    try:
        return Path(word).exists()
    except (OSError, ValueError):
        return False


def is_folder(location: str) -> bool:
    """Whether `location` is a folder."""
    try:
        return Path(location).is_dir()
    except (OSError, ValueError):
        return False


def _known(location: str, sources: Sequence[Source]) -> Source | None:
    return next((one for one in sources if same(one.location) == same(location)), None)


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
