"""A home of any number of chunks, made from a small one of real articles without embedding or recognizing names.

The first articles are the real ones. Each further one is written anew from one of them: other names, other numbers, and
some sentences of other articles of its category. The vectors of its chunks are those of the real ones, moved a little.
What is made hangs on the number of the article alone, so that everyone measures the same.
"""

import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from assistant.articles import Article, Chunk, article_id
from assistant.index import Draft, HomeLibrary, Manifest, NamedChunk, chunk_id, content_name, embedded_text
from assistant.index.derived import entities as entity_file
from assistant.index.fetch_state import FetchStates
from assistant.index.generation import Generation
from assistant.models import Vectors, unit
from assistant.text import fold_name
from assistant.text.sentences import split_sentences
from assistant.utils import batches

_SEED = 20
_A_DAY = 60  # articles; none of a million chunks is dated in the future, where no date counts
_COPIES = 0.03  # of the articles: wire stories in another publication
_OTHERS = 0.35  # of the sentences are of another article
_LEFT_OUT = 0.1  # of the chunks
_RENAMED, _INVENTED = 0.6, 0.2  # of the names, and of those that are renamed
_MOVED = (0.3, 0.7)  # length of what is added to a vector of length one
_BATCH = 1000  # chunks
_SYNC = 50_000  # chunks after which Chroma writes its index as it grows
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_SYLLABLES = [first + second for first in "bdfghklmnprstvz" for second in "aeo"]
_ENDINGS = ("n", "r", "s", "ld", "nd", "rt", "sky", "son", "ton", "ley", "")

Piece = tuple[str, str]
"""A stretch of text, and what it is: "" for plain text, "number", or the kind of a name."""
Sentence = tuple[Piece, ...]
Names = tuple[tuple[str, str, int], ...]
"""The names of an article, each with its kind and the number of its mentions."""


@dataclass(frozen=True)
class Model:
    """A real article in pieces, with its names and the vectors of its chunks."""

    article: Article
    title: Sentence
    chunks: tuple[tuple[Sentence, ...], ...]
    vectors: Vectors
    names: Names

    @cached_property
    def sentences(self) -> list[Sentence]:
        """All its sentences."""
        return [sentence for chunk in self.chunks for sentence in chunk]


@dataclass(frozen=True)
class Made:
    """An article that was made, with its chunks, their vectors and its names."""

    article: Article
    chunks: tuple[Chunk, ...]
    vectors: Vectors
    names: Names


class Models:
    """The real articles of the published generation of a home, from which others are made."""

    def __init__(self, home: Path) -> None:
        with closing(HomeLibrary(home)) as library, library.reading() as generation:
            self.embedder = generation.manifest.embedder
            self.chunking = generation.manifest.chunking
            names = _names_by_article(home / "index" / generation.name)
            articles = sorted(generation.db.articles(), key=lambda article: article.id)
            self.models = [_model(generation, article, names.get(article.id, ())) for article in articles]
        self.publications = sorted({one.article.source for one in self.models if one.article.source})
        self.kin = defaultdict[str | None, list[Model]](list)
        for model in self.models:
            self.kin[model.article.category].append(model)
        self.names = defaultdict[str, list[str]](list)
        for name, kind in sorted({(name, kind) for one in self.models for name, kind, _ in one.names}):
            self.names[kind].append(name)
        self.first = min(one.article.published for one in self.models if one.article.published)

    def made(self, number: int) -> Made:
        """The article of that number."""
        if number < len(self.models):
            return self._as_it_is(self.models[number])
        chance = random.Random(f"{_SEED} {number}")
        if chance.random() < _COPIES:
            return self._copied(self.made(number - 1), number, chance)
        return _Writing(self, number, chance).made()

    def published(self, number: int, chance: random.Random) -> datetime:
        """When an article is published: so many a day, in no order within three days."""
        return self.first + timedelta(days=number / _A_DAY + 3 * chance.random())

    def _as_it_is(self, model: Model) -> Made:
        texts = ["".join(text for sentence in chunk for text, _ in sentence) for chunk in model.chunks]
        return _assembled(model.article, texts, model.vectors, model.names)

    def _copied(self, made: Made, number: int, chance: random.Random) -> Made:
        source, url = chance.choice(self.publications), f"https://growth.example/{number}"
        published = self.published(number, chance)
        article = replace(made.article, id=article_id(url=url), url=url, source=source, published=published)
        chunks = tuple(replace(chunk, article_id=article.id) for chunk in made.chunks)
        return Made(article, chunks, _moved(made.vectors, number, 0.1), made.names)


