"""Health: is the process there, and can it answer?"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from assistant.errors import AssistantError
from assistant.server.problems import told_of
from assistant.server.service import InService, Service

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Whether the process serves requests."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(service: InService) -> JSONResponse:
    """Whether questions can be asked: not while the server is being stopped, nor where the index cannot be read.

    A home without articles is ready: they can be added. So is one whose chat model has no healthy server: it quotes.
    """
    problems = _problems(service)
    content: dict[str, Any] = {"status": "ready" if not problems else "not ready", "problems": problems}
    if servers := service.assistant.model_servers():
        content["model_servers"] = {"healthy": sum(server.healthy for server in servers), "of": len(servers)}
    return JSONResponse(content, 503 if problems else 200, {"cache-control": "no-store"})


def _problems(service: Service) -> list[str]:
    if service.room.is_closed:
        return ["the server is being stopped"]
    try:
        service.assistant.status()
    except AssistantError as error:
        return [told_of(error)]
    return []
