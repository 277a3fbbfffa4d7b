"""Asks the servers of a model how they are: /health, as vLLM has it, else /v1/models, which says what they serve."""

import asyncio
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from assistant.models.guarded_http import NO_KEY, GuardError, guard
from assistant.utils import one_line

_TIMEOUT = 5.0  # seconds: one that is busy answers late
_LEAST_CONTEXT = 512  # tokens, as of the setting model_context
_NAMED = 3  # models that a server serves instead


@dataclass(frozen=True, slots=True)
class Health:
    """How a server is: `problem` is None where it can be asked; `context` is its max_model_len, where it tells."""

    problem: str | None = None
    context: int | None = None
    is_vllm: bool = False


class _Reply(NamedTuple):
    status: int
    body: Any = None
    problem: str | None = None


def health_client() -> httpx.AsyncClient:
    """A client to ask with, which goes nowhere else; it keeps no connection."""
    client = httpx.AsyncClient(timeout=_TIMEOUT, limits=httpx.Limits(max_keepalive_connections=0))
    guard(client)
    return client


def shown_address(url: str) -> str:
    """A URL as it may be shown: without what signs in there, and without the end that all have."""
    parts = urlsplit(url)
    return one_line(parts.netloc.rpartition("@")[2] + parts.path.rstrip("/").removesuffix("/v1"), 150)


async def ask_health(client: httpx.AsyncClient, url: str, name: str | None = None, key: str | None = None) -> Health:
    """How the server at `url` is, within seconds; `name` and `key` are of a model with OpenAI's protocol."""
    base = url.rstrip("/")
    health, models = await asyncio.gather(
        _get(client, f"{base.removesuffix('/v1')}/health", None), _get(client, f"{base}/models", key)
    )
    entries = _entries(models.body)
    served = next((entry for entry in entries if entry.get("id") == name), None)
    is_vllm = any(entry.get("owned_by") == "vllm" for entry in entries)
    problem = _problem(health, models)
    if name is not None and problem is None:
        if models.status == 401:
            problem = "refuses the key (401)"
        elif is_vllm and served is None:  # others take any name
            problem = f"does not serve {one_line(name, 80)}; it serves {_names(entries)}"
    return Health(problem, _context(served or (entries[0] if len(entries) == 1 else {})), is_vllm)


def _problem(health: _Reply, models: _Reply) -> str | None:
    if health.status // 100 == 2:
        return None
    # What has no such page may send to another one, as to sign in.
    return models.problem if health.status // 100 in (3, 4) and health.status != 429 else health.problem


async def _get(client: httpx.AsyncClient, url: str, key: str | None) -> _Reply:
    headers = {"Authorization": f"Bearer {key}"} if key and key != NO_KEY else {}
    try:
        async with asyncio.timeout(_TIMEOUT):
            reply = await client.get(url, headers=headers)
    except GuardError as error:
        return _Reply(300, problem=str(error))
    except (TimeoutError, httpx.TimeoutException):
        return _Reply(0, problem=f"does not answer within {_TIMEOUT:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return _Reply(0, problem="cannot be reached")
    if reply.status_code >= 500 or reply.status_code == 429:
        return _Reply(reply.status_code, problem=f"has no room, or is not ready ({reply.status_code})")
    try:
        return _Reply(reply.status_code, reply.json())
    except ValueError:
        return _Reply(reply.status_code)


def _entries(body: Any) -> list[dict[str, Any]]:
    listed = body.get("data") if isinstance(body, dict) else None
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _context(entry: dict[str, Any]) -> int | None:
    told = entry.get("max_model_len")
    return told if type(told) is int and told >= _LEAST_CONTEXT else None


def _names(entries: list[dict[str, Any]]) -> str:
    return one_line(", ".join(str(entry.get("id")) for entry in entries[:_NAMED]), 150)
