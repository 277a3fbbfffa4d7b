"""PostgreSQL, the Chroma server and the refreshing process, killed in turns at moments spread over a refresh."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from assistant import AssistantError
from assistant.index import embedded_text
from tests.crash.server_watch import Watch, opened, refresh
from tests.servers.chroma import ChromaProcess
from tests.servers.postgres import PostgresServer
from tests.support import ROOT, WordHash, versions, write_version

pytestmark = [pytest.mark.crash, pytest.mark.usefixtures("quick_names")]
MOMENTS = 40
BATCH = 64  # texts embedded at a time
WHO = ("PostgreSQL", "Chroma", "refresh")


class Outcome(NamedTuple):
    """What was killed in which stage, how the refresh ended, what was there after it, and what was embedded again."""

    request: int
    killed: str
    stage: str
    ended: str
    answers: str
    kept: int
    again: int


class Servers:
    """An index on both, of which each version has as many texts as the others."""

    def __init__(self, settings: dict[str, Any], folder: Path, postgres: PostgresServer, chroma: ChromaProcess) -> None:
        self.settings = {name: str(value) for name, value in settings.items()}
        self.settings["home"] = Path(self.settings["home"])  # type: ignore[assignment]
        self.folder, self._postgres, self._chroma = folder, postgres, chroma
        self.before = self.write(0)
        self.counts = self._refreshed()
        self.word = self.write(1)
        watch = Watch(-1, int)
        self.texts = refresh(self.settings, str(folder), watch).embedded
        self.requests, self.before = watch.requests, self.word

    def write(self, number: int) -> str:
        word = f"word{number:02}"
        write_version(self.folder, word, articles=30, sentences=40)
        return word

    def _refreshed(self) -> tuple[int, int]:
        with opened(self.settings) as assistant:
            report = assistant.refresh([self.folder])
            return report.articles, report.chunks

    def kill(self, number: int, request: int) -> Outcome:
        """Refresh to the next version and kill at that request; what came of it, once all that must hold is checked."""
        old, new, who = self.before, self.write(number), WHO[number % 3]
        watch = Watch(
            request, {"PostgreSQL": self._again(self._postgres), "Chroma": self._again(self._chroma)}.get(who, int)
        )
        ended = self._child(watch, request) if who == "refresh" else self._here(watch)
        answers = self.require_whole({old, new})
        kept = max(watch.batches - 1, 0) * BATCH
        with opened(self.settings) as assistant:
            report = assistant.refresh([self.folder])
            assert report.embedded <= self.texts - kept, (report.embedded, watch.batches)
            assert report.published == (answers == old)
        assert self.require_whole({old, new}) == new
        self.before = new
        name = "new" if answers == new else "old"
        return Outcome(request, who, watch.stage, ended, name, kept, report.embedded)

    def _again(self, server: PostgresServer | ChromaProcess) -> Callable[[], None]:
        def kill_and_start() -> None:
            server.kill()
            server.start()

        return kill_and_start

    def _here(self, watch: Watch) -> str:
        try:
            refresh(self.settings, str(self.folder), watch)
        except AssistantError as error:
            assert "\n" not in str(error) and self._postgres.password not in str(error)
            return "told"
        finally:
            watch.settle()
        return "published"

    def _child(self, watch: Watch, request: int) -> str:
        settings = {**self.settings, "home": str(self.settings["home"])}
        given = [json.dumps(settings), str(self.folder), str(request)]
        command = [sys.executable, "-m", "tests.crash.server_watch", *given]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        watch.batches, watch.stage = done.stdout.count("texts"), "-"
        return "killed" if done.returncode < 0 else "published"

    def require_whole(self, words: set[str]) -> str:
        """The version that answers, all of which is there: counts, answers, and the right vector of every chunk."""
        with opened(self.settings) as assistant:
            (word,) = versions(assistant, words)
            assert assistant.check().is_sound
            with assistant._library.reading() as generation:
                ids = sorted(generation.db.chunk_ids())
                assert (
                    generation.db.counts() == (generation.manifest.articles, generation.manifest.chunks) == self.counts
                )
                vectors, passages = generation.vectors.vectors(ids), generation.db.passages(ids)
            assert vectors.keys() == set(ids)
            texts = [embedded_text(article, chunk) for chunk, article in (passages[id] for id in ids)]
            right = np.array(WordHash().embed_documents(texts), np.float32)
            np.testing.assert_allclose(np.stack([vectors[id] for id in ids]), right, atol=1e-5)
            return word


@pytest.fixture
def servers(
    server_settings: dict[str, Any], tmp_path: Path, postgres: PostgresServer, chroma: ChromaProcess
) -> Servers:
    return Servers(server_settings, tmp_path / "articles", postgres, chroma)


def test_a_chroma_server_killed_in_a_refresh_costs_nothing(servers: Servers) -> None:
    outcome = servers.kill(4, servers.requests // 2)
    assert (outcome.killed, outcome.ended, outcome.answers, outcome.again) == ("Chroma", "published", "new", 0)


@pytest.mark.timeout(7200)
@pytest.mark.skipif(not os.environ.get("THOROUGH"), reason="it takes a quarter of an hour; with THOROUGH=1 it is run")
def test_at_each_moment_the_old_or_the_new_generation_is_whole(
    servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = []
    for number in range(MOMENTS):
        outcomes.append(servers.kill(number + 2, 1 + number * servers.requests // MOMENTS))
        with capsys.disabled():
            print("\n", *outcomes[-1], sep=" | ", end=" |", flush=True)  # noqa: T201
    assert {outcome.answers for outcome in outcomes} == {"old", "new"}
    assert {outcome.killed for outcome in outcomes if outcome.ended != "published"} >= {"PostgreSQL", "refresh"}
