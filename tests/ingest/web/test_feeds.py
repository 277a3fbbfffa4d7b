"""Feeds as publications write them, each with the articles, to the field, that must come of it."""

import html
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.ingest.web.cases import (
    LONGEST,
    NEWS,
    SHORT,
    TEXT,
    TITLE,
    WHOLE,
    Art,
    Case,
    atom,
    check,
    item,
    paragraphs,
    rss,
    rss_text,
)
from tests.ingest.web.site import Reply, Site

DAY = "2025-06-02T08:30:00+00:00"
HTML = html.escape(paragraphs())
UNSEEN = html.escape("<script>track()</script><style>p{}</style>")
LINKS = (
    '<link rel="self" href="@1/self"/><link rel="alternate" type="text/html" href="@1/a"/>'
    '<link rel="enclosure" href="@1/a.mp3"/>'
)
MARKS = '<title type="text">1 &lt; 2 &amp;amp; more</title>'


def one_item(name: str, more: str = "", expected: Art = WHOLE, **values: Any) -> Case:
    """A feed of one item."""
    return Case(name, {"/feed": rss(item(more=more, **values))}, [expected])


def entry(inside: str, link: str = '<link href="@1/a"/>') -> str:
    return f"<entry><title>Bridge closed</title><id>urn:x:1</id>{link}{inside}</entry>"


def atom_case(name: str, inside: str, expected: Art, link: str = '<link href="@1/a"/>', more: str = "") -> Case:
    return Case(name, {"/feed": atom(entry(inside, link), more=more)}, [expected])


CONTENT = f'<content type="html">{HTML}</content>'

