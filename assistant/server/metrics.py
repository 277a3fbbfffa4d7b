"""What a server counts: questions, their stages, model calls and requests, in a registry of its own.

No label has anything of what a person sent: each is one of a few words of ours.
"""

import platform
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from contextvars import ContextVar

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, Info, ProcessCollector
from prometheus_client.utils import INF

from assistant.answers import Answer, Event, Finished
from assistant.errors import QuestionError
from assistant.server.limits import LimitError
from assistant.server.waiting import BusyError, LeftError, StoppingError, WaitingRoom
from assistant.utils import ModelCall, Observer, own_version

interface: ContextVar[str] = ContextVar("interface", default="other")
"""By which interface the request that is being served asks."""

_INTERFACES = {"api": "rest", "v1": "openai", "mcp": "mcp"}  # by the first part of the path
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, INF)


def interface_of(first_part: str) -> str:
    """The interface whose paths begin with that part."""
    return _INTERFACES.get(first_part, "other")


class Metrics(Observer):
    """What a server counts, for Prometheus."""

    def __init__(self, room: WaitingRoom) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        build = Info("assistant_build", "The program.", registry=registry)
        build.info({"version": own_version(), "python": platform.python_version()})
        self._count_questions(room)
        self._count_models()
        labels = ("method", "route", "status")
        self._requests = Counter("assistant_http_requests", "HTTP requests.", labels, registry=registry)
        self._request_seconds = self._seconds("assistant_http_request_seconds", "Seconds of HTTP requests.", "route")
        self.windows = Gauge("assistant_windows_open", "Windows that are open.", registry=registry)

    def _count_questions(self, room: WaitingRoom) -> None:
        registry, labels = self.registry, ("interface", "mode", "outcome")
        self._questions = Counter("assistant_questions", "Questions.", labels, registry=registry)
        told = "Seconds from a question to the end of its answer, with those in which it waited."
        self._question_seconds = self._seconds("assistant_question_seconds", told, "interface", "mode")
        self._stage_seconds = self._seconds("assistant_stage_seconds", "Seconds of the stages of answers.", "stage")
        self._wait_seconds = self._seconds("assistant_question_wait_seconds", "Seconds that questions waited.")
        room.waited = self._wait_seconds.observe
        waiting = Gauge("assistant_questions_waiting", "Questions that wait for their turn.", registry=registry)
        waiting.set_function(lambda: room.waiting)
        answering = Gauge("assistant_questions_answering", "Questions that are being answered.", registry=registry)
        answering.set_function(lambda: room.answering)
        turned_away = Counter(
            "assistant_questions_turned_away", "Questions that were told to come again.", registry=registry
        )
        room.turned_away = turned_away.inc

    def _count_models(self) -> None:
        registry = self.registry
        self._calls = Counter("assistant_model_calls", "Calls of chat models that ended.", registry=registry)
        self._failures = Counter(
            "assistant_model_failures", "Calls of chat models that failed.", ("kind",), registry=registry
        )
        self._call_seconds = self._seconds("assistant_model_seconds", "Seconds of calls of chat models.")
        self._tokens = Counter(
            "assistant_model_tokens", "Tokens of chat models, where they tell.", ("direction",), registry=registry
        )

    def _seconds(self, name: str, told: str, *labels: str) -> Histogram:
        return Histogram(name, told, labels, buckets=_SECONDS, registry=self.registry)

    def model_called(self, call: ModelCall) -> None:
        """Count a call of a chat model."""
        self._calls.inc()
        self._call_seconds.observe(call.seconds)
        if call.failure not in (None, "stopped"):  # who stops a model has no complaint
            self._failures.labels(call.failure).inc()
        for direction, tokens in (("read", call.read), ("written", call.written)):
            if tokens is not None:
                self._tokens.labels(direction).inc(tokens)

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request to that route, a template of a path."""
        known = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self._requests.labels(known, route, f"{status // 100}xx").inc()
        self._request_seconds.labels(route).observe(seconds)

    def asked(self, asked_by: str, outcome: str, mode: str = "none") -> None:
        """Count a question; the mode is "none" where there is no answer."""
        self._questions.labels(asked_by, mode, outcome).inc()

    async def counted(self, asked_by: str, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """The events of a question, which is counted at its end, whatever that is; one that is left is "stopped"."""
        outcome, mode, began = "stopped", "none", time.perf_counter()
        try:
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, Finished):
                        outcome, mode = event.answer.outcome, event.answer.mode
                        self._observe_stages(event.answer)
                        self._question_seconds.labels(asked_by, mode).observe(time.perf_counter() - began)
                    yield event
        except Exception as error:
            outcome, mode = _outcome_of(error), "none"
            raise
        finally:
            self.asked(asked_by, outcome, mode)

    def _observe_stages(self, answer: Answer) -> None:
        for stage, milliseconds in answer.timings.items():
            self._stage_seconds.labels(stage).observe(milliseconds / 1000)


def _outcome_of(error: Exception) -> str:
    if isinstance(error, BusyError | LimitError | StoppingError):
        return "busy"
    if isinstance(error, LeftError):
        return "stopped"
    return "refused" if isinstance(error, QuestionError) else "failed"
