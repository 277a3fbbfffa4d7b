"""Copies an index, with what people made, from a home to servers or back, and compares the two."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.articles import Chunk
from assistant.errors import AssistantError
from assistant.index import DERIVED, ArticleStore, Draft, Generation, Library, NamedChunk
from assistant.maintenance.removed import FILE as REMOVED
from assistant.maintenance.source_health import FILE as HEALTH
from assistant.utils import batches, private_folder

if TYPE_CHECKING:
    from assistant.database import Stores

_BATCH = 200  # articles
_TOLERANCE = 1e-6  # of a number in a vector
_TABLES = ("articles", "earlier")

OnProgress = Callable[[int, int], None]
"""Gets the articles that are copied, and all of them."""


@dataclass(frozen=True, slots=True)
class IndexCopy:
    """What was copied: the generation `name` was made, and found equal to `copied_from`. `people` counts their rows."""

    copied_from: str
    place: str
    name: str
    articles: int
    chunks: int
    history: int
    people: int


def copy_index(
    source: Library,
    target: Library,
    stores: "tuple[Stores, Stores]",
    wait: float,
    progress: OnProgress = lambda done, total: None,
) -> IndexCopy:
    """Copy the published generation, the history, and what people made into an index that has none yet.

    `stores` are those of people's things, there and here. Raises AssistantError where the target has articles or
    people's things already, and where what came is not what was there: then nothing is published.
    """
    with source.reading() as old, target.refreshing(wait, lambda who: None):
        if target.current() is not None:
            raise AssistantError(f"{target.place} has articles already; copy to an index that has none")
        _refuse_full(stores[1])
        target.require_space(None, old.manifest.chunks)
        entries = source.history()
        target.adopt_history(entries)
        with target.draft(parent=None, embedder=old.manifest.embedder) as draft:
            _copy_articles(old, draft, progress)
            _copy_derived(old.folder, draft)
            draft.verify()
            compare(old, draft)
            articles, chunks = draft.db.counts()
            manifest = replace(old.manifest, name=draft.name, parent=None, articles=articles, chunks=chunks)
            for name in (REMOVED, HEALTH):
                if (text := source.document(name)) is not None:
                    target.keep_document(name, text)
            with _people_copied(*stores) as people:
                target.publish(draft, manifest, source.fetch_states(old.name), {})
    counts = (articles, chunks, len(entries), people)
    return IndexCopy(source.place, target.place, draft.name, *counts)


def _copy_articles(old: Generation, draft: Draft, progress: OnProgress) -> None:
    ids, done = sorted(old.db.digests()), 0
    for batch in batches(ids, _BATCH):
        for table in _TABLES:
            draft.db.insert(table, old.db.records(table, batch))
        named = _named_chunks(old.db, batch)
        vectors = old.vectors.vectors([chunk.id for _, chunk in named])
        draft.add_chunks(named, np.stack([vectors[chunk.id] for _, chunk in named]))
        done += len(batch)
        progress(done, len(ids))


def _named_chunks(db: ArticleStore, ids: Sequence[str]) -> list[tuple[Any, NamedChunk]]:
    found = []
    articles = {article_id: db.article(article_id) for article_id in ids}
    for row in db.records("chunks", ids):
        article = articles[row["article_id"]]
        assert article is not None
        chunk = Chunk(article.id, row["start"], row["end"], article.text[row["start"] : row["end"]])
        found.append((article, NamedChunk(row["id"], row["content"], chunk)))
    return found


def _copy_derived(folder: Path, draft: Draft) -> None:
    """Take over what was worked out from the articles; what is damaged or is not there is worked out anew."""
    for file in DERIVED:
        if (folder / file.name).exists() and file.fault(folder) is None:
            shutil.copy2(folder / file.name, draft.folder / file.name)
    draft.derive(lambda stage, done, total: None)


def compare(old: Generation, draft: Draft) -> None:
    """Raise AssistantError unless a draft has the very articles, chunks and vectors of a generation."""
    if old.db.counts() != draft.db.counts():
        raise AssistantError(_differing("the numbers of articles and chunks"))
    for batch in batches(sorted(old.db.digests()), _BATCH):
        for table in (*_TABLES, "chunks"):
            if _digest(old.db.records(table, batch)) != _digest(draft.db.records(table, batch)):
                raise AssistantError(_differing(f"{table} of {batch[0]} and those after it"))
        chunks = [row["id"] for row in old.db.records("chunks", batch)]
        there, here = old.vectors.vectors(chunks), draft.vectors.vectors(chunks)
        if there.keys() != here.keys() or any(abs(there[one] - here[one]).max() > _TOLERANCE for one in there):
            raise AssistantError(_differing(f"vectors of {batch[0]} and those after it"))


def _digest(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = sorted(json.dumps(dict(row), sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _differing(what: str) -> str:
    return f"what was copied is not what was there ({what}); nothing was published; check both, and copy again"


def _refuse_full(stores: "Stores") -> None:
    from assistant.database import refuse_full

    refuse_full(stores)
    if stores.place.address is None:
        for name in sorted(stores.files):
            if (stores.place.home / name).exists():
                raise AssistantError(f"{stores.place.home} has {name} already; copy to a home in which nobody made any")


@contextmanager
def _people_copied(there: "Stores", here: "Stores") -> Iterator[int]:
    """Copy what people made, which is there once the block ends without an error; how many rows it has."""
    from assistant.database import copied_to_file, put_back, row_count, small_contents

    with ExitStack() as held:
        scratch = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="assistant-copy-")))
        for tables in there.tables:
            copied_to_file(tables, scratch / tables.name)
        for name, content in small_contents(there).items():
            (scratch / name).write_bytes(content)
        if here.place.address is not None:
            held.enter_context(put_back(here, scratch))
        yield sum(map(row_count, there.tables))
        if here.place.address is None:
            for path in scratch.iterdir():
                path.chmod(0o600)
                shutil.move(path, private_folder(here.place.home) / path.name)
