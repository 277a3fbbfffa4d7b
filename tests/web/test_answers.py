"""What servers answer, good and bad, and what is said of it; all by a feed whose items have their whole text."""

import gzip
import zlib

import brotli
import pytest

from tests.web.cases import LONGEST, TEXT, Art, Case, check, item, page, rss, rss_text
from tests.web.site import Reply, Site, drip, end, endless, hang, http_date, reset

TITLE, NEWS = "Bridge closed", "Lenne Post"
WHOLE = Art(TITLE, "@1/a", source=NEWS)
FEED = rss(item())
XML = "application/rss+xml"
PLAIN = rss_text(item("Bridge closed", "/a")).replace("@1/", "/").encode()
QUICK = {"web_timeout": 0.5}
TRIED = " (tried 3 times)"


def fine(name: str, *replies: Reply, asked: int | None = None, **more: object) -> Case:
    """The feed comes in the end."""
    count = ["@1/feed"] * (asked or len(replies))
    return Case(name, {"/feed": list(replies)}, [WHOLE], asked=count, **more)  # type: ignore[arg-type]


def fails(name: str, reply: Reply, reason: str, asked: int = 1, **more: object) -> Case:
    """The feed does not come, and this is why."""
    return Case(name, {"/feed": reply}, failures=[("@1/feed", reason)], asked=["@1/feed"] * asked, **more)  # type: ignore[arg-type]


def packed(data: bytes, encoding: str, **more: object) -> Reply:
    return Reply(data, media=XML, headers={"Content-Encoding": encoding}, **more)  # type: ignore[arg-type]


def raw(head: str, body: bytes = b"", **more: object) -> Reply:
    lines = head.replace("\n", "\r\n").encode() + b"\r\n\r\n"
    return Reply(raw=lines + body, **more)  # type: ignore[arg-type]


STATUSES = {
    400: "the server does not understand the request",
    401: "it wants a log-in",
    402: "it has to be paid for",
    403: "the server does not let us read it",
    404: "there is no such page",
    405: "method not allowed",
    410: "gone for good",
    418: "i'm a teapot",
    451: "withheld for legal reasons",
    204: "no content",
    206: "partial content",
    501: "not implemented",
    599: "an answer that is none",
}
WORTH = {
    408: "the server waited too long",
    425: "the server wants to be asked later",
    429: "the server is asked too often",
    500: "the server failed",
    502: "the server behind it failed",
    503: "the server cannot answer just now",
    504: "the server behind it did not answer",
}
STATUS_CASES = [
    *(fails(f"{status} is not tried again", Reply("no", status), f"{status}: {said}") for status, said in STATUSES.items()),
    *(fails(f"{status} is tried again", Reply("no", status), f"{status}: {said}{TRIED}", 3) for status, said in WORTH.items()),
    *(fine(f"{status}, then it comes", Reply("no", status), FEED) for status in WORTH),
    fine("twice 503, then it comes", Reply("no", 503), Reply("no", 500), FEED),
    fine("203 is an answer", Reply(FEED.body, 203, XML)),
    fails("304 that was not asked for", Reply("", 304), "304: not modified"),
    fails("no retries when none are wanted", Reply("no", 503), "503: the server cannot answer just now", settings={"web_retries": 0}),
    fine("Retry-After: 0", Reply("no", 429, headers={"Retry-After": "0"}), FEED),
    fine("a Retry-After that has passed", Reply("no", 503, headers={"Retry-After": http_date(2020, 1, 1)}), FEED),
    fine("a Retry-After that is none", Reply("no", 503, headers={"Retry-After": "soon"}), FEED),
    fails("a long Retry-After", Reply("no", 429, headers={"Retry-After": "3600"}), "429: the server is asked too often; it asks to wait 3600 s"),
    fails("a Retry-After without end", Reply("no", 503, headers={"Retry-After": "9" * 400}), "503: the server cannot answer just now; it asks to wait 999999999 s"),
]  # fmt: skip

