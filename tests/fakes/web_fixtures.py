"""Sites on loopback, for every test that reads the web."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

import pytest

from assistant.ingest.files.sandbox import Sandbox
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
    running, end = Sandbox._running_process, Sandbox._end

    def take(self: Sandbox) -> "subprocess.Popen[bytes]":
        if self._process is None and idle_sandboxes:
            self._process, self._owner = idle_sandboxes.pop(), os.getpid()
        return running(self)

    def close(self: Sandbox) -> None:
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None or self._interrupted:
                end(self)
            else:
                idle_sandboxes.append(process)
                self._process = None

    monkeypatch.setattr(Sandbox, "_running_process", take)
    monkeypatch.setattr(Sandbox, "close", close)


@pytest.fixture
def site(hosts: Web, kept_sandbox: None) -> Iterator[Site]:
    site = hosts.site()
    yield site
    hosts.end(site)
