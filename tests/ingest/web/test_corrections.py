"""Corrections, what failed before, and what has left."""

import pytest

from tests.ingest.web.cases import SHORT, item, page
from tests.ingest.web.repeat_cases import A2, ALWAYS, FIXED, SHORT_A, SHORT_B, A, Again, B, Visits, check_again, feed
from tests.ingest.web.site import Reply, Site

NO_FEED = "is a page, not a feed or sitemap; it names no feed; look on the site for one, or for its sitemap"
BAR = Reply("User-agent: *\nDisallow: /a", media="text/plain")
BARRED = "paper: @1/a may not be read any more, by robots.txt; its article stays as it was"
GONE = "paper: @1/a is not there any more (410: gone for good); its article is kept"
LESS = "paper: @1/a shows less than the feed says and may want consent or a log-in; its article stays as it was"
CORRECTIONS = [
    Again(
        "a text that the feed corrects",
        [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": feed(A2)}, ["A corrected"], ["/f"])],
    ),
    Again(
        "a title that the feed corrects is read again from the page, whole",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Visits(
                {"/f": feed(item("A corrected", "@1/a", SHORT)), "/a": page("A corrected", **FIXED)},
                ["A corrected"],
                ["/f", "/a"],
            ),
        ],
    ),
    Again(
        "a page is not asked for again before its time",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Visits({"/f": feed(SHORT_A), "/a": page("A corrected")}, [], ["/f"]),
        ],
    ),
    Again(
        "a page that is corrected is found in its time",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Visits({"/f": feed(SHORT_A), "/a": page("A corrected", etag='"2"')}, ["A corrected"], ["/f", "/a"]),
        ],
        recheck=ALWAYS,
    ),
    Again(
        "a page that is as it was is not sent again",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, [], ["/f", "/a 304"]),
        ],
        recheck=ALWAYS,
    ),
    Again(
        "a page that is sent again as it was gives no article",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Visits({"/f": feed(SHORT_A), "/a": page("A")}, [], ["/f", "/a"]),
        ],
        recheck=ALWAYS,
    ),
    Again(
        "a page that is corrected under a feed that is not: the feed's fields stay",
        [
            Visits(
                {"/f": feed(item("A", "@1/a", SHORT, "<category>Local</category>"), **FIXED), "/a": page("A", **FIXED)},
                ["A / Local"],
                ["/f", "/a"],
            ),
            Visits(
                {
                    "/f": feed(item("A", "@1/a", SHORT, "<category>Local</category>"), **FIXED),
                    "/a": page("A corrected", etag='"2"'),
                },
                ["A corrected / Local"],
                ["/f 304", "/a", "/f"],
            ),
        ],
        recheck=ALWAYS,
    ),
    Again(
        "a text of the feed itself is not asked for anywhere",
        [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": feed(A)}, [], ["/f"])],
        recheck=ALWAYS,
    ),
    Again(
        "a page that shows less than it did, and less than the feed, keeps its article",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Visits(
                {"/f": feed(SHORT_A), "/a": page("A", "Please log in to read on, it is quick.")},
                [],
                ["/f", "/a"],
                [],
                [LESS],
            ),
        ],
        recheck=ALWAYS,
    ),
    Again(
        "a page that may not be read any more keeps its article",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Visits({"/f": feed(SHORT_A), "/a": page("A"), "/robots.txt": BAR}, [], ["/f"], [], [BARRED]),
        ],
        recheck=ALWAYS,
    ),
    Again(
        "a page that has gone keeps its article",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Visits({"/f": feed(SHORT_A), "/a": Reply("", 410)}, [], ["/f", "/a"], [], [GONE]),
        ],
        recheck=ALWAYS,
    ),
]

FAILED = ("@1/b", "500: the server failed")
FAILURES = [
    Again(
        "a page that failed is asked for again, though the feed has not changed",
        [
            Visits(
                {"/f": feed(SHORT_A, SHORT_B, **FIXED), "/a": page("A"), "/b": Reply("", 500)},
                ["A"],
                ["/f", "/a", "/b"],
                [FAILED],
            ),
            Visits({"/f": feed(SHORT_A, SHORT_B, **FIXED), "/a": page("A"), "/b": page("B")}, ["B"], ["/f", "/b"]),
            Visits({"/f": feed(SHORT_A, SHORT_B, **FIXED)}, [], ["/f 304"]),
        ],
    ),
    Again(
        "a correction that failed is asked for again",
        [
            Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Visits(
                {"/f": feed(item("A corrected", "@1/a", SHORT), **FIXED), "/a": Reply("", 403)},
                [],
                ["/f", "/a"],
                [("@1/a", "403: the server does not let us read it")],
            ),
            Visits(
                {"/f": feed(item("A corrected", "@1/a", SHORT), **FIXED), "/a": page("A corrected")},
                ["A corrected"],
                ["/f", "/a"],
            ),
        ],
    ),
    Again(
        "what was left for next time comes next time",
        [
            Visits(
                {"/f": feed(A, B, **FIXED)},
                ["A"],
                ["/f"],
                [],
                ["paper: 1 more are left for next time (at most 1 at a time)"],
            ),
            Visits({"/f": feed(A, B, **FIXED)}, ["B"], ["/f"]),
            Visits({"/f": feed(A, B, **FIXED)}, [], ["/f 304"]),
        ],
        source={"most": 1},
    ),
    Again(
        "what is not wanted is not waited for",
        [Visits({"/f": feed(A, B, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(A, B, **FIXED)}, [], ["/f 304"])],
        source={"exclude": ("/b",)},
    ),
    Again(
        "a feed that became a page keeps what it had",
        [
            Visits({"/f": feed(A)}, ["A"], ["/f"]),
            Visits(
                {"/f": page()},
                [],
                ["/f"],
                [
                    (
                        "@1/f",
                        NO_FEED,
                    )
                ],
            ),
            Visits({"/f": feed(A)}, [], ["/f"]),
        ],
    ),
]


@pytest.mark.parametrize("case", [*CORRECTIONS, *FAILURES], ids=lambda case: case.name)
def test_correction(site: Site, case: Again) -> None:
    check_again(site, case)
