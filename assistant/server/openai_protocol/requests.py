"""What clients of OpenAI's protocol send, and what is asked by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.server.problems import Refusal
from assistant.utils import storable

_MOST_TURNS = 6  # earlier ones that a question may depend on


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Part(_Sent):
    """A part of a message."""

    type: str
    text: str = ""


class ChatMessage(_Sent):
    """A message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(_Sent):
    """How an answer is streamed."""

    include_usage: bool | None = None


class ChatRequest(_Sent):
    """A request for a completion. What changes nothing here (temperature, max_tokens, tools ...) may be sent, too."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    response_format: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation, and what was said to it, as the client has it."""

    question: str
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a request, the turns before it, oldest first, and how much of it there is in words."""

    question: str
    before: tuple[Turn, ...]
    words: int


def read_request(request: ChatRequest) -> Asked:
    """What is asked. Raises Refusal for what cannot be done."""
    if request.n is not None and request.n != 1:
        raise _refused("There is one answer to a question; leave out n.", "n")
    if (request.response_format or {}).get("type", "text") != "text":
        raise _refused("Answers are text with citations, no JSON; leave out response_format.", "response_format")
    turns = _turns(request.messages)
    if not turns:
        raise _refused("There is no question; the last message of the role user is it.", "messages")
    words = sum(len(_text(message).split()) for message in request.messages if message.role in ("user", "assistant"))
    return Asked(turns[-1].question, tuple(turns[-1 - _MOST_TURNS : -1]), words)


def _turns(messages: Sequence[ChatMessage]) -> list[Turn]:
    turns: list[Turn] = []
    for place, message in enumerate(messages):
        if message.role == "user":
            _check_parts(message, place)
            turns.append(Turn(_text(message).strip()))
        elif message.role == "assistant" and turns and (said := _text(message)):
            turns[-1] = Turn(turns[-1].question, said)
    return turns


def _check_parts(message: ChatMessage, place: int) -> None:
    kinds = {part.type for part in message.content if part.type != "text"} if isinstance(message.content, list) else ()
    for kind in sorted(kinds):
        name = "Images" if kind == "image_url" else f"Parts of the type {kind[:40]!r}"
        raise _refused(f"{name} cannot be read here; ask in words.", f"messages.{place}.content")


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, list):
        return storable("\n".join(part.text for part in message.content if part.type == "text"))
    return storable(message.content or "")


def _refused(text: str, parameter: str) -> Refusal:
    return Refusal(400, text, code="unsupported_value", more={"param": parameter})
