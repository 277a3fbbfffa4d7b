"""What is noted of each request once it is served: it is counted, and a line of the log tells of it.

Neither has its path, which may name what somebody reads, but the template that the path is of.
"""

import logging
from typing import Any

from assistant.server.metrics import Metrics
from assistant.server.problems import Message
from assistant.utils import log_event

_log = logging.getLogger(__name__)

NO_ROUTE = "(none)"
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked for all day by programs that watch the server


def note_route(scope: Message, route: str) -> None:
    """Note the template that the path of a request is of; "" for one that nothing has."""
    scope["state"]["route"] = route


def served(metrics: Metrics, scope: Message, status: int, seconds: float) -> None:
    """Count a request and log it; `status` is 0 for one that broke off before its response."""
    state = scope.get("state", {})
    route = state.get("route") or NO_ROUTE
    metrics.requested(scope["method"], route, status, seconds)
    if route in _QUIET or "{file" in route:
        return
    who = state.get("principal")
    about: dict[str, Any] = {} if who is None else {"by": who.by, "role": who.role, "user": who.name}
    log_event(_log, "request", method=scope["method"][:10], route=route, status=status, seconds=seconds, **about)
