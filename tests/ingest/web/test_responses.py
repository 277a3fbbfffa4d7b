"""What servers answer, good and bad, and how it is reported."""

import pytest

from tests.ingest.web.cases import FEED, WHOLE, Case, check, fails, fine, item, page, rss, rss_text
from tests.ingest.web.site import Reply, Site, drip, end, endless, hang, http_date, reset

XML = "application/rss+xml"
PLAIN = rss_text(item("Bridge closed", "/a")).replace("@1/", "/").encode()
QUICK = {"web_timeout": 1}
TRIED = " (tried 3 times)"


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
RETRIED = {
    408: "the server waited too long",
    425: "the server wants to be asked later",
    429: "the server is asked too often",
    500: "the server failed",
    502: "the server behind it failed",
    503: "the server cannot answer just now",
    504: "the server behind it did not answer",
}
STATUS_CASES = [
    *(
        fails(f"{status} is not tried again", Reply("no", status), f"{status}: {text}")
        for status, text in STATUSES.items()
    ),
    *(
        fails(f"{status} is tried again", Reply("no", status), f"{status}: {text}{TRIED}", 3)
        for status, text in RETRIED.items()
    ),
    *(fine(f"{status}, then it comes", Reply("no", status), FEED) for status in RETRIED),
    fine("twice 503, then it comes", Reply("no", 503), Reply("no", 500), FEED),
    fine("203 is an answer", Reply(FEED.body, 203, XML)),
    fails("304 that was not asked for", Reply("", 304), "304: not modified"),
    fails(
        "no retries when none are wanted",
        Reply("no", 503),
        "503: the server cannot answer just now",
        settings={"web_retries": 0},
    ),
    fine("Retry-After: 0", Reply("no", 429, headers={"Retry-After": "0"}), FEED),
    fine("a Retry-After that has passed", Reply("no", 503, headers={"Retry-After": http_date(2020, 1, 1)}), FEED),
    fine("a Retry-After that is none", Reply("no", 503, headers={"Retry-After": "soon"}), FEED),
    fails(
        "a long Retry-After",
        Reply("no", 429, headers={"Retry-After": "3600"}),
        "429: the server is asked too often; it asks to wait 3600 s",
    ),
    fails(
        "a Retry-After without end",
        Reply("no", 503, headers={"Retry-After": "9" * 400}),
        "503: the server cannot answer just now; it asks to wait 999999999 s",
    ),
]

BROKEN_CASES = [
    fails("a connection that breaks off at once", Reply(raw=b"", act=reset), "the connection broke off" + TRIED, 3),
    fails("an empty answer", Reply(raw=b"", act=end), "the connection broke off" + TRIED, 3),
    fine("a connection that breaks off once", Reply(raw=b"", act=reset), FEED),
    fine(
        "a body that breaks off once",
        Reply(PLAIN[:300], media=XML, headers={"Content-Length": "5000"}, act=reset),
        FEED,
    ),
    fails(
        "fewer bytes than were announced",
        Reply(PLAIN[:300], media=XML, headers={"Content-Length": "5000"}, act=end),
        "the connection broke off" + TRIED,
        3,
    ),
    fine(
        "more bytes than were announced",
        Reply(PLAIN + b"<more/>", media=XML, headers={"Content-Length": str(len(PLAIN))}),
    ),
    fine("no length: it ends with the connection", Reply(PLAIN, media=XML, act=end)),
    fine(
        "in chunks", raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(PLAIN), PLAIN))
    ),
    fails(
        "chunks that end early",
        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"%x\r\n%s\r\n" % (len(PLAIN), PLAIN), act=end),
        "the connection broke off" + TRIED,
        3,
    ),
    fails(
        "chunks of no length",
        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"zz\r\nxx\r\n"),
        "the server answers with what is no HTTP" + TRIED,
        3,
    ),
    fails(
        "what is no HTTP",
        Reply(raw=b"220 mail.example ESMTP\r\n\r\n"),
        "the server answers with what is no HTTP" + TRIED,
        3,
    ),
    fails(
        "two lengths",
        raw(f"HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: {len(PLAIN)}", PLAIN),
        "the server answers with what is no HTTP" + TRIED,
        3,
    ),
    fine("HTTP/1.0", raw(f"HTTP/1.0 200 OK\nContent-Type: {XML}", PLAIN)),
    fine(
        "headers in odd letters",
        raw(f"HTTP/1.1 200 OK\nCONTENT-type:   {XML}\nX-Zürich: ü\nConnection: close".replace("ü", "u"), PLAIN),
    ),
    fine(
        "answers in between",
        raw(f"HTTP/1.1 103 Early Hints\nLink: </x>\n\nHTTP/1.1 200 OK\nConnection: close\nContent-Type: {XML}", PLAIN),
    ),
]

SLOW = "did not come whole within 1 s"
SLOW_CASES = [
    fails("no answer", Reply(raw=b"", act=hang), SLOW, settings={**QUICK, "web_retries": 0}),
    fails(
        "no answer, however often",
        Reply(raw=b"", act=hang),
        f"{SLOW} (tried 2 times)",
        2,
        settings={**QUICK, "web_retries": 1},
    ),
    fine("no answer once", Reply(raw=b"", act=hang), FEED, settings=QUICK),
    fails(
        "headers that never end",
        Reply(raw=b"HTTP/1.1 200 OK\r\n", act=drip(b"X-More: 1\r\n")),
        SLOW,
        settings={**QUICK, "web_retries": 0},
    ),
    fails("a body that drips", Reply(b"<rss>", media=XML, act=drip(b" ")), SLOW, settings={**QUICK, "web_retries": 0}),
    fails(
        "a body that stops",
        Reply(PLAIN[:200], media=XML, headers={"Content-Length": "5000"}, act=hang),
        SLOW,
        settings={**QUICK, "web_retries": 0},
    ),
    fails(
        "answers in between, for ever",
        Reply(raw=b"", act=endless(b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        SLOW,
        settings={**QUICK, "web_retries": 0},
    ),
    fails(
        "headers of a megabyte",
        raw(f"HTTP/1.1 200 OK\nX-Long: {'x' * 1_000_000}", PLAIN),
        "the server answers with what is no HTTP",
        settings={"web_retries": 0},
    ),
]

ALL = [*STATUS_CASES, *BROKEN_CASES, *SLOW_CASES]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_answer(site: Site, case: Case) -> None:
    check(site, case)


def test_the_user_agent_is_sent(site: Site) -> None:
    check(site, Case("", {"/feed": FEED}, [WHOLE], settings={"web_contact": "news@post.example"}))
    agent = site.asked[-1].headers["user-agent"]
    assert agent.startswith("ArticleAssistant/") and agent.endswith(" (+news@post.example)")
    assert site.asked[-1].headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in site.asked[-1].headers


def test_a_proxy_of_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
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
        notices=[f"paper: left for next time: 3 pages ({why})"],
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
            "paper: left for next time: @1/c (127.0.0.1 answered "
            "429: the server is asked too often; it asks to wait 900 s)"
        ],
    )
    check(site, case)
