"""What is made over REST: watches, feedback, shared answers and collections, each once and each its owner's."""

import asyncio
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import Assistant
from assistant.server import Service
from tests.server.api.conftest import ANNA, BEN, MAINTAINER, NOBODY, As, Served

QUESTION = "Who said that nobody was hurt on the ferry Aurora?"


@pytest.fixture
def anna(client_of: As) -> TestClient:
    return client_of(ANNA)


@pytest.fixture
def ben(client_of: As) -> TestClient:
    return client_of(BEN)


@pytest.fixture
def maintainer(client_of: As) -> TestClient:
    return client_of(MAINTAINER)


def asked(client: TestClient) -> str:
    """The id of an answer."""
    return str(client.post("/ask", json={"question": QUESTION}).json()["id"])


def test_a_watch_is_ended_by_its_owner_or_a_maintainer(
    anna: TestClient, ben: TestClient, maintainer: TestClient
) -> None:
    for ending in (anna, maintainer):
        number = anna.post("/watches", json={"question": QUESTION}).json()["number"]
        assert ben.delete(f"/watches/{number}").status_code == 403
        assert ending.delete(f"/watches/{number}").status_code == 204
        assert ending.delete(f"/watches/{number}").status_code == 404


def test_a_question_that_is_watched_is_asked_in_its_turn(served_assistant: Assistant) -> None:
    service = Service.of(served_assistant)
    asyncio.run(service.room.finish(0))
    anna = TestClient(Served(service, ANNA), base_url="http://127.0.0.1/api/v1")
    assert anna.post("/watches", json={"question": QUESTION}).status_code == 503
    assert anna.get("/watches").json() == []


def test_others_do_not_learn_who_watches(anna: TestClient, ben: TestClient) -> None:
    number = anna.post("/watches", json={"question": QUESTION}).json()["number"]
    owners = [[watch["owner"] for watch in who.get("/watches").json()] for who in (anna, ben)]
    assert owners == [["anna"], [None]]
    assert anna.get("/watches/changes").json() == []
    anna.delete(f"/watches/{number}")


def test_only_an_answer_that_was_given_here_is_rated(anna: TestClient, ben: TestClient, maintainer: TestClient) -> None:
    answer = asked(anna)
    assert anna.post("/feedback", json={"answer": answer, "good": True, "reason": "Right."}).status_code == 201
    for who, identity in ((ben, answer), (anna, "0" * 32)):
        assert who.post("/feedback", json={"answer": identity, "good": False}).status_code == 404
        assert who.delete(f"/feedback/{identity}").status_code == 404
    assert [each["reason"] for each in maintainer.get("/feedback").json()] == ["Right."]
    assert anna.get("/feedback").status_code == 403
    assert anna.delete(f"/feedback/{answer}").status_code == 204
    assert maintainer.get("/feedback").json() == []


def test_a_shared_answer_is_read_by_its_key_and_taken_back_by_who_shared_it(
    anna: TestClient, ben: TestClient, maintainer: TestClient
) -> None:
    key = anna.post("/shared", json={"answer": asked(anna)}).json()["key"]
    found = ben.get(f"/shared/{key}").json()
    assert found["answer"]["question"] == QUESTION and found["owner"] == ""
    assert [len(who.get("/shared").json()) for who in (anna, ben, maintainer)] == [1, 0, 1]
    assert ben.delete(f"/shared/{key}").status_code == 404
    assert anna.delete(f"/shared/{key}").status_code == 204
    assert ben.get(f"/shared/{key}").status_code == 404


def test_where_nobody_signs_in_the_answers_id_takes_it_back(client_of: As) -> None:
    nobody = client_of(NOBODY)
    answer = asked(nobody)
    key = nobody.post("/shared", json={"answer": answer}).json()["key"]
    assert nobody.delete(f"/shared/{key}?answer={'0' * 32}").status_code == 404
    assert nobody.delete(f"/shared/{key}?answer={answer}").status_code == 204


def test_a_collection_gathers_answers_and_passages(anna: TestClient, ben: TestClient) -> None:
    path = f"/collections/{anna.post('/collections', json={'name': 'Ferries'}).json()['id']}"
    article = anna.get("/titles?prefix=tide").json()[0]["article_id"]
    passage = {"article_id": article, "start": 4, "end": 8}
    anna.post(f"{path}/items", json={"answer": asked(anna), "note": "Check."})
    items = anna.post(f"{path}/items", json={"passage": passage}).json()["items"]
    assert items[0]["content"]["answer"]["question"] == QUESTION
    assert items[1]["content"]["citation"]["quote"] == "tide"
    last = f"{path}/items/{items[1]['id']}"
    assert anna.patch(last, json={"place": 0, "note": "First."}).json()["items"][0]["note"] == "First."
    assert len(anna.delete(last).json()["items"]) == 1
    assert ("Ferries", 1) in [(each["name"], each["items"]) for each in anna.get("/collections").json()]
    assert ben.get(path).status_code == 404 and path[-32:] not in ben.get("/collections").text
    assert anna.patch(path, json={"name": "Piers"}).json()["name"] == "Piers"
    assert anna.delete(path).status_code == 204 and anna.get(path).status_code == 404


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"answer": "a", "passage": {"article_id": "a", "start": 0, "end": 1}},
        {"answer": {"question": "made up"}},
        {"passage": {"article_id": "a", "start": 0, "end": 1, "quote": "made up"}},
    ],
)
def test_nothing_made_up_is_collected(anna: TestClient, item: Any) -> None:
    path = f"/collections/{anna.post('/collections', json={'name': 'Ferries'}).json()['id']}"
    assert anna.post(f"{path}/items", json=item).status_code == 422
    assert anna.get(path).json()["items"] == []
    anna.delete(path)


def test_a_passage_is_of_its_article(anna: TestClient) -> None:
    path = f"/collections/{anna.post('/collections', json={'name': 'Ferries'}).json()['id']}"
    article = anna.get("/titles?prefix=tide").json()[0]["article_id"]
    for start, end in ((0, 10_000), (5, 5), (9, 3)):
        passage = {"article_id": article, "start": start, "end": end}
        assert anna.post(f"{path}/items", json={"passage": passage}).json()["code"] == "passage"
    anna.delete(path)


def test_collections_are_for_who_is_signed_in(client_of: As) -> None:
    response = client_of(NOBODY).post("/collections", json={"name": "Ferries"})
    assert response.status_code == 403 and response.json()["code"] == "not_signed_in"
