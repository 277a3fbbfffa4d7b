"""Items of a feed that are followed to their pages."""

from collections.abc import Sequence

import pytest

from tests.ingest.web.cases import (
    NEWS,
    PARAGRAPHS,
    SHORT,
    TEXT,
    TITLE,
    WHOLE,
    Art,
    Case,
    atom,
    check,
    item,
    page,
    read,
    rss,
    source_of,
)
from tests.ingest.web.site import Reply, Site, reset

TEASER = item(text=SHORT)
DATED = "<pubDate>Mon, 02 Jun 2025 10:30:00 +0200</pubDate>"
DAY = "2025-06-02T10:30:00+02:00"
SEEN = '<meta property="article:published_time" content="{}">'


def followed(name: str, target: Reply, expected: Art = WHOLE, entry: str = TEASER, **more: object) -> Case:
    """A feed of one item that is read from its page."""
    return Case(name, {"/feed": rss(entry), "/a": target}, [expected], asked=["@1/feed", "@1/a"], **more)  # type: ignore[arg-type]


def failed(name: str, target: Reply, reason: str, entry: str = TEASER, url: str = "@1/a", **more: object) -> Case:
    return Case(name, {"/feed": rss(entry), "/a": target}, failures=[(url, reason)], **more)  # type: ignore[arg-type]


def teaser(text: str, more: str = "") -> str:
    return item(text=text, more=more)


HALF = "\n\n".join(PARAGRAPHS[:-1])  # over 1,000 characters
FOLLOWED = [
    followed("a short text is followed to its page", page()),
    followed("no text is followed", page(), entry=item(text="")),
    followed("a long text that goes on elsewhere is followed", page(), entry=teaser(f"{HALF} …")),
    followed("a text that ends with three dots", page(), entry=teaser(f"{HALF}...")),
    followed("a text that ends with […]", page(), entry=teaser(f"{HALF} […]")),
    followed("a text that ends with read more", page(), entry=teaser(f"{HALF}\n\nRead more »")),
    followed(
        "a text that ends with continue reading", page(), entry=teaser(f"{HALF}\n\nContinue reading Bridge closed →")
    ),
    followed("always, also when the feed has all", page(), entry=item(), source={"follow": "always"}),
    Case(
        "never, though the text is short",
        {"/feed": rss(TEASER)},
        [Art(TITLE, "@1/a", SHORT, source=NEWS)],
        asked=["@1/feed"],
        source={"follow": "never"},
    ),
    Case(
        "never, and there is no text",
        {"/feed": rss(item(text=""))},
        failures=[("@1/a", "the feed has no text of it, and it is not to be followed to its page")],
        source={"follow": "never"},
    ),
    Case(
        "a short text without an address is all there is",
        {"/feed": rss(item(link=None, text=SHORT, more="<guid isPermaLink='false'>7</guid>"))},
        [Art(TITLE, None, SHORT, source=NEWS)],
    ),
    Case(
        "neither address nor text",
        {"/feed": rss(item(link=None, text="", more="<guid isPermaLink='false'>7</guid>"))},
        failures=[("7", "has no address and no text")],
    ),
    followed(
        "the page's title is the article's",
        page("Bridge closed to lorries"),
        Art("Bridge closed to lorries", "@1/a", source=NEWS),
    ),
    followed(
        "the feed's date where the page has none",
        page(),
        Art(TITLE, "@1/a", published=DAY, source=NEWS),
        teaser(SHORT, DATED),
    ),
    followed(
        "the page's date where it has one",
        page(head=SEEN.format("2025-06-01T07:00:00Z")),
        Art(TITLE, "@1/a", published="2025-06-01T07:00:00+00:00", source=NEWS),
        teaser(SHORT, DATED),
    ),
    followed(
        "the feed's hour where the page has only the day",
        page(head=SEEN.format("2025-06-02")),
        Art(TITLE, "@1/a", published=DAY, source=NEWS),
        teaser(SHORT, DATED),
    ),
    followed(
        "the page's day where it is another than that of the feed, as in UTC",
        page(head=SEEN.format("2025-06-02")),
        Art(TITLE, "@1/a", published="2025-06-02T00:00:00+00:00", source=NEWS),
        teaser(SHORT, "<pubDate>Tue, 03 Jun 2025 03:30:00 +0000</pubDate>"),
    ),
    followed(
        "the feed's author where the page has none",
        page(),
        Art(TITLE, "@1/a", author="Ole Kern", source=NEWS),
        teaser(SHORT, "<dc:creator>Ole Kern</dc:creator>"),
    ),
    followed(
        "the page's author where it has one",
        page(head='<meta name="author" content="Ida Brandt">'),
        Art(TITLE, "@1/a", author="Ida Brandt", source=NEWS),
        teaser(SHORT, "<dc:creator>Ole Kern</dc:creator>"),
    ),
    followed(
        "the feed's category where the page has none",
        page(),
        Art(TITLE, "@1/a", category="Local", source=NEWS),
        teaser(SHORT, "<category>Local</category>"),
    ),
    followed(
        "the page's publication where it names one",
        page(head='<meta property="og:site_name" content="Altenau Herald">'),
        Art(TITLE, "@1/a", source="Altenau Herald"),
    ),
    followed(
        "its own address, where the page names it",
        page(head='<link rel="canonical" href="@1/2025/bridge">'),
        Art(TITLE, "@1/2025/bridge", source=NEWS),
    ),
    followed(
        "an own address of another site is not believed",
        page(head='<link rel="canonical" href="https://elsewhere.example/x">'),
    ),
    followed(
        "a page in Windows-1252",
        Reply(page("Brücke gesperrt").body, media="text/html; charset=windows-1252", encoding="cp1252"),
        Art("Brücke gesperrt", "@1/a", source=NEWS),
    ),
    followed("plain text", Reply(f"{TITLE}\n\n{TEXT}", media="text/plain; charset=utf-8"), entry=TEASER),
    Case(
        "where the page has moved, its new address",
        {"/feed": rss(TEASER), "/a": Reply("", 301, headers={"Location": "@2/new"}), "/new": page()},
        [Art(TITLE, "@2/new", source=NEWS)],
        asked=["@1/feed", "@1/a", "@2/new"],
    ),
    Case(
        "two items with one page",
        {"/feed": rss(TEASER, item("Other", "@1/a#2", SHORT)), "/a": page()},
        [WHOLE],
        asked=["@1/feed", "@1/a"],
    ),
    Case(
        "order of the feed, whatever host is slow",
        {
            "/feed": rss(item("A", "@2/a", ""), item("B", "@1/b", ""), item("C", "@3/c", "")),
            "/a": page("A"),
            "/b": page("B"),
            "/c": page("C"),
        },
        [Art("A", "@2/a", source=NEWS), Art("B", "@1/b", source=NEWS), Art("C", "@3/c", source=NEWS)],
    ),
    Case(
        "an Atom feed of summaries",
        {
            "/feed": atom(
                f'<entry><title>{TITLE}</title><id>1</id><link href="@1/a"/><summary>{SHORT}</summary></entry>'
            ),
            "/a": page(),
        },
        [WHOLE],
    ),
]

