"""Feeds in wrong encodings, broken ones, wrongly named ones, and what is none."""

import random

import pytest

from assistant.ingest.web import feeds, sitemaps
from tests.ingest.web.cases import LONGEST, NEWS, WHOLE, Art, Case, atom, check, item, page, rss, rss_text, sitemap
from tests.ingest.web.site import Reply, Site


def encoded(encoding: str, declared: str, media: str, text: str = "Brücke gesperrt – „für immer“") -> Reply:
    return Reply(rss_text(item(text), encoding=declared), media=media, encoding=encoding)


GERMAN = Art("Brücke gesperrt – „für immer“", "@1/a", source=NEWS)
ENCODING_CASES = [
    Case(
        "UTF-8 under a header that says otherwise",
        {"/feed": encoded("utf-8", "utf-8", "text/xml; charset=ISO-8859-1")},
        [GERMAN],
    ),
    Case("UTF-8 that declares Latin-1", {"/feed": encoded("utf-8", "iso-8859-1", "application/xml")}, [GERMAN]),
    Case("Windows-1252 that declares UTF-8", {"/feed": encoded("cp1252", "utf-8", "application/xml")}, [GERMAN]),
    Case("Windows-1252 as declared", {"/feed": encoded("cp1252", "windows-1252", "text/xml")}, [GERMAN]),
    Case("Windows-1252 that declares Latin-1", {"/feed": encoded("cp1252", "iso-8859-1", "text/xml")}, [GERMAN]),
    Case(
        "the header knows, the file does not",
        {
            "/feed": Reply(
                rss_text(item("Мост закрыт")).partition("?>")[2].encode("koi8-r"), media="text/xml; charset=koi8-r"
            )
        },
        [Art("Мост закрыт", "@1/a", source=NEWS)],
    ),
    Case(
        "the file knows, the header does not",
        {"/feed": encoded("cp1251", "windows-1251", "text/xml", "Мост закрыт")},
        [Art("Мост закрыт", "@1/a", source=NEWS)],
    ),
    Case(
        "Japanese in Shift JIS",
        {"/feed": encoded("shift_jis", "Shift_JIS", "text/xml", "橋が閉鎖された")},
        [Art("橋が閉鎖された", "@1/a", source=NEWS)],
    ),
    Case("UTF-16 with its mark", {"/feed": encoded("utf-16", "utf-16", "text/xml")}, [GERMAN]),
    Case("UTF-16 without its mark", {"/feed": encoded("utf-16-le", "utf-16", "text/xml")}, [GERMAN]),
    Case("UTF-8 with a mark", {"/feed": encoded("utf-8-sig", "utf-8", "text/xml")}, [GERMAN]),
    Case("an encoding that there is not", {"/feed": encoded("utf-8", "utf-99", "text/xml; charset=none")}, [GERMAN]),
    Case(
        "one broken byte in UTF-8",
        {
            "/feed": Reply(
                rss_text(item("Brücke gesperrt für immer")).encode().replace(b"Lenne Post", b"Lenne Post\x96", 1),
                media="text/xml",
            )
        },
        [Art("Brücke gesperrt für immer", "@1/a", source="Lenne Post–")],
    ),
]

LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
READ_AS_FAR = "paper: the feed is not well-formed ({}); it was read as far as it goes"
BROKEN_CASES = [
    Case(
        "an ampersand that is not escaped",
        {"/feed": Reply(rss_text(item()).replace("Bridge closed", "Fish & chips"), media="text/xml")},
        [Art("Fish & chips", "@1/a", source=NEWS)],
        notices=[READ_AS_FAR.format("not well-formed (invalid token), line 2")],
    ),
    Case(
        "an entity of HTML",
        {"/feed": Reply(rss_text(item()).replace("Bridge closed", "Br&uuml;cke"), media="text/xml")},
        [Art("Brücke", "@1/a", source=NEWS)],
        notices=[READ_AS_FAR.format("undefined entity, line 2")],
    ),
    Case(
        "an end that is missing, in the second item",
        {"/feed": Reply(rss_text(item(), item("Second", "@1/b")).partition("Second")[0], media="text/xml")},
        [WHOLE],
        notices=[READ_AS_FAR.format("no element found, line 2")],
    ),
    Case(
        "a text that ends in the middle is not taken for whole",
        {"/feed": Reply(rss_text(item(text=LONGEST))[:-900], media="text/xml")},
        [],
        notices=[READ_AS_FAR.format("no element found, line 2")],
    ),
    Case(
        "tags that cross cost their item",
        {
            "/feed": Reply(
                rss_text(item(), item("Second", "@1/b")).replace(
                    "</title><link>@1/a</link>", "</titel><link>@1/a</link>"
                ),
                media="text/xml",
            )
        },
        [Art("Second", "@1/b", source=NEWS)],
        notices=[
            READ_AS_FAR.format("mismatched tag, line 2"),
            "paper: 1 of the feed's 2 items have nothing that can be read",
        ],
    ),
    Case(
        "a control character",
        {"/feed": Reply(rss_text(item("Bridge\x0b closed")), media="text/xml")},
        [Art("Bridge closed", "@1/a", source=NEWS)],
        notices=[READ_AS_FAR.format("not well-formed (invalid token), line 2")],
    ),
    Case(
        "words before the feed",
        {"/feed": Reply("Warning: mysql_connect() failed\n" + rss_text(item()), media="text/xml")},
        [WHOLE],
        notices=[READ_AS_FAR.format("syntax error, line 2")],
    ),
    Case(
        "words after the feed",
        {"/feed": Reply(rss_text(item()) + "\n<!-- 0.2 s --><p>bye", media="text/xml")},
        [WHOLE],
        notices=[READ_AS_FAR.format("junk after document element, line 3")],
    ),
    Case(
        "entities that stand for gigabytes",
        {
            "/feed": Reply(
                LAUGHS + rss_text(item("&d;")).partition("?>")[2].replace("&amp;d;", "&d;"),
                media="text/xml",
            )
        },
        [Art("&d;", "@1/a", source=NEWS)],
        notices=[READ_AS_FAR.format("syntax error, line 2")],
    ),
    Case(
        "an entity from a file",
        {
            "/feed": Reply(
                '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
                + rss_text(item("Bridge closed&a;")).partition("?>")[2].replace("&amp;a;", "&a;"),
                media="text/xml",
            )
        },
        [Art("Bridge closed&a;", "@1/a", source=NEWS)],
        notices=[READ_AS_FAR.format("syntax error, line 2")],
    ),
]

