"""What servers of one database share: requests that are made once, conversations, and sign-ins that are under way."""

from collections.abc import Iterator
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response
from starlette.testclient import TestClient

from assistant import Filters
from assistant.accounts import Principal
from assistant.database import Database, ExpiringTable
from assistant.errors import AssistantError
from assistant.maintenance import CollectionStore
from assistant.server import Service
from assistant.server.given_answers import GivenAnswers
from assistant.server.kept_responses import KEPT_FOR, LEASE, Claim, KeptResponses
from assistant.server.openai_protocol.remembered import RememberedAnswers
from assistant.server.problems import Refusal
from tests.accounts.support import Clock
from tests.fakes.oidc import Provider
from tests.server.api.conftest import ANNA
from tests.server.api.conftest import Served as Interfaces
from tests.server.people import Served, served
from tests.server.served import answered, cited
from tests.server.test_oidc import back, begun, settings
from tests.servers.places import opened

KEY, RAINED = ("anna", "POST", "/collections", "4f1c"), answered("Did it rain?", cited())


@pytest.fixture
def place(tmp_path: Path, postgres_url: str) -> Database:
    return Database(tmp_path, SecretStr(postgres_url))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def two(place: Database, clock: Clock) -> list[KeptResponses]:
    """What two servers know of idempotency keys."""
    return [KeptResponses(ExpiringTable(place, "response", 100, clock), clock) for _ in range(2)]


def begun_by(server: KeptResponses, body: bytes = b"{}") -> Claim:
    claim = server.begin(KEY, body)
    assert isinstance(claim, Claim)
    return claim


def refused(server: KeptResponses, body: bytes = b"{}") -> str:
    with pytest.raises(Refusal) as told:
        server.begin(KEY, body)
    return told.value.code


def test_another_server_gives_the_response_again(two: list[KeptResponses], clock: Clock) -> None:
    one, other = two
    claim = begun_by(one)
    assert refused(other) == "idempotency_key_in_progress"
    one.finish(claim, JSONResponse({"id": 7}, 201, {"location": "collections/7"}))
    clock.seconds += KEPT_FOR - 1
    again = other.begin(KEY, b"{}")
    assert isinstance(again, Response) and (again.status_code, again.body) == (201, b'{"id":7}')
    assert again.headers["location"] == "collections/7"
    assert refused(other, b"another body") == "idempotency_key_reused"
    clock.seconds += 2
    begun_by(other)


def test_what_a_killed_server_had_not_made_yet_is_made_by_another(
    two: list[KeptResponses], place: Database, clock: Clock
) -> None:
    collections, (one, other) = CollectionStore(place), two
    claim = begun_by(one)
    clock.seconds += LEASE + 1
    taken = begun_by(other)
    # It was slow, and not dead: what it makes now is not made.
    with one.noting(claim), pytest.raises(Refusal):
        collections.new("anna", "Mine")
    assert collections.of("anna") == []
    with other.noting(taken):
        collections.new("anna", "Mine")
    one.drop(claim)
    other.finish(taken, JSONResponse({}, 201))
    assert isinstance(one.begin(KEY, b"{}"), Response) and len(collections.of("anna")) == 1


def test_what_a_killed_server_had_made_is_not_made_twice(
    two: list[KeptResponses], place: Database, clock: Clock
) -> None:
    one, other = two
    with one.noting(begun_by(one)):
        CollectionStore(place).new("anna", "Mine")
    assert refused(other) == "idempotency_key_in_progress"
    clock.seconds += LEASE + 1
    assert refused(other) == "idempotency_key_made"


def test_what_was_made_before_a_request_failed_is_told(two: list[KeptResponses], place: Database) -> None:
    one, other = two
    claim = begun_by(one)
    with one.noting(claim):
        CollectionStore(place).new("anna", "Mine")
    one.drop(claim)
    assert refused(other) == "idempotency_key_made"


