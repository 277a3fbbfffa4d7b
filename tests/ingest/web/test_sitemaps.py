"""Sitemaps of all kinds."""

import gzip

import pytest

from tests.ingest.web.cases import Art, Case, check, item, page, rss, sitemap, sitemap_index
from tests.ingest.web.site import Reply, Site

PAGES = {f"/{name}": page(name.upper()) for name in "abcdef"}
NEWS = (
    "<loc>@1/a</loc><news:news><news:publication><news:name>Lenne Post</news:name><news:language>en</news:language>"
    "</news:publication><news:publication_date>2025-06-02T08:30:00Z</news:publication_date><news:title>A</news:title></news:news>"
)


def arts(names: str) -> list[Art]:
    return [Art(name.upper(), f"@1/{name}") for name in names]


def case(name: str, answer: Reply, names: str, notices: list[str] | None = None, **more: object) -> Case:
    """A sitemap, and the names of the pages that come of it, in their order."""
    pages = {**PAGES, "/map": answer, **more.pop("pages", {})}  # type: ignore[dict-item]
    return Case(name, pages, arts(names), notices=notices or [], kind="sitemap", url="@1/map", **more)  # type: ignore[arg-type]


def bad(name: str, answer: Reply, reason: str) -> Case:
    return Case(name, {"/map": answer}, failures=[("@1/map", reason)], kind="sitemap", url="@1/map")


def dated(name: str, day: str) -> str:
    return f"<loc>@1/{name}</loc><lastmod>{day}</lastmod>"