class _Writing:
    """One article as it is written from a real one."""

    def __init__(self, models: Models, number: int, chance: random.Random) -> None:
        self._models, self._number, self._chance = models, number, chance
        self._model = chance.choice(models.models)
        self._kin = models.kin[self._model.article.category]
        self._renamed = dict[Piece, str]()

    def made(self) -> Made:
        model, chance = self._model, self._chance
        kept = [place for place in range(len(model.chunks)) if chance.random() >= _LEFT_OUT] or [0]
        texts = [self._chunk(model.chunks[place]) for place in kept]
        url = f"https://growth.example/{self._number}"
        article = replace(
            model.article,
            id=article_id(url=url),
            url=url,
            title=self._written(model.title),
            published=self._models.published(self._number, chance),
            updated=None,
        )
        names = tuple((self._name((name, kind)), kind, mentions) for name, kind, mentions in model.names)
        return _assembled(article, texts, _moved(model.vectors[kept], self._number, chance.uniform(*_MOVED)), names)

    def _chunk(self, sentences: Sequence[Sentence]) -> str:
        chance = self._chance
        chosen = [
            chance.choice(chance.choice(self._kin).sentences) if chance.random() < _OTHERS else sentence
            for sentence in sentences
        ]
        return "".join(map(self._written, chosen))

    def _written(self, sentence: Sentence) -> str:
        return "".join(text if not kind else self._other(text, kind) for text, kind in sentence)

    def _other(self, text: str, kind: str) -> str:
        return _other_number(text, self._chance) if kind == "number" else self._name((text, kind))

    def _name(self, piece: Piece) -> str:
        """The name in the place of another, the same throughout the article."""
        if piece not in self._renamed:
            name, kind = piece
            if self._chance.random() < _RENAMED:
                invented = self._chance.random() < _INVENTED
                name = _invented(self._chance) if invented else self._chance.choice(self._models.names[kind])
            self._renamed[piece] = name
        return self._renamed[piece]


def _other_number(text: str, chance: random.Random) -> str:
    return "".join(str(chance.randrange(1, 10)) if char.isdigit() else char for char in text)


