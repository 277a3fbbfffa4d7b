"""Several servers of one index, behind a real nginx: each sees what any of them did, and one may die at any time."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Assistant, Settings
from assistant.accounts import Accounts
from assistant.evaluation.benchmarks.started_servers import free_port, nginx
from tests.fakes.nginx import NGINX
from tests.forked import Forked, forked
from tests.support import write_article

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
QUESTION = "Who praised the harbour?"
WORD = "correct horse battery"


@dataclass
class Served:
    """A server of the index at its own port."""

    process: Forked
    address: str

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def serving(settings: Settings, home: Path) -> Iterator[Served]:
    """A server of its own process and home, over the index of `settings`."""
    home.mkdir()
    given = {
        **os.environ,
        "ASSISTANT_INDEX": settings.index.get_secret_value(),
        "ASSISTANT_CHROMA": settings.chroma or "",
        "ASSISTANT_CHROMA_COLLECTION": settings.chroma_collection,
        "ASSISTANT_TRUSTED_PROXIES": "127.0.0.1",
    }
    with forked(
        "assistant", "serve", "--home", str(home), "--port", "0", environment=given, errors=home / "log"
    ) as one:
        line = one.stdout.readline()
        assert "http://" in line, (home / "log").read_text()
        yield Served(one, next(word for word in line.split() if word.startswith("http://")).rstrip("/."))


@pytest.fixture
def settings(server_settings: dict[str, Any]) -> Settings:
    cache = os.environ.get("ASSISTANT_CACHE")
    return Settings(**{**server_settings, **({"cache": cache} if cache else {})})


def asked(address: str, token: str, *after: str) -> dict[str, Any]:
    signed = {"Authorization": f"Bearer {token}"}
    body = {"question": QUESTION, "history": after}
    answer = httpx.post(f"{address}/api/v1/ask", json=body, headers=signed, timeout=60)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def quotes(address: str, token: str) -> str:
    return str(asked(address, token)["text"])


def test_each_sees_what_any_of_them_did_and_one_may_be_killed(
    settings: Settings, tmp_path: Path, quick_names: None
) -> None:
    articles = tmp_path / "articles"
    write_article(articles, "harbour", "Anna Berg praised the harbour of Pellinsea on Monday.")
    with ExitStack() as held:
        maintainer = held.enter_context(Assistant.open(settings))
        maintainer.refresh([articles])
        both = [held.enter_context(serving(settings, tmp_path / f"home{number}")) for number in (1, 2)]
        # As deploy/nginx-servers.conf has it, and the third machine is gone.
        ports = [*(int(one.address.rpartition(":")[2]) for one in both), free_port()]
        site = held.enter_context(nginx(tmp_path / "nginx", dict(enumerate(ports, 1))))
        # Who is let in by one is let in by all.
        token = token_of(Accounts(settings))
        first = [quotes(one.address, token) for one in both]
        assert first[0] == first[1] and "Anna Berg praised" in first[0]
        # A refresh by another process is seen by both at their next question.
        write_article(articles, "harbour", "Bo Lind praised the harbour of Pellinsea on Tuesday.")
        maintainer.refresh()
        second = [asked(one.address, token) for one in both]
        assert second[0]["text"] == second[1]["text"] and "Bo Lind praised" in second[0]["text"]
        browser = held.enter_context(httpx.Client(base_url=site, timeout=60))
        known = {browser.get("/login").headers["x-upstream"].rpartition(" ")[2] for _ in range(4)}
        assert len(known) == 1  # a window stays where it is known
        # Whoever answers may die; the other goes on, behind the same address, also from what that one had answered.
        both[0].kill()
        assert [quotes(site, token) for _ in range(2)] == [second[0]["text"]] * 2
        assert "Bo Lind praised" in asked(site, token, second[0]["id"])["text"]
        assert all(browser.get("/login").status_code == 200 for _ in range(4))


def token_of(accounts: Accounts) -> str:
    """The token of a reader."""
    accounts.add_user("anna", WORD, "maintainer")
    principal = accounts.sign_in("anna", WORD, "127.0.0.1")
    assert principal is not None
    return accounts.make_token(principal, "script")[1]