RSS_CASES = [
    one_item("RSS 2.0 with the whole text"),
    one_item(
        "a date keeps its own day and zone",
        "<pubDate>Mon, 02 Jun 2025 22:30:00 -0500</pubDate>",
        Art(TITLE, "@1/a", published="2025-06-02T22:30:00-05:00", source=NEWS),
    ),
    one_item(
        "a date by the name of its zone",
        "<pubDate>Mon, 02 Jun 2025 04:30:00 EDT</pubDate>",
        Art(TITLE, "@1/a", published="2025-06-02T04:30:00-04:00", source=NEWS),
    ),
    one_item(
        "a date without a weekday",
        "<pubDate>2 Jun 2025 08:30 GMT</pubDate>",
        Art(TITLE, "@1/a", published=DAY, source=NEWS),
    ),
    one_item(
        "Dublin Core's date",
        "<dc:date>2025-06-02T10:30:00+02:00</dc:date>",
        Art(TITLE, "@1/a", updated="2025-06-02T10:30:00+02:00", source=NEWS),
    ),
    *(
        one_item(f"{unset} is what programs write for no date", f"<pubDate>{unset}</pubDate>")
        for unset in ("Thu, 01 Jan 1970 00:00:00 GMT", "1969-12-31T19:00:00-05:00", "0000-00-00 00:00:00")
    ),
    *(
        one_item(f"{rough} names no day", f"<pubDate>{rough}</pubDate>")
        for rough in ("2025", "2025-06", "2025-153", "2025-W23-1", "03/04/2025 09:30 GMT")
    ),
    Case(
        "the name of a month in the feed's language",
        {"/feed": rss("<language>fr-FR</language>", item(more="<pubDate>lundi 2 juin 2025 10:30:00 +0200</pubDate>"))},
        [Art(TITLE, "@1/a", published="2025-06-02T10:30:00+02:00", source=NEWS)],
    ),
    one_item("no date stays none"),
    one_item("a date that is none stays none", "<pubDate>last week</pubDate>"),
    one_item("a date that does not exist stays none", "<pubDate>Mon, 32 Feb 2025 10:00:00 GMT</pubDate>"),
    one_item("an empty date stays none", "<pubDate></pubDate>"),
    one_item(
        "an author by Dublin Core",
        "<dc:creator>Ida Brandt</dc:creator>",
        Art(TITLE, "@1/a", author="Ida Brandt", source=NEWS),
    ),
    one_item(
        "an author in the form of RSS",
        "<author>ida@post.example (Ida Brandt)</author>",
        Art(TITLE, "@1/a", author="Ida Brandt", source=NEWS),
    ),
    one_item(
        "a category",
        "<category>Local</category><category>Traffic</category>",
        Art(TITLE, "@1/a", category="Local", source=NEWS),
    ),
    one_item(
        "the publication that the item is from",
        '<source url="@2/feed">Altenau Herald</source>',
        Art(TITLE, "@1/a", source="Altenau Herald"),
    ),
    one_item("a title with an entity", title="Fish & chips", expected=Art("Fish & chips", "@1/a", source=NEWS)),
    one_item("a title escaped twice", title="Fish &amp; chips", expected=Art("Fish & chips", "@1/a", source=NEWS)),
    one_item("a title with marks", title="<b>Bridge</b> closed"),
    one_item("a title over two lines", title="Bridge\n      closed"),
    one_item(
        "no title: the beginning of the text", title=None, expected=Art(SHORT[:79].rstrip() + "…", "@1/a", source=NEWS)
    ),
    one_item("a link with blanks around it", link="\n  @1/a\n "),
    one_item("a relative link", link="/a"),
    one_item("a link with a fragment", link="@1/a#top"),
    one_item(
        "the address before a feed service",
        "<feedburner:origLink>@1/real</feedburner:origLink>",
        Art(TITLE, "@1/real", source=NEWS),
    ),
    one_item("no link, and a guid that is one", "<guid>@1/a</guid>", link=None),
    one_item(
        "no link, and a guid that is none",
        '<guid isPermaLink="false">x-1</guid>',
        Art(TITLE, None, source=NEWS),
        link=None,
    ),
    one_item("neither link nor guid", "", Art(TITLE, None, source=NEWS), link=None),
    Case(
        "a link that is no web address",
        {"/feed": rss(item(more="<guid isPermaLink='false'>x</guid>", link="javascript:alert(1)"))},
        [Art(TITLE, None, source=NEWS)],
        notices=["paper: left out of the feed: 1 link that would run something"],
    ),
    one_item(
        "the name of a publication with a hidden character",
        "<source url='@1/'>The Ver\u200bge</source>",
        replace(WHOLE, source="The Ver‹U+200B›ge"),
    ),
    Case(
        "text as CDATA",
        {
            "/feed": rss(
                f"<item><title>{TITLE}</title><link>@1/a</link><description><![CDATA[{paragraphs()}]]></description></item>"
            )
        },
        [WHOLE],
    ),
    Case(
        "the whole text beside a summary",
        {"/feed": rss(item(text=SHORT, more=f"<content:encoded><![CDATA[{paragraphs()}]]></content:encoded>"))},
        [WHOLE],
    ),
    Case(
        "a summary longer than the content",
        {"/feed": rss(item(more=f"<content:encoded>{SHORT}</content:encoded>"))},
        [WHOLE],
    ),
    Case(
        "plain text with line breaks",
        {
            "/feed": rss(
                f"<item><title>{TITLE}</title><link>@1/a</link><description>{html.escape(TEXT)}</description></item>"
            )
        },
        [WHOLE],
    ),
    Case(
        "what every blog puts below its texts",
        {"/feed": rss(item(text=f"{TEXT}\n\nThe post Bridge closed appeared first on Lenne Post."))},
        [WHOLE],
    ),
    Case(
        "scripts and styles are no text",
        {
            "/feed": rss(
                f"<item><title>{TITLE}</title><link>@1/a</link><description>{UNSEEN}{HTML}</description></item>"
            )
        },
        [WHOLE],
    ),
    Case(
        "several items, in the order of the feed",
        {"/feed": rss(item("B", "@1/b"), item("A", "@1/a"))},
        [Art("B", "@1/b", source=NEWS), Art("A", "@1/a", source=NEWS)],
    ),
    Case("the same item twice", {"/feed": rss(item(), item())}, [WHOLE]),
    Case(
        "the same address with another text: the first, which is the newest",
        {"/feed": rss(item(), item(text=LONGEST))},
        [WHOLE],
    ),
    Case("a feed with nothing in it", {"/feed": rss()}),
    Case("a feed without a title", {"/feed": rss(item(), title="")}, [Art(TITLE, "@1/a")]),
]

OLD = {
    "RSS 0.91": f'<rss version="0.91"><channel><title>{NEWS}</title>{item()}</channel></rss>',
    "RSS 0.92": f'<rss version="0.92"><channel><title>{NEWS}</title>{item()}</channel></rss>',
    "RSS without a version": f"<rss><channel><title>{NEWS}</title>{item()}</channel></rss>",
    "RSS 0.90": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
    f"<channel><title>{NEWS}</title></channel>{item()}</rdf:RDF>",
    "RSS 1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    f'<channel rdf:about="@1/"><title>{NEWS}</title></channel>{item()}</rdf:RDF>',
    "a document type": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    f'<rss version="0.91"><channel><title>{NEWS}</title>{item()}</channel></rss>',
    "no declaration": rss_text(item()).partition("?>")[2],
    "blank lines before the declaration": "\n\n  " + rss_text(item()),
    "a comment before all": "<!-- made today -->" + rss_text(item()).partition("?>")[2],
}
OLD_CASES = [Case(name, {"/feed": Reply(body, media="text/xml")}, [WHOLE]) for name, body in OLD.items()]

