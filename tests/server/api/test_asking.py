"""Questions over REST: whole, as events, and in a conversation."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from assistant import Answer
from tests.server.api.conftest import ANNA, BEN, NOBODY, As

QUESTION = "Who said that nobody was hurt on the ferry Aurora?"


@pytest.fixture
def client(client_of: As) -> TestClient:
    return client_of(NOBODY)


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream by name, without its comments."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n") if not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def test_an_answer_is_the_dataclass_with_its_outcome_and_an_id(client: TestClient) -> None:
    found = client.post("/ask", json={"question": QUESTION}).json()
    answer = TypeAdapter(Answer).validate_python(found)
    assert answer.question == QUESTION and answer.outcome == found["outcome"]
    assert len(found["id"]) == 32


@pytest.mark.parametrize(
    ("more", "headers"), [({"stream": True}, {}), ({}, {"accept": "text/event-stream"})], ids=["by body", "by header"]
)
def test_a_stream_ends_with_the_whole_answer(client: TestClient, more: Any, headers: Any) -> None:
    response = client.post("/ask", json={"question": QUESTION, **more}, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    names, values = zip(*events(response.text), strict=True)
    assert names[0] == "searched" and names[-1] == "finished"
    whole = client.post("/ask", json={"question": QUESTION}).json()
    assert values[-1]["answer"]["statements"] == whole["statements"]
    assert [value["statement"] for name, value in zip(names, values, strict=True) if name == "statement"] == list(
        whole["statements"]
    )


def test_a_fault_before_the_beginning_of_a_stream_is_a_problem(client: TestClient) -> None:
    response = client.post("/ask", json={"question": "Why?", "model": "no-such-model", "stream": True})
    assert response.status_code == 422 and response.headers["content-type"] == "application/problem+json"
    assert "no-such-model" in response.json()["detail"]


def test_filters_say_which_articles_may_be_used(client: TestClient) -> None:
    limited = {"question": QUESTION, "filters": {"until": "2020-01-01"}}
    assert client.post("/ask", json=limited).json()["citations"] == []


def test_a_follow_up_knows_the_answers_before_it(client: TestClient) -> None:
    conversation = client.post("/conversations", json={}).json()["id"]
    for question in ("Where did the ferry Aurora run aground?", "And who freed it?"):
        answer = client.post("/ask", json={"question": question, "conversation": conversation}).json()
    kept = client.get(f"/conversations/{conversation}").json()
    assert [turn["question"] for turn in kept["turns"]][-1] == "And who freed it?"
    assert kept["title"] == "Where did the ferry Aurora run aground?"
    assert answer["understood"]["follows"] and kept["turns"][-1]["id"] == answer["id"]


def test_a_conversation_is_private_to_whose_it_is(client_of: As) -> None:
    anna, ben = client_of(ANNA), client_of(BEN)
    conversation = anna.post("/conversations", json={"title": "Ferries"}).json()["id"]
    assert [each["title"] for each in anna.get("/conversations").json()] == ["Ferries"]
    assert ben.get("/conversations").json() == []
    for other in (ben, client_of(NOBODY)):
        assert other.get(f"/conversations/{conversation}").status_code == 404
        assert other.delete(f"/conversations/{conversation}").status_code == 404
        assert other.post("/ask", json={"question": "Why?", "conversation": conversation}).status_code == 404
    assert anna.patch(f"/conversations/{conversation}", json={"title": "Piers"}).json()["title"] == "Piers"
    assert anna.delete(f"/conversations/{conversation}").status_code == 204
    assert anna.get("/conversations").json() == []


def test_what_nobody_owns_is_reached_by_its_id_and_not_listed(client: TestClient) -> None:
    conversation = client.post("/conversations", json={}).json()["id"]
    assert client.get(f"/conversations/{conversation}").status_code == 200
    assert client.get("/conversations").json() == []


def test_a_briefing_is_an_answer(client: TestClient) -> None:
    assert client.post("/brief", json={"topic": "ferry Aurora"}).json()["question"] == (
        "What is the latest on ferry Aurora?"
    )


def test_suggestions_are_questions(client: TestClient) -> None:
    assert len(client.get("/suggestions?count=1").json()) <= 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"question": "Why?", "questoin": 1}, "body.questoin"),
        ({"question": "Why?", "filters": {"sources": []}}, "body.filters.sources"),
        ({"question": "Why?", "filters": {"since": "yesterday"}}, "body.filters.since"),
        ({"question": "Why?", "filters": {"since": 20250528}}, "body.filters.since"),
        ({"question": ""}, "body.question"),
        ({}, "body.question"),
        ([], "body"),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_body_is_named(client: TestClient, body: Any, named: str) -> None:
    response = client.post("/ask", json=body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["at"].startswith(named) and named in response.json()["detail"]


def test_a_question_without_words_is_told_so(client: TestClient) -> None:
    assert client.post("/ask", json={"question": "?!"}).json()["code"] == "question"


def test_a_body_that_is_not_said_to_be_json_is_told_how(client: TestClient) -> None:
    response = client.post("/ask", content='{"question": "Why?"}', headers={"content-type": "text/plain"})
    assert "Content-Type: application/json" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b'{"question": "\\ud800"}',
        b'{"\\ud800": 1, "question": "a"}',
        b'{"question": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"question": ' + b"9" * 5000 + b"}",
        b'{"question": "a", "filters": {"since": "9999-12-31T23:59:59-23:59"}}',
        b'{"question": "a", "filters": {"since": "0001-01-01T00:00:00+23:59", "source": ["\\u0000"]}}',
        b'{"question": "\\u0000a\\u202e", "filters": {"only": [], "without": ["\'--"]}}',
    ],
    ids=lambda body: repr(body[:40]),
)
def test_no_body_makes_the_server_fail(client: TestClient, body: bytes) -> None:
    response = client.post("/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (200, 400, 422)


def test_what_cannot_be_served_at_all_is_told_with_the_cure(client: TestClient) -> None:
    torn = client.post("/ask", content="{'question': 1}", headers={"content-type": "application/json"})
    assert torn.json()["detail"].startswith("body: this is no JSON, at character 1: ")
    assert client.get("/ask").json()["detail"] == "GET cannot be done here; send POST."
    assert "/api/v1/docs" in client.get("/asks").json()["detail"]
