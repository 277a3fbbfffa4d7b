"""Refreshes on a real cluster of two nodes, of which processes and whole nodes are killed."""

import contextlib
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from assistant import Assistant, Settings
from assistant.errors import RefreshError
from assistant.index import HomeLibrary
from assistant.index.derived import entities
from tests.cluster.conftest import RunningNodes
from tests.cluster.embedder import HOLDING, MEETING, Held, Lost
from tests.cluster.nodes import children
from tests.ingest.files.samples import many, page, write
from tests.support import ROOT, THOROUGH, open_assistant, titles, write_article, write_version

MANY = 300 if THOROUGH else 200  # texts, of five batches or four; fewer than 200 are embedded here

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]


def stored(home: Path) -> dict[str, Any]:
    """All that the published generation has, each in one order: articles, chunks, vectors, words, names."""
    library = HomeLibrary(home)
    try:
        with library.reading() as generation:
            ids = sorted(generation.db.chunk_ids())
            vectors = generation.vectors.vectors(ids)
            names = entities.FILE.rows(library.folder / generation.name, "SELECT * FROM entities ORDER BY 1, 2, 3, 4")
            found = {
                "articles": sorted(generation.db.articles(), key=lambda article: article.id),
                "words": generation.db.search(["harbour", "merkel"], 20),
            }
            return {"ids": ids, "vectors": np.stack([vectors[name] for name in ids]), "names": names, **found}
    finally:
        library.close()


def assert_same(home: Path, other: Path) -> None:
    here, there = stored(home), stored(other)
    assert np.array_equal(here.pop("vectors"), there.pop("vectors"))
    assert here == there


@contextlib.contextmanager
def killed_once_held(nodes: RunningNodes, number: int, folder: Path) -> Iterator[None]:
    """A node is killed once a worker tells that it holds still."""
    holding = folder / HOLDING
    os.mkfifo(holding)

    def kill_once_held() -> None:
        holding.read_bytes()
        nodes.kill(number)

    killing = Thread(target=kill_once_held, daemon=True)
    killing.start()
    yield
    killing.join()


def kill_a_parser(nodes: RunningNodes, done: Event) -> bool:
    """Kill the first worker that is seen to parse files; whether there was one before the end."""
    while not done.wait(0.05):
        for worker in (worker for raylet in nodes.raylets for worker in children(raylet)):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if b"parse_files" in Path(f"/proc/{worker}/cmdline").read_bytes():
                    os.kill(worker, signal.SIGKILL)
                    return True
    return False


@pytest.fixture
def killed_parser(nodes: RunningNodes) -> Iterator[Callable[[], bool]]:
    """A worker that parses is killed from now on; gives what tells, once all is done, whether there was one."""
    done = Event()
    with ThreadPoolExecutor(1) as threads:
        killing = threads.submit(kill_a_parser, nodes, done)

        def was_killed() -> bool:
            done.set()
            return killing.result()

        yield was_killed
        done.set()


@pytest.fixture
def quays(tmp_path: Path) -> Path:
    """A folder of so many short articles that the cluster embeds them and finds their names."""
    write_version(tmp_path / "quays", "alpha", articles=MANY, sentences=1)
    write_article(tmp_path / "quays", "visit", "Angela Merkel met Barack Obama at the harbour of Hamburg.")
    return tmp_path / "quays"


@pytest.mark.model
def test_the_index_is_the_same_as_without_a_cluster(nodes: RunningNodes, quays: Path, tmp_path: Path) -> None:
    for home, ray in (("here", None), ("there", nodes.address)):
        with Assistant.open(Settings(home=tmp_path / home, ray=ray)) as assistant:
            assert assistant.refresh([quays]).embedded > MANY
    assert_same(tmp_path / "here", tmp_path / "there")


def test_a_killed_worker_and_a_lost_machine_cost_their_batches_only(
    nodes: RunningNodes, quays: Path, tmp_path: Path
) -> None:
    with open_assistant(tmp_path / "here") as assistant:
        embedded = assistant.refresh([quays]).embedded
    os.mkfifo(tmp_path / MEETING)
    embedder = Lost(tmp_path, nodes.raylets[1])
    with killed_once_held(nodes, 1, tmp_path), open_assistant(tmp_path / "there", embedder, ray=nodes.address) as other:
        assert other.refresh([quays]).embedded == embedded
    begun = Counter((tmp_path / "begun").read_text().splitlines())
    assert sorted(begun.values()) == [1] * (len(begun) - 2) + [2, 2]
    assert_same(tmp_path / "here", tmp_path / "there")


@pytest.mark.usefixtures("quick_names")
def test_files_are_parsed_there_as_here_also_when_a_worker_is_lost(
    nodes: RunningNodes, killed_parser: Callable[[], bool], tmp_path: Path
) -> None:
    press, reports = many(tmp_path / "press"), []
    if THOROUGH:
        write(press, "endless.html", page(body="<p>a<b>c" * 120_000))  # takes longer than it may, here as there
    for home, ray in (("there", nodes.address), ("here", None)):
        with open_assistant(tmp_path / home, ray=ray, max_file_mb=1) as assistant:
            reports.append(replace(assistant.refresh([press]), generation="", seconds=0.0))
    assert killed_parser()
    assert reports[0] == reports[1]
    assert {failure.where for failure in reports[0].failures} >= {"damaged.pdf", "some.zip/a.docx", "vast.jsonl"}
    assert_same(tmp_path / "here", tmp_path / "there")


def test_a_worker_with_another_version_is_refused(nodes: RunningNodes, quays: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "assistant", other / "assistant", ignore=shutil.ignore_patterns("weights", "__pycache__"))
    with (other / "assistant" / "articles.py").open("a") as file:
        file.write("# of another version\n")
    stranger = nodes.start(other)
    with open_assistant(tmp_path / "home", ray=nodes.address) as assistant:
        with pytest.raises(RefreshError, match=r"has article-assistant .*, not .*; install the same there"):
            assistant.refresh([quays])
    nodes.kill(stranger)
    nodes.await_loss(stranger)


@pytest.mark.usefixtures("quick_names")
def test_the_loss_of_the_head_leaves_the_index_as_it_was(
    nodes: RunningNodes, quays: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_gcs_rpc_server_reconnect_timeout_s", "3")  # instead of 20
    ebb = write_article(tmp_path, "ebb", "The tide went out at noon.")
    with open_assistant(tmp_path / "home") as assistant:
        assistant.refresh([ebb])
    with open_assistant(tmp_path / "home", Held(tmp_path), ray=nodes.address) as assistant:
        # A dot stands for no end of a line.
        failure = rf"^the Ray cluster at {nodes.address}: .*; the index is as it was$"
        with killed_once_held(nodes, 0, tmp_path), pytest.raises(RefreshError, match=failure):
            assistant.refresh([quays])
        assert titles(assistant) == {"ebb"}
    with open_assistant(tmp_path / "home") as assistant:
        assert len(assistant.refresh([quays]).added) == MANY + 1
