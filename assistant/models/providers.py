"""Providers of chat models: how each is installed, given its key and called."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.settings import Settings

_HUGGING_FACE = "https://router.huggingface.co/v1"
_KEY_LIKE = re.compile(r"\b(?:sk|hf|gsk|AIza)[-_]?[\w-]{12,}|(?i:bearer)\s+\S+")


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


def without_key(text: str, settings: Settings) -> str:
    """`text` with the keys of the settings and of the providers' variables, and what looks like one, taken out."""
    variables = [os.environ.get(provider.key) for provider in PROVIDERS.values() if provider.key]
    own = settings.model_key.get_secret_value() if settings.model_key else None
    for key in filter(None, [own, *variables]):
        text = text.replace(key, "***")
    return _KEY_LIKE.sub("***", text)
