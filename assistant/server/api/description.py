"""The description of the interface (OpenAPI), and a page that shows it."""

import json
from importlib.resources import files
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from assistant.server.api.forms import PREFIX
from assistant.server.api.problem import Problem
from assistant.server.api.reference import page
from assistant.server.api.streaming import event_schemas
from assistant.server.identity import Reader
from assistant.server.service import InService
from assistant.utils import once

router = APIRouter(prefix=PREFIX, include_in_schema=False)

VERSION = "1"
_ABOUT = """Ask questions of a body of news articles; every statement of an answer is cited to the exact words.

What is sent and received is JSON. Dates are ISO 8601. Names that are not described are refused. Errors are problem
details (RFC 9457), whose `detail` says what happened and what to do. What makes something takes an `Idempotency-Key`.
Where people sign in, send a token: `Authorization: Bearer aa_...`."""
_BEARER = {"type": "http", "scheme": "bearer", "description": "An API token, as `assistant tokens` makes one."}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@router.get("/openapi.json")
def openapi(request: Request, who: Reader, service: InService) -> JSONResponse:
    """The description."""
    return JSONResponse(description(request.app, service.settings.root_path))


@router.get("/docs")
def docs(request: Request, who: Reader, service: InService) -> HTMLResponse:
    """The same as a page, which needs nothing from elsewhere."""
    html = page(description(request.app, service.settings.root_path))
    return HTMLResponse(html, headers={"content-security-policy": _POLICY, "x-content-type-options": "nosniff"})


@once
def _answer() -> Any:
    """An answer from the sample articles."""
    return json.loads((files(__package__) / "answer.json").read_text(encoding="utf-8"))


def description(app: Any, root_path: str = "") -> dict[str, Any]:
    """The OpenAPI description of all routes of `app` under the prefix."""
    whole = get_openapi(title="Article Assistant", version=VERSION, description=_ABOUT, routes=app.routes)
    paths = {path: item for path, item in whole["paths"].items() if path.startswith(f"{PREFIX}/")}
    for item in paths.values():
        for operation in item.values():
            operation["security"] = [{"bearer": []}, {}]
    own = whole.get("components", {}).get("schemas", {})
    for path in (f"{PREFIX}/ask", f"{PREFIX}/brief"):
        paths[path]["post"]["responses"]["200"]["content"]["application/json"]["example"] = _answer()
    schemas = {**event_schemas(), **own, "Problem": Problem.model_json_schema()}
    components = {"schemas": schemas, "securitySchemes": {"bearer": _BEARER}}
    return {**whole, "servers": [{"url": root_path or "/"}], "paths": paths, "components": components}
