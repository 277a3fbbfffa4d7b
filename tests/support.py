"""What several tests share: a quick embedder, articles as files, and looking into an index."""

import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from assistant import Assistant, Settings
from assistant.index import HomeLibrary
from assistant.ingest.files.sandbox import Sandbox
from assistant.models import EntityMention, ReaderInput, Reading

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
THOROUGH = bool(os.environ.get("THOROUGH"))  # whether all is tried, for as long as that takes
SIZE = 64


def examples(most: int, usual: int | None = None) -> int:
    """How many examples of a property are tried: `most` with THOROUGH=1, else `usual`, which is a tenth of them."""
    return most if THOROUGH else usual or most // 10


class WordHash(Embeddings):
    """A quick embedder: a text's vector is the sum of a fixed direction for each of its words.

    `texts` are all that it was given, in order; `before` is called with each batch.
    """

    name = "words-64"

    def __init__(self, before: Callable[[list[str]], object] = len) -> None:
        self.texts: list[str] = []
        self._before = before

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self._before(texts)
        self.texts.extend(texts)
        return [_vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return _vector(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def _vector(text: str) -> list[float]:
    total = np.full(SIZE, 1e-3)
    for word in re.findall(r"\w+", text.lower()):
        total += _direction(word)
    row: list[float] = (total / np.linalg.norm(total)).tolist()
    return row


@lru_cache(maxsize=10_000)
def _direction(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(SIZE)


def quick_read(inputs: Sequence[ReaderInput]) -> list[Reading]:
    """In the place of the packaged reader: a sentence answers the better, the more words of the question it has."""
    readings = []
    for given in inputs:
        asked = set(re.findall(r"\w+", given.text.lower()))
        logits = tuple(len(asked & set(re.findall(r"\w+", one.lower()))) - 3.0 for one in given.sentences)
        best = max(logits, default=-3.0)
        readings.append(Reading(best, best, logits, tuple((0, len(one)) for one in given.sentences)))
    return readings


class QuickReader:
    """In the place of the packaged reader where no answer is judged, as it takes most of the time of a question."""

    def __init__(self, name: str | None = None, cache: Path | None = None) -> None:
        pass

    def read(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        return quick_read(inputs)


class QuickNames:
    """Finds two words with capitals: in the place of the packaged model, which takes most of the time of a refresh."""

    def mentions(self, text: str) -> list[EntityMention]:
        found = re.finditer(r"[A-Z][a-z]+ [A-Z][a-z]+", text)
        return [EntityMention(match[0], "person", match.start()) for match in found]


IdleSandboxes = list["subprocess.Popen[bytes]"]


def keep_sandbox(patches: pytest.MonkeyPatch, idle: IdleSandboxes) -> None:
    """Have a closed sandbox leave its process among the `idle` for the next one: each start takes 0.3 s."""
    running, end = Sandbox._running_process, Sandbox._end

    def take(self: Sandbox) -> "subprocess.Popen[bytes]":
        if self._process is None and idle:
            self._process, self._owner = idle.pop(), os.getpid()
        return running(self)

    def close(self: Sandbox) -> None:
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None or self._interrupted:
                end(self)
            else:
                idle.append(process)
                self._process = None

    patches.setattr(Sandbox, "_running_process", take)
    patches.setattr(Sandbox, "close", close)


def open_assistant(home: Path, embeddings: Embeddings | None = None, wait: float = 60, **more: Any) -> Assistant:
    """An assistant of `home` with the quick embedder, unless another is given."""
    return Assistant.open(Settings(home=home, refresh_wait=wait, **more), embeddings=embeddings or WordHash())


def open_listed(listing: Path, embedder: WordHash | None = None) -> Assistant:
    """An assistant of the home beside `listing`, the file that lists its sources."""
    settings = Settings(home=listing.parent / "home", sources=listing)
    return Assistant.open(settings, embeddings=embedder or WordHash())


def titles(assistant: Assistant) -> set[str]:
    """The titles of all articles."""
    return {one.title for one in assistant.articles()}


def write_article(
    folder: Path, name: str, text: str, *, title: str | None = None, url: str = "", published: str = ""
) -> Path:
    """A Markdown article in `folder`; without a title it has its name as one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.md"
    fields = f'url: "{url}"\n' if url else ""
    fields += f"published: {published}\n" if published else ""
    path.write_text(f'---\ntitle: "{title or name}"\n{fields}---\n\n{text}\n', encoding="utf-8")
    return path


def write_version(folder: Path, word: str, articles: int = 4, sentences: int = 30) -> None:
    """The articles of one version: each title and each sentence of them has `word` in it."""
    for number in range(articles):
        text = " ".join(
            f"The {word} report number {number} says that harbour {line} was closed." for line in range(sentences)
        )
        write_article(folder, f"harbour-{number}", text, title=f"Harbours {word} {number}")


def versions(assistant: Assistant, words: Iterable[str]) -> set[str]:
    """Those of `words` that a question, a search and the list of articles give each by itself, as one set.

    Fails when one of the three gives a mix or nothing.
    """
    answer = assistant.ask("What does the report say of harbour 7, was it closed?")
    passages = assistant.search("report on harbour 7", k=50)
    listed = assistant.articles()
    quoted = [citation.quote for citation in answer.citations] or [place.title for place in answer.nearest]
    given = [
        quoted,
        [text for passage in passages for text in (passage.chunk.text, passage.article.title)],
        [text for article in listed for text in (article.text, article.title)],
    ]
    found = [{word for word in words if any(word in text for text in texts)} for texts in given]
    assert all(len(one) == 1 for one in found), f"a mix, or nothing: {found}"
    return set.union(*found)


def chunk_names(home: Path) -> tuple[set[str], set[str]]:
    """The names of the chunks in SQLite and in Chroma, of the published generation."""
    library = HomeLibrary(home)
    try:
        with library.reading() as generation:
            return generation.db.chunk_ids(), generation.vectors.ids()
    finally:
        library.close()


def generations(home: Path) -> list[str]:
    """The folders of generations, finished or not, in the index of `home`."""
    beside = {"history", "visits"}
    return sorted(path.name for path in (home / "index").iterdir() if path.is_dir() and path.name not in beside)
