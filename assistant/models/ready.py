"""Chat models that are ready to be used here, and what to do for the others.

Servers on this machine are asked which models they have; nothing beyond it is, and none of them is given a key.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, NamedTuple

import httpx
from pydantic import SecretStr

from assistant.models.chat import PROVIDERS, Provider, gguf_folder, install_command
from assistant.models.guarded_http import NO_KEY
from assistant.settings import AUTO, Settings

_TIMEOUT = 2.0  # seconds for a server of this machine to say what it has
_MOST = 50  # models listed of one server


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model, as the setting `model` names it. One that is not ready says what `todo`; `url` is for `model_url`."""

    name: str
    where: str
    url: str | None = None
    todo: str | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be used as things are."""
        return self.todo is None


class _Server(NamedTuple):
    """A kind of server for models: its usual address, where it lists them, and how they are called through it."""

    name: str
    address: str
    path: str
    provider: str
    start: str


_SERVERS = (
    _Server("Ollama", "http://127.0.0.1:11434", "/api/tags", "ollama", "start Ollama, and: ollama pull NAME"),
    _Server("LM Studio", "http://127.0.0.1:1234", "/v1/models", "openai", "start its server and load a model"),
    _Server("llama.cpp", "http://127.0.0.1:8080", "/v1/models", "openai", "start llama-server with a model"),
    _Server("vLLM", "http://127.0.0.1:8000", "/v1/models", "openai", "start: vllm serve NAME"),
)


def model_choices(settings: Settings) -> list[ModelChoice]:
    """Those that are there or could be, ready ones first: of servers on this machine, files, then hosted ones.

    It takes no longer than a server needs to refuse a connection, or two seconds where one does not answer.
    """
    with ThreadPoolExecutor(len(_SERVERS)) as threads:
        found = [each for choices in threads.map(_of_server, _SERVERS) for each in choices]
    every = [*found, *_files(settings), *_hosted(settings)]
    return sorted(every, key=lambda choice: not choice.ready)


def with_ready_model(settings: Settings) -> Settings:
    """The settings with the first model that is ready in the place of "auto", without any when none is.

    A key or an address that was set is for another model, so neither is kept.
    """
    if settings.model != AUTO:
        return settings
    best = next((choice for choice in model_choices(settings) if choice.ready), None)
    url = best and best.url
    # Without a key of its own the client would send a server here that of the hosted provider.
    key = SecretStr(NO_KEY) if url else None
    return settings.model_copy(update={"model": best and best.name, "model_url": url, "model_key": key})


def _of_server(server: _Server) -> list[ModelChoice]:
    where = f"{server.name}, on this machine"
    names = _names(f"{server.address}{server.path}")
    if not names:
        return [ModelChoice(f"{server.provider}:NAME", where, todo=server.start)]
    url = None if server.provider == "ollama" else f"{server.address}/v1"
    todo = _missing_package(PROVIDERS[server.provider])
    return [ModelChoice(f"{server.provider}:{name}", where, url, todo) for name in names[:_MOST]]


def _names(url: str) -> list[str]:
    """The models that a server lists in either of the two ways; none where nothing of the kind answers."""
    try:
        answer = httpx.get(url, timeout=_TIMEOUT, trust_env=False).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return []
    listed = answer.get("models") or answer.get("data") if isinstance(answer, dict) else None
    return [name for each in listed if (name := _name(each))] if isinstance(listed, list) else []


def _name(listed: Any) -> str | None:
    name = (listed.get("name") or listed.get("id")) if isinstance(listed, dict) else None
    # Servers list embedding models beside those that write.
    return name if isinstance(name, str) and name and "embed" not in name.lower() else None


def _files(settings: Settings) -> Iterator[ModelChoice]:
    todo = None if find_spec("xllamacpp") else install_command("local")
    paths = sorted(gguf_folder(settings).rglob("*.gguf"))
    for path in paths:
        yield ModelChoice(f"gguf:{path.relative_to(gguf_folder(settings)).as_posix()}", "a file here", todo=todo)
    if not paths:
        yield ModelChoice("gguf:PATH", "a file here", todo="assistant models pull OWNER/NAME, of the Hugging Face hub")


def _hosted(settings: Settings) -> Iterator[ModelChoice]:
    for kind, provider in PROVIDERS.items():
        if provider.key and provider.usual:
            todo = None if os.environ.get(provider.key) else f"set {provider.key}"
            yield ModelChoice(f"{kind}:{provider.usual}", provider.where, todo=todo or _missing_package(provider))


def _missing_package(provider: Provider) -> str | None:
    return None if find_spec(provider.module) else install_command(provider.extra)
