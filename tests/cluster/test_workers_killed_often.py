"""A worker of a cluster of two nodes, killed in each batch of a refresh: before it has embedded it, and right after."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from assistant.index import embedded_text
from tests.cluster.conftest import RunningNodes
from tests.cluster.embedder import Killed
from tests.support import WordHash, open_assistant, versions, write_version

pytestmark = [pytest.mark.crash, pytest.mark.usefixtures("quick_names")]
MOMENTS = 40


class Refreshing:
    """A home and a folder that it is made of, of which each version has as many texts as the others."""

    def __init__(self, nodes: RunningNodes, folder: Path) -> None:
        self._nodes, self._folder = nodes, folder
        self.batches = len(self._begun(0, Killed(folder / "begun-none", -1)))
        self.chunks = self._whole("word00")

    def kill(self, moment: int) -> None:
        """Refresh to another version with a worker killed at that moment: half a batch after the one before it."""
        begun = self._begun(moment + 1, Killed(self._folder / f"begun-{moment}", moment))
        assert sorted(Counter(begun).values()) == [1] * (self.batches - 1) + [2]
        assert self._whole(f"word{moment + 1:02}") == self.chunks

    def _begun(self, version: int, embedder: Killed) -> list[str]:
        """The batches, by their first text, that were begun in a refresh to this version."""
        embedder.folder.mkdir()
        write_version(self._folder / "articles", f"word{version:02}", articles=1260, sentences=1)
        with open_assistant(self._folder / "home", embedder, ray=self._nodes.address) as assistant:
            assert assistant.refresh([self._folder / "articles"]).published
        return [path.read_text() for path in embedder.folder.iterdir()]

    def _whole(self, word: str) -> int:
        """The number of chunks, once it is sure that all is of the version of this word, each with its right vector."""
        with open_assistant(self._folder / "home") as assistant:
            assert versions(assistant, {word}) == {word}
            assert assistant.check().is_sound
            with assistant._library.reading() as generation:
                passages = generation.db.passages(sorted(generation.db.chunk_ids()))
                vectors = generation.vectors.vectors(list(passages))
        assert all(word in article.text for _, article in passages.values())
        right = WordHash().embed_documents([embedded_text(article, chunk) for chunk, article in passages.values()])
        np.testing.assert_allclose(np.stack([vectors[name] for name in passages]), np.array(right), atol=1e-5)
        return len(passages)


@pytest.mark.timeout(3600)
@pytest.mark.skipif(not os.environ.get("THOROUGH"), reason="it takes minutes; with THOROUGH=1 it is run")
def test_a_worker_killed_at_any_moment_costs_its_batch_only(nodes: RunningNodes, tmp_path: Path) -> None:
    refreshing = Refreshing(nodes, tmp_path)
    assert refreshing.batches >= MOMENTS // 2
    for moment in range(MOMENTS):
        refreshing.kill(moment)
