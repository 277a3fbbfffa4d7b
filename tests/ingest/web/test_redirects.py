"""Where a feed leads when it is not where it was."""

import pytest

from tests.ingest.web.cases import FEED, NEWS, TITLE, WHOLE, Art, Case, check, fails
from tests.ingest.web.site import Reply, Site


def led(
    name: str, chain: dict[str, tuple[int, str]], notices: list[str] | None = None, url: str = "@1/a", **more: object
) -> Case:
    """The feed stands where the redirects lead."""
    pages: dict[str, Reply] = {at: Reply("", status, headers={"Location": to}) for at, (status, to) in chain.items()}
    return Case(name, {**pages, "/new": FEED}, [Art(TITLE, url, source=NEWS)], notices=notices or [], **more)  # type: ignore[arg-type]


def lost(name: str, location: str, reason: str, asked: int = 1, status: int = 302) -> Case:
    return fails(name, Reply("", status, headers={"Location": location} if location else {}), reason, asked)


PRIVATE = "the address leads into a private network ({}); if that is meant, allow the host in web_hosts"
MOVED = "paper: @1/feed has moved to {} for good; list it there"
ALL = [
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
    led(
        "five times",
        {"/feed": (302, "/1"), "/1": (302, "/2"), "/2": (302, "/3"), "/3": (302, "/4"), "/4": (302, "/new")},
    ),
    led("with a fragment", {"/feed": (302, "/new#top")}),
    Case(
        "with a cookie, to itself",
        {"/feed": [Reply("", 302, headers={"Location": "/feed", "Set-Cookie": "seen=1; Path=/"}), FEED]},
        [WHOLE],
        asked=["@1/feed", "@1/feed"],
    ),
    Case(
        "six times is too often",
        {
            "/feed": Reply("", 302, headers={"Location": "/1"}),
            **{f"/{n}": Reply("", 302, headers={"Location": f"/{n + 1}"}) for n in range(1, 7)},
        },
        failures=[("@1/feed", "redirects more than 5 times")],
    ),
    lost("to itself", "/feed", "redirects in a circle"),
    Case(
        "in a circle of two",
        {"/feed": Reply("", 302, headers={"Location": "/b"}), "/b": Reply("", 302, headers={"Location": "/feed"})},
        failures=[("@1/feed", "redirects in a circle")],
        asked=["@1/feed", "@1/b"],
    ),
    lost("to nowhere", "", "302: is redirected, without saying where to"),
    lost(
        "to what is no address",
        "http://[",
        "the host in its address is written in a way that is not read; write it plainly",
    ),
    lost("to a port that there is not", "http://127.0.0.1:http/", "is redirected to what is no address"),
    lost("to another scheme", "ftp://127.0.0.1/feed", "only http and https are read, not ftp:"),
    lost("to a file", "file:///etc/passwd", "only http and https are read, not file:"),
    lost("into a private network", "http://10.0.0.1/feed", PRIVATE.format("10.0.0.1")),
    lost("to the metadata of a cloud", "http://169.254.169.254/latest/", PRIVATE.format("169.254.169.254")),
    Case(
        "to a page that is gone",
        {"/feed": Reply("", 301, headers={"Location": "/gone"})},
        failures=[("@1/feed", "404: there is no such page")],
    ),
    fails("a choice of several", Reply("a or b", 300, headers={"Location": "/a"}), "300: multiple choices"),
]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_redirect(site: Site, case: Case) -> None:
    check(site, case)
