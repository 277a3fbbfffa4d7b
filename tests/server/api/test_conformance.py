"""What the description of the interface promises holds for requests that nobody would think of."""

import os
from contextlib import suppress
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from assistant.server.service import Service
from tests.server.api.conftest import MAINTAINER, Served

EXAMPLES = int(os.environ.get("API_EXAMPLES", "3"))  # requests for each route, of each kind
QUIETLY = settings(
    max_examples=EXAMPLES, deadline=None, database=None, print_blob=False, suppress_health_check=list(HealthCheck)
)


def test_every_response_is_as_described(service: Service) -> None:
    """Also to what is not as described: each is refused, and nothing fails."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", Served(service, MAINTAINER))
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    faults = [_fault(operation, mode) for operation in operations for mode in schemathesis.GenerationMode]
    assert not any(faults), "\n\n".join(filter(None, faults))


def _fault(operation: Any, mode: schemathesis.GenerationMode) -> str | None:
    """What is found of an operation by requests that are as described, or that are not."""

    @QUIETLY
    @given(case=operation.as_strategy(generation_mode=mode))
    def responds(case: schemathesis.Case[Any]) -> None:
        response = case.call_and_validate(excluded_checks=[positive_data_acceptance])
        if mode is schemathesis.GenerationMode.POSITIVE:  # it may be refused for what it says, not for its form
            assert response.status_code < 400 or response.json()["code"] != "invalid", response.text

    try:
        with suppress(Unsatisfiable):  # of a route without parameters nothing can be wrong
            responds()
    except (FailureGroup, AssertionError) as error:
        return f"{operation.label} ({mode.value}): {getattr(error, 'exceptions', error)}"
    return None
