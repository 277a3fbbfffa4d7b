"""What a site does and what must come of it: the form of the cases, and the pages and feeds that they are made of."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant import Settings
from assistant.articles import Article
from assistant.index.fetch_state import FetchState
from assistant.ingest import web
from assistant.ingest.items import Failure, Item, Loaded, Notice
from assistant.ingest.sources.source import Source, SourceKind
from tests.ingest.web.site import HOSTS, Reply, Site

PARAGRAPHS = (
    "The old bridge over the Lenne was closed to lorries on Tuesday after engineers found cracks in two of its piers.",
    "Mayor Ida Brandt said that the council had known of the damage since spring, but had waited for a second report.",
    "Buses of line 14 will take the longer way through Altenau until the repairs are done, which may last until May.",
    "The harbour company, which sends forty lorries a day across the river, asked for a ferry and for an early answer.",
    "Residents of the lower town have mixed feelings: some enjoy the quiet, others miss the customers in their shops.",
    "A spokeswoman of the ministry confirmed that 2.4 million euros have been set aside for the work and the surveys.",
    "The engineers will hang sensors below the roadway this week and will read them every night from the river bank.",
    "Cyclists and walkers may still cross, on the upstream side only, and are asked to get off at the narrow section.",
    "The opposition wants to know by the next session why no warning reached the schools on the other river bank.",
    "Work on the piers begins on 3 March, in the week after the carnival, when the water is usually at its lowest.",
)
TEXT = "\n\n".join(PARAGRAPHS)  # over 1,000 characters: all of an article
SHORT = PARAGRAPHS[0]
LONGEST = TEXT + "\n\n" + "\n\n".join(f"Point {n} of the plan: {line}" for n, line in enumerate(PARAGRAPHS, 1))


@dataclass(frozen=True)
class Art:
    """An article that must come of a case, field by field."""

    title: str
    url: str | None
    text: str = TEXT
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    source: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Case:
    """A site and its source, and all that must come of them. `asked` are the requests but those for robots.txt."""

    name: str
    pages: Mapping[str, Reply | list[Reply]]
    articles: Sequence[Art] = ()
    failures: Sequence[tuple[str, str]] = ()
    notices: Sequence[str] = ()
    asked: Sequence[str] | None = None
    kind: SourceKind = "feed"
    url: str = "@1/feed"
    source: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Outcome:
    """All that reading gave, with @1 to @4 for the hosts."""

    articles: list[Art] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


class Memory:
    """The fetch states that a refresh keeps: the latest ones, except of what failed since."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], FetchState] = {}

    def __call__(self, location: str, key: str) -> FetchState | None:
        return self.states.get((location, key))

    def keep(self, location: str, items: Sequence[Item]) -> None:
        for item in items:
            if isinstance(item, FetchState):
                self.states[location, item.key] = item
        for item in items:
            if isinstance(item, Failure):
                self.states.pop((location, item.file), None)


def settings_of(**values: Any) -> Settings:
    """Settings under which the hosts of the tests may be read, quickly."""
    hosts = tuple(f"127.0.0.{number}" for number in range(1, HOSTS + 1))
    return Settings(**{"web_hosts": hosts, "web_delay": 0, "web_timeout": 5, **values})


def read(
    site: Site, source: Source, memory: Memory | None = None, settings: Settings | None = None, **more: Any
) -> Outcome:
    """Read one source of the site, and keep its fetch states."""
    memory = memory or Memory()
    outcome = Outcome()
    for location, item in web.read([source], memory, settings or settings_of(), **more):
        assert location == source.location
        outcome.items.append(item)
        _sort(site, item, outcome)
    memory.keep(source.location, outcome.items)
    return outcome


def _sort(site: Site, item: Item, outcome: Outcome) -> None:
    match item:
        case Loaded():
            outcome.articles.append(_art(site, item.article))
        case Failure():
            assert "\n" not in item.reason and "Traceback" not in item.reason
            outcome.failures.append((site.shown(item.where), site.shown(item.reason)))
        case Notice():
            outcome.notices.append(site.shown(item.text))
        case FetchState():
            outcome.states.append(site.shown(item.key))


def _art(site: Site, article: Article) -> Art:
    def day(value: datetime | None) -> str | None:
        assert value is None or value.tzinfo is not None
        return value.isoformat() if value else None

    return Art(
        title=article.title,
        url=site.shown(article.url) if article.url else None,
        text=article.text,
        published=day(article.published),
        updated=day(article.updated),
        author=article.author,
        source=article.source,
        category=article.category,
    )