def _invented(chance: random.Random) -> str:
    words = ("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) + chance.choice(_ENDINGS) for _ in range(2))
    return " ".join(word.capitalize() for word in words)


def _moved(vectors: Vectors, number: int, length: float) -> Vectors:
    noise = np.random.default_rng((_SEED, number)).standard_normal(vectors.shape, np.float32)
    return unit(vectors + length * unit(noise))


def _assembled(article: Article, texts: Sequence[str], vectors: Vectors, names: Names) -> Made:
    chunks, text = list[Chunk](), ""
    for own in texts:
        stripped = own.strip()
        chunks.append(Chunk(article.id, len(text), len(text) + len(stripped), stripped))
        text += f"{stripped}\n\n"
    return Made(replace(article, text=text.rstrip()), tuple(chunks), vectors, names)


def _names_by_article(folder: Path) -> Mapping[str, Names]:
    query = "SELECT article_id, name, kind, mentions FROM entities ORDER BY article_id, key, kind"
    names = defaultdict[str, list[tuple[str, str, int]]](list)
    for article, name, kind, mentions in entity_file.FILE.rows(folder, query):
        names[article].append((name, kind, mentions))
    return {article: tuple(own) for article, own in names.items()}


def _model(generation: Generation, article: Article, names: Names) -> Model:
    ids = generation.db.chunk_ids_by_article([article.id])[article.id]
    passages, vectors = generation.db.passages(ids), generation.vectors.vectors(ids)
    pieces = _Pieces(names)
    chunks, end = list[tuple[Sentence, ...]](), 0
    for name in ids:
        chunk = passages[name][0]
        text = article.text[max(chunk.start, end) : chunk.end]  # without the sentence of overlap
        end = chunk.end
        chunks.append(tuple(pieces.of(f"{text[slice(*span)]} ") for span in split_sentences(text)))
    return Model(article, pieces.of(article.title), tuple(chunks), np.stack([vectors[name] for name in ids]), names)


class _Pieces:
    """Takes text apart by the names of an article and by numbers."""

    def __init__(self, names: Names) -> None:
        self._kinds = {name: kind for name, kind, _ in names}
        choices = [*map(re.escape, sorted(self._kinds, key=len, reverse=True))]
        self._pattern = re.compile("|".join([*(rf"\b{one}\b" for one in choices), _NUMBER.pattern]))

    def of(self, text: str) -> Sentence:
        """The pieces of `text`."""
        pieces, place = list[Piece](), 0
        for found in self._pattern.finditer(text):
            pieces += [(text[place : found.start()], ""), (found[0], self._kinds.get(found[0], "number"))]
            place = found.end()
        return tuple(piece for piece in (*pieces, (text[place:], "")) if piece[0])


# homes


def build(home: Path, models: Models, chunks: int, base: Path | None = None) -> Manifest:
    """Index at least so many chunks in `home`, on top of those of the home `base`, a smaller one made so."""
    library = HomeLibrary(home)
    parent = _taken_over(library, HomeLibrary(base)) if base else None
    manifest = library.manifest(parent) if parent else None
    names: dict[str, Names] = {}
    with library.draft(parent=parent) as draft:
        collection: Any = getattr(draft.vectors, "_collection")  # noqa: B009
        collection.modify(configuration={"hnsw": {"sync_threshold": _SYNC}})
        start, count = (manifest.articles, manifest.chunks) if manifest else (0, 0)
        for batch, is_last in _with_last(_batched(models, start, chunks - count)):
            if is_last:  # so that all before it is written, and no opening has to insert it anew
                collection.modify(configuration={"hnsw": {"sync_threshold": 1000}})
            put(draft, batch, models.first)
            names |= {made.article.id: made.names for made in batch}
        put_names(draft, names)
        draft.derive(lambda *_: None)
        draft.verify()
        counts = draft.db.counts()
        built = Manifest(draft.name, parent, datetime.now(UTC).isoformat(), models.embedder, *counts, ())
        library.publish(draft, replace(built, chunking=models.chunking), FetchStates(), {})
    library.sweep(1)
    return library.manifest(built.name)


def _taken_over(library: HomeLibrary, base: HomeLibrary) -> str:
    """The name of the published generation of `base`, copied into `library`."""
    name = base.published()
    library.folder.mkdir(parents=True)
    shutil.copytree(base.folder / name, library.folder / name)
    library.point_to(name)
    return name


def _batched(models: Models, start: int, chunks: int) -> Iterator[list[Made]]:
    number, batch, size = start, list[Made](), 0
    while chunks > 0:
        batch.append(models.made(number))
        number, size, chunks = number + 1, size + len(batch[-1].chunks), chunks - len(batch[-1].chunks)
        if size >= _BATCH or chunks <= 0:
            yield batch
            batch, size = [], 0


def _with_last(made: Iterator[list[Made]]) -> Iterator[tuple[list[Made], bool]]:
    """Each batch, and whether it is the last."""
    held = next(made, None)
    for batch in made:
        if held is not None:
            yield held, False
        held = batch
    if held is not None:
        yield held, True


def put(draft: Draft, batch: Sequence[Made], now: datetime) -> None:
    """Add articles to a draft, with their chunks and vectors."""
    chunks = list[tuple[Article, NamedChunk]]()
    for made in batch:
        draft.db.put_article(made.article, "growth", made.article.url or "", now)
        for chunk in made.chunks:
            content = content_name(embedded_text(made.article, chunk))
            chunks.append((made.article, NamedChunk(chunk_id(chunk, content), content, chunk)))
    draft.add_chunks(chunks, np.concatenate([made.vectors for made in batch]))


def put_names(draft: Draft, names: Mapping[str, Names]) -> None:
    """Let the names of articles be those that are known, so that their texts are not read for them."""
    digests = draft.db.digests()
    with entity_file.FILE.updating(draft.folder, digests) as (file, fresh):
        for ids in batches(fresh, _BATCH):
            for name in ids:
                rows = ((fold_name(one), name, one, kind, count) for one, kind, count in names[name])
                file.executemany("INSERT OR REPLACE INTO entities VALUES (?, ?, ?, ?, ?)", rows)
            file.executemany("INSERT INTO articles VALUES (?, ?)", [(name, digests[name]) for name in ids])
