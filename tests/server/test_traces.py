"""Traces: spans reach a collector that is set, and nothing is sent anywhere when none is."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from assistant.server import Service
from assistant.utils import request_id
from tests.server.support import ask
from tests.support import ROOT, open_assistant, write_article

QUESTION = "When did the tide go out?"


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """A collector of traces that keeps the spans it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []

    def Export(self, request: Any, context: Any) -> Any:
        for resource in request.resource_spans:
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    """A collector and its address."""
    collector = Collector()
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads)
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield collector, f"http://127.0.0.1:{port}"
        finally:
            server.stop(0).wait()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("traced")
    write_article(folder / "tides", "ebb", "The tide went out at noon on Monday. The harbour was dry.")
    with open_assistant(folder / "home") as assistant:
        assistant.refresh([folder / "tides"])
    return folder / "home"


def test_each_stage_of_a_question_is_a_span_of_its_trace_with_the_id_of_the_request(home: Path) -> None:
    with collecting() as (collector, address):
        with open_assistant(home, otlp_endpoint=address) as assistant:
            request_id.set("3f9a0c11")
            ask(Service.of(assistant), QUESTION)
            request_id.set("")
    (whole,) = [span for span in collector.spans if span.name == "question"]
    stages = {span.name: span for span in collector.spans if span.parent_span_id == whole.span_id}
    assert {"prepare", "search", "read"} <= set(stages)
    for span in collector.spans:
        assert span.trace_id == whole.trace_id
        assert {each.key: each.value.string_value for each in span.attributes} == {"request_id": "3f9a0c11"}


@pytest.mark.parametrize("traced", [False, True])
def test_the_text_of_a_question_is_in_a_trace_only_when_that_is_set(home: Path, traced: bool) -> None:
    with collecting() as (collector, address):
        with open_assistant(home, otlp_endpoint=address, trace_questions=traced) as assistant:
            assistant.ask(QUESTION)
    assert collector.spans and ("tide" in str(collector.spans)) == traced


def test_nothing_is_sent_and_the_module_for_it_stays_out_when_no_address_is_set(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.support import open_assistant\n"
        f"with open_assistant(Path({str(home)!r})) as assistant: assistant.ask({QUESTION!r})\n"
        "print('assistant.utils.tracing' in sys.modules)"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_TRACES_EXPORTER": "otlp", "PYTHONPATH": str(ROOT)}
        command, environment = [sys.executable, "-c", program], {**os.environ, **variables}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert done.stdout.strip() == "False"