def source_of(site: Site, kind: SourceKind = "feed", url: str = "@1/feed", **more: Any) -> Source:
    """A source at a URL of the site."""
    return Source("paper", kind, site.named(url.encode()).decode(), **more)


def check(site: Site, case: Case) -> None:
    """Read the site of a case, and compare all that came with what must come."""
    site.serve(case.pages)
    source = source_of(site, case.kind, case.url, **case.source)
    outcome = read(site, source, settings=settings_of(**case.settings))
    assert outcome.failures == list(case.failures)
    assert outcome.articles == list(case.articles)
    assert outcome.notices == list(case.notices)
    if case.asked is not None:
        assert site.urls() == list(case.asked)


def paragraphs(text: str = TEXT) -> str:
    """A text as HTML."""
    return "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in text.split("\n\n"))


def page(title: str = "Bridge closed", text: str = TEXT, head: str = "", **reply: Any) -> Reply:
    """The page of an article."""
    body = f"<article><h1>{html.escape(title)}</h1>{paragraphs(text)}</article>"
    whole = f"<!DOCTYPE html><html><head><title>{html.escape(title)}</title>{head}</head><body>{body}</body></html>"
    return Reply(whole, **reply)


def item(title: str | None = "Bridge closed", link: str | None = "@1/a", text: str = TEXT, more: str = "") -> str:
    """An item of RSS 2.0; `text` goes in as escaped HTML."""
    parts = [f"<title>{html.escape(title)}</title>" if title is not None else ""]
    parts.append(f"<link>{link}</link>" if link is not None else "")
    parts.append(f"<description>{html.escape(paragraphs(text))}</description>" if text else "")
    return f"<item>{''.join(parts)}{more}</item>"


RSS_NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss_text(*items: str, title: str = "Lenne Post", encoding: str = "utf-8") -> str:
    """An RSS 2.0 feed."""
    channel = (
        f"<channel><title>{title}</title><link>@1/</link><description>News</description>{''.join(items)}</channel>"
    )
    return f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0" {RSS_NAMES}>{channel}</rss>'


def rss(*items: str, title: str = "Lenne Post", **reply: Any) -> Reply:
    """An RSS 2.0 feed as it is answered."""
    return Reply(rss_text(*items, title=title), **{"media": "application/rss+xml", **reply})


def atom(*entries: str, title: str = "Lenne Post", more: str = "", **reply: Any) -> Reply:
    """An Atom feed as it is answered."""
    names = 'xmlns="http://www.w3.org/2005/Atom"'
    body = f'<?xml version="1.0" encoding="utf-8"?><feed {names} {more}><title>{title}</title>{"".join(entries)}</feed>'
    return Reply(body, **{"media": "application/atom+xml", **reply})


def _loc(entry: str) -> str:
    return entry if entry.startswith("<") else f"<loc>{entry}</loc>"


def sitemap(*urls: str, **reply: Any) -> Reply:
    """A sitemap as it is answered; each of `urls` is an address or the inside of its element."""
    inside = "".join(f"<url>{_loc(entry)}</url>" for entry in urls)
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset {names}>{inside}</urlset>'
    return Reply(body, **{"media": "application/xml", **reply})


def sitemap_index(*maps: str, **reply: Any) -> Reply:
    """A sitemap of sitemaps."""
    inside = "".join(f"<sitemap>{_loc(entry)}</sitemap>" for entry in maps)
    body = f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</sitemapindex>'
    return Reply(body, **{"media": "application/xml", **reply})


TITLE, NEWS = "Bridge closed", "Lenne Post"
WHOLE = Art(TITLE, "@1/a", source=NEWS)
FEED = rss(item())


def fine(name: str, *replies: Reply, asked: int | None = None, **more: Any) -> Case:
    """A feed of one whole article comes in the end."""
    return Case(name, {"/feed": list(replies)}, [WHOLE], asked=["@1/feed"] * (asked or len(replies)), **more)


def fails(name: str, reply: Reply, reason: str, asked: int = 1, **more: Any) -> Case:
    """The feed does not come, and this is why."""
    return Case(name, {"/feed": reply}, failures=[("@1/feed", reason)], asked=["@1/feed"] * asked, **more)
