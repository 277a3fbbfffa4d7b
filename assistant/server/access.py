"""Who may ask the server: the names that it answers to, pages of other sites, and proxies that are believed."""

import hashlib
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

READER_COOKIE = "article-assistant-reader"  # by which a browser is known again

_WILDCARDS = ("0.0.0.0", "::", "")
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@/?#\s]+)(?::(\d{1,5}))?")


def split_authority(text: str) -> tuple[str, str] | None:
    """The name and the port ("" when there is none) of `name:port`; None for anything else."""
    found = _AUTHORITY.fullmatch(text.strip().lower())
    return (found[1].strip("[]").rstrip("."), found[2] or "") if found else None


def is_loopback(name: str) -> bool:
    """Whether only this machine is reached by that name or address."""
    address = _address(name)
    return name == "localhost" if address is None else address.is_loopback


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


@dataclass(frozen=True)
class Names:
    """The names that a server bound to `host` answers to: those of loopback, `host`, and the `listed` ones.

    A name of somebody else that was made to lead here (DNS rebinding) is none of them. One that is bound to all
    addresses of its machine answers to any address as well, as an address cannot be made to lead elsewhere.
    """

    host: str
    listed: tuple[str, ...] = ()
    _listed: frozenset[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_listed", frozenset(filter(None, map(split_authority, self.listed))))

    def allows(self, authority: str) -> bool:
        """Whether the name in `authority` (a Host header) is one of them; the port does not matter."""
        parts = split_authority(authority)
        if parts is None:
            return False
        name = parts[0]
        if is_loopback(name) or name == self.host.lower() or any(name == listed for listed, _ in self._listed):
            return True
        return self.host in _WILDCARDS and _address(name) is not None

    def lists(self, authority: str) -> bool:
        """Whether `authority` was listed with its port, or its name without one."""
        parts = split_authority(authority)
        return parts is not None and (parts in self._listed or (parts[0], "") in self._listed)

    def is_own_page(self, origin: str, host: str, forwarded: str, *, same_origin: bool) -> bool:
        """Whether a page of `origin` is the window's own, for a request to `host`.

        `forwarded` is what a trusted proxy says that it was asked as. `same_origin`: the browser itself says that page
        and request are of one origin; it does behind a proxy, too, which passes on another port.
        """
        scheme, separator, authority = origin.lower().partition("://")
        if scheme not in ("http", "https") or not separator or not self.allows(authority):
            return False
        own = [host.lower(), *([forwarded.lower()] if forwarded and self.allows(forwarded) else [])]
        return same_origin or authority in own or self.lists(authority)


@dataclass(frozen=True)
class Proxies:
    """The proxies whose word is taken for who asked, and for what."""

    trusted: tuple[str, ...] = ()

    def trusts(self, address: str) -> bool:
        """Whether `address` is that of a trusted proxy."""
        return is_among(address, self.trusted)

    def client(self, peer: str, forwarded_for: Iterable[str]) -> str:
        """The address of who asks: the last one of `forwarded_for` that is no trusted proxy, if `peer` is one."""
        for address in [peer, *reversed(list(forwarded_for))]:
            if _address(address) is None:
                break
            peer = address
            if not self.trusts(address):
                break
        return peer


def reader_of(cookies: Mapping[str, str]) -> str | None:
    """What stands for the reader whose browser sent these cookies; None when it has none of ours."""
    cookie = cookies.get(READER_COOKIE)
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else None


def counted_address(address: str) -> str:
    """What is counted as one address: of IPv6 the network of 64 bits, of which one machine has all."""
    parsed = _address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed.ipv4_mapped) if isinstance(parsed, ipaddress.IPv6Address) else address


def address_of(request: Any) -> str:
    """The address that a request, of Starlette or of Gradio, comes from, as it is counted; "" for none."""
    client = getattr(request, "client", None)
    return counted_address(client.host) if client else ""


def is_among(address: str, networks: Iterable[str]) -> bool:
    """Whether `address` is in one of those networks, also where it is an IPv4 address as IPv6 has them."""
    parsed = _address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return parsed is not None and any(parsed in ipaddress.ip_network(net, strict=False) for net in networks)


def unknown_name(host: str) -> str:
    """What is said to who asks for a name that is not allowed, with the cure."""
    return f"This server does not answer to the name {shown(host)}. {_cure(host)}"


def foreign_page(origin: str) -> str:
    """What is said to a page of another site, with the cure where it is the window's own."""
    authority = origin.partition("://")[2]
    return f"This comes from a page of another site, {shown(origin)}. {_cure(authority)}"


def _cure(authority: str) -> str:
    if split_authority(authority) is None:
        return "Only the window's own page may ask."
    listed = shown(authority.lower())
    return f"If that is the window's own address, set hosts = {listed} (ASSISTANT_HOSTS) and start it again."


def shown(text: str) -> str:
    """What somebody sent, in quotes, short and in plain characters."""
    return json.dumps(text[:100])


def header_values(headers: Mapping[bytes, bytes], name: bytes) -> list[str]:
    """The comma-separated values of a header."""
    return [part.strip() for part in headers.get(name, b"").decode("latin-1").split(",") if part.strip()]
