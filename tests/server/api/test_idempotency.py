"""The same request with the same key makes nothing twice."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse, Response

from assistant.database import ExpiringMemory
from assistant.server.kept_responses import KEPT_FOR, MOST, MOST_BYTES, Claim, KeptResponses
from assistant.server.problems import Refusal
from tests.server.api.conftest import ANNA, BEN, As

KEY = {"idempotency-key": "4f1c"}


@pytest.fixture
def anna(client_of: As) -> TestClient:
    return client_of(ANNA)


def names(client: TestClient) -> list[str]:
    return [each["name"] for each in client.get("/collections").json()]


def test_what_is_sent_again_gets_the_same_response_and_is_not_made_again(anna: TestClient) -> None:
    first, again = (anna.post("/collections", json={"name": "Once"}, headers=KEY) for _ in range(2))
    assert again.status_code == 201 and again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true" and names(anna).count("Once") == 1


def test_another_body_under_the_same_key_is_refused(anna: TestClient) -> None:
    anna.post("/collections", json={"name": "One"}, headers={"idempotency-key": "one"})
    other = anna.post("/collections", json={"name": "Other"}, headers={"idempotency-key": "one"})
    assert other.status_code == 422 and other.json()["code"] == "idempotency_key_reused"
    assert "Other" not in names(anna)


def test_a_key_is_of_who_sends_it_and_of_what_it_is_sent_to(anna: TestClient, client_of: As) -> None:
    key = {"idempotency-key": "shared"}
    made = [who.post("/collections", json={"name": "Mine"}, headers=key).json() for who in (anna, client_of(BEN))]
    assert made[0]["id"] != made[1]["id"]
    assert anna.post("/conversations", json={"title": "Mine"}, headers=key).status_code == 201


def test_what_was_refused_can_be_tried_again(anna: TestClient) -> None:
    key = {"idempotency-key": "again"}
    assert anna.post("/collections", json={"name": " "}, headers=key).status_code == 422
    assert anna.post("/collections", json={"name": "Now"}, headers=key).status_code == 201


@pytest.mark.parametrize("key", ["a" * 201, "two words"])
def test_a_key_that_cannot_be_is_refused(anna: TestClient, key: str) -> None:
    response = anna.post("/collections", json={"name": "No"}, headers={"idempotency-key": key})
    assert response.status_code == 422 and "idempotency-key" in response.json()["detail"].lower()


def test_while_one_is_being_made_another_waits() -> None:
    kept = KeptResponses()
    assert isinstance(kept.begin(("anna", "key"), b"body"), Claim)
    with pytest.raises(Refusal) as refused:
        kept.begin(("anna", "key"), b"body")
    assert refused.value.status == 409


def test_a_response_is_kept_for_a_day_and_the_oldest_give_way() -> None:
    now = 0.0
    kept = KeptResponses(ExpiringMemory(MOST, MOST_BYTES, lambda: now))
    for number in range(20):
        claim = kept.begin((str(number),), b"")
        assert isinstance(claim, Claim)
        kept.finish(claim, JSONResponse("x" * 1_000_000))
    assert isinstance(kept.begin(("0",), b""), Claim) and isinstance(kept.begin(("19",), b""), Response)
    now = KEPT_FOR + 1
    assert isinstance(kept.begin(("19",), b""), Claim)


def test_who_may_do_less_now_is_not_given_what_they_made_when_they_might_more(client_of: As) -> None:
    key, sent = {"Idempotency-Key": "when-i-was-more"}, {"title": "Mine"}
    more, less = (client_of(replace(ANNA, role=role)) for role in ("maintainer", "reader"))
    first, second = (client.post("/conversations", json=sent, headers=key) for client in (more, less))
    assert first.json()["id"] != second.json()["id"]
