"""A generation: an immutable version of the index."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import EmbedderError
from assistant.index import article_list
from assistant.index.article_store import ArticleStore
from assistant.index.chunking import SCHEME
from assistant.index.damage import naming
from assistant.index.derived import duplicates, entities, first_look, stories
from assistant.index.derived.duplicates import read_duplicates
from assistant.index.derived.entities import Entities
from assistant.index.derived.first_look import FirstLook
from assistant.index.derived.overview import overview
from assistant.index.derived.stories import by_article, ranked_stories
from assistant.index.fetch_state import write_atomically
from assistant.index.vector_index import VectorIndex
from assistant.index.words import word_files
from assistant.utils import once

MANIFEST = "manifest.json"
DERIVED = (duplicates.FILE, entities.FILE, stories.FILE, first_look.FILE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a generation, written last: a folder without one is unfinished.

    `sources` are the locations that a refresh reads, `listed` those of them that were in `sources.toml`. `names` are
    the names in `sources.toml` of the folders and files that articles are from, by location.
    """

    name: str
    parent: str | None
    made: str
    embedder: str
    articles: int
    chunks: int
    sources: tuple[str, ...]
    changes: dict[str, int] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    chunking: str = SCHEME
    names: dict[str, str] = field(default_factory=dict)

    @property
    def made_at(self) -> datetime:
        """When the generation was made."""
        return datetime.fromisoformat(self.made)

    def write(self, folder: Path) -> None:
        """Write the manifest into its generation's folder."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")


_manifests = once(lambda: TypeAdapter(Manifest))


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`. Raises DamagedError for one that is missing, cannot be read or is another's."""
    with naming(MANIFEST):
        manifest = as_manifest(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        if manifest.name != folder.name:
            raise ValueError(f"it is that of generation {manifest.name}")
    return manifest


def as_manifest(values: Any) -> Manifest:
    """The manifest with these values, such as those of an entry of the history. Raises ValueError for others."""
    try:
        manifest = _manifests().validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}") from None
    manifest.made_at  # noqa: B018  (raises ValueError)
    return manifest


class Generation:
    """A published generation, open for reading. Close it when no question uses it any more.

    `folder` has its derived files; `faults` are those that are damaged, which it does without. `release` is called when
    it is closed.
    """

    def __init__(
        self, manifest: Manifest, db: ArticleStore, vectors: VectorIndex, folder: Path, release: Callable[[], None]
    ) -> None:
        self.name, self.manifest, self.folder = manifest.name, manifest, folder
        self.db, self.vectors, self._release = db, vectors, release
        faults = (*(file.fault(folder) for file in DERIVED), word_files.fault(folder))
        self.faults = tuple(fault for fault in faults if fault is not None)
        self.frequency = lru_cache(maxsize=50_000)(db.frequency)
        self.vocabulary = once(db.vocabulary)
        self.ids_with = lru_cache(maxsize=16)(partial(article_list.ids_with, db))
        self.duplicates = read_duplicates(folder)
        self.ranked_stories = once(partial(ranked_stories, db, folder))
        self.stories_by_article = once(lambda: by_article(self.ranked_stories()))
        self.entities = Entities(folder)
        self.first_look = FirstLook(folder, db, self.frequency)
        self.title_words = once(self.first_look.title_words)
        self.overview = once(lambda: overview(db, self.entities, self.first_look.named()))

    def check_embedder(self, name: str) -> None:
        """Raises EmbedderError when this index was made with another embedder than `name`."""
        made_with = self.manifest.embedder
        if made_with != name:
            raise EmbedderError(
                f"the index was made with embedder {made_with}, not {name}; run assistant refresh to rebuild it"
            )

    def kept(self, name: str) -> Any:
        """What was kept with the generation under that name; None where nothing was, or it cannot be read."""
        with suppress(OSError, ValueError, RecursionError):
            return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        return None

    def keep(self, name: str, value: Any) -> None:
        """Keep what was worked out from the generation in its folder, as long as it is there and can be written."""
        with suppress(OSError):
            write_atomically(self.folder / f"{name}.json", json.dumps(value))

    def close(self) -> None:
        """Let go of it."""
        self.db.close()
        self.vectors.close()
        self._release()
