"""Opens the library of an index, wherever it is."""

import hashlib
from typing import TYPE_CHECKING

from assistant.settings import IN_HOME, Settings

if TYPE_CHECKING:
    from assistant.index.library import Library


def open_library(settings: Settings) -> "Library":
    """The library that the settings name. Nothing is read of it yet."""
    if not is_on_servers(settings):
        from assistant.index.home.home_library import HomeLibrary

        return HomeLibrary(settings.home)
    from assistant.database import shown
    from assistant.index.server.chroma_connection import connect
    from assistant.index.server.chroma_generations import ChromaGenerations
    from assistant.index.server.server_library import ServerLibrary

    key = hashlib.sha256(shown(settings.index).encode()).hexdigest()[:16]
    # Not in the cache, which may be a folder that this account cannot write to.
    return ServerLibrary(settings.index, settings.home / f"served-{key}", ChromaGenerations(connect(settings)))


def is_on_servers(settings: Settings) -> bool:
    """Whether the articles are on servers: in PostgreSQL, with their vectors on a Chroma server."""
    return settings.index.get_secret_value() != IN_HOME and settings.chroma is not None
