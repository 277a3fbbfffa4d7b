"""From the fields of a file or record to an Article, each checked."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FetchState:
    """How a place of a source was found: a file, named within its source, or an address.

    `articles` are the ids of the articles that it gives. When it gives the same as at the visit before, only the visit
    is told and not the articles: they stay as they are. `digest` is the SHA-256 of its bytes in hex. Of an address,
    `etag` and `modified` are the headers for asking again on a condition, `final` is where it led to, and `links` are
    the addresses that a feed or sitemap lists, each with a digest of what it says of them. `checked` is when it last
    answered.
    """

    place: str
    articles: tuple[str, ...] = ()
    digest: str = ""
    etag: str | None = None
    modified: str | None = None
    checked: datetime | None = None
    final: str | None = None
    links: tuple[tuple[str, str], ...] = ()


READING = 1  # raised when files or pages are read in another way, so that all are read again


@dataclass
class Visits:
    """The visits of one generation, by the location of the source and the place in it.

    `aliases` are ids that addresses would have, each with the id of the article that it is. `readings` has for each
    source how its articles are to be read; when that changes, its visits say nothing.
    """

    places: dict[str, dict[str, FetchState]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)

    def known(self, reading: Callable[[str], str]) -> Callable[[str, str], FetchState | None]:
        """Gives the visit to (location, place), if the source is still read in the same way, as `reading` tells."""

        def find(location: str, place: str) -> FetchState | None:
            if self.readings.get(location) != reading(location):
                return None
            return self.places.get(location, {}).get(place)

        return find

    def lists(self, location: str, place: str) -> bool:
        """Whether a feed or sitemap of the source listed that address when it was last read."""
        return any(place == address for one in self.places.get(location, {}).values() for address, _ in one.links)

    def givers(self) -> dict[str, list[tuple[str, str]]]:
        """For each article the sources and places that give it."""
        found: dict[str, list[tuple[str, str]]] = {}
        for location, places in self.places.items():
            for place, visit in places.items():
                for name in visit.articles:
                    found.setdefault(name, []).append((location, place))
        return found


def file_of(folder: Path, generation: str) -> Path:
    """The file of the visits of a generation, in the `folder` of the index."""
    return folder / "visits" / f"{generation}.json"


def read_visits(path: Path) -> Visits:
    """The visits in `path`; none when there is no such file or it cannot be used: then all is read again."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["reading"] != READING:
            return Visits(aliases=dict(data["aliases"]))
        places = {
            location: {place: _visit(place, values) for place, values in each.items()}
            for location, each in data["places"].items()
        }
        return Visits(places, dict(data["aliases"]), dict(data["readings"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Visits()


def write_visits(path: Path, visits: Visits) -> None:
    """Write `visits` in place of what is in `path`, whole or not at all."""
    places = {
        location: {place: _values(visit) for place, visit in each.items()} for location, each in visits.places.items()
    }
    data = {"reading": READING, "places": places, "aliases": visits.aliases, "readings": visits.readings}
    write_whole(path, json.dumps(data))


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path` by way of another file, so that no reader and no crash ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _values(visit: FetchState) -> dict[str, Any]:
    checked = visit.checked and visit.checked.isoformat()
    values = {**asdict(visit), "checked": checked}
    return {name: value for name, value in values.items() if value and name != "place"}


def _visit(place: str, values: Mapping[str, Any]) -> FetchState:
    checked = values.get("checked")
    given = {
        **values,
        "articles": tuple(values.get("articles", ())),
        "links": tuple((address, digest) for address, digest in values.get("links", ())),
        "checked": datetime.fromisoformat(checked) if checked else None,
    }
    return FetchState(place=place, **given)
