"""A server in the process, over an assistant without an index."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from starlette.testclient import TestClient

from assistant import Assistant
from assistant.accounts import Accounts, PasswordHashes
from assistant.server import Service, application
from tests.accounts.support import QUICK
from tests.ui.events.support import FakeAssistant

OWN = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}


@contextmanager
def served(
    home: Path, *, peer: str = "127.0.0.1", base: str = "http://127.0.0.1", **settings: Any
) -> Iterator["Served"]:
    """A server of that home; requests come from the address `peer`."""
    assistant = cast(Assistant, FakeAssistant(home=home, **settings))
    service = Service.of(assistant)
    service.accounts.close()
    quick = Accounts(assistant.settings, hashes=PasswordHashes(QUICK))
    made = replace(service, accounts=quick)
    app = application(made, "127.0.0.1")
    with TestClient(app, base, client=(peer, 1234), follow_redirects=False) as client:
        yield Served(made, client)


class Served:
    """A server, and a browser of it."""

    def __init__(self, service: Service, browser: TestClient) -> None:
        self.service, self.browser = service, browser

    def another(self, peer: str = "127.0.0.1") -> TestClient:
        """Another browser, without cookies."""
        return TestClient(self.browser.app, str(self.browser.base_url), client=(peer, 1), follow_redirects=False)

    def enter(self, name: str, password: str, browser: TestClient | None = None, **headers: str) -> Any:
        """What the form to sign in answers."""
        data = {"username": name, "password": password}
        return (browser or self.browser).post("/login", data=data, headers={**OWN, **headers})

    @property
    def noted(self) -> list[tuple[str, str, str]]:
        """What is in the audit log, oldest first: who, action and target."""
        return [(entry.who, entry.action, entry.target) for entry in reversed(self.service.audit.entries())]
