"""Corrections, what failed before, and what has left."""

import pytest

from tests.ingest.web.cases import SHORT, item, page
from tests.ingest.web.repeat_cases import A2, ALWAYS, FIXED, SHORT_A, SHORT_B, A, B, Repeat, Round, check_repeat, feed
from tests.ingest.web.site import Reply, Site

NO_FEED = "is a page, not a feed or sitemap; it names no feed; look on the site for one, or for its sitemap"
BAR = Reply("User-agent: *\nDisallow: /a", media="text/plain")
BARRED = "paper: by robots.txt, @1/a may not be read any more; what was read before is kept"
GONE = "paper: not there any more: @1/a (410: gone for good); what was read before is kept"
LESS = "paper: @1/a: less is shown than in the feed, perhaps for want of a log-in; what was read before is kept"
CORRECTIONS = [
    Repeat(
        "a text that the feed corrects",
        [Round({"/f": feed(A)}, ["A"], ["/f"]), Round({"/f": feed(A2)}, ["A corrected"], ["/f"])],
    ),
    Repeat(
        "a title that the feed corrects is read again from the page, whole",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Round(
                {"/f": feed(item("A corrected", "@1/a", SHORT)), "/a": page("A corrected", **FIXED)},
                ["A corrected"],
                ["/f", "/a"],
            ),
        ],
    ),
    Repeat(
        "a page is not asked for again before its time",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Round({"/f": feed(SHORT_A), "/a": page("A corrected")}, [], ["/f"]),
        ],
    ),
    Repeat(
        "a page that is corrected is found in its time",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Round({"/f": feed(SHORT_A), "/a": page("A corrected", etag='"2"')}, ["A corrected"], ["/f", "/a"]),
        ],
        recheck=ALWAYS,
    ),
    Repeat(
        "a page that is as it was is not sent again",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]),
            Round({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, [], ["/f", "/a 304"]),
        ],
        recheck=ALWAYS,
    ),
    Repeat(
        "a page that is sent again as it was gives no article",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Round({"/f": feed(SHORT_A), "/a": page("A")}, [], ["/f", "/a"]),
        ],
        recheck=ALWAYS,
    ),
    Repeat(
        "a page that is corrected under a feed that is not: the feed's fields stay",
        [
            Round(
                {"/f": feed(item("A", "@1/a", SHORT, "<category>Local</category>"), **FIXED), "/a": page("A", **FIXED)},
                ["A / Local"],
                ["/f", "/a"],
            ),
            Round(
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
    Repeat(
        "a text of the feed itself is not asked for anywhere",
        [Round({"/f": feed(A)}, ["A"], ["/f"]), Round({"/f": feed(A)}, [], ["/f"])],
        recheck=ALWAYS,
    ),
    Repeat(
        "a page that shows less than it did, and less than the feed, keeps its article",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Round(
                {"/f": feed(SHORT_A), "/a": page("A", "The bridge is closed from today on.")},
                [],
                ["/f", "/a"],
                [],
                [LESS],
            ),
        ],
        recheck=ALWAYS,
    ),
    Repeat(
        "a page that may not be read any more keeps its article",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Round({"/f": feed(SHORT_A), "/a": page("A"), "/robots.txt": BAR}, [], ["/f"], [], [BARRED]),
        ],
        recheck=ALWAYS,
    ),
    Repeat(
        "a page that has gone keeps its article",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Round({"/f": feed(SHORT_A), "/a": Reply("", 410)}, [], ["/f", "/a"], [], [GONE]),
        ],
        recheck=ALWAYS,
    ),
]

FAILED = ("@1/b", "500: the server failed")
FAILURES = [
    Repeat(
        "a page that failed is asked for again, though the feed has not changed",
        [
            Round(
                {"/f": feed(SHORT_A, SHORT_B, **FIXED), "/a": page("A"), "/b": Reply("", 500)},
                ["A"],
                ["/f", "/a", "/b"],
                [FAILED],
            ),
            Round({"/f": feed(SHORT_A, SHORT_B, **FIXED), "/a": page("A"), "/b": page("B")}, ["B"], ["/f", "/b"]),
            Round({"/f": feed(SHORT_A, SHORT_B, **FIXED)}, [], ["/f 304"]),
        ],
    ),
    Repeat(
        "a correction that failed is asked for again",
        [
            Round({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]),
            Round(
                {"/f": feed(item("A corrected", "@1/a", SHORT), **FIXED), "/a": Reply("", 403)},
                [],
                ["/f", "/a"],
                [("@1/a", "403: the server does not let us read it")],
            ),
            Round(
                {"/f": feed(item("A corrected", "@1/a", SHORT), **FIXED), "/a": page("A corrected")},
                ["A corrected"],
                ["/f", "/a"],
            ),
        ],
    ),
    Repeat(
        "what was left for next time comes next time",
        [
            Round(
                {"/f": feed(A, B, **FIXED)},
                ["A"],
                ["/f"],
                [],
                ["paper: 1 more are left for next time (at most 1 at a time)"],
            ),
            Round({"/f": feed(A, B, **FIXED)}, ["B"], ["/f"]),
            Round({"/f": feed(A, B, **FIXED)}, [], ["/f 304"]),
        ],
        source={"most": 1},
    ),
    Repeat(
        "what is not wanted is not waited for",
        [Round({"/f": feed(A, B, **FIXED)}, ["A"], ["/f"]), Round({"/f": feed(A, B, **FIXED)}, [], ["/f 304"])],
        source={"exclude": ("/b",)},
    ),
    Repeat(
        "a feed that became a page keeps what it had",
        [
            Round({"/f": feed(A)}, ["A"], ["/f"]),
            Round(
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
            Round({"/f": feed(A)}, [], ["/f"]),
        ],
    ),
]


@pytest.mark.parametrize("case", [*CORRECTIONS, *FAILURES], ids=lambda case: case.name)
def test_correction(site: Site, case: Repeat) -> None:
    check_repeat(site, case)
