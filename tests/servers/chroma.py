"""A Chroma server for all tests of a process: `chroma` is the server, `chroma_collection` an empty collection on it."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from assistant.index.server.chroma_connection import ChromaConnection
from tests.fakes.nginx import free_port, wait_for

_numbers = count(1)
# What the program `chroma` does, without importing all of chromadb first, which takes longer than all the rest.
_PROGRAM = "import sys, chromadb_rust_bindings as chroma; chroma.cli(['chroma', *sys.argv[1:]])"


class ChromaProcess:
    """`chroma run` with its data in `folder`, at a free port of this machine; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._port = folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = ["run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self._port)]
        command = [sys.executable, "-c", _PROGRAM, *given]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        wait_for(self._port, self._process)

    def kill(self) -> None:
        """Kill it, as a machine does that loses its power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def connect(self, collection: str) -> ChromaConnection:
        """A connection to a collection, which is made by the first draft."""
        return ChromaConnection(self.url, collection)


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """A server for all tests of this process."""
    server = ChromaProcess(tmp_path_factory.mktemp("chroma"))
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture
def chroma_url(chroma: ChromaProcess) -> str:
    """Its address, as the setting `chroma` has it."""
    return chroma.url


@pytest.fixture
def chroma_collection() -> str:
    """The name of a collection of the test's own, as the setting `chroma_collection` has it."""
    return f"test-{next(_numbers)}"


@pytest.fixture
def chroma_connection(chroma: ChromaProcess, chroma_collection: str) -> Iterator[ChromaConnection]:
    """A connection to it."""
    connection = chroma.connect(chroma_collection)
    yield connection
    connection.close()
