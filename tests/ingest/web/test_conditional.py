"""Conditional requests, and what comes of sources that have not changed."""

from dataclasses import replace

import pytest

from assistant.index.fetch_state import FetchState
from tests.ingest.web.cases import Memory, page, read, sitemap, sitemap_index, source_of
from tests.ingest.web.repeat_cases import DAY, FIXED, SHORT_A, SHORT_B, A, B, Repeat, Round, check_repeat, feed, on
from tests.ingest.web.site import Reply, Site

CONDITIONS = [
    Repeat(
        "a feed with an ETag is not sent again",
        [Round({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Round({"/f": feed(A, **FIXED)}, [], ["/f 304"])],
    ),
    Repeat(
        "a weak ETag does as well",
        [Round({"/f": feed(A, etag='W/"1"')}, ["A"], ["/f"]), Round({"/f": feed(A, etag='W/"1"')}, [], ["/f 304"])],
    ),
    Repeat(
        "Last-Modified does as well",
        [Round({"/f": feed(A, modified=DAY)}, ["A"], ["/f"]), Round({"/f": feed(A, modified=DAY)}, [], ["/f 304"])],
    ),
    Repeat(
        "both",
        [
            Round({"/f": feed(A, etag='"1"', modified=DAY)}, ["A"], ["/f"]),
            Round({"/f": feed(A, etag='"1"', modified=DAY)}, [], ["/f 304"]),
        ],
    ),
    Repeat(
        "a server that knows no conditions",
        [Round({"/f": feed(A)}, ["A"], ["/f"]), Round({"/f": feed(A)}, [], ["/f"])],
    ),
    Repeat(
        "a server that gives another ETag each time",
        [Round({"/f": feed(A, etag='"1"')}, ["A"], ["/f"]), Round({"/f": feed(A, etag='"2"')}, [], ["/f"])],
    ),
    Repeat(
        "a feed with one more",
        [Round({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Round({"/f": feed(B, A, etag='"2"')}, ["B"], ["/f"])],
    ),
    Repeat(
        "a feed from which one has left",
        [Round({"/f": feed(B, A)}, ["B", "A"], ["/f"]), Round({"/f": feed(B)}, [], ["/f"])],
    ),
    Repeat(
        "one that comes back is the same",
        [
            Round({"/f": feed(A)}, ["A"], ["/f"]),
            Round({"/f": feed(B)}, ["B"], ["/f"]),
            Round({"/f": feed(B, A)}, ["A"], ["/f"]),
        ],
    ),
    Repeat(
        "a third time is as the second",
        [
            Round({"/f": feed(A, **FIXED)}, ["A"], ["/f"]),
            Round({"/f": feed(A, **FIXED)}, [], ["/f 304"]),
            Round({"/f": feed(A, **FIXED)}, [], ["/f 304"]),
        ],
    ),
    Repeat(
        "after a failure it is asked for as before",
        [
            Round({"/f": feed(A, **FIXED)}, ["A"], ["/f"]),
            Round({"/f": Reply("", 404)}, [], ["/f"], [("@1/f", "404: there is no such page")]),
            Round({"/f": feed(A, **FIXED)}, [], ["/f 304"]),
        ],
    ),
    Repeat(
        "a feed that has moved is asked for on condition where it is now",
        [
            Round({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(A, **FIXED)}, ["A"], ["/f", "/g"]),
            Round({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(A, **FIXED)}, [], ["/f", "/g 304"]),
        ],
    ),
    Repeat(
        "the ETag of one URL says nothing of another",
        [
            Round({"/f": feed(A, **FIXED)}, ["A"], ["/f"]),
            Round({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(B, **FIXED)}, ["B"], ["/f", "/g"]),
        ],
    ),
]
SINGLE = [
    Repeat(
        "a single page on condition",
        [
            Round({"/f": page("A", **FIXED)}, ["A"], ["/f"]),
            Round({"/f": page("A", **FIXED)}, [], ["/f 304"]),
            Round({"/f": page("A corrected", etag='"2"')}, ["A corrected"], ["/f"]),
        ],
        "page",
    ),
    Repeat(
        "a single page that is sent again",
        [Round({"/f": page("A")}, ["A"], ["/f"]), Round({"/f": page("A")}, [], ["/f"])],
        "page",
    ),
    Repeat(
        "a single page that has gone is a failure",
        [
            Round({"/f": page("A")}, ["A"], ["/f"]),
            Round({"/f": Reply("", 404)}, [], ["/f"], [("@1/f", "404: there is no such page")]),
        ],
        "page",
    ),
    Repeat(
        "an address with a page, on condition",
        [Round({"/f": page("A", **FIXED)}, ["A"], ["/f"]), Round({"/f": page("A", **FIXED)}, [], ["/f 304"])],
        "web",
    ),
    Repeat(
        "an address with a feed, on condition",
        [Round({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Round({"/f": feed(A, **FIXED)}, [], ["/f 304"])],
        "web",
    ),
]

MAPS = [
    Repeat(
        "a sitemap on condition",
        [
            Round({"/f": sitemap("@1/a", **FIXED), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Round({"/f": sitemap("@1/a", **FIXED), "/a": page("A")}, [], ["/f 304"]),
        ],
        "sitemap",
    ),
    Repeat(
        "a page whose date in the sitemap changed",
        [
            Round({"/f": sitemap(on("a", "2025-06-01")), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Round(
                {"/f": sitemap(on("a", "2025-06-02")), "/a": page("A corrected", etag='"2"')},
                ["A corrected"],
                ["/f", "/a"],
            ),
        ],
        "sitemap",
    ),
    Repeat(
        "a date that changed for nothing",
        [
            Round({"/f": sitemap(on("a", "2025-06-01")), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Round({"/f": sitemap(on("a", "2025-06-02")), "/a": page("A", **FIXED)}, [], ["/f", "/a 304"]),
        ],
        "sitemap",
    ),
    Repeat(
        "an index whose second sitemap changed",
        [
            Round(
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
            Round(
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
def test_again(site: Site, case: Repeat) -> None:
    check_repeat(site, case)


def test_every_listed_article_has_a_fetch_state_each_time(site: Site) -> None:
    """The state of an unchanged article says that it is still in its source."""
    memory, source = Memory(), source_of(site, url="@1/f")
    site.serve({"/f": feed(A, SHORT_B, **FIXED), "/b": page("B")})
    first, second = read(site, source, memory), read(site, source, memory)
    assert first.states == second.states == ["@1/a", "@1/b", "@1/f"]
    assert [state.articles for state in second.items if isinstance(state, FetchState)] == [
        state.articles for state in first.items if isinstance(state, FetchState)
    ]


def test_without_fetch_states_all_is_read_again(site: Site) -> None:
    """The index was made anew: all is read again, though the servers would say that nothing has changed."""
    source = source_of(site, url="@1/f")
    site.serve({"/f": feed(SHORT_A, **FIXED), "/a": page("A", **FIXED)})
    assert [article.title for article in read(site, source, Memory()).articles] == ["A"]
    assert [article.title for article in read(site, source, Memory()).articles] == ["A"]


def test_an_entry_whose_fetch_state_was_lost_is_read_though_the_feed_has_not_changed(site: Site) -> None:
    memory, source = Memory(), source_of(site, url="@1/f")
    site.serve({"/f": feed(SHORT_A, **FIXED), "/a": page("A", **FIXED)})
    read(site, source, memory)
    del memory.states[source.location, site.base(1) + "/a"]
    assert [article.title for article in read(site, source, memory).articles] == ["A"]


def test_an_etag_that_is_not_a_valid_header_is_not_sent_back(site: Site) -> None:
    memory, source = Memory(), source_of(site, url="@1/f")
    site.serve({"/f": feed(A, headers={"ETag": '"ü"'})})
    read(site, source, memory)
    state = memory.states[source.location, source.location]
    memory.states[source.location, source.location] = replace(state, etag='"x"\r\nX-Evil: 1')
    assert read(site, source, memory).failures == []
    assert "x-evil" not in site.asked[-1].headers
