"""What whoever runs a Chroma server is told when it cannot be used: one line, with its address and a cure, no token."""

import json
import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from assistant import Article, AssistantError, Chunk, Settings, SettingsError, StorageError
from assistant.errors import NoSpaceError
from assistant.index import NamedChunk
from assistant.index.server.chroma_connection import ChromaConnection, connect
from assistant.index.server.chroma_server import ServerVectorDraft, ServerVectors
from tests.fakes.loopback import QuietHandler, listening
from tests.fakes.nginx import NGINX, free_port, nginx
from tests.support import ROOT

_TOKEN = "token-that-nobody-may-see"


class Refusing(QuietHandler):
    """Answers everything alike, and notes what it was sent."""

    status, body, kind = 200, b"", "application/json"
    tokens: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.tokens.append(self.headers.get("x-chroma-token"))
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)


def told(status: int, error: str = "", *, kind: str = "application/json", token: str | None = _TOKEN) -> str:
    """What is said of a server that answers with this."""
    body = json.dumps({"error": "SomeError", "message": error}).encode()
    tokens: list[str | None] = []
    handler = type("Handler", (Refusing,), {"status": status, "body": body, "kind": kind, "tokens": tokens})
    with listening(handler) as address:
        connection = ChromaConnection(address, "articles", token=token, tenant="t", database="d", patience=0)
        with pytest.raises(AssistantError) as caught:
            ServerVectors(connection, 1).count()
        assert set(tokens) == {token}
        connection.close()
        line = str(caught.value)
        assert address in line and _TOKEN not in line and "\n" not in line
        assert isinstance(caught.value, NoSpaceError if "no space" in line else StorageError)
        return line.replace(address, "ADDRESS")


@pytest.mark.parametrize(
    ("status", "error", "line"),
    [
        (401, "", "does not let the assistant in (401); correct the setting chroma_token"),
        (403, "Forbidden", "does not let the assistant in (403); correct the setting chroma_token"),
        (404, "Collection [articles] does not exist", "has no collection articles in database d of tenant t; "),
        (400, "Database [d] does not exist", "has no collection articles in database d of tenant t; "),
        (429, "Quota exceeded", "is asked too much"),
        (500, "error returned from database: (code: 13) database or disk is full", "no space left on the disk of"),
        (500, "something else\nin two lines", "failed (500: "),
        (413, "", "let it take bodies of 40 MB"),
    ],
)
def test_what_a_server_refuses_is_one_line_with_a_cure(status: int, error: str, line: str) -> None:
    assert line in told(status, error)


def test_a_token_that_is_not_set_is_asked_for() -> None:
    assert told(401, token=None).endswith("(401); set chroma_token")


@pytest.mark.parametrize("status", [200, 404, 301])
def test_another_server_than_one_of_chroma_is_told(status: int) -> None:
    assert "correct the setting chroma" in told(status, kind="text/html")


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed: a token was NOT tested with a real proxy")
def test_a_proxy_before_it_lets_in_who_has_the_token(chroma_url: str, tmp_path: Path) -> None:
    words = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "servers.md").read_text(encoding="utf-8"), re.S)
    assert words is not None
    locations = words[1].replace("http://127.0.0.1:8000", chroma_url).replace("TOKEN", _TOKEN)
    big = np.ones((1000, 384), np.float32) / np.float32(384**0.5)
    rows = [
        (Article("a", "t", "x"), NamedChunk(f"{number:032x}", "c", Chunk("a", 0, 1, "x"))) for number in range(1000)
    ]
    with nginx(tmp_path, locations) as port:
        settings = {"chroma": f"http://127.0.0.1:{port}", "chroma_collection": "behind-a-proxy"}
        with closing(connect(Settings(**settings, chroma_token=_TOKEN))) as connection:
            draft = ServerVectorDraft(connection, 1)
            draft.put(rows, big)
            assert draft.count() == 1000
        with closing(connect(Settings(**settings))) as without:
            with pytest.raises(StorageError, match=r"does not let the assistant in \(401\); set chroma_token"):
                ServerVectors(without, 1).count()


def test_a_server_that_is_not_there_is_told() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    connection = ChromaConnection(address, "articles", token=_TOKEN, patience=0.2)
    with pytest.raises(StorageError, match=rf"at {address} cannot be reached .*; start it, or correct the setting"):
        ServerVectors(connection, 1).ids()
    connection.close()


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with closing(ChromaConnection(address, "articles", timeout=0.3)) as connection:
            with pytest.raises(StorageError, match=rf"at {address} does not answer within 0\.3 s"):
                ServerVectors(connection, 1).ids()


def test_a_collection_that_was_never_made_is_told_and_used_once_it_is(chroma_connection: ChromaConnection) -> None:
    reader = ServerVectors(chroma_connection, 1)
    with pytest.raises(StorageError, match=r"has no collection test-.* or run assistant refresh, which fills it"):
        reader.count()
    assert ServerVectorDraft(chroma_connection, 1).count() == 0
    assert reader.count() == 0


def test_a_database_of_its_own_is_made_by_the_first_draft(chroma_url: str) -> None:
    settings = Settings(chroma=chroma_url, chroma_database="news.desk", chroma_collection="one")
    with closing(connect(settings)) as connection:
        assert ServerVectorDraft(connection, 1).count() == ServerVectors(connection, 1).count() == 0
    with closing(connect(Settings(chroma=chroma_url, chroma_collection="one"))) as elsewhere:
        with pytest.raises(StorageError, match="no collection one in database default_database"):
            ServerVectors(elsewhere, 1).count()


def test_many_threads_open_it_at_once_and_nothing_is_written_beside(chroma_connection: ChromaConnection) -> None:
    ServerVectorDraft(chroma_connection, 1).count()
    chroma_connection.close()
    before = sorted(Path.cwd().rglob("*"))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: ServerVectors(chroma_connection, 1).count(), range(32))) == [0] * 32
    assert sorted(Path.cwd().rglob("*")) == before


def test_what_the_environment_says_of_chroma_is_not_taken(
    chroma_connection: ChromaConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text("CHROMA_SERVER_HOST=elsewhere\n")
    for name, value in {"HOST": "elsewhere", "HTTP_PORT": "1", "SSL_ENABLED": "true"}.items():
        monkeypatch.setitem(os.environ, f"CHROMA_SERVER_{name}", value)
    assert ServerVectorDraft(chroma_connection, 1).count() == 0


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "http://user:word@host:8000", "ftp://host", "http://host/?a=b"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(SettingsError, match="setting chroma"):
        Settings(chroma=address)
    with pytest.raises(SettingsError, match="chroma_token is set and chroma is not"):
        Settings(chroma_token=_TOKEN)
