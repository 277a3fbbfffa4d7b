"""A generation: an immutable version of the index, in its own folder."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from assistant.errors import EmbedderError
from assistant.index import article_list, vector_store
from assistant.index.chunking import SCHEME
from assistant.index.duplicates import read_duplicates
from assistant.index.entities import Entities
from assistant.index.locks import hold_shared
from assistant.index.overview import overview
from assistant.index.sqlite_store import ArticlesDb
from assistant.index.stories import ranked_stories
from assistant.utils import once

MANIFEST = "manifest.json"
IN_USE = "in-use"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a generation, written last: a folder without one is unfinished.

    `sources` are the locations that a refresh reads, `listed` those of them that were in `sources.toml`.
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

    @property
    def made_at(self) -> datetime:
        """When the generation was made."""
        return datetime.fromisoformat(self.made)

    def write(self, folder: Path) -> None:
        """Write the manifest into its generation's folder."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`. Raises FileNotFoundError for an unfinished or removed generation."""
    values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for name in ("sources", "listed"):
        values[name] = tuple(values.get(name, ()))
    return Manifest(**values)


class Generation:
    """A published generation, open for reading. Close it when no question uses it any more."""

    def __init__(self, folder: Path) -> None:
        # While this lock is held, no refresh removes the folder.
        self._in_use = hold_shared(folder / IN_USE)
        try:
            self.manifest = read_manifest(folder)
            self.db = ArticlesDb(folder)
            self.vectors = vector_store.VectorStore(folder / vector_store.FOLDER)
            self.frequency = lru_cache(maxsize=50_000)(self.db.frequency)
            self.vocabulary = once(self.db.vocabulary)
            self.ids_with = lru_cache(maxsize=16)(partial(article_list.ids_with, self.db))
            self.duplicates = read_duplicates(folder)
            self.ranked_stories = once(partial(ranked_stories, self.db, folder))
            self.entities = Entities(folder)
            self.overview = once(partial(overview, self.db, self.entities))
        except BaseException:
            self._in_use.close()
            raise
        self.name = folder.name

    def check_embedder(self, name: str) -> None:
        """Raises EmbedderError when this index was made with another embedder than `name`."""
        made_with = self.manifest.embedder
        if made_with != name:
            raise EmbedderError(
                f"the index was made with embedder {made_with}, not {name}; run assistant refresh to rebuild it"
            )

    def close(self) -> None:
        """Let go of the folder."""
        self.db.close()
        self.vectors.close()
        self._in_use.close()
