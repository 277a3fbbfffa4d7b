"""Reading again: on conditions, and what is told of what has not changed."""

from dataclasses import replace

import pytest

from assistant.index.fetch_state import FetchState
from tests.ingest.web.cases import Memory, page, read, sitemap, sitemap_index, source_of
from tests.ingest.web.repeat_cases import DAY, FIXED, SHORT_A, SHORT_B, A, Again, B, Visits, check_again, feed, on
from tests.ingest.web.site import Reply, Site

CONDITIONS = [
    Again(
        "a feed with an ETag is not sent again",
        [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"])],
    ),
    Again(
        "a weak ETag does as well",
        [Visits({"/f": feed(A, etag='W/"1"')}, ["A"], ["/f"]), Visits({"/f": feed(A, etag='W/"1"')}, [], ["/f 304"])],
    ),
    Again(
        "Last-Modified does as well",
        [Visits({"/f": feed(A, modified=DAY)}, ["A"], ["/f"]), Visits({"/f": feed(A, modified=DAY)}, [], ["/f 304"])],
    ),
    Again(
        "both",
        [
            Visits({"/f": feed(A, etag='"1"', modified=DAY)}, ["A"], ["/f"]),
            Visits({"/f": feed(A, etag='"1"', modified=DAY)}, [], ["/f 304"]),
        ],
    ),
    Again(
        "a server that knows no conditions",
        [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": feed(A)}, [], ["/f"])],
    ),
    Again(
        "a server that gives another ETag each time",
        [Visits({"/f": feed(A, etag='"1"')}, ["A"], ["/f"]), Visits({"/f": feed(A, etag='"2"')}, [], ["/f"])],
    ),
    Again(
        "a feed with one more",
        [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(B, A, etag='"2"')}, ["B"], ["/f"])],
    ),
    Again(
        "a feed from which one has left",
        [Visits({"/f": feed(B, A)}, ["B", "A"], ["/f"]), Visits({"/f": feed(B)}, [], ["/f"])],
    ),
    Again(
        "one that comes back is the same",
        [
            Visits({"/f": feed(A)}, ["A"], ["/f"]),
            Visits({"/f": feed(B)}, ["B"], ["/f"]),
            Visits({"/f": feed(B, A)}, ["A"], ["/f"]),
        ],
    ),
    Again(
        "a third time is as the second",
        [
            Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]),
            Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"]),
            Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"]),
        ],
    ),
    Again(
        "after a failure it is asked for as before",
        [
            Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]),
            Visits({"/f": Reply("", 404)}, [], ["/f"], [("@1/f", "404: there is no such page")]),
            Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"]),
        ],
    ),
    Again(
        "a feed that has moved is asked for on condition where it is now",
        [
            Visits({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(A, **FIXED)}, ["A"], ["/f", "/g"]),
            Visits({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(A, **FIXED)}, [], ["/f", "/g 304"]),
        ],
    ),
    Again(
        "the condition of one place says nothing of another",
        [
            Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]),
            Visits({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(B, **FIXED)}, ["B"], ["/f", "/g"]),
        ],
    ),
]
SINGLE = [
    Again(
        "a single page on condition",
        [
            Visits({"/f": page("A", **FIXED)}, ["A"], ["/f"]),
            Visits({"/f": page("A", **FIXED)}, [], ["/f 304"]),
            Visits({"/f": page("A corrected", etag='"2"')}, ["A corrected"], ["/f"]),
        ],
        "page",
    ),
    Again(
        "a single page that is sent again",
        [Visits({"/f": page("A")}, ["A"], ["/f"]), Visits({"/f": page("A")}, [], ["/f"])],
        "page",
    ),
    Again(
        "a single page that has gone is a failure",
        [
            Visits({"/f": page("A")}, ["A"], ["/f"]),
            Visits({"/f": Reply("", 404)}, [], ["/f"], [("@1/f", "404: there is no such page")]),
        ],
        "page",
    ),
    Again(
        "an address with a page, on condition",
        [Visits({"/f": page("A", **FIXED)}, ["A"], ["/f"]), Visits({"/f": page("A", **FIXED)}, [], ["/f 304"])],
        "web",
    ),
    Again(
        "an address with a feed, on condition",
        [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"])],
        "web",
    ),
]

MAPS = [
    Again(
        "a sitemap on condition",
        [
            Visits({"/f": sitemap("@1/a", **FIXED), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Visits({"/f": sitemap("@1/a", **FIXED), "/a": page("A")}, [], ["/f 304"]),
        ],
        "sitemap",
    ),
    Again(
        "a page whose date in the sitemap changed",
        [
            Visits({"/f": sitemap(on("a", "2025-06-01")), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Visits(
                {"/f": sitemap(on("a", "2025-06-02")), "/a": page("A corrected", etag='"2"')},
                ["A corrected"],
                ["/f", "/a"],
            ),
        ],
        "sitemap",
    ),
    Again(
        "a date that changed for nothing",
        [
            Visits({"/f": sitemap(on("a", "2025-06-01")), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Visits({"/f": sitemap(on("a", "2025-06-02")), "/a": page("A", **FIXED)}, [], ["/f", "/a 304"]),
        ],
        "sitemap",
    ),
    Again(
        "an index whose second sitemap changed",
        [
            Visits(
                {
                    "/f": sitemap_index("@1/m", "@1/n"),
                    "/m": sitemap("@1/a", **FIXED),
                    "/n": sitemap("@1/b", **FIXED),
                    "/a": page("A"),
                    "/b": page("B"),
                    "/c": page("C"),
                },
                ["A", "B"],
                ["/f", "/m", "/n", "/a", "/b"],
            ),
            Visits(
                {
                    "/f": sitemap_index("@1/m", "@1/n"),
                    "/m": sitemap("@1/a", **FIXED),
                    "/n": sitemap("@1/b", "@1/c", etag='"2"'),
                    "/c": page("C"),
                },
                ["C"],
                ["/f", "/m 304", "/n", "/c"],
            ),
        ],
        "sitemap",
    ),
]

ALL = [*CONDITIONS, *SINGLE, *MAPS]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_again(site: Site, case: Again) -> None:
    check_again(site, case)


def test_every_listed_article_is_told_each_time(site: Site) -> None:
    """A visit says of an article that was not sent again that it is still in its source."""
    memory, source = Memory(), source_of(site, place="@1/f")
    site.serve({"/f": feed(A, SHORT_B, **FIXED), "/b": page("B")})
    first, second = read(site, source, memory), read(site, source, memory)
    assert first.visits == second.visits == ["@1/a", "@1/b", "@1/f"]
    assert [one.articles for one in second.items if isinstance(one, FetchState)] == [
        one.articles for one in first.items if isinstance(one, FetchState)
    ]


def test_a_visit_that_says_nothing_any_more_is_none(site: Site) -> None:
    """The index was made anew: all is read again, though the servers would say that nothing has changed."""
    source = source_of(site, place="@1/f")
    site.serve({"/f": feed(SHORT_A, **FIXED), "/a": page("A", **FIXED)})
    assert [one.title for one in read(site, source, Memory()).articles] == ["A"]
    assert [one.title for one in read(site, source, Memory()).articles] == ["A"]


def test_an_entry_whose_visit_was_lost_is_read_though_the_feed_has_not_changed(site: Site) -> None:
    memory, source = Memory(), source_of(site, place="@1/f")
    site.serve({"/f": feed(SHORT_A, **FIXED), "/a": page("A", **FIXED)})
    read(site, source, memory)
    del memory.visits[source.location, site.base(1) + "/a"]
    assert [one.title for one in read(site, source, memory).articles] == ["A"]


def test_a_header_that_cannot_be_sent_back_is_not(site: Site) -> None:
    memory, source = Memory(), source_of(site, place="@1/f")
    site.serve({"/f": feed(A, headers={"ETag": '"ü"'})})
    read(site, source, memory)
    visit = memory.visits[source.location, source.location]
    memory.visits[source.location, source.location] = replace(visit, etag='"x"\r\nX-Evil: 1')
    assert read(site, source, memory).failures == []
    assert "x-evil" not in site.asked[-1].headers
