"""The folder of the articles that were added by hand: a source of every home that has some, on no list."""

from pathlib import Path

from assistant.errors import SettingsError
from assistant.ingest.sources.file import shown_path
from assistant.ingest.sources.source import Source, location_of
from assistant.settings import Settings

ADDED_BY_HAND = "added by hand"  # as no source of sources.toml can be named
FOLDER = "added"  # in the home


def added_folder(settings: Settings) -> Path:
    """The folder of the articles that were added by hand, which need not exist."""
    return settings.home.expanduser().absolute() / FOLDER


def added_source(settings: Settings) -> Source | None:
    """The source of the articles that were added by hand; None in a home without any."""
    folder = added_folder(settings)
    if not any(folder.glob("*.txt")):
        return None
    return Source(ADDED_BY_HAND, "folder", location_of(str(folder), "folder", Path.cwd()), listed=True)


def with_added(sources: list[Source], settings: Settings) -> list[Source]:
    """`sources` after the one of the articles added by hand, unless they list its folder themselves.

    It comes first, so that an article that was mended by hand counts for more than a file with the same id.
    """
    added = added_source(settings)
    if added is None or added.location in {source.location for source in sources}:
        return sources
    return [added, *sources]


def check_editable(settings: Settings, name: str) -> None:
    """Raise SettingsError where `name` means the articles that were added by hand, which no line of a list names."""
    added = added_source(settings)
    if added is not None and name in {ADDED_BY_HAND, added.location, str(added_folder(settings))}:
        about = f"{ADDED_BY_HAND} is on no list: it is the folder {shown_path(added_folder(settings))}"
        raise SettingsError(f"{about}; to take articles out of it, run: assistant articles remove ID")
