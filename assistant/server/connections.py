"""Connections: counted by address, and closed when the headers of a request do not come in time."""

import asyncio
from collections import Counter

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.server.access import Proxies, counted_address

HEADER_SECONDS = 10.0  # in which the headers of a request must have come whole
_ON_ITS_WAY = 0.5  # seconds that the first request of a connection has to come when the server stops
TOO_MANY = "There are too many connections from this address; close some, or try again later."
_RESPONSE = (
    f"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(TOO_MANY)}\r\n"
    f"Retry-After: 10\r\nConnection: close\r\n\r\n{TOO_MANY}"
).encode()


class ConnectionCount:
    """How many connections each address has; at most `most` are allowed. All happens in one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._counts: Counter[str] = Counter()

    def add(self, address: str) -> bool:
        """Count one more of that address; False, and nothing is counted, when it has as many as are allowed."""
        if self._counts[address] >= self._most:
            return False
        self._counts[address] += 1
        return True

    def remove(self, address: str) -> None:
        """Count one less of that address."""
        self._counts[address] -= 1
        if self._counts[address] <= 0:
            del self._counts[address]


class CountedConnection:
    """A connection that is counted for the address that it comes from; through a trusted proxy, for whom it asks."""

    def __init__(self, count: ConnectionCount) -> None:
        self._count = count
        self._address: str | None = None

    def count_for(self, client: str) -> bool:
        """Count it for `client` from now on; False, and it is not counted, when that has too many."""
        address = counted_address(client)
        if address == self._address:
            return True
        self.close()
        if not self._count.add(address):
            return False
        self._address = address
        return True

    def close(self) -> None:
        """Do not count it any more."""
        if self._address is not None:
            self._count.remove(self._address)
        self._address = None


class _BoundedProtocol(H11Protocol):
    """The protocol of uvicorn with a limit on connections of an address and on the time for headers."""

    count: ConnectionCount
    proxies: Proxies
    _patience: asyncio.TimerHandle | None = None
    _counted: CountedConnection | None = None
    _stops = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer, self._counted = self.client[0] if self.client else "", CountedConnection(self.count)
        # Of a proxy it is not known yet for whom it asks.
        if not self.proxies.trusts(peer) and not self._counted.count_for(peer):
            transport.write(_RESPONSE)
            transport.close()
            return
        self.app_state = {**self.app_state, "connection": self._counted}
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_for_headers()
        if self._stops and self.cycle is not None:
            self.shutdown()

    def shutdown(self) -> None:
        """End after the response on its way; a connection that was just opened is not cut off before it has asked."""
        if self.cycle is None and not self._stops:
            self._stops = True
            self.loop.call_later(_ON_ITS_WAY, self.shutdown)
        elif not self.transport.is_closing():
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        if self._counted is not None:
            self._counted.close()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        # IDLE: the next request has not come whole; uvicorn sees to those who are silent after a response.
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._patience is None:
            self._patience = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if not self.transport.is_closing() and self.conn.their_state is h11.IDLE:
            self.transport.close()


def protocol(most: int, proxies: Proxies) -> type[asyncio.Protocol]:
    """The protocol of a server with at most `most` connections of an address.

    Each request has its `CountedConnection` in `scope["state"]["connection"]`.
    """
    return type("BoundedProtocol", (_BoundedProtocol,), {"count": ConnectionCount(most), "proxies": proxies})
