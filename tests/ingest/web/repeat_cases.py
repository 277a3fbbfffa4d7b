"""Sources that are read several times: the form of the cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from assistant.ingest.sources.source import SourceKind
from tests.ingest.web.cases import LONGEST, SHORT, Art, Memory, item, read, rss, settings_of, source_of
from tests.ingest.web.site import Reply, Site, http_date

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
    kind: SourceKind = "feed"
    recheck: timedelta = NEVER
    source: Mapping[str, Any] = field(default_factory=dict)


def feed(*items: str, **reply: Any) -> Reply:
    """A feed with these items."""
    return rss(*items, **reply)


A, B = item("A", "@1/a"), item("B", "@1/b")
A2 = item("A corrected", "@1/a", LONGEST)
SHORT_A, SHORT_B = item("A", "@1/a", SHORT), item("B", "@1/b", SHORT)
DAY = http_date(2025, 6, 2)


def check_again(site: Site, case: Again) -> None:
    """Read the source of a case each time, and compare all that came with what must come."""
    memory = Memory()
    source = source_of(site, case.kind, "@1/f", **{"recheck": case.recheck, **case.source})
    for time in case.times:
        site.serve(time.pages)
        outcome = read(site, source, memory, settings_of(web_retries=0))
        assert [_shown(one) for one in outcome.articles] == list(time.articles)
        assert outcome.failures == list(time.failures)
        assert outcome.notices == list(time.notices)
        assert _asked(site) == list(time.asked)


def _shown(art: Art) -> str:
    return art.title + (f" / {art.category}" if art.category else "")


def _asked(site: Site) -> list[str]:
    """The requests, with 304 for those that the server answered so."""
    return [
        f"{one.place.removeprefix('@1')}{' 304' if one.unchanged else ''}"
        for one in site.asked
        if "robots" not in one.place
    ]


def on(name: str, day: str) -> str:
    """What a sitemap says of a page that was last written on `day`."""
    return f"<loc>@1/{name}</loc><lastmod>{day}</lastmod>"
