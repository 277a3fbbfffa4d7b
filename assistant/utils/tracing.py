"""Traces: each question and its stages as spans, sent to a collector by OpenTelemetry's protocol (OTLP over gRPC).

Imported only where an address is set for them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import StatusCode, set_span_in_context

from assistant.utils.observing import Observer
from assistant.utils.request_ids import request_id
from assistant.utils.system import own_version

_NAME = "article-assistant"
_FLUSH_MS = 3000  # for what is not sent yet when it ends

# Not that of OpenTelemetry: a question is answered step by step, each in another thread, and no step may leave a span
# behind in the context of who asks.
_around: ContextVar[Context | None] = ContextVar("around", default=None)


class Tracing(Observer):
    """Sends spans to the collector at `endpoint`, http://... or https://..., in the background."""

    def __init__(self, endpoint: str) -> None:
        resource = Resource.create({"service.name": _NAME, "service.version": own_version()})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(_NAME)

    @contextmanager
    def span(self, name: str, **attributes: str) -> Iterator[None]:
        """A span of that name within the one around it, if there is one."""
        around = _around.get()
        if identity := request_id.get():
            attributes["request_id"] = identity
        # An empty context, not that of the thread: a trace is of one question, whoever else traces here.
        span = self._tracer.start_span(name, context=around or Context(), attributes=attributes)
        _around.set(set_span_in_context(span, around or Context()))
        try:
            yield
        except Exception as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)  # its text may have the question in it
            raise
        finally:
            _around.set(around)
            span.end()

    def close(self) -> None:
        """Send what is left, for up to three seconds."""
        self._provider.force_flush(_FLUSH_MS)
        self._provider.shutdown()
