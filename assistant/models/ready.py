"""Chat models that are ready to be used here, and what to do for the others.

Servers on this machine are asked which models they have, and none of them is given a key. Nothing beyond it is asked
but the servers that the setting `model_url` names.
"""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from assistant.models.chat import GGUF, gguf_folder, install_command, model_name
from assistant.models.guarded_http import NO_KEY
from assistant.models.pool import ModelServer
from assistant.models.providers import PROVIDERS, SHORT_NAMES, Provider
from assistant.models.server_health import ask_health, health_client, shown_address
from assistant.settings import AUTO, Settings
from assistant.utils import shared_loop

_TIMEOUT = 2.0  # seconds for a server of this machine to say what it has
_MOST = 50  # models listed of one server
_A_FILE = "a file here"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model, as the setting `model` names it. One that is not ready says what `todo`; `url` is for `model_url`.

    `local`: it runs on this machine, and nothing leaves it. `configured`: it is the one that the settings name.
    """

    name: str
    where: str
    url: str | None = None
    todo: str | None = None
    local: bool = False
    configured: bool = False

    @property
    def ready(self) -> bool:
        """Whether it can be used as things are."""
        return self.todo is None


@dataclass(frozen=True, slots=True)
class ConfiguredModel(ModelChoice):
    """The model of the settings with the servers that they name, as each is now."""

    servers: tuple[ModelServer, ...] = ()


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
    every = [*found, *_files(settings), *_hosted()]
    return sorted(every, key=lambda choice: not choice.ready)


def with_ready_model(settings: Settings) -> Settings:
    """The settings with the first model that is ready in the place of "auto", without any when none is."""
    if settings.model != AUTO:
        return settings
    best = next((choice for choice in model_choices(settings) if choice.ready), None)
    return choice_settings(settings.model_copy(update={"model": None}), best)


def with_address(settings: Settings) -> Settings:
    """The settings with the address of the server on this machine that has their model.

    It is looked for only where they have neither an address nor a key, without which the model could not be asked.
    """
    key = _provider(settings.model or "").key
    if settings.model_url or settings.model_key or not key or os.environ.get(key):
        return settings
    here = (choice for choice in model_choices(settings) if choice.ready and choice.local)
    found = next((choice for choice in here if choice.name == settings.model), None)
    return settings if found is None else choice_settings(settings.model_copy(update={"model": None}), found)


def choice_settings(settings: Settings, choice: ModelChoice | None) -> Settings:
    """The settings with this model, or with none.

    A key and an address that were set are for another model, so neither is kept; nor, where the settings name a model,
    are its sizes.
    """
    url = choice and choice.url
    # Without a key of its own the client would send a server here that of the hosted provider.
    key = SecretStr(NO_KEY) if choice and url and _provider(choice.name).key else None
    update = {"model": choice and choice.name, "model_url": url, "model_key": key}
    sizes = {} if settings.model is None else {"model_context": None, "prompt_tokens": None}
    return settings.model_copy(update=update | sizes)


def configured_choice(settings: Settings) -> ModelChoice | None:
    """The model that the settings name, under a name without the folders of this machine; None without one."""
    name = model_name(settings)
    if name is None:
        return None
    if name.startswith(f"{GGUF}:"):
        return ModelChoice(name, _A_FILE, local=True, configured=True)
    hosts = [urlsplit(url).hostname for url in settings.model_urls]
    is_local = bool(hosts) and all(host in ("localhost", "127.0.0.1", "::1") for host in hosts)
    servers = "a server" if len(hosts) == 1 else f"{len(hosts)} servers"
    where = f"{servers} on this machine" if is_local else f"{servers} of its own" if hosts else None
    return ModelChoice(name, where or _provider(name).where or name.partition(":")[0], local=is_local, configured=True)


def configured_model(settings: Settings) -> ConfiguredModel | None:
    """The model that the settings have at addresses of their own, which are asked now, for up to five seconds."""
    choice = configured_choice(settings)
    if choice is None or not settings.model_urls:
        return None
    servers = asyncio.run_coroutine_threadsafe(_servers(settings), shared_loop()).result()
    todo = None if any(server.healthy for server in servers) else "no server is ready; look at model_url"
    return ConfiguredModel(choice.name, choice.where, None, todo, choice.local, True, servers)


async def _servers(settings: Settings) -> tuple[ModelServer, ...]:
    kind, _, name = (settings.model or "").partition(":")
    provider = _provider(settings.model or "")
    named = name if "openai" in (kind, provider.client) else None
    own = settings.model_key.get_secret_value() if settings.model_key else os.environ.get(provider.key or "")
    async with health_client() as client:
        asking = [ask_health(client, url, named, own if named else None) for url in settings.model_urls]
        found = zip(settings.model_urls, await asyncio.gather(*asking), strict=True)
        return tuple(ModelServer(shown_address(url), health.problem, health.context) for url, health in found)


def _provider(name: str) -> Provider:
    kind = name.partition(":")[0]
    return PROVIDERS.get(SHORT_NAMES.get(kind, kind), Provider("", ""))


def _of_server(server: _Server) -> list[ModelChoice]:
    where = f"{server.name}, on this machine"
    listed = _listed(f"{server.address}{server.path}")
    if not listed:
        return [ModelChoice(f"{server.provider}:NAME", where, todo=server.start)]
    # Named, as Ollama's client would else go to wherever a variable has it.
    url = server.address if server.provider == "ollama" else f"{server.address}/v1"
    todo = _missing_package(PROVIDERS[server.provider])
    return [
        ModelChoice(f"{server.provider}:{name}", f"{server.name}, run elsewhere" if far else where, url, todo, not far)
        for name, far in listed[:_MOST]
    ]


def _listed(url: str) -> list[tuple[str, bool]]:
    """The models that a server lists in either of the two ways; none where nothing of the kind answers.

    Each with whether it only passes questions on to a host elsewhere, as Ollama does for those of its cloud.
    """
    try:
        answer = httpx.get(url, timeout=_TIMEOUT, trust_env=False).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return []
    listed = answer.get("models") or answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        return []
    return [(name, bool(each.get("remote_host"))) for each in listed if (name := _name(each))]


def _name(listed: Any) -> str | None:
    name = (listed.get("name") or listed.get("id")) if isinstance(listed, dict) else None
    # Servers list embedding models beside those that write.
    return name if isinstance(name, str) and name and "embed" not in name.lower() else None


def _files(settings: Settings) -> Iterator[ModelChoice]:
    todo = None if find_spec("xllamacpp") else install_command("local")
    paths = sorted(gguf_folder(settings).rglob("*.gguf"))
    for path in paths:
        name = path.relative_to(gguf_folder(settings)).as_posix()
        yield ModelChoice(f"{GGUF}:{name}", _A_FILE, todo=todo, local=True)
    if not paths:
        yield ModelChoice("gguf:PATH", _A_FILE, todo="assistant models pull OWNER/NAME, of the Hugging Face hub")


def _hosted() -> Iterator[ModelChoice]:
    for kind, provider in PROVIDERS.items():
        if provider.usual:
            yield hosted_choice(f"{kind}:{provider.usual}")


def hosted_choice(name: str) -> ModelChoice:
    """A model of a provider that is called over the web."""
    provider = _provider(name)
    if not provider.module:  # one of LangChain's that is not known here
        return ModelChoice(name, name.partition(":")[0])
    todo = None if provider.key is None or os.environ.get(provider.key) else f"set {provider.key}"
    return ModelChoice(name, provider.where, todo=todo or _missing_package(provider))


def _missing_package(provider: Provider) -> str | None:
    return None if find_spec(provider.module) else install_command(provider.extra)
