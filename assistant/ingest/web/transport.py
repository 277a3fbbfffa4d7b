"""Carrying requests of httpx over connections that the guard makes."""

from collections.abc import AsyncIterator

import httpcore
import httpx

from assistant.ingest.web.ssrf_guard import SsrfGuard


class Transport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over connections that the guard makes; raises the errors of httpcore."""

    def __init__(self, guard: SsrfGuard) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=guard, keepalive_expiry=5.0
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, of which only the head has come."""
        url = request.url
        place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = httpcore.Request(request.method, place, headers=request.headers.raw, extensions=request.extensions)
        given = await self._pool.handle_async_request(asked)
        return httpx.Response(given.status, headers=given.headers, stream=_Stream(given))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, given: httpcore.Response) -> None:
        self._given = given

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._given.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._given.aclose()
