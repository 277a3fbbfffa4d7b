"""Single pages, addresses that could be anything, and what of a source is wanted."""

import pytest

from tests.ingest.web.cases import NEWS, TEXT, TITLE, WHOLE, Art, Case, check, item, page, rss, sitemap
from tests.ingest.web.site import Reply, Site

DATED = "<pubDate>Mon, 02 Jun 2025 10:30:00 +0200</pubDate>"
DAY = "2025-06-02T08:30:00+00:00"
METAS = (
    '<meta name="author" content="Ida Brandt"><meta property="og:site_name" content="Lenne Post">'
    '<meta property="article:section" content="Local">'
    '<meta property="article:modified_time" content="2025-06-03T08:30:00Z">'
)
SEEN = '<meta property="article:published_time" content="{}">'


def single(
    name: str, target: Reply | list[Reply], expected: Art | None = None, reason: str = "", **more: object
) -> Case:
    articles, failures = [expected] if expected else [], [("@1/a", reason)] if reason else []
    return Case(name, {"/a": target}, articles, failures, kind="page", url="@1/a", **more)  # type: ignore[arg-type]


PAGES = [
    single("a single page", page(), Art(TITLE, "@1/a"), asked=["@1/a"]),
    single(
        "a single page with all fields",
        page(head=SEEN.format("2025-06-02T08:30:00Z") + METAS),
        Art(TITLE, "@1/a", TEXT, DAY, "2025-06-03T08:30:00+00:00", "Ida Brandt", NEWS, "Local"),
    ),
    single("a single page that is gone", Reply("", 404), reason="404: there is no such page"),
    single(
        "a single page that is a picture",
        Reply(b"\x89PNG\r\n\x1a\n", media="image/png"),
        reason="is no text (image/png), not an article",
    ),
    single("a single page that fails once", [Reply("", 503), page()], Art(TITLE, "@1/a")),
    single("a single page that is a feed", rss(item()), reason="is a feed, not an article"),
    Case(
        "a single page that has moved",
        {"/a": Reply("", 308, headers={"Location": "/b"}), "/b": page()},
        [Art(TITLE, "@1/b")],
        notices=["paper: @1/a has moved to @1/b for good; list it there"],
        kind="page",
        url="@1/a",
    ),
    Case(
        "the front page itself, when it is listed as a page",
        {"/": page()},
        [Art(TITLE, "@1/")],
        kind="page",
        url="@1/",
    ),
]

FRONT = "is the front page of a site, not an article; "
ANY = [
    Case("an address with a feed", {"/x": rss(item())}, [WHOLE], kind="web", url="@1/x"),
    Case(
        "an address with a sitemap",
        {"/x": sitemap("@1/a"), "/a": page()},
        [Art(TITLE, "@1/a")],
        kind="web",
        url="@1/x",
    ),
    Case("an address with an article", {"/x": page()}, [Art(TITLE, "@1/x")], kind="web", url="@1/x"),
    Case(
        "an address with plain text",
        {"/x": Reply(f"{TITLE}\n\n{TEXT}", media="text/plain")},
        [Art(TITLE, "@1/x")],
        kind="web",
        url="@1/x",
    ),
    Case(
        "an address with an article that names a feed",
        {"/x": page(head='<link rel="alternate" type="application/rss+xml" href="/rss">')},
        [Art(TITLE, "@1/x")],
        kind="web",
        url="@1/x",
    ),
    Case(
        "a front page that names its feed",
        {"/": page(head='<link rel="alternate" type="application/rss+xml" href="/rss">')},
        failures=[("@1/", FRONT + "list one of the feeds that it names: @1/rss")],
        kind="web",
        url="@1/",
    ),
    Case(
        "a front page that names none",
        {"/": page()},
        failures=[("@1/", FRONT + "it names no feed; look on the site for one, or for its sitemap")],
        kind="web",
        url="@1/",
    ),
    Case(
        "an address with nothing to read",
        {"/x": Reply(b"GIF89a", media="image/gif")},
        failures=[("@1/x", "is no text (image/gif), not a feed or sitemap")],
        kind="web",
        url="@1/x",
    ),
]

GLOBS = [
    Case(
        "only what is wanted",
        {"/feed": rss(item(link="@1/news/a"), item("Sport", "@1/sport/b"))},
        [Art(TITLE, "@1/news/a", source=NEWS)],
        source={"include": ("/news/*",)},
    ),
    Case(
        "not what is unwanted",
        {"/feed": rss(item(link="@1/news/a"), item("Sport", "@1/sport/b"))},
        [Art(TITLE, "@1/news/a", source=NEWS)],
        source={"exclude": ("*/sport/*",)},
    ),
    Case(
        "at most so many at a time",
        {"/feed": rss(*(item(f"Article {n}", f"@1/{n}") for n in range(5)))},
        [Art(f"Article {n}", f"@1/{n}", source=NEWS) for n in range(3)],
        notices=["paper: 2 more are left for next time (at most 3 at a time)"],
        source={"most": 3},
    ),
]

ALL = [*PAGES, *ANY, *GLOBS]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_single(site: Site, case: Case) -> None:
    check(site, case)
