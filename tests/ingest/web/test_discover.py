"""What is at a URL, before it is listed as a source."""

import pytest

from assistant.errors import RefreshError
from assistant.ingest import web
from tests.ingest.web.cases import item, page, rss, settings_of, sitemap, sitemap_index
from tests.ingest.web.site import Reply, Site

FEEDS = (
    '<link rel="alternate" type="application/rss+xml" title="All news" href="/rss">'
    '<link rel="ALTERNATE stylesheet" type="Application/Atom+XML" href="@2/atom"/>'
    '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
    '<link rel="alternate" type="text/html" hreflang="de" href="/de">'
    '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
)
MAPS = Reply("User-agent: *\nDisallow: /x\nSitemap: https://post.example/map.xml", media="text/plain")
FOUND = {
    "a feed": ({"/x": rss(item())}, [("feed", "@1/x")]),
    "a feed under a wrong name": ({"/x": rss(item(), media="text/html")}, [("feed", "@1/x")]),
    "a sitemap": ({"/x": sitemap("@1/a")}, [("sitemap", "@1/x")]),
    "an index of sitemaps": ({"/x": sitemap_index("@1/a")}, [("sitemap", "@1/x")]),
    "a sitemap of lines": ({"/x": Reply("@1/a\n@1/b", media="text/plain")}, [("sitemap", "@1/x")]),
    "a page": ({"/x": page()}, [("page", "@1/x")]),
    "a text": ({"/x": Reply("Bridge closed\n\nText.", media="text/plain")}, [("page", "@1/x")]),
    "a page that names feeds": (
        {"/x": page(head=FEEDS)},
        [("page", "@1/x"), ("feed", "@1/rss"), ("feed", "@2/atom")],
    ),
    "a page with a base": (
        {"/x": page(head='<base href="@2/de/"><link rel="alternate" type="application/rss+xml" href="rss">')},
        [("page", "@1/x"), ("feed", "@2/de/rss")],
    ),
    "a site with a sitemap": (
        {"/": page(), "/robots.txt": MAPS},
        [("page", "@1/"), ("sitemap", "https://post.example/map.xml")],
    ),
    "an address that has moved": (
        {"/x": Reply("", 301, headers={"Location": "/y"}), "/y": rss(item())},
        [("feed", "@1/x")],
    ),
}
LOST = {
    "gone": (Reply("", 404), "@1/x: 404: there is no such page"),
    "a picture": (Reply(b"GIF89a", media="image/gif"), "@1/x: is no text (image/gif), not a feed, a sitemap or a page"),
    "a broken feed": (
        Reply('{"version": "https://jsonfeed.org/version/1"', media="x/y"),
        "@1/x: is too broken a feed to be read",
    ),
}


@pytest.mark.parametrize(("pages", "expected"), FOUND.values(), ids=FOUND.keys())
def test_what_is_at_a_url_is_discovered(site: Site, pages: dict[str, Reply], expected: list[tuple[str, str]]) -> None:
    site.serve(pages)
    path = "/" if "/" in pages else "/x"
    candidates = web.discover(site.base(1) + path, settings_of())
    assert [(candidate.kind, site.shown(candidate.location)) for candidate in candidates] == expected


@pytest.mark.parametrize(("reply", "reason"), LOST.values(), ids=LOST.keys())
def test_what_cannot_be_a_source_is_an_error(site: Site, reply: Reply, reason: str) -> None:
    site.serve({"/x": reply})
    with pytest.raises(RefreshError) as error:
        web.discover(site.base(1) + "/x", settings_of())
    assert site.shown(str(error.value)) == reason


def test_a_private_address_is_refused_and_says_how_to_allow_it(site: Site) -> None:
    with pytest.raises(RefreshError, match="allow the host in web_hosts"):
        web.discover(site.base(1) + "/x?key=s3cret", settings_of(web_hosts=()))
    assert site.connected == []
