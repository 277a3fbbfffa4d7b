"""Sites on loopback, for every test that reads the web."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.ingest.web.site import Site, Web
from tests.support import IdleSandboxes, keep_sandbox


@pytest.fixture(scope="session")
def hosts() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


@pytest.fixture(scope="session")
def idle_sandboxes() -> Iterator[IdleSandboxes]:
    idle: IdleSandboxes = []
    yield idle
    for process in idle:
        with process, contextlib.suppress(OSError):
            process.kill()


@pytest.fixture
def kept_sandbox(idle_sandboxes: IdleSandboxes, monkeypatch: pytest.MonkeyPatch) -> None:
    """See `keep_sandbox`."""
    keep_sandbox(monkeypatch, idle_sandboxes)


@pytest.fixture
def site(hosts: Web, kept_sandbox: None) -> Iterator[Site]:
    site = hosts.site()
    yield site
    hosts.end(site)
