"""What Prometheus is told of the servers of the chat model: how each is, and what was asked of it by this process."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from assistant.models import ModelServer


class ModelServersCollector(Collector):
    """Reads what is known of the servers when it is asked; their address is a label."""

    def __init__(self, servers: "Callable[[], Sequence[ModelServer]]") -> None:
        self._servers = servers

    def collect(self) -> Iterator[Metric]:
        """The metrics, without a value before the model is first used."""
        label = ("address",)
        healthy = GaugeMetricFamily("assistant_model_server_healthy", "Whether a server takes part.", labels=label)
        in_flight = GaugeMetricFamily("assistant_model_server_in_flight", "Calls that a server answers.", labels=label)
        calls = CounterMetricFamily("assistant_model_server_calls", "Calls of a server.", labels=label)
        failures = CounterMetricFamily(
            "assistant_model_server_failures", "Calls of a server that failed.", labels=(*label, "kind")
        )
        for server in {server.address: server for server in self._servers()}.values():
            healthy.add_metric((server.address,), int(server.healthy))
            in_flight.add_metric((server.address,), server.in_flight)
            calls.add_metric((server.address,), server.calls)
            for kind, count in server.failures.items():
                failures.add_metric((server.address, kind), count)
        yield from (healthy, in_flight, calls, failures)

    def describe(self) -> list[Metric]:
        """Nothing: else it would all be read when this is registered."""
        return []
