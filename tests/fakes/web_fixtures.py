"""Sites on loopback, for every test that reads the web."""

import contextlib
import subprocess
from collections.abc import Iterator

import pytest

from assistant.ingest.files import sandbox
from tests.ingest.web.site import Site, Web


@pytest.fixture(scope="session")
def hosts() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


Idle = list["subprocess.Popen[bytes]"]


@pytest.fixture(scope="session")
def idle_sandboxes() -> Iterator[Idle]:
    idle: Idle = []
    yield idle
    for process in idle:
        with process, contextlib.suppress(OSError):
            process.kill()


@pytest.fixture
def kept_sandbox(idle_sandboxes: Idle, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed sandbox leaves its process to the next one, as each start takes a third of a second."""
    start, end = sandbox._start, sandbox.Sandbox._end

    def take() -> "subprocess.Popen[bytes]":
        return idle_sandboxes.pop() if idle_sandboxes else start()

    def close(self: sandbox.Sandbox) -> None:
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None or self._interrupted:
                end(self)
            else:
                idle_sandboxes.append(process)
                self._process = None

    monkeypatch.setattr(sandbox, "_start", take)
    monkeypatch.setattr(sandbox.Sandbox, "close", close)


@pytest.fixture
def site(hosts: Web, kept_sandbox: None) -> Iterator[Site]:
    site = hosts.site()
    yield site
    hosts.end(site)
