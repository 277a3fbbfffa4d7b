"""A small corpus served in process, to whoever a test says that asks."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import Assistant
from assistant.accounts import Principal
from assistant.server.app import interfaces
from assistant.server.service import Service

As = Callable[[Principal], TestClient]

ANNA, BEN = Principal("anna", "reader", "session"), Principal("ben", "reader", "session")
MAINTAINER = Principal("mary", "maintainer", "token", "t1")
NOBODY = Principal()


class Served:
    """The interfaces of a service to one principal, as an ASGI application."""

    def __init__(self, service: Service, principal: Principal) -> None:
        self._app = interfaces(service)
        self._principal = principal

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["principal"] = self._principal
        await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def service(served_assistant: Assistant) -> Service:
    return Service.of(served_assistant)


@pytest.fixture(scope="module")
def client_of(service: Service) -> As:
    """A client that asks as that principal, at the address of the interface."""
    return lambda who: TestClient(Served(service, who), base_url="http://127.0.0.1/api/v1")
