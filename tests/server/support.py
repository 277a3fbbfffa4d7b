"""A server in this process over a small index, and what it says of itself."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from assistant import Answer
from assistant.accounts import Principal
from assistant.server import Service, application
from assistant.server.questions import answer

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@contextmanager
def client_of(service: Service, address: str = "127.0.0.1") -> Iterator[TestClient]:
    """A client at that address of a server without a window."""
    app = application(service, "127.0.0.1")
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False, client=(address, 5)) as client:
        yield client


def ask(service: Service, question: str) -> Answer:
    """The answer to a question of a program."""
    return asyncio.run(answer(service, Principal(), "127.0.0.1", question))


def samples(client: TestClient) -> Samples:
    """What /metrics has: values by name and labels."""
    text = client.get("/metrics").text
    families = text_string_to_metric_families(text)
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def value(found: Samples, name: str, **labels: str) -> float:
    """The one value with that name and those labels."""
    return found[name, frozenset(labels.items())]
