"""Maintainers keep the corpus by REST; nobody else does, and a program reads only what is listed."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import Assistant, RefreshCallbacks, RefreshReport, StoppedError
from assistant.server import RefreshJobs, Service, application
from tests.support import open_assistant, write_article

BASE = "http://127.0.0.1"


@pytest.fixture
def assistant(listing: Path, quick_names: None) -> Iterator[Assistant]:
    """An assistant whose sources are listed and not read yet."""
    with open_assistant(listing.parent / "home", sources=listing, maintenance=True) as assistant:
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    """A maintainer's client of it."""
    with TestClient(application(Service.of(assistant), "127.0.0.1"), base_url=f"{BASE}/api/v1/") as client:
        yield client


def ended(client: TestClient, location: str) -> dict[str, Any]:
    """How a job stood at last, as its events tell it."""
    told = client.get(f"{BASE}{location}/events").text
    last: dict[str, Any] = json.loads(told.rpartition("data: ")[2])
    return last


def refreshed(client: TestClient, **body: Any) -> dict[str, Any]:
    begun = client.post("refreshes", json=body)
    assert begun.status_code == 202, begun.text
    return ended(client, begun.headers["location"])


def test_a_refresh_is_a_job_that_tells_how_it_goes_and_leaves_its_report(client: TestClient) -> None:
    job = refreshed(client)
    assert job["state"] == "done" and job["report"]["articles"] == 3 and job["ended"]
    assert client.get(f"refreshes/{job['id']}").json() == job == client.get("refreshes").json()[0]
    assert {source["name"] for source in job["report"]["sources"]} == {"tides", "council"}


def test_only_what_is_listed_is_read(client: TestClient, tmp_path: Path) -> None:
    write_article(tmp_path / "secret", "key", "The key is under the mat.")
    for name in (str(tmp_path / "secret"), "https://169.254.169.254/", "../secret", "tide"):
        refused = client.post("refreshes", json={"sources": [name]})
        assert refused.status_code == 422 and refused.json()["code"] == "settings"
        assert client.post(f"sources/{name.replace('/', '%2F')}/try").status_code == 404
    assert refreshed(client, sources=["council"], trial=True)["report"]["added"]
    assert client.post("refreshes", json={"path": "/etc"}).status_code == 422


