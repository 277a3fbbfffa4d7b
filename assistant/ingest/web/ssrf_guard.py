"""Guard against server-side request forgery: no URL leads into a private network.

Every connection goes through it, also after a redirect. It resolves the name itself, checks each of its addresses, and
connects to the very address that it checked, so that a second answer of the name server (DNS rebinding) has no effect.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

import httpcore
import httpx
from httpcore import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

from assistant.ingest.web.errors import UnsafeUrlError

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# The registries of special addresses (RFC 6890 and later), written out: what `ipaddress` calls global differs between
# releases of Python, and includes multicast, NAT64, 6to4 and IPv4-compatible addresses.
_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            "168.63.129.16/32",  # a public address that is the control server inside one cloud
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        ),
    )
)
_GLOBAL6 = ipaddress.IPv6Network("2000::/3")  # global unicast, all that is assigned to the public
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x5EFE, 0x0200_5EFE})

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_ADDRESSES = 4


def is_public(address: str) -> bool:
    """Whether an IP address, and any IPv4 address embedded in it, is one of the public internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None or parsed in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)))
        is_isatap = (int(parsed) >> 32) & 0xFFFF_FFFF in _ISATAP
        if parsed.scope_id or parsed not in _GLOBAL6 or is_isatap:
            return False
    refused = any(parsed.version == network.version and parsed in network for network in _REFUSED)
    return parsed.is_global and not parsed.is_multicast and not refused


def validated_url(url: str | httpx.URL) -> httpx.URL:
    """The URL to request, without its fragment. Raises UnsafeUrlError for one that is not a plain web URL.

    IP addresses in unusual spellings are refused, as parsers differ in how they read them.
    """
    try:
        parsed = httpx.URL(str(url).partition("#")[0])
    except (httpx.InvalidURL, TypeError, ValueError):
        raise UnsafeUrlError("is no web address that can be read") from None
    if parsed.scheme not in {"http", "https"}:
        raise UnsafeUrlError(f"only http and https are read, not {parsed.scheme[:20] or 'this'}:")
    if parsed.userinfo:
        raise UnsafeUrlError("has a user name in its address; take it out")
    if not _is_plain_host(parsed.raw_host.decode("ascii")):
        raise UnsafeUrlError("the host in its address is written in a way that is not read; write it plainly")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise UnsafeUrlError("has no such port")
    return parsed


def _is_plain_host(host: str) -> bool:
    if ":" in host:
        return "%" not in host  # httpx has validated it as an IPv6 address
    if len(host) > 253 or not _HOST.fullmatch(host):
        return False
    if not _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return True
    try:
        return bool(ipaddress.IPv4Address(host))
    except ValueError:
        return False


def normalize_host(host: str) -> str:
    """A spelling that is equal for all spellings of the same host."""
    host = host.strip().strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, by the resolver of the system."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


class SsrfGuard(AsyncNetworkBackend):
    """A network backend that connects to public addresses only; the hosts in `allowed` may have any address.

    `network` makes the connections that are allowed. Raises UnsafeUrlError from within a request.
    """

    def __init__(
        self,
        allowed: Iterable[str] = (),
        resolve: Resolve = system_resolve,
        network: AsyncNetworkBackend | None = None,
    ) -> None:
        self._allowed = frozenset(map(normalize_host, allowed))
        self._resolve = resolve
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to the first address of `host` that answers, if all are public."""
        addresses = await self._addresses(host, port)
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(addresses[-1], port, share, local_address, socket_options)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        is_allowed = normalize_host(host) in self._allowed
        if not is_allowed and port < 1024 and port not in {80, 443}:
            raise UnsafeUrlError(f"port {port} is not one of the web; if that is meant, allow the host in web_hosts")
        try:
            addresses: Sequence[str] = [str(ipaddress.ip_address(host))]
        except ValueError:
            addresses = [str(ipaddress.ip_address(found)) for found in await self._resolve(host, port)]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        for address in addresses:
            if not is_allowed and not is_public(address):
                reason = f"the address leads into a private network ({address})"
                raise UnsafeUrlError(f"{reason}; if that is meant, allow the host in web_hosts")
        return addresses[:_MAX_ADDRESSES]

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[SOCKET_OPTION] | None = None
    ) -> AsyncNetworkStream:
        """Always raises UnsafeUrlError."""
        raise UnsafeUrlError("socket files are not read")


class GuardedTransport(httpx.AsyncBaseTransport):
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