BROKEN_CASES = [
    fails("a connection that breaks off at once", Reply(raw=b"", act=reset), "the connection broke off" + TRIED, 3),
    fails("an empty answer", Reply(raw=b"", act=end), "the connection broke off" + TRIED, 3),
    fine("a connection that breaks off once", Reply(raw=b"", act=reset), FEED),
    fine("a body that breaks off once", Reply(PLAIN[:300], media=XML, headers={"Content-Length": "5000"}, act=reset), FEED),
    fails("fewer bytes than were announced", Reply(PLAIN[:300], media=XML, headers={"Content-Length": "5000"}, act=end), "the connection broke off" + TRIED, 3),
    fine("more bytes than were announced", Reply(PLAIN + b"<more/>", media=XML, headers={"Content-Length": str(len(PLAIN))})),
    fine("no length: it ends with the connection", Reply(PLAIN, media=XML, act=end)),
    fine("in chunks", raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(PLAIN), PLAIN))),
    fails("chunks that end early", raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"%x\r\n%s\r\n" % (len(PLAIN), PLAIN), act=end), "the connection broke off" + TRIED, 3),
    fails("chunks of no length", raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"zz\r\nxx\r\n"), "the server answers with what is no HTTP" + TRIED, 3),
    fails("what is no HTTP", Reply(raw=b"220 mail.example ESMTP\r\n\r\n"), "the server answers with what is no HTTP" + TRIED, 3),
    fails("two lengths", raw(f"HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: {len(PLAIN)}", PLAIN), "the server answers with what is no HTTP" + TRIED, 3),
    fine("HTTP/1.0", raw(f"HTTP/1.0 200 OK\nContent-Type: {XML}", PLAIN)),
    fine("headers in odd letters", raw(f"HTTP/1.1 200 OK\nCONTENT-type:   {XML}\nX-Zürich: ü\nConnection: close".replace("ü", "u"), PLAIN)),
    fine("answers in between", raw(f"HTTP/1.1 103 Early Hints\nLink: </x>\n\nHTTP/1.1 200 OK\nConnection: close\nContent-Type: {XML}", PLAIN)),
]  # fmt: skip

SLOW = "did not come whole within 0.5 s"
SLOW_CASES = [
    fails("no answer", Reply(raw=b"", act=hang), SLOW, settings={**QUICK, "web_retries": 0}),
    fails("no answer, however often", Reply(raw=b"", act=hang), SLOW + TRIED, 3, settings=QUICK),
    fine("no answer once", Reply(raw=b"", act=hang), FEED, settings=QUICK),
    fails("headers that never end", Reply(raw=b"HTTP/1.1 200 OK\r\n", act=drip(b"X-More: 1\r\n")), SLOW, settings={**QUICK, "web_retries": 0}),
    fails("a body that drips", Reply(b"<rss>", media=XML, act=drip(b" ")), SLOW, settings={**QUICK, "web_retries": 0}),
    fails("a body that stops", Reply(PLAIN[:200], media=XML, headers={"Content-Length": "5000"}, act=hang), SLOW, settings={**QUICK, "web_retries": 0}),
    fails("answers in between, for ever", Reply(raw=b"", act=endless(b"HTTP/1.1 103 Early Hints\r\n\r\n")), SLOW, settings={**QUICK, "web_retries": 0}),
    fails("headers of a megabyte", raw(f"HTTP/1.1 200 OK\nX-Long: {'x' * 1_000_000}", PLAIN), "the server answers with what is no HTTP", settings={"web_retries": 0}),
]  # fmt: skip

