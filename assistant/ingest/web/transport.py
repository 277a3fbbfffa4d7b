"""The httpx transport over connections that the SSRF guard makes."""

from collections.abc import AsyncIterator

import httpcore
import httpx

from assistant.ingest.web.ssrf_guard import SsrfGuard


class Transport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over connections of the guard; raises the exceptions of httpcore."""

    def __init__(self, guard: SsrfGuard) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=guard, keepalive_expiry=5.0
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response has its head, and the body as a stream."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        forwarded = httpcore.Request(request.method, target, headers=request.headers.raw, extensions=request.extensions)
        response = await self._pool.handle_async_request(forwarded)
        return httpx.Response(response.status, headers=response.headers, stream=_Stream(response))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()