def test_what_failed_before_anything_was_made_can_be_tried_again(two: list[KeptResponses], place: Database) -> None:
    one, other = two
    claim = begun_by(one)
    with one.noting(claim), pytest.raises(AssistantError):
        CollectionStore(place).new("anna", " ")
    one.drop(claim)
    begun_by(other)


def test_what_goes_on_after_the_response_is_no_part_of_the_request(two: list[KeptResponses], place: Database) -> None:
    one, other = two
    claim = begun_by(one)
    with one.noting(claim):
        job = copy_context()
    one.finish(claim, JSONResponse({"job": 1}, 202))
    job.run(CollectionStore(place).new, "anna", "By the job")
    assert len(CollectionStore(place).of("anna")) == 1
    assert isinstance(other.begin(KEY, b"{}"), Response)


def test_an_answer_that_one_gave_is_known_to_the_others_by_whom_it_was_given_to(place: Database) -> None:
    one, other = GivenAnswers.of(place), GivenAnswers.of(place)
    identity = one.put("anna", RAINED, Filters(source="The Weekly"))
    assert other.get("anna", identity) == (RAINED, Filters(source="The Weekly"))
    assert other.get("ben", identity) is None and other.get(None, identity) is None


def test_a_chat_goes_on_at_another_server(place: Database) -> None:
    one, other = RememberedAnswers.of(place), RememberedAnswers.of(place)
    one.keep(Principal("ann", by="token"), "It rained. [1]", RAINED)
    assert other.find(Principal("ann", by="token"), "It rained. [1]\n") == RAINED
    assert other.find(Principal("ben", by="token"), "It rained. [1]") is None


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider().running() as provider:
        yield provider


@pytest.fixture
def both(tmp_path: Path, postgres_url: str, provider: Provider) -> Iterator[list[Served]]:
    with ExitStack() as stack:
        options = {**settings(provider), "index": SecretStr(postgres_url)}
        yield [stack.enter_context(served(tmp_path / name, **options)) for name in "ab"]


def test_who_begins_to_sign_in_at_one_may_come_back_to_another_once(both: list[Served], provider: Provider) -> None:
    one, other = both
    address = provider.authorize(begun(one.browser))
    kept = dict(one.browser.cookies)
    other.browser.cookies.update(kept)
    assert back(other.browser, address).status_code == 303
    assert other.browser.get("/api/v1/me").json()["name"] == "oidc:anna"
    # Who saw the address and has the cookie of before gets nothing by it, at no server.
    for server in both:
        thief = server.another()
        thief.cookies.update(kept)
        assert back(thief, address).status_code == 401
        assert thief.get("/api/v1/me").status_code == 401
    assert urlsplit(address).path == "/login/callback"


class Killed(KeptResponses):
    """Those of a server that is killed when it has made something, before it responds."""

    def finish(self, claim: Claim, response: Response) -> None:
        pass


def test_a_request_is_carried_out_once_whichever_server_it_comes_to(place: Database, clock: Clock) -> None:
    def responses(kind: type[KeptResponses]) -> KeptResponses:
        return kind(ExpiringTable(place, "response", 100, clock), clock)

    def make(client: TestClient, key: str) -> Any:
        return client.post("/collections", json={"name": key}, headers={"idempotency-key": key})

    with opened(place) as one, opened(place) as other:
        kinds = ((one, Killed), (one, KeptResponses), (other, KeptResponses))
        services = [replace(Service.of(each), responses=responses(kind)) for each, kind in kinds]
        dying, second, third = (TestClient(Interfaces(each, ANNA), "http://127.0.0.1/api/v1") for each in services)
        made, again = make(second, "one"), make(third, "one")
        assert made.status_code == 201 and again.json() == made.json() and again.headers["idempotent-replayed"]
        assert make(dying, "two").status_code == 201
        clock.seconds += LEASE + 1
        told = make(third, "two")
        assert told.status_code == 409 and told.json()["code"] == "idempotency_key_made"
        assert sorted(each["name"] for each in third.get("/collections").json()) == ["one", "two"]
