"""No way leads from an address on the web into the network that we are in.

A decoy listens on 127.0.0.1; whatever spelling, redirect, link or name leads there, it must see no connection.
"""

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import httpcore
import pytest
from httpcore import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

from assistant.ingest.web.errors import UnsafeUrlError
from assistant.ingest.web.ssrf_guard import SsrfGuard, is_public
from tests.ingest.web.cases import Outcome, item, page, read, rss, settings_of, sitemap, sitemap_index, source_of
from tests.ingest.web.site import Reply, Site

LOOPBACK = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.00.00.01", "2130706433", "02130706433", "017700000001"),
    *("0177.0.0.1", "0177.1", "00000177.0.0.1", "0x7f000001", "0x7F.0x0.0x0.0x1", "0x7f.1", "0x7f.0.0.1", "127.0x1"),
    *("127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "127.0.0.1。"),
    *("127.0.0%2e1", "%31%32%37.0.0.1", "127.0.0.1%00.post.example", "127.0.0.1%20", "127.0.0.1%0d%0a", "127.0.0.1%2f"),
    *(
        "localhost",
        "LOCALHOST",
        "localhost.",
        "ｌｏｃａｌｈｏｓｔ",
        "lo\u00adcalhost",
        "l%6fcalhost",
        "383.0.0.1",
        "0",
        "0.0.0.0",
    ),
    *(
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::0001]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:0:127.0.0.1]",
        "[::]",
    ),
    *("[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[::1%25lo]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:0:4136:e378:8000:0:80ff:fffe]", "[fe80::1%25lo]", "[fe80::1]"),
    *("[2606:4700::5efe:7f00:1]", "[::1", "::1", "[127.0.0.1]", "[localhost]", "[::ffff:127.0.0.1.]"),
]
OTHER_NETS = [
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1"),
    *("100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "192.88.99.1", "192.0.2.1", "203.0.113.9"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "0.1.2.3", "[fd00:ec2::254]", "[fc00::1]"),
    *("[fec0::1]", "[ff02::1]", "[100::1]", "[2001:db8::1]", "[3fff::1]", "[4000::1]", "[64:ff9b::a9fe:a9fe]"),
]
ODD = [
    "http://ida@127.0.0.1:{port}/",
    "http://ida:secret@127.0.0.1:{port}/",
    "http://post.example@127.0.0.1:{port}/",
    "http://post.example:80@127.0.0.1:{port}/",
    "http://post.example\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@post.example/",
    "http://127.0.0.1:{port}#@post.example/",
    "http://127.0.0.1:{port}?@post.example/",
    "http://127.0.0.1:{port}/@post.example",
    "http://127.0.0.1\\.post.example:{port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:0{port}/",
    "http://127.0.0.1:+{port}/",
    "http://127.0.0.1:{port}\t/",
    "http://127.0.0.1\n:{port}/",
    "http://\t127.0.0.1:{port}/",
    " http://127.0.0.1:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "unix:///var/run/docker.sock",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_GET%20/",
    "dict://127.0.0.1:{port}/info",
    "ftp://127.0.0.1:{port}/",
    "ldap://127.0.0.1:{port}/",
    "tftp://127.0.0.1:{port}/x",
    "ws://127.0.0.1:{port}/",
    "jar:http://127.0.0.1:{port}!/",
    "view-source:http://127.0.0.1:{port}/",
    "data:text/html,<h1>x</h1>",
    "javascript:fetch('http://127.0.0.1:{port}/')",
    "http://8.8.8.8:22/",
    "http://8.8.8.8:25/",
    "http://8.8.8.8:0/",
    "http://8.8.8.8:99999/",
]
WAYS = [
    *(f"http://{host}:{{port}}/a" for host in LOOPBACK),
    *(f"http://{host}/latest/meta-data/" for host in OTHER_NETS),
    *ODD,
]

ways = pytest.mark.parametrize("way", WAYS)
REFUSED = (
    "the address leads into a private network",
    "only http and https are read",
    "has a user name in its address",
    "the host in its address is written in a way",
    "is no web address that can be read",
    "is redirected to what is no address",
    "the name cannot be resolved",
    "is not one of the web",
    "has no such port",
)


async def resolve(host: str, port: int) -> Sequence[str]:
    """A name server that knows loopback by name and nothing else, and lets numbers through as systems do."""
    if host.rstrip(".") == "localhost":
        return ["127.0.0.1"]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        raise socket.gaierror(socket.EAI_NONAME, "unknown") from None


def harmless(site: Site, outcome: Outcome) -> None:
    """No article came, the failures say why, and the decoy saw no connection."""
    assert outcome.articles == []
    assert "127.0.0.1" not in site.connected
    assert outcome.failures and all(_is_refusal(reason) for _, reason in outcome.failures), outcome.failures


def _is_refusal(reason: str) -> bool:
    return any(part in reason for part in REFUSED)


def secret(site: Site, pages: dict[str, Reply]) -> None:
    """The decoy has an article; the host at 127.0.0.2 is one that may be read, and has `pages`."""
    site.serve({"@1/a": page("Secret"), "@1/": page("Secret"), **pages})


ALLOWED = {"web_hosts": ("127.0.0.2",), "web_timeout": 2, "web_retries": 0}


@ways
def test_a_private_url_as_a_source_is_refused(site: Site, way: str) -> None:
    secret(site, {})
    source = source_of(site, "page", way.format(port=site.port))
    harmless(site, read(site, source, settings=settings_of(**ALLOWED), resolve=resolve))


def test_private_links_in_a_feed_and_redirects_of_its_pages_are_refused(site: Site) -> None:
    """All ways at once: as links of items, and behind links that lead on to them."""
    urls = [way.format(port=site.port) for way in WAYS]
    links = [item(str(number), url.replace("&", "&amp;").replace("<", "&lt;"), "") for number, url in enumerate(urls)]
    pages: dict[str, Reply] = {}
    for number, url in enumerate(urls):
        location = url.strip().replace("\n", "").encode("utf-8").decode("latin-1")
        pages[f"@2/r{number}"] = Reply("", 302, headers={"Location": location})
        links.append(item(str(number), f"@2/r{number}", ""))
    secret(site, {"@2/feed": rss(*links), **pages})
    source = source_of(site, url="@2/feed", most=1000)
    outcome = read(site, source, settings=settings_of(**ALLOWED), resolve=resolve)
    assert outcome.articles == [] and "127.0.0.1" not in site.connected
    # What is not a URL by itself is relative to the feed, and there is nothing at it.
    others = [reason for _, reason in outcome.failures if not _is_refusal(reason)]
    assert [reason for reason in others if not reason.startswith(("404", "has no address"))] == []
    assert {f"@2/r{number}" for number in range(len(WAYS))} <= {url for url, _ in outcome.failures}
    assert len(outcome.failures) > 1.8 * len(WAYS)


@pytest.mark.parametrize(
    "way", ["http://127.0.0.1:{port}/a", "http://[::ffff:127.0.0.1]:{port}/a", "http://0x7f.1:{port}/a"]
)
def test_private_urls_in_sitemaps_and_redirects_are_refused(site: Site, way: str) -> None:
    url = way.format(port=site.port)
    moved = Reply("", 302, headers={"Location": url})
    sources = {
        "a page in a sitemap": ("sitemap", {"@2/x": sitemap(url)}),
        "a sitemap in an index": ("sitemap", {"@2/x": sitemap_index(url)}),
        "robots.txt": ("feed", {"@2/robots.txt": moved, "@2/x": rss(item())}),
        "a page that is led on": ("feed", {"@2/x": rss(item(link="@2/b", text="")), "@2/b": moved}),
        "the second redirect": ("feed", {"@2/x": Reply("", 301, headers={"Location": "/y"}), "@2/y": moved}),
    }
    for kind, pages in sources.values():
        secret(site, pages)
        source = source_of(site, kind, "@2/x")  # type: ignore[arg-type]
        harmless(site, read(site, source, settings=settings_of(**ALLOWED), resolve=resolve))


NAMES = {
    "a private address": ["10.0.0.1"],
    "loopback": ["127.0.0.1"],
    "a public address and a private one": ["93.184.216.34", "127.0.0.1"],
    "loopback in IPv6": ["::1"],
    "loopback wrapped in IPv6": ["::ffff:127.0.0.1"],
    "loopback behind NAT64": ["64:ff9b::7f00:1"],
    "an address with a zone": ["fe80::1%lo"],
    "the metadata of a cloud": ["169.254.169.254"],
    "the metadata of a cloud in IPv6": ["fd00:ec2::254"],
    "what was meant for nobody": ["0.0.0.0"],
}


@pytest.mark.parametrize("addresses", NAMES.values(), ids=NAMES.keys())
def test_a_name_with_a_private_address_is_refused(site: Site, addresses: list[str]) -> None:
    async def names(host: str, port: int) -> Sequence[str]:
        return addresses

    secret(site, {})
    source = source_of(site, "page", f"http://news.post.example:{site.port}/a")
    harmless(site, read(site, source, settings=settings_of(**ALLOWED), resolve=names))


def test_a_name_of_an_allowed_address_is_not_allowed(site: Site) -> None:
    """Otherwise any name on the web could be made to lead to a host that only the settings name."""

    async def names(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2"]

    secret(site, {"@2/a": page()})
    source = source_of(site, "page", f"http://evil.example:{site.port}/a")
    outcome = read(site, source, settings=settings_of(**ALLOWED), resolve=names)
    assert outcome.articles == [] and site.connected == []


def test_an_allowed_name_may_lead_inside(site: Site) -> None:
    async def names(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    site.serve({"/a": page("Inside")})
    source = source_of(site, "page", f"http://Intranet.:{site.port}/a")
    outcome = read(site, source, settings=settings_of(web_hosts=("intranet",)), resolve=names)
    assert [article.title for article in outcome.articles] == ["Inside"]


class Below(AsyncNetworkBackend):
    """A network that notes which addresses it is to connect to."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        self.asked.append(host)
        raise httpcore.ConnectError("nothing there")


def test_the_address_that_was_checked_is_the_one_that_is_connected_to() -> None:
    """A name server that answers otherwise the second time changes nothing."""
    answers = [["93.184.216.34", "2606:4700::1111"], ["127.0.0.1"]]

    async def names(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    below = Below()
    guard = SsrfGuard((), names, below)
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(guard.connect_tcp("news.post.example", 80))
    assert below.asked == ["93.184.216.34", "2606:4700::1111"] and len(answers) == 1
    with pytest.raises(UnsafeUrlError):
        asyncio.run(guard.connect_tcp("news.post.example", 80))
    assert len(below.asked) == 2


def test_socket_files_are_not_read() -> None:
    with pytest.raises(UnsafeUrlError):
        asyncio.run(SsrfGuard().connect_unix_socket("/run/x.sock"))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "1.1.1.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "x", "127.0.0.1", "8.8.8", "::1%lo", "2606:4700::1%eth0"])
def test_other_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_must_be_of_the_name(site: Site, tmp_path: Path) -> None:
    """The name is still checked, though the connection is made to an address."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other.example"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    port = site.secure(context)
    outcome = read(site, source_of(site, "page", f"https://127.0.0.1:{port}/a"))
    assert outcome.articles == [] and site.asked == []
    ((_, reason),) = outcome.failures
    assert reason.startswith("its certificate is not valid: ")


def test_https_where_nothing_speaks_it(site: Site) -> None:
    source = source_of(site, "page", site.base(1).replace("http:", "https:") + "/a")
    outcome = read(site, source, settings=settings_of(web_timeout=1, web_retries=0))
    assert [reason for _, reason in outcome.failures] == ["the server does not answer (its robots.txt)"]
