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
class Round:
    """The site at one refresh: the titles of the articles that come of it, and the requests."""

    pages: Mapping[str, Reply | list[Reply]]
    articles: Sequence[str] = ()
    asked: Sequence[str] = ()
    failures: Sequence[tuple[str, str]] = ()
    notices: Sequence[str] = ()


@dataclass(frozen=True)
class Repeat:
    """A source that is read several times."""

    name: str
    refreshes: Sequence[Round]
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


def check_repeat(site: Site, case: Repeat) -> None:
    """Read the source of a case each time, and compare all that came with what must come."""
    memory = Memory()
    source = source_of(site, case.kind, "@1/f", **{"recheck": case.recheck, **case.source})
    for refresh in case.refreshes:
        site.serve(refresh.pages)
        outcome = read(site, source, memory, settings_of(web_retries=0))
        assert [_shown(article) for article in outcome.articles] == list(refresh.articles)
        assert outcome.failures == list(refresh.failures)
        assert outcome.notices == list(refresh.notices)
        assert _asked(site) == list(refresh.asked)


def _shown(article: Art) -> str:
    return article.title + (f" / {article.category}" if article.category else "")


def _asked(site: Site) -> list[str]:
    """The requests, with 304 for those that the server answered so."""
    return [
        f"{request.url.removeprefix('@1')}{' 304' if request.unchanged else ''}"
        for request in site.asked
        if "robots" not in request.url
    ]


def on(name: str, day: str) -> str:
    """What a sitemap says of a page that was last written on `day`."""
    return f"<loc>@1/{name}</loc><lastmod>{day}</lastmod>"