XML = sitemap("@1/a", "@1/b").body
assert isinstance(XML, str)
BROKEN = "paper: the sitemap is not well-formed; it was read as far as it goes"
ALL = [
    case("a list of pages", sitemap("@1/a", "@1/b"), "ab", asked=["@1/map", "@1/a", "@1/b"]),
    case(
        "the newest first", sitemap(dated("a", "2025-01-01"), dated("b", "2025-06-01"), dated("c", "2025-03-01")), "bca"
    ),
    case(
        "a moment counts as much as a day",
        sitemap(dated("a", "2025-06-01"), dated("b", "2025-06-01T10:00:00+02:00")),
        "ba",
    ),
    case("without a date last", sitemap("@1/a", dated("b", "2025-06-01")), "ba"),
    case("a date that is none", sitemap(dated("a", "soon"), dated("b", "2025-06-01")), "ba"),
    case(
        "no more than wanted at a time",
        sitemap(dated("a", "2025-01-01"), dated("b", "2025-06-01"), dated("c", "2025-03-01")),
        "bc",
        ["paper: 1 more are left for next time (at most 2 at a time)"],
        source={"most": 2},
    ),
    case("only what is wanted", sitemap("@1/a", "@1/b"), "a", source={"include": ("*/a",)}, asked=["@1/map", "@1/a"]),
    case("not what is unwanted", sitemap("@1/a", "@1/b"), "b", source={"exclude": ("/a",)}),
    case("the same page twice", sitemap("@1/a", "@1/a"), "a", asked=["@1/map", "@1/a"]),
    case("blanks around an address", sitemap("<loc>\n @1/a \n</loc>"), "a"),
    case(
        "pictures have addresses too",
        sitemap('<loc>@1/a</loc><i:image xmlns:i="urn:i"><i:loc>@1/b</i:loc><i:title>No</i:title></i:image>'),
        "a",
    ),
    case(
        "what is no web address", sitemap("ftp://127.0.0.1/x", "@1/a", "<loc/>", "<lastmod>2025-01-01</lastmod>"), "a"
    ),
    case("without a namespace", Reply("<urlset><url><loc>@1/a</loc></url></urlset>", media="text/xml"), "a"),
    case("with a mark and blanks", Reply("\ufeff\n" + XML.partition("?>")[2], media="text/xml"), "ab"),
    case("in UTF-16", Reply(XML.replace("UTF-8", "UTF-16"), media="text/xml", encoding="utf-16"), "ab"),
    case("an end that is missing", Reply(XML.removesuffix("</url></urlset>"), media="text/xml"), "ab", [BROKEN]),
    case("with nothing in it", sitemap(), ""),
    case(
        "as a gzip file",
        Reply(gzip.compress(b"<urlset><url><loc>/a</loc></url></urlset>"), media="application/gzip"),
        "a",
    ),
    case(
        "as a gzip file that is compressed again",
        Reply(
            gzip.compress(gzip.compress(b"<urlset><url><loc>/a</loc></url></urlset>")),
            media="application/x-gzip",
            headers={"Content-Encoding": "gzip"},
        ),
        "a",
    ),
    case("as lines of text", Reply("@1/a\n@1/b\n", media="text/plain"), "ab"),
    case("as lines of text, with a mark", Reply("\ufeff@1/a\r\n\r\n@1/b", media="text/plain"), "ab"),
    case(
        "an entity from a file",
        Reply(
            '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>@1/a</loc></url><url><loc>&x;</loc></url></urlset>',
            media="text/xml",
        ),
        "a",
    ),
    Case(
        "news",
        {**PAGES, "/map": sitemap(NEWS)},
        [Art("A", "@1/a", published="2025-06-02T08:30:00+00:00", source="Lenne Post")],
        kind="sitemap",
        url="@1/map",
    ),
    Case(
        "a feed in its place",
        {"/map": rss(item())},
        [Art("Bridge closed", "@1/a", source="Lenne Post")],
        kind="sitemap",
        url="@1/map",
    ),
    case(
        "an index",
        sitemap_index("@1/m1", "@1/m2"),
        "abc",
        pages={"/m1": sitemap("@1/a", "@1/b"), "/m2": sitemap("@1/c")},
    ),
    case(
        "an index by date",
        sitemap_index(dated("m1", "2024-01-01"), dated("m2", "2025-01-01")),
        "cab",
        pages={"/m1": sitemap("@1/a", "@1/b"), "/m2": sitemap("@1/c")},
    ),
    case(
        "an index of gzip files",
        sitemap_index("@1/m1.gz"),
        "a",
        pages={"/m1.gz": Reply(gzip.compress(b"<urlset><url><loc>/a</loc></url></urlset>"), media="application/gzip")},
    ),
    case("an index of indexes", sitemap_index("@1/i"), "a", pages={"/i": sitemap_index("@1/m"), "/m": sitemap("@1/a")}),
    case(
        "an index of indexes of indexes is not followed for ever",
        sitemap_index("@1/i"),
        "",
        pages={"/i": sitemap_index("@1/j"), "/j": sitemap_index("@1/m"), "/m": sitemap("@1/a")},
    ),
    case(
        "an index that names itself",
        sitemap_index("@1/map", "@1/m"),
        "a",
        pages={"/m": sitemap("@1/a")},
        asked=["@1/map", "@1/m", "@1/a"],
    ),
    case(
        "an index of which one is gone",
        sitemap_index("@1/gone", "@1/m"),
        "a",
        pages={"/m": sitemap("@1/a")},
        failures=[("@1/gone", "404: there is no such page")],
    ),
    case(
        "the same page in two of an index",
        sitemap_index("@1/m1", "@1/m2"),
        "a",
        pages={"/m1": sitemap("@1/a"), "/m2": sitemap("@1/a")},
    ),
    case(
        "an index of a hundred",
        sitemap_index(*(f"@1/m{n}" for n in range(100))),
        "a",
        ["paper: names 100 sitemaps; the newest 50 of them were read"],
        pages={f"/m{n}": sitemap("@1/a") for n in range(100)},
    ),
    case("one page fails", sitemap("@1/a", "@1/x", "@1/b"), "ab", failures=[("@1/x", "404: there is no such page")]),
    bad("it is gone", Reply("", 404), "404: there is no such page"),
    bad(
        "it is a page",
        page(),
        "is a page, not a feed or sitemap; it names no feed; look on the site for one, or for its sitemap",
    ),
    bad("it is empty", Reply("", media="text/xml"), "is empty"),
    bad("it is broken from the start", Reply("<urlset", media="text/xml"), "is too broken a sitemap to be read"),
    bad(
        "it is lines of something else", Reply("one\ntwo\n", media="text/plain"), "is plain text, not a feed or sitemap"
    ),
]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_sitemap(site: Site, case: Case) -> None:
    check(site, case)
