"""The postings of a draft: what came and went is applied to those of the generation before.

New chunks are a segment of their own. Each segment is much larger than the one after it, as small ones are merged, so
that the cost of a refresh is that of what changed, and seldom more.
"""

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.index.words.postings import Segment, checksums, merge, read_segment, segment_of, write_segment
from assistant.index.words.tokens import Tokens
from assistant.index.words.word_files import FOLDER, LIST, listed_segments, read_parts, write_gone
from assistant.index.words.word_index import Part, WordIndex

_GROWTH = 2  # a segment that is not that many times as large as the one after it is merged with that
_MOST_GONE = 0.25  # share of a segment's chunks from which it is written anew
_BATCH = 20_000  # chunks of a segment as it is first written
Kept = tuple[str, Segment, NDArray[np.bool_]]
"""A segment with its name and the mask of its chunks that are in the draft."""
Rows = Iterator[tuple[int, str, str]]
"""The number of each chunk with its header and text as they are in the full-text index, in ascending order."""


class WordDraft:
    """The postings of a draft in `folder`; the chunks that were added and removed are told, and applied together."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._tokens = folder, Tokens()
        self._added, self._removed = set[int](), set[int]()
        self._anew = not (folder / FOLDER / LIST).exists()

    @property
    def is_current(self) -> bool:
        """Whether nothing was added or removed since it was written."""
        return not (self._added or self._removed or self._anew)

    def add(self, number: int) -> None:
        """Tell of a new chunk."""
        self._added.add(number)

    def remove(self, numbers: Collection[int]) -> None:
        """Tell of chunks that are gone."""
        self._removed |= set(numbers) - self._added
        self._added -= set(numbers)

    def clear(self) -> None:
        """Tell that all chunks are gone."""
        self._anew = True
        self._added.clear()
        self._removed.clear()

    def write(self, rows: Callable[[Collection[int] | None], Rows]) -> WordIndex:
        """Write what changed; `rows` gives the chunks with these numbers, or all for None."""
        folder = self._folder / FOLDER
        if self._anew:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        parts = [] if self._anew else read_parts(self._folder)
        known = {} if self._anew else {str(one["name"]): one for one in listed_segments(self._folder)}
        kept = [(part.name, part.segment, self._without_removed(part)) for part in parts]
        for segment in self._segments(rows(None if self._anew else self._added)):
            kept.append((self._named(segment), segment, np.ones(len(segment), bool)))
        kept = self._merged(kept)
        for path in folder.iterdir():
            if path.is_dir() and path.name not in {name for name, *_ in kept}:
                shutil.rmtree(path)
        write_gone(self._folder, {name: alive for name, _, alive in kept})
        segments = [known.get(name) or _listing(folder / name, name, segment) for name, segment, _ in kept]
        (folder / LIST).write_text(json.dumps({"segments": segments}), encoding="utf-8")
        self._added, self._removed, self._anew = set(), set(), False
        return WordIndex(read_parts(self._folder))

    def _without_removed(self, part: Part) -> NDArray[np.bool_]:
        gone = np.isin(part.segment.numbers, np.fromiter(self._removed, np.int64, len(self._removed)))
        return np.asarray(part.alive & ~gone)

    def _segments(self, rows: Rows) -> Iterator[Segment]:
        batch = list[tuple[int, list[bytes], list[bytes]]]()
        for number, header, text in rows:
            batch.append((number, self._tokens.of(header), self._tokens.of(text)))
            if len(batch) == _BATCH:
                yield segment_of(batch)
                batch = []
        if batch:
            yield segment_of(batch)

    def _named(self, segment: Segment) -> str:
        name = self._next_name()
        write_segment(self._folder / FOLDER / name, segment)
        return name

    def _next_name(self) -> str:
        numbers = (int(path.name) for path in (self._folder / FOLDER).glob("[0-9]*") if path.name.isdigit())
        return f"{max(numbers, default=0) + 1:06d}"

    def _merged(self, kept: list[Kept]) -> list[Kept]:
        """The segments, of which each is much larger than the next: small ones are merged."""
        done = list[Kept]()
        together = list[Kept]()
        for one in kept:
            together = [one]
            while done and int(done[-1][2].sum()) < _GROWTH * sum(int(alive.sum()) for *_, alive in together):
                together.insert(0, done.pop())
            is_worn = len(together) == 1 and one[2].mean() < 1 - _MOST_GONE
            done += [self._one_of(together)] if len(together) > 1 or is_worn else together
        return [one for one in done if len(one[1])]

    def _one_of(self, segments: Sequence[Kept]) -> Kept:
        name = self._next_name()
        merge(self._folder / FOLDER / name, [(segment, alive) for _, segment, alive in segments])
        merged = read_segment(self._folder / FOLDER / name)
        return name, merged, np.ones(len(merged), bool)


def _listing(folder: Path, name: str, segment: Segment) -> dict[str, Any]:
    return {
        "name": name,
        "chunks": len(segment),
        "postings": len(segment.places),
        "checksums": checksums(folder),
    }
