"""What robots.txt asks for, and how often a host is asked."""

import gzip

import pytest

from tests.ingest.web.cases import FEED, NEWS, SHORT, TEXT, TITLE, WHOLE, Art, Case, check, item, page, rss
from tests.ingest.web.site import Reply, Site, endless, hang, reset

FORBIDDEN = "the site's robots.txt does not allow it"
UNREAD = "not read this time, as "


def robots(text: str, **more: object) -> Reply:
    return Reply(text, media="text/plain", **more)  # type: ignore[arg-type]


def allowed(name: str, reply: Reply | list[Reply], **more: object) -> Case:
    return Case(name, {"/robots.txt": reply, "/feed": FEED}, [WHOLE], asked=["@1/feed"], **more)  # type: ignore[arg-type]


def barred(name: str, reply: Reply, reason: str = FORBIDDEN, **more: object) -> Case:
    return Case(name, {"/robots.txt": reply, "/feed": FEED}, failures=[("@1/feed", reason)], asked=[], **more)  # type: ignore[arg-type]


RULES = [
    allowed("there is none", Reply("", 404)),
    allowed("it is gone", Reply("", 410)),
    allowed("it is not shown to us", Reply("", 403)),
    allowed("it wants a log-in", Reply("", 401)),
    allowed("it is empty", robots("")),
    allowed("it is a page", Reply("<html><body>Disallow: /</body></html>")),
    allowed("it forbids other places", robots("User-agent: *\nDisallow: /private")),
    allowed("it forbids nothing", robots("User-agent: *\nDisallow:")),
    allowed("it forbids others", robots("User-agent: OtherBot\nDisallow: /")),
    allowed(
        "it allows us and nobody else", robots("User-agent: *\nDisallow: /\n\nUser-agent: ArticleAssistant\nAllow: /")
    ),
    allowed("the longer rule counts", robots("User-agent: *\nDisallow: /\nAllow: /feed")),
    allowed(
        "it is compressed",
        Reply(gzip.compress(b"User-agent: *\nDisallow: /x"), media="text/plain", headers={"Content-Encoding": "gzip"}),
    ),
    allowed("it redirects in a circle", Reply("", 302, headers={"Location": "/robots.txt"})),
    allowed(
        "it is without end: what comes late does not count",
        robots("User-agent: *\nDisallow: /x\n", act=endless(b"#" * 5000 + b"\n")),
    ),
    allowed("it fails once", [Reply("", 503), robots("")]),
    allowed("it is binary", Reply(bytes(range(256)) * 20, media="text/plain")),
    barred("it forbids all", robots("User-agent: *\nDisallow: /")),
    barred("it forbids us by name", robots("User-agent: articleassistant\nDisallow: /\n\nUser-agent: *\nAllow: /")),
    barred("it forbids the place", robots("User-agent: *\nDisallow: /feed")),
    barred("it forbids by a pattern", robots("User-agent: *\nDisallow: /*ee*$")),
    barred("it begins with a mark", robots("\ufeffUser-agent: *\nDisallow: /")),
    barred("it fails", Reply("", 500), UNREAD + "the site's robots.txt answers 500: the server failed (tried 3 times)"),
    barred(
        "it is asked for too often",
        Reply("", 429, headers={"Retry-After": "600"}),
        UNREAD + "the site's robots.txt answers 429: the server is asked too often; it asks to wait 600 s",
    ),
    barred("it breaks off", Reply(raw=b"", act=reset), "the connection broke off (tried 3 times) (its robots.txt)"),
    barred(
        "it never comes",
        Reply(raw=b"", act=hang),
        "did not come whole within 1 s (its robots.txt)",
        settings={"web_timeout": 1, "web_retries": 0},
    ),
    barred(
        "it leads into a private network",
        Reply("", 302, headers={"Location": "http://192.168.0.1/"}),
        "the address leads into a private network (192.168.0.1); if that is meant, allow the host in web_hosts",
    ),
    Case(
        "it stands elsewhere",
        {
            "@1/robots.txt": Reply("", 301, headers={"Location": "@2/robots.txt"}),
            "@2/robots.txt": robots("User-agent: *\nDisallow: /"),
            "/feed": FEED,
        },
        failures=[("@1/feed", FORBIDDEN)],
    ),
    Case(
        "each host has its own",
        {"@1/robots.txt": robots("User-agent: *\nDisallow: /"), "@1/feed": FEED, "@2/feed": rss(item(link="@2/a"))},
        [Art(TITLE, "@2/a", source=NEWS)],
        url="@2/feed",
    ),
    Case(
        "it counts at each redirect",
        {
            "/feed": Reply("", 302, headers={"Location": "/private"}),
            "/private": FEED,
            "/robots.txt": robots("User-agent: *\nDisallow: /private"),
        },
        failures=[("@1/feed", FORBIDDEN)],
        asked=["@1/feed"],
    ),
    Case(
        "it counts on the host to which one is led",
        {
            "@1/feed": Reply("", 302, headers={"Location": "@2/feed"}),
            "@2/feed": FEED,
            "@2/robots.txt": robots("User-agent: *\nDisallow: /"),
        },
        failures=[("@1/feed", FORBIDDEN)],
        asked=["@1/feed"],
    ),
    Case(
        "a page that it forbids: what the feed says",
        {"/feed": rss(item(text=SHORT)), "/a": page(), "/robots.txt": robots("User-agent: *\nDisallow: /a")},
        [Art(TITLE, "@1/a", SHORT, source=NEWS)],
        notices=["paper: of @1/a the feed's text was taken, as robots.txt does not allow reading there"],
        asked=["@1/feed"],
    ),
    Case(
        "a page that it forbids, and the feed says nothing",
        {"/feed": rss(item(text="")), "/a": page(), "/robots.txt": robots("User-agent: *\nDisallow: /a")},
        failures=[("@1/a", FORBIDDEN)],
        asked=["@1/feed"],
    ),
    Case(
        "a single page that it forbids",
        {"/a": page(), "/robots.txt": robots("User-agent: *\nDisallow: /a")},
        failures=[("@1/a", FORBIDDEN)],
        kind="page",
        url="@1/a",
    ),
]
ALL = RULES


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_robots(site: Site, case: Case) -> None:
    check(site, case)


def test_robots_txt_is_fetched_once(site: Site) -> None:
    items = [item(f"Article {number}", f"@1/{number}", "") for number in range(5)]
    check(
        site,
        Case(
            "",
            {"/feed": rss(*items), **{f"/{number}": page(f"Article {number}") for number in range(5)}},
            [Art(f"Article {number}", f"@1/{number}", TEXT, source=NEWS) for number in range(5)],
        ),
    )
    assert site.urls(robots=True).count("@1/robots.txt") == 1
    assert site.most_at_once == {"1": 1}