STUB = "paper: of @1/a the feed's text was taken, as less is shown there"
FAILED = [
    failed("a page that is gone", Reply("", 410), "410: gone for good"),
    failed("a page that there is not", Reply("", 404), "404: there is no such page"),
    failed("a page that must be paid for", Reply("", 402), "402: it has to be paid for"),
    failed("a page that fails", Reply("", 500), "500: the server failed (tried 3 times)"),
    failed("a page that breaks off", Reply(raw=b"", act=reset), "the connection broke off (tried 3 times)"),
    failed("an empty page", Reply(""), "is empty"),
    failed(
        "a page without an article",
        Reply("<html><head><title>x</title></head><body></body></html>"),
        "no text of an article in the page; it may be a list of links or need a browser's scripts",
    ),
    failed("a picture", Reply(b"\xff\xd8\xff\xe0 JFIF", media="image/jpeg"), "is no text (image/jpeg), not an article"),
    failed(
        "a picture that says it is a page", Reply(b"\xff\xd8\xff\xe0 JFIF"), "is no text (text/html), not an article"
    ),
    failed("a film", Reply("x" * 500, media="video/mp4"), "is no text (video/mp4), not an article"),
    failed("a feed as the page", rss(item()), "is a feed, not an article"),
    Case(
        "the front page, where the article was",
        {"/feed": rss(TEASER), "/a": Reply("", 302, headers={"Location": "/"}), "/": page("Lenne Post")},
        failures=[("@1/a", "leads to the front page of the site; the article is not there")],
    ),
    failed(
        "a link that leads to a file",
        Reply("", 302, headers={"Location": "file:///etc/passwd"}),
        "only http and https are read, not file:",
    ),
    failed(
        "a link with a user in it",
        page(),
        "has a user name in its address; take it out",
        item(link="http://ida:secret@post.example/a", text=SHORT),
        url="http://***@post.example/a",
    ),
    Case(
        "one bad page costs only itself",
        {
            "/feed": rss(item("A", "@1/a", ""), item("B", "@1/b", ""), item("C", "@1/c", "")),
            "/a": page("A"),
            "/b": Reply("", 500),
            "/c": page("C"),
        },
        [Art("A", "@1/a", source=NEWS), Art("C", "@1/c", source=NEWS)],
        [("@1/b", "500: the server failed (tried 3 times)")],
    ),
    Case(
        "a page that shows less than the feed",
        {"/feed": rss(teaser(f"{HALF} …")), "/a": page(text="\n\n".join(PARAGRAPHS[:4]))},
        [Art(TITLE, "@1/a", f"{HALF} …", source=NEWS)],
        notices=[STUB],
    ),
]


ALL = [*FOLLOWED, *FAILED]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_page(site: Site, case: Case) -> None:
    check(site, case)


def test_a_pdf_is_read_and_a_damaged_one_reported(site: Site) -> None:
    site.serve(
        {
            "/feed": rss(item("Report", "@1/good.pdf", ""), item("Broken", "@1/bad.pdf", "")),
            "/good.pdf": Reply(pdf(PARAGRAPHS[:5]), media="application/pdf"),
            "/bad.pdf": Reply(b"%PDF-1.7 nothing", media="application/pdf"),
        }
    )
    outcome = read(site, source_of(site))
    assert [article.url for article in outcome.articles] == ["@1/good.pdf"]
    assert PARAGRAPHS[1] in " ".join(outcome.articles[0].text.split())
    assert [url for url, _ in outcome.failures] == ["@1/bad.pdf"]


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF of one page with these lines."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 8 Tf 20 700 Td 14 TL {shown} ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, obj in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj{obj}endobj\n".encode()
    table = "".join(f"{at:010} 00000 n \n" for at in offsets)
    tail = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return out + tail.encode()
