import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from shutil import disk_usage

import hypothesis
import pytest

from assistant import Assistant, Settings
from assistant.answering import pipeline
from assistant.index.derived import entities
from assistant.models import encoder
from assistant.models.embedders import open_embeddings
from assistant.utils import system
from tests import readings
from tests.support import THOROUGH, QuickNames, write_article

# The clock of test_time.py is for the main thread. One of Chroma's may have a stack for signals that is too small for
# this processor, and would end the process; threads that begin from now on leave that signal alone.
if hasattr(signal, "pthread_sigmask"):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
# How long an example takes is the machine's affair.
hypothesis.settings.register_profile("project", deadline=None, max_examples=200 if THOROUGH else 50)
hypothesis.settings.load_profile("project")
pytest_plugins = [
    "tests.fakes.web_fixtures",
    "tests.servers.chroma",
    "tests.servers.libraries",
    "tests.servers.places",
    "tests.servers.postgres",
]
# Made once per machine, shared by all tests that load the real model; taken before the settings are cleared.
CACHE = os.environ.get("ASSISTANT_CACHE")
MEMORY, ROOM = Path("/dev/shm"), 6 * 2**30  # bytes
# What takes longest comes first, so that no process is left alone with it at the end; what others read of the golden
# questions is known by then.
LONGEST = (
    "end_to_end/test_golden",
    "browser",
    "crash",
    "cluster",
    "end_to_end",
    "server",
    "maintenance",
    "verification",
    "answering",
    "ui",
    "test_time",
    "cli",
    "index",
    "ingest",
    "models",
    "retrieval",
    "test_",
)


def pytest_configure() -> None:
    """Have temporary files in memory where there is room: a disk takes 8 ms for each write that is to last."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM < _free_memory():
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
    if readings.FOLDER not in os.environ:
        os.environ[readings.FOLDER] = tempfile.mkdtemp(prefix="readings-")
        atexit.register(shutil.rmtree, os.environ[readings.FOLDER])


def _free_memory() -> int:
    """In bytes, as Linux tells it."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; each folder stays together, for what its tests share."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    path = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((place for place, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings, the working folder or the index of whoever runs it."""
    for name in list(os.environ):
        if name.upper().startswith("ASSISTANT_"):
            monkeypatch.delenv(name)
    if CACHE:
        monkeypatch.setenv("ASSISTANT_CACHE", CACHE)
    # A refresh by command would have this whole process, and all tests after it, stand back for the others.
    monkeypatch.setattr(system, "NICENESS", 0)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def models_opened_once() -> Iterator[None]:
    """The packaged models are opened once in a process, which takes 0.3 s; they serve all threads, and read alike."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(encoder, "open_embeddings", lru_cache(open_embeddings))
        patches.setattr(pipeline, "open_reader", readings.remembering_reader)
        yield


@pytest.fixture
def quick_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of which names are no concern."""
    monkeypatch.setattr(entities, "entity_recognizer", QuickNames)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample corpus, indexed with the real model."""
    home = tmp_path_factory.mktemp("sample")
    with Assistant.open(_settings(home)) as assistant:
        assistant.refresh()
    return home


@pytest.fixture
def no_gguf_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, which has no chat model."""
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def sample(sample_home: Path) -> Iterator[Assistant]:
    """An assistant over the sample corpus."""
    with Assistant.open(_settings(sample_home)) as assistant:
        yield assistant


def _settings(home: Path) -> Settings:
    return Settings(home=home, **({"cache": CACHE} if CACHE else {}))


@pytest.fixture
def settings_home(tmp_path: Path) -> Settings:
    """Settings with an empty home."""
    return _settings(tmp_path / "home")


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    """A file that lists two folders, of two articles and of one."""
    write_article(tmp_path / "tides", "ebb", "The tide went out at noon.")
    write_article(tmp_path / "tides", "flow", "The tide came in at six.")
    write_article(tmp_path / "council", "vote", "The council voted on Monday.")
    path = tmp_path / "sources.toml"
    path.write_text('[tides]\nfolder = "tides"\npublication = "The Tide"\n\n[council]\nfolder = "council"\n')
    return path
