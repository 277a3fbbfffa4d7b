"""The description of the interface has examples that are real, and its page needs nothing from elsewhere."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import Assistant, Settings
from assistant.accounts import Principal
from assistant.server.api import ROUTERS
from assistant.server.api.forms import EXAMPLE_ID
from assistant.server.api.reference import page
from assistant.server.service import Service
from tests.conftest import CACHE
from tests.server.api.conftest import ANNA, NOBODY, As, Served
from tests.server.api.test_asking import events
from tests.support import ROOT

PREFIX = "http://127.0.0.1:7860"


@pytest.fixture
def over_samples(sample_home: Path, tmp_path: Path) -> Iterator[As]:
    """A client of a server over the sample articles, to whom what is made leaves nothing behind."""
    home = shutil.copytree(sample_home, tmp_path / "home")
    with Assistant.open(Settings(home=home, **({"cache": CACHE} if CACHE else {}))) as assistant:
        service = Service.of(assistant)

        def client(who: Principal) -> TestClient:
            return TestClient(Served(service, who), base_url=PREFIX)

        yield client


def examples(operation: Any, description: Any) -> list[Any]:
    """The bodies that are shown for an operation; None for one without a body."""
    if "requestBody" not in operation:
        return [None]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    found: list[Any] = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]].get("examples", [])
    return found


def parameters(operation: Any) -> dict[str, Any]:
    """The parameters of an operation as its examples have them; those that it needs have some."""
    found = [each for each in operation.get("parameters", []) if each["in"] == "query"]
    assert all("examples" in each["schema"] for each in found if each.get("required"))
    return {each["name"]: each["schema"]["examples"][0] for each in found if "examples" in each["schema"]}


def made(client: TestClient) -> dict[str, str]:
    """One of everything, by what its id is called."""
    api = f"{PREFIX}/api/v1"
    answer = client.post(f"{api}/ask", json={"question": "Who condemned the attack?"}).json()["id"]
    collection = client.post(f"{api}/collections", json={"name": "Ferries"}).json()["id"]
    items = client.post(f"{api}/collections/{collection}/items", json={"answer": answer}).json()["items"]
    return {
        "answer_id": answer,
        "collection_id": collection,
        "item_id": items[0]["id"],
        "conversation_id": client.post(f"{api}/conversations", json={}).json()["id"],
        "number": str(client.post(f"{api}/watches", json={"question": "Who condemned the attack?"}).json()["number"]),
        "key": client.post(f"{api}/shared", json={"answer": answer}).json()["key"],
        "token_id": client.post(f"{api}/tokens", json={"name": "script"}).json()["id"],
        "story_id": client.get(f"{api}/stories").json()[0]["id"],
        "article_id": "21edb5bd7a35a867",  # as the description names it
    }


@pytest.mark.model
def test_every_example_is_served(over_samples: As) -> None:
    client = over_samples(replace(ANNA, person="anna#1"))
    description = client.get(f"{PREFIX}/api/v1/openapi.json").json()
    ids, unshown = made(client), []
    own = {tag for router in ROUTERS for tag in router.tags}
    for method in ("get", "post", "patch", "delete"):
        # What is deleted last is what has the others.
        for path, item in sorted(description["paths"].items(), key=lambda each: -len(each[0])):
            if (operation := item.get(method)) and own.intersection(operation.get("tags", [])):
                bodies = examples(operation, description)
                unshown += [] if bodies else [path]
                for body in bodies:
                    sent = json.loads(json.dumps(body).replace(EXAMPLE_ID, ids["answer_id"]))
                    address = f"{PREFIX}{path.format(**ids)}"
                    response = client.request(method, address, params=parameters(operation), json=sent)
                    assert response.is_success or response.status_code == 403, (method, path, sent, response.text)
    assert unshown == []


@pytest.mark.model
def test_the_answer_that_is_shown_is_the_answer(over_samples: As) -> None:
    client = over_samples(NOBODY)
    routes = client.get(f"{PREFIX}/api/v1/openapi.json").json()["paths"]
    examples = routes["/api/v1/ask"]["post"]["responses"]["200"]["content"]
    shown = examples["application/json"]["example"]
    given = client.post(f"{PREFIX}/api/v1/ask", json={"question": shown["question"]}).json()
    changing = {name: shown[name] for name in ("id", "timings", "corpus", "confidence")}
    assert given | changing == shown and given.keys() == shown.keys()
    stream = client.post(f"{PREFIX}/api/v1/ask", json={"question": shown["question"], "stream": True})
    told = [events(text)[:-1] for text in (stream.text, examples["text/event-stream"]["example"])]
    assert told[0] == told[1]


@pytest.mark.model
def test_the_curl_lines_of_the_page_are_served(over_samples: As) -> None:
    """In their order, each with the ids that those before it gave."""
    client, ids = over_samples(NOBODY), dict[str, str]()
    text = (ROOT / "docs" / "rest.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"^```bash\n(.*?)^```", text, re.M | re.S) for line in block.splitlines()]
    assert len(lines) > 20
    for line in lines:
        for name, value in ids.items():
            line = line.replace(f"${name}", value)
        kept = re.fullmatch(r"(\w+)=\$\((.*) \| jq -r \.id\)", line)
        method, address, body, headers = curl(kept[2] if kept else line)
        response = client.request(method, address, content=body, headers=headers)
        assert response.is_success, (line, response.text)
        if kept:
            ids[kept[1]] = response.json()["id"]
    assert ids.keys() == {"CONVERSATION", "ANSWER"}


def curl(line: str) -> tuple[str, str, str | None, dict[str, str]]:
    """The method, address, body and headers that a command line of curl sends."""
    words = shlex.split(line)
    assert words[0] == "curl"
    values = {option: words[words.index(option) + 1] for option in ("-X", "--json", "-H") if option in words}
    body = values.get("--json")
    headers = {"content-type": "application/json"} if body else {}
    if "-H" in values:
        headers |= dict([values["-H"].split(": ", 1)])
    address = next(word for word in words if word.startswith("http"))
    return values.get("-X", "POST" if body else "GET"), address, body, headers


def test_bearer_tokens_are_described(client_of: As) -> None:
    description = client_of(NOBODY).get("/openapi.json").json()
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert all(path.startswith("/api/v1/") for path in description["paths"])
    assert all(operation["description"] for item in description["paths"].values() for operation in item.values())


def test_every_name_that_the_description_refers_to_is_in_it(client_of: As) -> None:
    text = client_of(NOBODY).get("/openapi.json").text
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named <= set(json.loads(text)["components"]["schemas"])


def test_the_page_shows_every_route_and_needs_nothing_from_elsewhere(client_of: As) -> None:
    client = client_of(NOBODY)
    response = client.get("/docs")
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in response.text
    assert "<script" not in response.text and "http" not in re.sub(r"&quot;http[^&]*&quot;", "", response.text)
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_what_a_description_says_is_shown_as_text() -> None:
    bad = "<script>alert(1)</script>"
    operation = {"description": bad, "tags": [bad], "responses": {"200": {"description": bad}}}
    shown = page(
        {
            "info": {"title": bad, "description": bad},
            "paths": {f"/{bad}": {"get": operation}},
            "components": {"schemas": {"Bad": {"description": bad, "properties": {bad: {"type": bad}}}}},
        }
    )
    assert "<script" not in shown