NAMED = (
    '<link rel="alternate" type="application/rss+xml" title="All" href="/rss">'
    '<link rel="alternate" type="application/atom+xml" href="@2/atom">'
    '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
)
NO_FEED = [
    Case(
        "a page where the feed was",
        {"/feed": page()},
        failures=[
            (
                "@1/feed",
                "is a page, not a feed or sitemap; it names no feed; look on the site for one, or for its sitemap",
            )
        ],
    ),
    Case(
        "a page that names its feeds",
        {"/feed": page(head=NAMED)},
        failures=[
            ("@1/feed", "is a page, not a feed or sitemap; list one of the feeds that it names: @1/rss, @2/atom")
        ],
    ),
    Case("nothing", {"/feed": Reply("", media="text/xml")}, failures=[("@1/feed", "is empty")]),
    Case("blanks", {"/feed": Reply(" \n ", media="text/xml")}, failures=[("@1/feed", "is empty")]),
    Case(
        "a picture",
        {"/feed": Reply(b"\x89PNG\r\n\x1a\n" + bytes(100), media="application/rss+xml")},
        failures=[("@1/feed", "is no text (application/rss+xml), not a feed or sitemap")],
    ),
    Case(
        "words",
        {"/feed": Reply("Feed moved, ask the editors.", media="text/plain")},
        failures=[("@1/feed", "is plain text, not a feed or sitemap")],
    ),
    Case(
        "other XML",
        {"/feed": Reply("<catalog><cd/></catalog>", media="text/xml")},
        failures=[("@1/feed", "is no text (text/xml), not a feed or sitemap")],
    ),
]

TYPES = [
    "application/rss+xml",
    "application/xml",
    "text/xml",
    "text/html",
    "text/plain",
    "application/octet-stream",
    "x/y",
    "",
    None,
]
TYPE_CASES = [Case(f"a feed as {media!r}", {"/feed": rss(item(), media=media)}, [WHOLE]) for media in TYPES]

ALL = [*ENCODING_CASES, *BROKEN_CASES, *NO_FEED, *TYPE_CASES]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_broken_feed(site: Site, case: Case) -> None:
    check(site, case)


def test_an_invalid_character_reference_costs_only_itself(site: Site) -> None:
    feed = rss_text(item("Bridge&#x110000; closed"), item("B", "@1/b")).replace("&amp;#", "&#")
    arts = [Art("Bridge\ufffd closed", "@1/a", source=NEWS), Art("B", "@1/b", source=NEWS)]
    check(site, Case("", {"/feed": Reply(feed, media="text/xml")}, arts))


SPLICES = [
    *(b"<", b">", b"&", b"]]>", b"<![CDATA[", b"\0", b"\xff\xfe", b"&#x110000;", b"&amp;#99999999;", b"<!--", b'"'),
    *(b"<!DOCTYPE a [", b"1e999", b"xml:base='http://['", b"<link>http://[</link>", b"\xed\xa0\x80", b"99999-99-99"),
]
JSON_TEXT = (
    '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": "https://post.example/a", "title": "A",'
    ' "content_html": "<p>x</p>", "tags": ["a"], "authors": [{"name": "x"}], "date_published": "2025-06-03T09:00Z"}]}'
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with some of it cut, doubled, or replaced by what is awkward."""
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.randint(1, 80))
        new = (b"", data[at:end] * chance.randint(2, 5), chance.randbytes(end - at), chance.choice(SPLICES))
        data = data[:at] + chance.choice(new) + data[end if chance.random() < 0.9 else len(data) :]
    return data


def test_any_bytes_are_read_as_a_feed_or_sitemap_or_are_none() -> None:
    chance = random.Random(6)
    pages = sitemap("<loc>https://post.example/b</loc><lastmod>2025-06-01</lastmod>")
    good = [rss(item(), item("B")).body, atom(item()).body, pages.body, JSON_TEXT]
    for _ in range(1000):
        data = mutated(str(chance.choice(good)).encode(), chance)
        url = "https://post.example/"
        for url_list in (feeds.parse(data, url, None), sitemaps.parse(data, url)):
            assert url_list is None or all(entry.key for entry in (*url_list.entries, *url_list.sitemaps))
