"""Keeps LangChain from sending what runs here to LangSmith, which variables of the environment would have it do."""

from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers import LangChainTracer

from assistant.settings import Settings


def tracing_callbacks(settings: Settings) -> list[BaseCallbackHandler]:
    """The callbacks to run with: none where `settings.tracing` allows it, else one in the place of LangSmith's own."""
    return [] if settings.tracing else [_NoTracer()]


class _NoTracer(LangChainTracer):
    """LangChain adds a tracer of its own only where there is none; this one hears nothing and sends nothing."""

    ignore_llm = ignore_chat_model = ignore_chain = ignore_agent = True
    ignore_retriever = ignore_retry = ignore_custom_event = True

    def __init__(self) -> None:
        nobody: Any = object()  # else it would open a client, with a thread
        super().__init__(client=nobody)

    def copy_with_metadata_defaults(self, **_: Any) -> "_NoTracer":
        return self
