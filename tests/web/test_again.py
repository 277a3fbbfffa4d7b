"""Reading again: on conditions, corrections, what failed before, and what has left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.loading.fields import Visit
from assistant.sources import Kind
from tests.web.cases import LONGEST, SHORT, Memory, Outcome, item, page, read, rss, sitemap, sitemap_index, source_of
from tests.web.site import Reply, Site, http_date

NEVER, ALWAYS = timedelta(days=1), timedelta(0)
FIXED = {"etag": '"1"'}


@dataclass(frozen=True)
class Visits:
    """A site at one time: what comes of it, by title and beginning of the text, and what is asked for."""

    pages: Mapping[str, Reply | list[Reply]]
    articles: Sequence[str] = ()
    asked: Sequence[str] = ()
    failures: Sequence[tuple[str, str]] = ()
    notices: Sequence[str] = ()


@dataclass(frozen=True)
class Again:
    """A source that is read several times."""

    name: str
    times: Sequence[Visits]
    kind: Kind = "feed"
    recheck: timedelta = NEVER
    source: Mapping[str, Any] = field(default_factory=dict)


def feed(*items: str, **reply: Any) -> Reply:
    return rss(*items, **reply)


A, B = item("A", "@1/a"), item("B", "@1/b")
A2 = item("A corrected", "@1/a", LONGEST)
SHORT_A, SHORT_B = item("A", "@1/a", SHORT), item("B", "@1/b", SHORT)
GONE = "paper: @1/a is not there any more (410: gone for good); its article is kept"
LESS = "paper: @1/a shows less than the feed says and may want consent or a log-in; its article stays as it was"
DAY = http_date(2025, 6, 2)
OTHER_DAY = http_date(2025, 6, 3)

CONDITIONS = [
    Again("a feed with an ETag is not sent again", [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"])]),
    Again("a weak ETag does as well", [Visits({"/f": feed(A, etag='W/"1"')}, ["A"], ["/f"]), Visits({"/f": feed(A, etag='W/"1"')}, [], ["/f 304"])]),
    Again("Last-Modified does as well", [Visits({"/f": feed(A, modified=DAY)}, ["A"], ["/f"]), Visits({"/f": feed(A, modified=DAY)}, [], ["/f 304"])]),
    Again("both", [Visits({"/f": feed(A, etag='"1"', modified=DAY)}, ["A"], ["/f"]), Visits({"/f": feed(A, etag='"1"', modified=DAY)}, [], ["/f 304"])]),
    Again("a server that knows no conditions", [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": feed(A)}, [], ["/f"])]),
    Again("a server that gives another ETag each time", [Visits({"/f": feed(A, etag='"1"')}, ["A"], ["/f"]), Visits({"/f": feed(A, etag='"2"')}, [], ["/f"])]),
    Again("a feed with one more", [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(B, A, etag='"2"')}, ["B"], ["/f"])]),
    Again("a feed from which one has left", [Visits({"/f": feed(B, A)}, ["B", "A"], ["/f"]), Visits({"/f": feed(B)}, [], ["/f"])]),
    Again("one that comes back is the same", [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": feed(B)}, ["B"], ["/f"]), Visits({"/f": feed(B, A)}, ["A"], ["/f"])]),
    Again("a third time is as the second", [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"]), Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"])]),
    Again("after a failure it is asked for as before", [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": Reply("", 404)}, [], ["/f"], [("@1/f", "404: there is no such page")]), Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"])]),
    Again("a feed that has moved is asked for on condition where it is now", [Visits({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(A, **FIXED)}, ["A"], ["/f", "/g"]), Visits({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(A, **FIXED)}, [], ["/f", "/g 304"])]),
    Again("the condition of one place says nothing of another", [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": Reply("", 302, headers={"Location": "/g"}), "/g": feed(B, **FIXED)}, ["B"], ["/f", "/g"])]),
]  # fmt: skip

CORRECTIONS = [
    Again("a text that the feed corrects", [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": feed(A2)}, ["A corrected"], ["/f"])]),
    Again("a title that the feed corrects is read again from the page, whole", [Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]), Visits({"/f": feed(item("A corrected", "@1/a", SHORT)), "/a": page("A corrected", **FIXED)}, ["A corrected"], ["/f", "/a"])]),
    Again("a page is not asked for again before its time", [Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]), Visits({"/f": feed(SHORT_A), "/a": page("A corrected")}, [], ["/f"])]),
    Again("a page that is corrected is found in its time", [Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]), Visits({"/f": feed(SHORT_A), "/a": page("A corrected", etag='"2"')}, ["A corrected"], ["/f", "/a"])], recheck=ALWAYS),
    Again("a page that is as it was is not sent again", [Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]), Visits({"/f": feed(SHORT_A), "/a": page("A", **FIXED)}, [], ["/f", "/a 304"])], recheck=ALWAYS),
    Again("a page that is sent again as it was gives no article", [Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]), Visits({"/f": feed(SHORT_A), "/a": page("A")}, [], ["/f", "/a"])], recheck=ALWAYS),
    Again("a page that is corrected under a feed that is not: the feed's fields stay", [Visits({"/f": feed(item("A", "@1/a", SHORT, "<category>Local</category>"), **FIXED), "/a": page("A", **FIXED)}, ["A / Local"], ["/f", "/a"]), Visits({"/f": feed(item("A", "@1/a", SHORT, "<category>Local</category>"), **FIXED), "/a": page("A corrected", etag='"2"')}, ["A corrected / Local"], ["/f 304", "/a", "/f"])], recheck=ALWAYS),
    Again("a text of the feed itself is not asked for anywhere", [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": feed(A)}, [], ["/f"])], recheck=ALWAYS),
    Again("a page that shows less than it did, and less than the feed, keeps its article", [Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]), Visits({"/f": feed(SHORT_A), "/a": page("A", "Please log in to read on, it is quick.")}, [], ["/f", "/a"], [], [LESS])], recheck=ALWAYS),
    Again("a page that has gone keeps its article", [Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]), Visits({"/f": feed(SHORT_A), "/a": Reply("", 410)}, [], ["/f", "/a"], [], [GONE])], recheck=ALWAYS),
]  # fmt: skip

FAILED = ("@1/b", "500: the server failed")
FAILURES = [
    Again("a page that failed is asked for again, though the feed has not changed", [Visits({"/f": feed(SHORT_A, SHORT_B, **FIXED), "/a": page("A"), "/b": Reply("", 500)}, ["A"], ["/f", "/a", "/b"], [FAILED]), Visits({"/f": feed(SHORT_A, SHORT_B, **FIXED), "/a": page("A"), "/b": page("B")}, ["B"], ["/f", "/b"]), Visits({"/f": feed(SHORT_A, SHORT_B, **FIXED)}, [], ["/f 304"])]),
    Again("a correction that failed is asked for again", [Visits({"/f": feed(SHORT_A), "/a": page("A")}, ["A"], ["/f", "/a"]), Visits({"/f": feed(item("A corrected", "@1/a", SHORT), **FIXED), "/a": Reply("", 403)}, [], ["/f", "/a"], [("@1/a", "403: the server does not let us read it")]), Visits({"/f": feed(item("A corrected", "@1/a", SHORT), **FIXED), "/a": page("A corrected")}, ["A corrected"], ["/f", "/a"])]),
    Again("what was left for next time comes next time", [Visits({"/f": feed(A, B, **FIXED)}, ["A"], ["/f"], [], ["paper: 1 more are left for next time (at most 1 at a time)"]), Visits({"/f": feed(A, B, **FIXED)}, ["B"], ["/f"]), Visits({"/f": feed(A, B, **FIXED)}, [], ["/f 304"])], source={"most": 1}),
    Again("what is not wanted is not waited for", [Visits({"/f": feed(A, B, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(A, B, **FIXED)}, [], ["/f 304"])], source={"exclude": ("/b",)}),
    Again("a feed that became a page keeps what it had", [Visits({"/f": feed(A)}, ["A"], ["/f"]), Visits({"/f": page()}, [], ["/f"], [("@1/f", "is a page, not a feed or sitemap; it names no feed; look on the site for one, or for its sitemap")]), Visits({"/f": feed(A)}, [], ["/f"])]),
]  # fmt: skip

SINGLE = [
    Again("a single page on condition", [Visits({"/f": page("A", **FIXED)}, ["A"], ["/f"]), Visits({"/f": page("A", **FIXED)}, [], ["/f 304"]), Visits({"/f": page("A corrected", etag='"2"')}, ["A corrected"], ["/f"])], "page"),
    Again("a single page that is sent again", [Visits({"/f": page("A")}, ["A"], ["/f"]), Visits({"/f": page("A")}, [], ["/f"])], "page"),
    Again("a single page that has gone is a failure", [Visits({"/f": page("A")}, ["A"], ["/f"]), Visits({"/f": Reply("", 404)}, [], ["/f"], [("@1/f", "404: there is no such page")])], "page"),
    Again("an address with a page, on condition", [Visits({"/f": page("A", **FIXED)}, ["A"], ["/f"]), Visits({"/f": page("A", **FIXED)}, [], ["/f 304"])], "web"),
    Again("an address with a feed, on condition", [Visits({"/f": feed(A, **FIXED)}, ["A"], ["/f"]), Visits({"/f": feed(A, **FIXED)}, [], ["/f 304"])], "web"),
]  # fmt: skip


def on(name: str, day: str) -> str:
    return f"<loc>@1/{name}</loc><lastmod>{day}</lastmod>"


MAPS = [
    Again("a sitemap on condition", [Visits({"/f": sitemap("@1/a", **FIXED), "/a": page("A")}, ["A"], ["/f", "/a"]), Visits({"/f": sitemap("@1/a", **FIXED), "/a": page("A")}, [], ["/f 304"])], "sitemap"),
    Again("a page whose date in the sitemap changed", [Visits({"/f": sitemap(on("a", "2025-06-01")), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]), Visits({"/f": sitemap(on("a", "2025-06-02")), "/a": page("A corrected", etag='"2"')}, ["A corrected"], ["/f", "/a"])], "sitemap"),
    Again("a date that changed for nothing", [Visits({"/f": sitemap(on("a", "2025-06-01")), "/a": page("A", **FIXED)}, ["A"], ["/f", "/a"]), Visits({"/f": sitemap(on("a", "2025-06-02")), "/a": page("A", **FIXED)}, [], ["/f", "/a 304"])], "sitemap"),
    Again("an index whose second sitemap changed", [Visits({"/f": sitemap_index("@1/m", "@1/n"), "/m": sitemap("@1/a", **FIXED), "/n": sitemap("@1/b", **FIXED), "/a": page("A"), "/b": page("B"), "/c": page("C")}, ["A", "B"], ["/f", "/m", "/n", "/a", "/b"]), Visits({"/f": sitemap_index("@1/m", "@1/n"), "/m": sitemap("@1/a", **FIXED), "/n": sitemap("@1/b", "@1/c", etag='"2"'), "/c": page("C")}, ["C"], ["/f", "/m 304", "/n", "/c"])], "sitemap"),
]  # fmt: skip

CASES = [*CONDITIONS, *CORRECTIONS, *FAILURES, *SINGLE, *MAPS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_again(site: Site, case: Again) -> None:
    memory = Memory()
    source = source_of(site, case.kind, "@1/f", **{"recheck": case.recheck, **case.source})
    for time in case.times:
        site.serve(time.pages)
        outcome = read(site, source, memory, _settings())
        assert list(map(_shown, _articles(outcome))) == list(time.articles)
        assert outcome.failures == list(time.failures)
        assert outcome.notices == list(time.notices)
        assert _asked(site) == list(time.asked)


def _settings() -> Any:
    from tests.web.cases import settings_of

    return settings_of(web_retries=0)


def _articles(outcome: Outcome) -> list[Any]:
    return list(outcome.articles)


def _shown(art: Any) -> str:
    return art.title + (f" / {art.category}" if art.category else "")


def _asked(site: Site) -> list[str]:
    """The requests, with 304 for those that the server answered so."""
    return [f"{one.place.removeprefix('@1')}{' 304' if one.unchanged else ''}" for one in site.asked if "robots" not in one.place]


def test_every_listed_article_is_told_each_time(site: Site) -> None:
    """A visit says of an article that was not sent again that it is still in its source."""
    memory, source = Memory(), source_of(site, place="@1/f")
    site.serve({"/f": feed(A, SHORT_B, **FIXED), "/b": page("B")})
    first, second = read(site, source, memory), read(site, source, memory)
    assert first.visits == second.visits == ["@1/a", "@1/b", "@1/f"]
    assert [one.articles for one in second.items if isinstance(one, Visit)] == [
        one.articles for one in first.items if isinstance(one, Visit)
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
