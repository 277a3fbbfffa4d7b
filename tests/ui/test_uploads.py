"""Files that a maintainer hands in: who may, how big, how many, and for how long they are kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.testclient import TestClient

from assistant.server import READER_COOKIE
from tests.support import open_assistant
from ui.uploads import Uploads, owner_of, uploads


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> Iterator[Uploads]:
    kept = Uploads(clock, most_bytes=2_500_000)
    yield kept
    kept.close()


@pytest.fixture
def client(tmp_path: Path, kept: Uploads) -> Iterator[TestClient]:
    with open_assistant(tmp_path / "home", max_file_mb=1) as assistant:
        app = FastAPI()
        app.include_router(uploads(assistant, kept))

        @app.get("/owner")
        def owner(request: Request) -> str:
            return owner_of(request)

        with TestClient(app, cookies={READER_COOKIE: "ann"}) as client:
            yield client


def send(client: TestClient, data: bytes = b"x", name: str = "a.txt") -> str:
    answer = client.post("/upload", params={"name": name}, content=data)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["token"]
    return token


def test_a_file_is_kept_for_who_handed_it_in(client: TestClient, kept: Uploads) -> None:
    answer = client.post("/upload", content=b"\x00\xff", headers={"X-File-Name": "C%3A%5Cpapers%5Cd%C3%A9j%C3%A0.pdf"})
    assert answer.json() == {"token": answer.json()["token"], "name": "déjà.pdf", "size": 2}
    owner, token = client.get("/owner").json(), answer.json()["token"]
    upload = kept.get(token, owner)
    assert upload is not None and (upload.name, upload.data) == ("déjà.pdf", b"\x00\xff")
    client.cookies.set(READER_COOKIE, "bob")
    assert kept.get(token, client.get("/owner").json()) is None and kept.get("other", owner) is None
    kept.drop(token, owner)
    assert kept.get(token, owner) is None


@pytest.mark.parametrize(
    ("data", "name", "status", "detail"),
    [
        (b"x" * 1_000_001, "a.txt", 413, "This file is too big: more than 1 MB."),
        (b"x" * 5_000_000, "a.txt", 413, "This file is too big: more than 1 MB."),
        (b"", "a.txt", 400, "The file is empty"),
        (b"x", "", 400, "The file has no name"),
        (b"x", "papers/", 200, ""),
        (b"x", "\x00\n", 400, "The file has no name"),
    ],
)
def test_what_is_too_big_empty_or_without_a_name_is_refused_in_a_line(
    client: TestClient, kept: Uploads, data: bytes, name: str, status: int, detail: str
) -> None:
    answer = client.post("/upload", params={"name": name}, content=iter([data[:700_000], data[700_000:]]))
    assert answer.status_code == status and "\n" not in answer.text
    assert str(answer.json().get("detail", "")).startswith(detail)
    assert len(kept._kept) == (status == 200)


def test_files_are_forgotten_after_a_while_and_the_oldest_when_they_are_many(
    client: TestClient, kept: Uploads, clock: Clock
) -> None:
    tokens, owner = [send(client) for _ in range(21)], client.get("/owner").json()
    assert [kept.get(token, owner) is None for token in tokens] == [True] + [False] * 20
    paths = [one.path for one in kept._kept.values()]
    assert all(
        path.stat().st_mode & 0o777 in {0o600, 0o644} and path.parent.stat().st_mode & 0o77 == 0 for path in paths
    )
    clock.now = 1_801.0
    assert all(kept.get(token, owner) is None for token in tokens) and not any(path.exists() for path in paths)


def test_all_files_together_are_bounded(client: TestClient) -> None:
    for _ in range(2):
        send(client, b"x" * 1_000_000)
    answer = client.post("/upload", params={"name": "a.txt"}, content=b"x" * 600_000)
    assert answer.status_code == 429 and "Too many files wait" in answer.json()["detail"]
    send(client, b"x" * 400_000)
