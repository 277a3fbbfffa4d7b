"""What Prometheus reads: /metrics, for this machine, named addresses, and maintainers."""

from fastapi import APIRouter
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import Response

from assistant.server.access import is_among
from assistant.server.problems import Refusal
from assistant.server.service import InService

PATH = "/metrics"

router = APIRouter()


@router.get(PATH, include_in_schema=False)
def metrics(request: Request, service: InService) -> Response:
    """All metrics, in the format that is asked for."""
    if not _may_read(request, service.settings.metrics_from):
        raise Refusal(404, "There is nothing here.")
    encode, kind = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(service.metrics.registry), headers={"content-type": kind, "cache-control": "no-store"})


def _may_read(request: Request, networks: tuple[str, ...]) -> bool:
    """Whether it is from one of those networks, or from a maintainer whom the server knows."""
    who = request.scope["state"].get("principal")
    if who is not None and who.may_maintain and who.by != "nobody":
        return True
    # What a proxy passes on that nobody trusts has the proxy's address, which may well be this machine's.
    return not request.scope["state"].get("is_by_unknown_proxy") and is_among(
        request.client.host if request.client else "", networks
    )
