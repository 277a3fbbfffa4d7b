"""Completions as OpenAI's protocol has them: whole objects, and the chunks of a stream."""

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from assistant.server.openai_protocol.writing import WrittenAnswer

DONE = "data: [DONE]\n\n"


def usage_of(asked_words: int, text: str) -> dict[str, int]:
    """How much was asked and said, counted in words: those of the conversation that was sent, and of the answer."""
    said = len(text.split())
    return {"prompt_tokens": asked_words, "completion_tokens": said, "total_tokens": asked_words + said}


@dataclass(frozen=True)
class Completion:
    """What all chunks of a completion have in common; `model` is named as it was asked for."""

    model: str
    asked_words: int
    has_usage: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, written: WrittenAnswer) -> dict[str, Any]:
        """The completion of an answer that is finished."""
        message = {"role": "assistant", "content": written.text, "refusal": None, "annotations": written.annotations}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        usage = usage_of(self.asked_words, written.text)
        return self._with("chat.completion", [choice], written) | {"usage": usage}

    def begin(self) -> str:
        """The first chunk."""
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, text: str) -> str:
        """A chunk with a piece of the text."""
        return self._chunk({"content": text})

    def end(self, written: WrittenAnswer) -> str:
        """The last chunks: the annotations, that it ends, and how much it was where that was asked for."""
        noted = self._chunk({"annotations": written.annotations}) if written.annotations else ""
        ended = noted + self._chunk({}, "stop", written)
        if self.has_usage:
            usage = {"usage": usage_of(self.asked_words, written.text)}
            ended += _event(self._with("chat.completion.chunk", [], written) | usage)
        return ended + DONE

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, written: WrittenAnswer | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self.has_usage else {}
        return _event(self._with("chat.completion.chunk", [choice], written) | usage)

    def _with(self, kind: str, choices: list[dict[str, Any]], written: WrittenAnswer | None) -> dict[str, Any]:
        generation = written.answer.corpus.generation if written and written.answer else None
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": generation,
            "choices": choices,
        }


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def error_event(content: dict[str, Any]) -> str:
    """What ends a stream in which something went wrong."""
    return _event(content)
