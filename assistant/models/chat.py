"""Opens chat models."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from assistant.errors import ModelError, SettingsError
from assistant.models.guarded_http import NO_KEY, close_clients, guard, is_clear, key_in_clear
from assistant.models.pool import Pool, Server
from assistant.models.providers import PROVIDERS, SHORT_NAMES, Provider, without_key
from assistant.models.server_health import Health, ask_health, health_client
from assistant.models.tokenizer import CountTokens
from assistant.settings import Settings
from assistant.utils import one_line

GGUF = "gguf"  # kind of a model in a file, and the folder of those that were fetched
DEFAULT_CONTEXT = 8192  # tokens, of a model that does not say how many it takes
LOCAL_PROMPT = 900  # tokens of the articles for a model on this machine: one of 1.5B reads 65 a second on two cores
_LETTERS_A_TOKEN = 3.0  # English has over four: an estimate that is never too low
# Models of OpenAI that reason take no temperature; Google's from the third on are made for their own, and some warn.
_NO_TEMPERATURE = re.compile(r"(?:o\d|gpt-5|(?:models/)?gemini-(?:[3-9]|\d\d))")


@dataclass(frozen=True, slots=True)
class Model:
    """A chat model with its size: `context` tokens for prompt and answer together, `count` gives those of a text.

    `prompt_tokens` is how many of the articles it is given, for one that reads slowly; None as many as fit. One that is
    at addresses of its own has a `pool` of them, of which `told` gives the context that they say they have.
    """

    name: str
    chat: BaseChatModel
    context: int
    count: CountTokens
    close: Callable[[], None] = lambda: None
    prompt_tokens: int | None = None
    pool: Pool | None = None
    told: Callable[[], int | None] = lambda: None

    def room(self) -> int:
        """The tokens for prompt and answer together: what its servers tell, else `context`."""
        return self.told() or self.context


def open_model(settings: Settings) -> Model:
    """The model that `settings.model` names. It is not called yet; a GGUF file is loaded.

    Raises SettingsError for a name, a key or a package that is missing, ModelError for a file that cannot be loaded.
    """
    name = settings.model or ""
    kind, colon, rest = name.partition(":")
    if not colon or not kind or not rest:
        raise SettingsError(f"setting model = {name!r}: write it as provider:name, such as openai:gpt-4o, or gguf:PATH")
    if kind == GGUF:
        path = Path(rest).expanduser()
        return _gguf(settings, path if path.is_file() else gguf_folder(settings) / path)
    kind = SHORT_NAMES.get(kind, kind)
    chats, clients = _chats(settings, kind, rest)
    model = replace(as_model(chats[0], settings, name), close=partial(close_clients, clients))
    if settings.model_urls:
        model = _with_pool(model, settings, kind, chats)
    return replace(model, prompt_tokens=LOCAL_PROMPT) if kind == "ollama" else model


def model_name(settings: Settings) -> str | None:
    """The model of the settings as it is shown: a file without the folders that it lies in, but for those of `pull`."""
    kind, _, rest = (settings.model or "").partition(":")
    if kind != GGUF:
        return settings.model
    path, folder = Path(rest).expanduser(), gguf_folder(settings)
    if path.is_relative_to(folder):
        return f"{GGUF}:{path.relative_to(folder).as_posix()}"
    return f"{GGUF}:{path.name}" if path.is_file() else settings.model


def gguf_folder(settings: Settings) -> Path:
    """Where `assistant models pull` puts files."""
    return settings.cache.expanduser().resolve() / GGUF


def as_model(chat: BaseChatModel, settings: Settings, name: str | None = None) -> Model:
    """`chat` as a Model: with the context of the settings, else what LangChain knows of it, else a small one."""
    profile = getattr(chat, "profile", None) or {}
    context = settings.model_context or profile.get("max_input_tokens") or DEFAULT_CONTEXT
    return Model(name or type(chat).__name__, chat, int(context), estimated)


def estimated(text: str) -> int:
    """At least the number of tokens of an English text, for models that count only over the network."""
    return int(len(text.encode()) / _LETTERS_A_TOKEN) + 1


def _with_pool(model: Model, settings: Settings, kind: str, chats: Sequence[BaseChatModel]) -> Model:
    """The model with its servers, which are asked now how they are, without waiting for them."""
    name = (settings.model or "").partition(":")[2] if _client(kind) == "openai" else None
    key = next(iter(_keys(chats[0])), None) if name else None
    clients: list[Any] = []  # made in the loop where they are used

    async def ask(server: Server) -> Health:
        if not clients:
            clients.append(health_client())
        return await ask_health(clients[0], server.url or "", name, key)

    pool = Pool([Server(chat, url) for chat, url in zip(chats, settings.model_urls, strict=True)], ask)
    if name:
        pool.meet()

    def close() -> None:
        pool.close()
        close_clients(clients)
        model.close()

    told = pool.context if settings.model_context is None else model.told
    return replace(model, pool=pool, told=told, close=close)


def _client(kind: str) -> str:
    provider = PROVIDERS.get(kind)
    return (provider and provider.client) or kind


def _chats(settings: Settings, kind: str, name: str) -> tuple[list[BaseChatModel], list[Any]]:
    """The model at each of its addresses, and the http clients that are to be closed after it."""
    provider = PROVIDERS.get(kind)
    if provider is not None:
        _check_installed(settings, provider.module, provider.extra)
    options = _options(settings, name, provider or Provider("", ""))
    chats: list[BaseChatModel] = []
    clients: list[Any] = []
    try:
        own = _own_client(_client(kind))
        for url in settings.model_urls or (provider.url if provider else None,):
            chats.append(_chat(name, _client(kind), url, {**options, **own}))
            clients.extend(_with_own_client(chats[-1], _client(kind)))
    except Exception as error:
        # Each provider's package has errors of its own for what it is not content with.
        raise SettingsError(f"setting model = {settings.model!r}: {_line(error, settings)}") from None
    for chat in chats:
        guard(chat)
    _check_address(settings, chats[0])
    return chats, clients


def _chat(name: str, client: str, url: str | None, options: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    at: dict[str, Any] = {"base_url": url} if url else {}
    chat: BaseChatModel = init_chat_model(name, model_provider=client, **options, **at)
    return chat


def _own_client(kind: str) -> dict[str, Any]:
    """The options with http clients for this model alone: OpenAI's package shares one among all of the process."""
    if kind != "openai":
        return {}
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

    limits = _limits()
    own: dict[str, Any] = {
        "http_client": DefaultHttpxClient(limits=limits),
        "http_async_client": DefaultAsyncHttpxClient(limits=limits),
    }
    # Else it warns of proxies that it would have passed by.
    return {**own, "http_socket_options": ()} if "http_socket_options" in ChatOpenAI.model_fields else own