ATOM_CASES = [
    atom_case("Atom with its content", CONTENT, WHOLE),
    atom_case(
        "Atom with XHTML",
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{paragraphs()}</div></content>',
        WHOLE,
    ),
    atom_case("Atom with plain text", f'<content type="text">{html.escape(TEXT)}</content>', WHOLE),
    atom_case(
        "Atom, published and updated",
        f"{CONTENT}<published>2025-06-02T08:30:00Z</published><updated>2025-06-03T09:00:00Z</updated>",
        Art(TITLE, "@1/a", published=DAY, updated="2025-06-03T09:00:00+00:00", source=NEWS),
    ),
    atom_case(
        "Atom, updated when it came out",
        f"{CONTENT}<published>2025-06-02T08:30:00Z</published><updated>2025-06-02T08:30:00Z</updated>",
        Art(TITLE, "@1/a", published=DAY, source=NEWS),
    ),
    atom_case(
        "Atom, updated alone says not when it came out",
        f"{CONTENT}<updated>2025-06-03T09:00:00Z</updated>",
        Art(TITLE, "@1/a", updated="2025-06-03T09:00:00+00:00", source=NEWS),
    ),
    atom_case(
        "Atom with two authors",
        f"{CONTENT}<author><name>Ida Brandt</name></author><author><name>Ole Kern</name></author>",
        Art(TITLE, "@1/a", author="Ida Brandt, Ole Kern", source=NEWS),
    ),
    atom_case(
        "Atom with a category",
        f'{CONTENT}<category term="local" label="Local"/>',
        Art(TITLE, "@1/a", category="Local", source=NEWS),
    ),
    atom_case(
        "Atom with several links: the one of the page",
        CONTENT,
        WHOLE,
        LINKS,
    ),
    atom_case(
        "Atom with a base for its links",
        CONTENT,
        Art(TITLE, "@1/x/a", source=NEWS),
        '<link href="a"/>',
        'xml:base="@1/x/"',
    ),
    atom_case("Atom without a link", CONTENT, Art(TITLE, None, source=NEWS), ""),
    atom_case(
        "Atom from another feed",
        f"{CONTENT}<source><title>Altenau Herald</title></source>",
        Art(TITLE, "@1/a", source="Altenau Herald"),
    ),
    Case(
        "Atom's title as text has no marks",
        {"/feed": atom(f'<entry>{MARKS}<id>urn:x:1</id><link href="@1/a"/>{CONTENT}</entry>')},
        [Art("1 < 2 &amp; more", "@1/a", source=NEWS)],
    ),
]


def json_feed(*items: Any, **more: Any) -> Reply:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": NEWS, "items": list(items), **more}
    return Reply(json.dumps(feed), media="application/feed+json")


JSON_ITEM = {"id": "1", "url": "@1/a", "title": TITLE, "content_html": paragraphs()}
JSON_CASES = [
    Case("JSON Feed", {"/feed": json_feed(JSON_ITEM)}, [WHOLE]),
    Case(
        "JSON Feed with all fields",
        {
            "/feed": json_feed(
                {
                    **JSON_ITEM,
                    "date_published": "2025-06-02T08:30:00Z",
                    "date_modified": "2025-06-03T08:30:00Z",
                    "authors": [{"name": "Ida Brandt"}, {"name": "Ole Kern"}],
                    "tags": ["Local", "Traffic"],
                }
            )
        },
        [Art(TITLE, "@1/a", TEXT, DAY, "2025-06-03T08:30:00+00:00", "Ida Brandt, Ole Kern", NEWS, "Local")],
    ),
    Case(
        "JSON Feed with plain text",
        {"/feed": json_feed({"id": "1", "url": "@1/a", "title": TITLE, "content_text": TEXT})},
        [WHOLE],
    ),
    Case(
        "JSON Feed with odd values",
        {
            "/feed": json_feed(
                {"id": 7, "title": TITLE, "content_text": TEXT, "tags": 3, "authors": "x", "date_published": "soon"},
                "no item",
                None,
            )
        },
        [Art(TITLE, None, source=NEWS)],
    ),
    Case("JSON Feed whose items are none", {"/feed": json_feed(items=5)}),
    Case(
        "JSON that is no feed",
        {"/feed": Reply('{"articles": []}', media="application/json")},
        failures=[("@1/feed", "is no text (application/json), not a feed or sitemap")],
    ),
    Case(
        "JSON Feed that ends early",
        {"/feed": Reply(json.dumps({"version": "https://jsonfeed.org/version/1"})[:-5], media="application/feed+json")},
        failures=[("@1/feed", "is too broken a feed to be read")],
    ),
]


ALL = [*RSS_CASES, *OLD_CASES, *ATOM_CASES, *JSON_CASES]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_feed(site: Site, case: Case) -> None:
    check(site, case)