class Held:
    """Work that goes on until it is told to stop."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def __call__(self, callbacks: RefreshCallbacks) -> RefreshReport:
        stopped = threading.Event()
        callbacks.stop.listen(stopped.set)
        callbacks.progress("reading", 2, 5)
        self.begun.set()
        stopped.wait(30)
        raise StoppedError("the refresh was stopped; the index is as it was")


def begin(jobs: RefreshJobs) -> str:
    """Begin a job that goes on; its id."""
    work = Held()
    job = jobs.begin("refresh", work, by="anna", owner="window:w")
    assert work.begun.wait(30)
    return job.status.id


def test_one_job_runs_at_a_time_whatever_began_it_and_can_be_cancelled(assistant: Assistant) -> None:
    service = Service.of(assistant)
    with TestClient(application(service, "127.0.0.1"), base_url=f"{BASE}/api/v1/") as client:
        name = begin(service.jobs)
        shown = client.get(f"refreshes/{name}").json()
        assert (shown["state"], shown["by"], shown["progress"]["done"]) == ("running", "anna", 2)
        for path, body in (("refreshes", {}), ("articles/remove", {"ids": ["a"]}), ("rollback", {})):
            refused = client.post(path, json=body)
            assert refused.status_code == 409 and name in refused.json()["detail"]
            assert refused.json()["code"] == "locked" and refused.json()["running"] == name
        client.delete(f"refreshes/{name}")
        assert ended(client, f"/api/v1/refreshes/{name}")["state"] == "cancelled"
        assert refreshed(client)["state"] == "done"


def test_a_server_that_stops_cancels_what_runs_and_begins_nothing(assistant: Assistant) -> None:
    service = Service.of(assistant)
    with TestClient(application(service, "127.0.0.1"), base_url=f"{BASE}/api/v1/") as client:
        name = begin(service.jobs)
        service.jobs.close()
        assert ended(client, f"/api/v1/refreshes/{name}")["state"] == "cancelled"
        assert client.post("refreshes", json={}).json()["code"] == "stopping"


def test_sources_are_listed_changed_paused_and_taken_off(client: TestClient, tmp_path: Path) -> None:
    write_article(tmp_path / "more", "rain", "It rained on Monday.")
    added = client.post("sources", json={"location": str(tmp_path / "more"), "kind": "folder", "every": "30m"})
    assert added.status_code == 201 and added.json()["every"] == "PT30M"
    place = BASE + added.headers["location"]
    assert client.get(place).json() == added.json()
    assert client.post(f"{place}/try").json()["articles"][0]["text"] == "It rained on Monday."
    assert client.patch(place, json={"publication": "The Rain", "every": None}).json()["publication"] == "The Rain"
    assert client.post(f"{place}/pause").json()["paused"] and not client.post(f"{place}/resume").json()["paused"]
    assert client.get(f"{place}/visits").json() == []
    assert client.delete(place).json()["name"] == "more"
    assert [source["name"] for source in client.get("sources").json()] == ["tides", "council"]
    assert client.post("sources", json={"location": "more"}).status_code == 422
    assert client.patch("sources/tides", json={"location": "/etc"}).status_code == 422


def test_a_file_a_form_and_a_text_are_looked_at_and_added(client: TestClient) -> None:
    refreshed(client)
    text = "Rain\n\nIt rained on Monday."
    for sent in (
        {"json": {"text": text}},
        {"content": text.encode(), "headers": {"x-file-name": "rain.txt"}},
        {"content": text.encode(), "params": {"name": "rain.txt"}},
        {"files": {"file": ("rain.txt", text.encode())}},
    ):
        seen = client.post("previews", **sent)
        assert seen.status_code == 200 and seen.json()["drafts"][0]["text"] == "It rained on Monday.", seen.text
    report = client.post("articles", json=seen.json() | {"failures": None, "notices": None})
    assert report.status_code == 422
    report = client.post("articles", json={"drafts": seen.json()["drafts"]})
    assert report.json()["articles"] == 4 and len(report.json()["added"]) == 1
    job = client.post("articles?wait=false", json={"drafts": seen.json()["drafts"]})
    assert job.status_code == 202 and ended(client, job.headers["location"])["state"] == "done"


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"It rained."},
        {"content": b"", "params": {"name": "rain.txt"}},
        {"files": {"other": ("rain.txt", b"It rained.")}},
        {"content": b"nothing", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"json": {"text": "a", "address": "b"}},
        {"json": {}},
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"json": {"address": "file:///etc/passwd"}},
    ],
)
def test_what_cannot_be_looked_at_is_told(client: TestClient, sent: dict[str, Any]) -> None:
    refused = client.post("previews", **sent)
    assert refused.status_code in (400, 422) and refused.json()["detail"]


def test_a_file_that_is_too_big_is_refused_and_nothing_of_it_kept(client: TestClient) -> None:
    data = b"a" * 30_000_001
    assert client.post("previews", content=data, params={"name": "a.txt"}).status_code == 413
    assert client.post("previews", files={"file": ("a.txt", data)}).status_code == 413


def test_what_is_removed_stays_away_until_it_is_restored(client: TestClient) -> None:
    first = refreshed(client)
    assert first["state"] == "done" and first["report"]["articles"] == 3, first
    (entry,) = client.get("articles", params={"text": "voted"}).json()["entries"]
    vote = entry["article"]["article_id"]
    removed = client.post("articles/remove", json={"ids": [vote]})
    assert removed.status_code == 200 and removed.json()["removed"] == [vote], removed.text
    assert client.get("articles/removed").json()[0]["id"] == vote
    assert refreshed(client, reread=True)["report"]["articles"] == 2
    assert client.post("articles/restore", json={"ids": [vote]}).status_code == 204
    assert refreshed(client, reread=True)["report"]["added"] == [vote]
    assert client.post("articles/remove", json={"ids": ["nothing"]}).json()["code"] == "refresh"


def test_a_rollback_starts_only_from_the_state_that_was_meant(client: TestClient, tmp_path: Path) -> None:
    before = refreshed(client)["report"]["generation"]
    write_article(tmp_path / "tides", "moon", "The moon was full.")
    after = refreshed(client)["report"]["generation"]
    assert client.post("rollback", json={"generation": before}).status_code == 409
    assert client.post("rollback", json={"generation": after}).json()["name"] == before


def test_the_home_is_checked_and_mended(client: TestClient) -> None:
    refreshed(client)
    assert client.post("check", json={}).json()["findings"]
    assert client.post("check", json={"repair": True}).json()["done"] == []


def test_readers_reach_nothing_of_it(listing: Path) -> None:
    with (
        open_assistant(listing.parent / "home", sources=listing) as assistant,
        TestClient(application(Service.of(assistant), "127.0.0.1"), base_url=f"{BASE}/api/v1/") as client,
    ):
        for method, path in (
            *(("GET", path) for path in ("sources", "sources/tides", "sources/tides/visits", "refreshes")),
            *(("GET", path) for path in ("refreshes/a", "refreshes/a/events", "articles/removed")),
            *(("POST", path) for path in ("sources", "sources/restore", "sources/tides/pause", "sources/tides/resume")),
            *(("POST", path) for path in ("sources/tides/try", "refreshes", "refreshes/a/cancel", "rollback", "check")),
            *(("POST", path) for path in ("previews", "articles", "articles/remove", "articles/restore")),
            *(("PATCH", "sources/tides"), ("DELETE", "sources/tides"), ("DELETE", "refreshes/a")),
        ):
            assert client.request(method, path).status_code == 403, path
