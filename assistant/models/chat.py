"""Opens chat models: the only module that knows their providers."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
from assistant.models.tokenizer import CountTokens
from assistant.settings import Settings
from assistant.utils import one_line

GGUF = "gguf"  # kind of a model in a file, and the folder of those that were fetched
DEFAULT_CONTEXT = 8192  # tokens, of a model that does not say how many it takes
LOCAL_PROMPT = 900  # tokens of the articles for a model on this machine: one of 1.5B reads 65 a second on two cores
_LETTERS_A_TOKEN = 3.0  # English has over four: an estimate that is never too low
_HUGGING_FACE = "https://router.huggingface.co/v1"
# Models of OpenAI that reason take no temperature; Google's from the third on are made for their own, and some warn.
_NO_TEMPERATURE = re.compile(r"(?:o\d|gpt-5|(?:models/)?gemini-(?:[3-9]|\d\d))")


@dataclass(frozen=True, slots=True)
class Provider:
    """How a provider is installed, given its key, and called: `length` is its name for the longest answer.

    `usual` is a model of it that does, `where` who runs it: for hosted ones, which take a `key`.
    """

    extra: str
    module: str
    key: str | None = None
    client: str | None = None
    length: str = "max_tokens"
    more: Mapping[str, Any] = field(default_factory=dict)
    url: str | None = None
    usual: str | None = None
    where: str = ""


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(
        *("openai", "langchain_openai", "OPENAI_API_KEY"),
        more={"max_retries": 0},
        usual="gpt-4o-mini",
        where="OpenAI",
    ),
    "anthropic": Provider(
        *("anthropic", "langchain_anthropic", "ANTHROPIC_API_KEY"),
        more={"max_retries": 0},
        usual="claude-haiku-4-5",
        where="Anthropic",
    ),
    "ollama": Provider("ollama", "langchain_ollama", length="num_predict"),
    "google_genai": Provider(
        *("google", "langchain_google_genai", "GOOGLE_API_KEY"),
        length="max_output_tokens",
        more={"max_retries": 1},
        usual="gemini-2.5-flash",
        where="Google",
    ),
    # Its inference service speaks OpenAI's protocol; its own LangChain package needs an older hub client than Gradio.
    "huggingface": Provider(
        *("openai", "langchain_openai", "HF_TOKEN", "openai"),
        more={"max_retries": 0},
        url=_HUGGING_FACE,
        usual="Qwen/Qwen2.5-7B-Instruct",
        where="Hugging Face",
    ),
}
SHORT_NAMES = {"google": "google_genai", "hf": "huggingface"}


@dataclass(frozen=True, slots=True)
class Model:
    """A chat model with its size: `context` tokens for prompt and answer together, `count` gives those of a text.

    `prompt_tokens` is how many of the articles it is given, for one that reads slowly; None as many as fit.
    """

    name: str
    chat: BaseChatModel
    context: int
    count: CountTokens
    close: Callable[[], None] = lambda: None
    prompt_tokens: int | None = None


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
    chat, clients = _chat(settings, SHORT_NAMES.get(kind, kind), rest)
    model = replace(as_model(chat, settings, name), close=partial(close_clients, clients))
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


def _chat(settings: Settings, kind: str, name: str) -> tuple[BaseChatModel, list[Any]]:
    """The model, and the http clients that are to be closed after it."""
    from langchain.chat_models import init_chat_model

    provider = PROVIDERS.get(kind)
    if provider is not None:
        _check_installed(settings, provider.module, provider.extra)
    options = _options(settings, name, provider or Provider("", ""))
    client = (provider and provider.client) or kind
    try:
        chat: BaseChatModel = init_chat_model(name, model_provider=client, **options, **_own_client(client))
        clients = _with_own_client(chat, client)
    except Exception as error:
        # Each provider's package has errors of its own for what it is not content with.
        raise SettingsError(f"setting model = {settings.model!r}: {_line(error, settings)}") from None
    guard(chat)
    _check_address(settings, chat)
    return chat, clients


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
    if settings.model_url is None or not keys:
        return
    if is_clear(settings.model_url):
        raise SettingsError(f"setting model_url = {settings.model_url!r}: {key_in_clear(settings.model_url)}")
    file = settings.file_of("model_url")
    if file is not None and settings.file_of("model_key") is None:
        named = sorted(name for name, value in os.environ.items() if value in keys) or ["model_key"]
        host = urlsplit(settings.model_url).netloc.rpartition("@")[2]
        told = f"assistant: {file} (model_url) has the key in {' and '.join(named)} sent to {host}"
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
    if url := settings.model_url or provider.url:
        options["base_url"] = url
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


_KEY_LIKE = re.compile(r"\b(?:sk|hf|gsk|AIza)[-_]?[\w-]{12,}|(?i:bearer)\s+\S+")


def without_key(text: str, settings: Settings) -> str:
    """`text` with the keys of the settings and of the providers' variables, and what looks like one, taken out."""
    variables = [os.environ.get(provider.key) for provider in PROVIDERS.values() if provider.key]
    own = settings.model_key.get_secret_value() if settings.model_key else None
    for key in filter(None, [own, *variables]):
        text = text.replace(key, "***")
    return _KEY_LIKE.sub("***", text)


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
