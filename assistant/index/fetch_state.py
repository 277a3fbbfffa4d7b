"""The state of each file and URL of a source when it was last read, so that unchanged ones are not read again."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.errors import DamagedError
from assistant.index.damage import reason_of
from assistant.utils import once, private_file, private_folder, set_aside


@dataclass(frozen=True, slots=True)
class FetchState:
    """How a file or URL was when it was last read. `key` is the path within the source or the URL.

    `articles` are the ids of the articles in it, `texts` the digests of their titles and texts as it gave them, where
    they are known; when it has not changed, only its state is passed on and the articles stay as they are. `digest` is
    the SHA-256 of its bytes in hex. Of a URL, `etag` and `modified` are the headers for a conditional request, `final`
    is where it redirects to, and `links` are the URLs that a feed or sitemap lists, each with the digest of its entry.
    `checked` is when it last answered, `missing` how many times in a row it answered that there is no such page.
    """

    key: str
    articles: tuple[str, ...] = ()
    digest: str = ""
    etag: str | None = None
    modified: str | None = None
    checked: datetime | None = None
    final: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()
    missing: int = 0


READING = 1  # raised when files or pages are parsed differently, so that all are read again


@dataclass
class FetchStates:
    """The fetch states of one generation, by the location of the source and the key in it.

    `aliases` maps ids that URLs would have to the id of the article that they are. `readings` says for each source how
    its articles are to be read; when that changes, its states do not count.
    """

    by_source: dict[str, dict[str, FetchState]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)

    def is_listed(self, location: str, key: str) -> bool:
        """Whether a feed or sitemap of the source listed that URL when it was last read."""
        return any(key == url for state in self.by_source.get(location, {}).values() for url, _ in state.links)


_adapter = once(lambda: TypeAdapter(FetchState))


def load_states(path: Path) -> FetchStates:
    """The fetch states in `path`. Raises DamagedError, which names it, or FileNotFoundError."""
    try:
        return states_in(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(f"{path.parent.name}/{path.name}: {reason_of(error)}") from None


def states_in(text: str) -> FetchStates:
    """The fetch states in a text of `text_of`. Raises ValueError, KeyError, TypeError or the like for another one."""
    read, data = _adapter().validate_python, json.loads(text)
    if data["reading"] != READING:
        return FetchStates(aliases=_texts(data["aliases"]))
    by_source = {
        location: {key: read({**state, "key": key}) for key, state in states.items()}
        for location, states in data["places"].items()
    }
    return FetchStates(by_source, _texts(data["aliases"]), _texts(data["readings"]))


def _texts(values: Any) -> dict[str, str]:
    texts = dict(values)
    if not all(isinstance(text, str) for pair in texts.items() for text in pair):
        raise ValueError("it has another value in the place of a text")
    return texts


def write_states(path: Path, fetch_states: FetchStates) -> None:
    """Replace the content of `path`, atomically."""
    write_atomically(path, text_of(fetch_states))


def text_of(fetch_states: FetchStates) -> str:
    """The fetch states as text."""
    write = partial(_adapter().dump_python, mode="json", exclude={"key"}, exclude_defaults=True)
    places = {
        location: {key: write(state) for key, state in states.items()}
        for location, states in fetch_states.by_source.items()
    }
    data = {"reading": READING, "places": places, "aliases": fetch_states.aliases, "readings": fetch_states.readings}
    return json.dumps(data)


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` by way of another file, so that no reader and no crash ever sees half of it.

    A folder in its place, or a file in the place of its folder, is set aside.
    """
    if path.parent.is_file():
        set_aside(path.parent)
    private_folder(path.parent)
    new = path.with_name(f"{path.name}.new")
    for taken in (path, new):
        if taken.is_dir():
            set_aside(taken)
    with private_file(new).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