def _limits() -> Any:
    """No connection is kept between answers: whoever forgets to close a model leaves none behind."""
    return import_module("httpx").Limits(max_connections=1000, max_keepalive_connections=0)


def _with_own_client(chat: Any, kind: str) -> list[Any]:
    """Those clients; made now for packages that take none as an option."""
    if hasattr(chat, "stream_chunk_timeout"):
        # Ours is shorter, and in Python 3.11 it may swallow that a stream is stopped.
        chat.stream_chunk_timeout = None
    if kind == "openai":
        return [chat.http_client, chat.http_async_client]
    if kind == "anthropic":
        own = import_module("anthropic").DefaultAsyncHttpxClient(base_url=chat._async_client.base_url, limits=_limits())
        chat.__dict__["_async_client"] = chat._async_client.copy(http_client=own)
        return [own]
    if kind == "google_genai":
        # Else it may take aiohttp, which follows redirects, or copies of its client that know nothing of its hooks.
        own, api = import_module("httpx").AsyncClient(timeout=None, limits=_limits()), chat.client._api_client
        api._http_options.httpx_async_client = api._async_httpx_client = own
        return [own]
    return []


def _check_address(settings: Settings, chat: BaseChatModel) -> None:
    """Raises SettingsError when the key would go to `model_url` in the clear; tells where a file has it sent."""
    keys = _keys(chat)
    if not settings.model_urls or not keys:
        return
    if clear := next(filter(is_clear, settings.model_urls), None):
        raise SettingsError(f"setting model_url = {clear!r}: {key_in_clear(clear)}")
    file = settings.file_of("model_url")
    if file is not None and settings.file_of("model_key") is None:
        named = sorted(name for name, value in os.environ.items() if value in keys) or ["model_key"]
        hosts = dict.fromkeys(urlsplit(url).netloc.rpartition("@")[2] for url in settings.model_urls)
        told = f"assistant: {file} (model_url) has the key in {' and '.join(named)} sent to {' and '.join(hosts)}"
        click.echo(one_line(told), err=True)


def _keys(chat: BaseChatModel) -> set[str]:
    """The keys that a model's client holds, its own and those that it found in the environment."""
    values = (getattr(chat, name, None) for name in type(chat).model_fields)
    found = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    return found - {"", NO_KEY}


def _check_installed(settings: Settings, module: str, extra: str) -> None:
    if find_spec(module) is None:
        raise SettingsError(
            f"setting model = {settings.model!r} needs a package that is not installed; run: {install_command(extra)}"
        )


def install_command(extra: str) -> str:
    """What installs the packages of an `extra` of this project."""
    return f"pip install --constraint constraints.txt 'article-assistant[{extra}]'"


def _options(settings: Settings, name: str, provider: Provider) -> dict[str, Any]:
    options: dict[str, Any] = {**provider.more, provider.length: settings.max_answer_tokens}
    if not _NO_TEMPERATURE.match(name):
        options["temperature"] = 0
    if key := _key(settings, provider):
        options["api_key"] = key
    return options


def _key(settings: Settings, provider: Provider) -> str | None:
    """The key to give, None where the client finds it itself. Raises SettingsError when one is needed and missing."""
    if settings.model_key is not None:
        return settings.model_key.get_secret_value()
    if provider.key is None:
        return None
    variable = os.environ.get(provider.key)
    if variable:
        return variable if provider.client else None
    if settings.model_url:
        return NO_KEY
    raise SettingsError(f"setting model = {settings.model!r} needs a key; set the variable {provider.key} or model_key")


def _line(error: Exception, settings: Settings) -> str:
    return without_key(" ".join(str(error).split()), settings)[:300]


def _gguf(settings: Settings, path: Path) -> Model:
    _check_installed(settings, "xllamacpp", "local")
    if not path.is_file():
        raise SettingsError(f"setting model = {settings.model!r}: there is no such file; give the path of a GGUF file")
    from assistant.models.llama_cpp import GgufChat

    try:
        chat = GgufChat.load(
            path,
            context=settings.model_context or DEFAULT_CONTEXT,
            threads=settings.model_threads,
            max_tokens=settings.max_answer_tokens,
        )
    except (RuntimeError, OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be loaded as a GGUF model ({_line(error, settings)})") from None
    return Model(model_name(settings) or "", chat, chat.context, chat.count, chat.close, LOCAL_PROMPT)
