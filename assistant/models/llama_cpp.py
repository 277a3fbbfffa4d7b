"""A chat model from a GGUF file, run in this process by llama.cpp through xllamacpp."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import httpx
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import agenerate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.utils import convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.errors import ModelError

_QUIET = -1
_ENDING = 30.0  # seconds for a model that is stopped to have read its prompt
_TIMEOUT = 30.0  # seconds for counting tokens while the model is writing


class GgufChat(BaseChatModel):
    """A GGUF file as a LangChain chat model; loaded by `load`, freed by `close`.

    `context` is how many tokens it takes in and gives, together. Questions of several threads wait for each other.
    """

    path: str
    context: int
    max_tokens: int = 512
    _server: Any = PrivateAttr(default=None)
    _key: str = PrivateAttr(default="")
    _client: httpx.Client = PrivateAttr(default_factory=lambda: httpx.Client(trust_env=False, timeout=_TIMEOUT))
    _writing: set[threading.Thread] = PrivateAttr(default_factory=set)

    @classmethod
    def load(cls, path: Path, *, context: int, threads: int | None = None, max_tokens: int = 512) -> Self:
        """The model in the file at `path`. Raises RuntimeError when it cannot be loaded."""
        import xllamacpp

        chat = cls(path=str(path), context=context, max_tokens=max_tokens)
        chat._key = secrets.token_urlsafe(24)
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        # It listens, on this machine alone and to those who know the key: its tokenizer can be asked in no other way.
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [chat._key]
        params.n_ctx = context
        params.n_parallel = 1
        params.verbosity = _QUIET
        if threads is not None:
            params.cpuparams.n_threads = threads
            params.cpuparams_batch.n_threads = threads
        chat._server = xllamacpp.Server(params)
        return chat

    @property
    def _llm_type(self) -> str:
        return "gguf"

    def close(self) -> None:
        """Let go of the model and its memory, once it has stopped writing: Python may not end while it calls back."""
        for thread in tuple(self._writing):
            thread.join(_ENDING)
        self._client.close()
        self._server = None

    def count(self, text: str) -> int:
        """The number of tokens of `text` as this model counts them. Raises ModelError when it does not say."""
        try:
            answer = self._client.post(
                f"{self._open().listening_address}/tokenize",
                json={"content": text},
                headers={"Authorization": f"Bearer {self._key}"},
            )
            return len(answer.raise_for_status().json()["tokens"])
        except httpx.HTTPError as error:
            raise ModelError(f"{self.path}: the model does not count tokens ({type(error).__name__})") from None

    def _open(self) -> Any:
        if self._server is None:
            raise ModelError(f"{self.path}: the model is closed")
        return self._server

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return asyncio.run(agenerate_from_stream(self._astream(messages, stop, **kwargs)))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """The model writes in a thread of its own, which ends after the next piece once nobody reads any more."""
        server, items, loop = self._open(), asyncio.Queue[Any](), asyncio.get_running_loop()
        stopped = threading.Event()
        request = {
            "messages": convert_to_openai_messages(messages),
            "stream": True,
            "max_tokens": self.max_tokens,
            "temperature": 0,
            **({"stop": stop} if stop else {}),
            **kwargs,
        }

        def take(item: Any) -> bool:
            if not stopped.is_set():
                loop.call_soon_threadsafe(items.put_nowait, item)
            return stopped.is_set()  # true ends the writing

        def write() -> None:
            try:
                server.handle_chat_completions(request, take)
            except Exception as error:
                # It is raised where the pieces are read, in another thread.
                take(error)
            take(None)
            self._writing.discard(threading.current_thread())

        thread = threading.Thread(target=write, name="assistant-gguf", daemon=True)
        self._writing.add(thread)
        thread.start()
        try:
            while (item := await items.get()) is not None:
                chunk = _chunk(item)
                if run_manager is not None:
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        finally:
            stopped.set()


def _chunk(item: Any) -> ChatGenerationChunk:
    if isinstance(item, Exception):
        raise ModelError(f"the model could not go on ({type(item).__name__}: {str(item)[:200]})")
    if "error" in item:
        raise ModelError(f"the model could not go on ({str(item['error'].get('message', item['error']))[:200]})")
    choice = (item.get("choices") or [{}])[0]
    reason = choice.get("finish_reason")
    return ChatGenerationChunk(
        message=AIMessageChunk(
            content=(choice.get("delta") or {}).get("content") or "",
            response_metadata={"finish_reason": reason} if reason else {},
        )
    )