SMALL = {"web_max_mb": 0.1}
LARGE = "larger than 0.1 MB (setting web_max_mb)"
BOMB = gzip.compress(bytes(50_000_000))
DEFLATE_BOMB = zlib.compress(bytes(50_000_000))
TWICE = gzip.compress(gzip.compress(bytes(200_000_000)))
RAW_DEFLATE = zlib.compressobj(wbits=-15)
HEADLESS = RAW_DEFLATE.compress(PLAIN) + RAW_DEFLATE.flush()
PACKED = gzip.compress(PLAIN)
SIZE_CASES = [
    fails("a length that is too large", Reply(b"<rss>", media=XML, headers={"Content-Length": "100000000"}, act=hang), LARGE, settings=SMALL),
    fails("more than may be, without a length", Reply(b"<rss>", media=XML, act=endless(b" " * 10_000)), LARGE, settings=SMALL),
    fails("more than may be, in chunks", raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", act=endless(b"1000\r\n" + b" " * 4096 + b"\r\n")), LARGE, settings=SMALL),
    fine("just as large as may be", Reply(PLAIN + b" " * (100_000 - len(PLAIN)), media=XML), settings=SMALL),
    fails("a gzip bomb", packed(BOMB, "gzip"), LARGE, settings=SMALL),
    fails("a deflate bomb", packed(DEFLATE_BOMB, "deflate"), LARGE, settings=SMALL),
    fails("a bomb in a bomb", packed(TWICE, "gzip, gzip"), LARGE, settings=SMALL),
    fails("a bomb of many members", packed(gzip.compress(bytes(20_000)) * 100, "gzip"), LARGE, settings=SMALL),
    fails("a bomb as a file", Reply(BOMB, media="application/gzip"), LARGE, settings=SMALL),
    fails("layer on layer", packed(PACKED, "gzip, gzip, gzip, gzip"), "is compressed over and over"),
    fine("gzip", packed(PACKED, "gzip")),
    fine("gzip by its old name", packed(PACKED, "x-gzip")),
    fine("gzip in two members", packed(gzip.compress(PLAIN[:400]) + gzip.compress(PLAIN[400:]), "gzip")),
    fine("gzip with padding", packed(PACKED + bytes(50), "gzip")),
    fine("gzip twice", packed(gzip.compress(PACKED), "gzip, gzip")),
    fine("gzip as a file", Reply(PACKED, media="application/x-gzip")),
    fine("deflate", packed(zlib.compress(PLAIN), "deflate")),
    fine("deflate without its header", packed(HEADLESS, "deflate")),
    fine("an encoding that is none", packed(PLAIN, "utf-8")),
    fine("identity", packed(PLAIN, "identity")),
    fails("gzip whose end is missing", packed(PACKED[:-20], "gzip"), "its compressed end is missing"),
    fails("gzip that is damaged", packed(PACKED[:50] + b"\xff\xfe" * 20 + PACKED[90:], "gzip"), "its compression is damaged"),
    fails("gzip that is none", packed(PLAIN, "gzip"), "its compression is damaged"),
    fails("Brotli, which was not asked for", packed(brotli.compress(PLAIN), "br"), "is compressed in a way that was not asked for (br)"),
    fails("Zstandard, which was not asked for", packed(PLAIN, "zstd"), "is compressed in a way that was not asked for (zstd)"),
]  # fmt: skip


def led(name: str, chain: dict[str, tuple[int, str]], notices: list[str] | None = None, url: str = "@1/a", **more: object) -> Case:
    """The feed stands where the redirects lead."""
    pages: dict[str, Reply] = {at: Reply("", status, headers={"Location": to}) for at, (status, to) in chain.items()}
    return Case(name, {**pages, "/new": FEED}, [Art(TITLE, url, source=NEWS)], notices=notices or [], **more)  # type: ignore[arg-type]


def lost(name: str, location: str, reason: str, asked: int = 1, status: int = 302) -> Case:
    return fails(name, Reply("", status, headers={"Location": location} if location else {}), reason, asked)


PRIVATE = "the address leads into a private network ({}); if that is meant, allow the host in web_hosts"
MOVED = "paper: @1/feed has moved to {} for good; list it there"
MOVED_CASES = [
    led("302", {"/feed": (302, "@1/new")}, asked=["@1/feed", "@1/new"]),
    led("303", {"/feed": (303, "@1/new")}),
    led("307", {"/feed": (307, "@1/new")}),
    led("301 is told", {"/feed": (301, "@1/new")}, [MOVED.format("@1/new")]),
    led("308 is told", {"/feed": (308, "@1/new")}, [MOVED.format("@1/new")]),
    led("to a relative address", {"/feed": (302, "/new")}),
    led("to a name beside it", {"/feed": (302, "new")}),
    led("to another host", {"/feed": (302, "@2/new")}, asked=["@1/feed", "@2/new"]),
    led("to another host without a scheme", {"/feed": (302, "@2/new")}),
    led("for good, then for now", {"/feed": (301, "/b"), "/b": (302, "/new")}, [MOVED.format("@1/b")]),
    led("for now, then for good", {"/feed": (302, "/b"), "/b": (301, "/new")}),
    led("twice for good", {"/feed": (301, "/b"), "/b": (308, "/new")}, [MOVED.format("@1/new")]),
    led("five times", {"/feed": (302, "/1"), "/1": (302, "/2"), "/2": (302, "/3"), "/3": (302, "/4"), "/4": (302, "/new")}),
    led("with a fragment", {"/feed": (302, "/new#top")}),
    Case("with a cookie, to itself", {"/feed": [Reply("", 302, headers={"Location": "/feed", "Set-Cookie": "seen=1; Path=/"}), FEED]}, [WHOLE], asked=["@1/feed", "@1/feed"]),
    Case("six times is too often", {"/feed": Reply("", 302, headers={"Location": "/1"}), **{f"/{n}": Reply("", 302, headers={"Location": f"/{n + 1}"}) for n in range(1, 7)}}, failures=[("@1/feed", "redirects more than 5 times")]),
    lost("to itself", "/feed", "redirects in a circle"),
    Case("in a circle of two", {"/feed": Reply("", 302, headers={"Location": "/b"}), "/b": Reply("", 302, headers={"Location": "/feed"})}, failures=[("@1/feed", "redirects in a circle")], asked=["@1/feed", "@1/b"]),
    lost("to nowhere", "", "302: is redirected, without saying where to"),
    lost("to what is no address", "http://[", "the host in its address is written in a way that is not read; write it plainly"),
    lost("to a port that there is not", "http://127.0.0.1:http/", "is redirected to what is no address"),
    lost("to another scheme", "ftp://127.0.0.1/feed", "only http and https are read, not ftp:"),
    lost("to a file", "file:///etc/passwd", "only http and https are read, not file:"),
    lost("into a private network", "http://10.0.0.1/feed", PRIVATE.format("10.0.0.1")),
    lost("to the metadata of a cloud", "http://169.254.169.254/latest/", PRIVATE.format("169.254.169.254")),
    Case("to a page that is gone", {"/feed": Reply("", 301, headers={"Location": "/gone"})}, failures=[("@1/feed", "404: there is no such page")]),
    fails("a choice of several", Reply("a or b", 300, headers={"Location": "/a"}), "300: multiple choices"),
]  # fmt: skip

ALL = [*STATUS_CASES, *BROKEN_CASES, *SLOW_CASES, *SIZE_CASES, *MOVED_CASES]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_answer(site: Site, case: Case) -> None:
    check(site, case)


def test_who_asks_is_said(site: Site) -> None:
    check(site, Case("", {"/feed": FEED}, [WHOLE], settings={"web_contact": "news@post.example"}))
    agent = site.asked[-1].headers["user-agent"]
    assert agent.startswith("ArticleAssistant/") and agent.endswith(" (+news@post.example)")
    assert site.asked[-1].headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in site.asked[-1].headers


def test_a_proxy_of_the_environment_is_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    check(site, Case("", {"/feed": FEED}, [WHOLE]))


def test_a_host_that_says_nothing_is_left_alone_after_three_pages(site: Site) -> None:
    items = [item(f"Article {number}", f"@2/{number}", text="") for number in range(6)]
    silent = {f"@2/{number}": Reply(raw=b"", act=reset) for number in range(6)}
    broken = "the connection broke off"
    why = "127.0.0.2 gave no answer 3 times in a row"
    case = Case(
        "",
        {"/feed": rss(*items), **silent},
        failures=[(f"@2/{number}", broken) for number in range(3)],
        notices=[f"paper: 3 pages are left for next time ({why})"],
        asked=["@1/feed", "@2/0", "@2/1", "@2/2"],
        settings={"web_retries": 0},
    )
    check(site, case)


def test_a_host_that_asks_for_a_long_rest_gets_it(site: Site) -> None:
    pages = {"/a": page(), "/b": Reply("", 429, headers={"Retry-After": "900"}), "/c": page()}
    case = Case(
        "",
        {"/feed": rss(*(item(text="", link=f"@1/{name}") for name in "abc")), **pages},
        [WHOLE],
        failures=[("@1/b", "429: the server is asked too often; it asks to wait 900 s")],
        notices=[
            "paper: @1/c is left for next time (127.0.0.1 answered "
            "429: the server is asked too often; it asks to wait 900 s)"
        ],
    )
    check(site, case)


def test_texts_are_as_long_as_they_seem() -> None:
    assert len(LONGEST) > 2 * len(TEXT) > 2000
