"""How reading runs: hosts in turn and at once, stopped at any time, from any thread, with nothing left over."""

import asyncio
import itertools
import threading
from typing import Any

import httpx
import pytest

from assistant.errors import NoArticlesError
from assistant.index.fetch_state import FetchState
from assistant.ingest import web
from assistant.ingest.items import Failure, Loaded
from assistant.ingest.web.robots import Robots
from assistant.utils.concurrency import CancelToken, shared_loop
from tests.ingest.web.cases import Memory, item, page, read, rss, settings_of, source_of
from tests.ingest.web.site import Reply, Site, meet, signal


def left_over() -> set[asyncio.Task[object]]:
    return asyncio.all_tasks(shared_loop())


def feed_of(*hosts: int) -> Reply:
    return rss(*(item(f"Article {number}", f"@{host}/a{number}", "") for number, host in enumerate(hosts)))


def test_four_hosts_are_asked_at_once_and_each_one_thing_at_a_time(site: Site) -> None:
    slow = Reply(page("Bridge").body, act=meet(4))
    site.serve({"@1/feed": feed_of(1, 2, 3, 4, 1, 2, 3, 4), **{f"/a{number}": slow for number in range(8)}})
    outcome = read(site, source_of(site))
    assert len(outcome.articles) == 8
    assert set(site.most_at_once.values()) == {1}


def test_there_is_a_pause_between_two_requests_to_a_host(site: Site) -> None:
    site.serve({"@1/feed": feed_of(1, 1, 1), **{f"/a{number}": page() for number in range(3)}})
    read(site, source_of(site), settings=settings_of(web_delay=0.05))
    times = [request.at for request in site.asked]
    assert len(times) == 5
    assert min(after - before for before, after in itertools.pairwise(times)) >= 0.05


def test_a_crawl_delay_is_kept(site: Site) -> None:
    rules = Reply("User-agent: *\nCrawl-delay: 0.1", media="text/plain")
    site.serve({"@1/feed": feed_of(1, 1), "/a0": page(), "/a1": page(), "/robots.txt": rules})
    read(site, source_of(site))
    times = [request.at for request in site.asked]
    assert min(after - before for before, after in itertools.pairwise(times)) >= 0.1


def test_a_retry_after_is_waited_for(site: Site) -> None:
    busy = Reply("", 503, headers={"Retry-After": "1"})
    site.serve({"@1/feed": feed_of(1, 1), "/a0": [busy, page()], "/a1": page()})
    assert len(read(site, source_of(site)).articles) == 2
    first, *rest = [request.at for request in site.asked if request.url in {"@1/a0", "@1/a1"}]
    assert len(rest) == 2 and min(rest) >= first + 1


@pytest.mark.parametrize(
    ("rules", "delay"),
    [
        ("Crawl-delay: 7", 7),
        ("Crawl-delay: 99999", 30),
        ("Crawl-delay: -1", 0),
        ("Crawl-delay: often", 0),
        ("Request-rate: 1/5", 5),
        ("Disallow: /x", 0),
    ],
)
def test_the_crawl_delay_has_a_bound(rules: str, delay: float) -> None:
    async def fetch(url: str) -> bytes:
        return f"User-agent: *\n{rules}".encode()

    assert asyncio.run(Robots(fetch).check(httpx.URL("https://post.example/a"))) == delay


def test_a_page_of_several_sources_is_fetched_once(site: Site) -> None:
    site.serve({"@1/feed": feed_of(2), "@3/feed": feed_of(2), "@2/a0": page()})
    first, second = source_of(site, url="@1/feed"), source_of(site, url="@3/feed")
    items = list(web.read([first, second], Memory(), settings_of()))
    loaded = {location: item for location, item in items if isinstance(item, Loaded)}
    assert loaded.keys() == {first.location, second.location}
    assert site.urls().count("@2/a0") == 1


def test_articles_come_before_the_fetch_state_of_their_url_and_that_of_the_feed_last(site: Site) -> None:
    site.serve({"@1/feed": feed_of(2, 1), "/a0": page(), "/a1": page()})
    items = read(site, source_of(site)).items
    kinds = [(type(item), getattr(item, "key", getattr(item, "file", ""))) for item in items]
    base = site.base
    assert kinds == [
        *(
            (Loaded, f"{base(2)}/a0"),
            (FetchState, f"{base(2)}/a0"),
            (Loaded, f"{base(1)}/a1"),
            (FetchState, f"{base(1)}/a1"),
        ),
        (FetchState, f"{base(1)}/feed"),
    ]


def test_cancelling_ends_it_though_a_server_does_not_respond(site: Site) -> None:
    asked, stop = threading.Event(), CancelToken()
    site.serve({"@1/feed": feed_of(1, 1), "/a0": page(), "/a1": Reply(raw=b"", act=signal(asked))})
    items = web.read([source_of(site)], Memory(), settings_of(web_timeout=100), stop=stop)
    read_items = [next(items)]
    assert asked.wait(20)
    threading.Thread(target=stop.cancel).start()
    read_items += items
    assert isinstance(read_items[0][1], Loaded)
    assert not any(isinstance(item, FetchState) and item.links for _, item in read_items), (
        "a feed that was not read to its end has no fetch state"
    )
    assert not left_over()


def test_stopped_before_it_begins_it_gives_nothing(site: Site) -> None:
    site.serve({"@1/feed": feed_of(1), "/a0": page()})
    stop = CancelToken()
    stop.cancel()
    assert list(web.read([source_of(site)], Memory(), settings_of(), stop=stop)) == []


def test_closed_half_way_it_leaves_nothing_behind(site: Site) -> None:
    asked = threading.Event()
    site.serve({"@1/feed": feed_of(1, 1), "/a0": page(), "/a1": Reply(raw=b"", act=signal(asked))})
    items = web.read([source_of(site)], Memory(), settings_of(web_timeout=100))
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert not left_over()


def test_it_runs_where_a_loop_is_running(site: Site) -> None:
    site.serve({"@1/feed": rss(item())})

    async def caller() -> int:
        return len(list(web.read([source_of(site)], Memory(), settings_of())))

    assert asyncio.run(caller()) == 3
    assert [candidate.kind for candidate in asyncio.run(discovered(site))] == ["feed"]


async def discovered(site: Site) -> list[Any]:
    return list(web.discover(f"{site.base(1)}/feed", settings_of()))


def test_no_sources_give_nothing() -> None:
    assert list(web.read([], Memory(), settings_of())) == []


def test_requests_are_reported_without_secrets(site: Site) -> None:
    events: list[dict[str, Any]] = []
    site.serve({"/feed?token=abc123": rss(item())})
    source = source_of(site, url="@1/feed?token=abc123")
    outcome = read(site, source, log=lambda event, **values: events.append(values))
    assert len(outcome.articles) == 1
    assert [(site.shown(event["url"]), event["status"]) for event in events] == [
        ("@1/robots.txt", 404),
        ("@1/feed?token=***", 200),
    ]


def test_an_assistant_error_is_raised(site: Site) -> None:
    def known(location: str, key: str) -> FetchState | None:
        raise NoArticlesError("the index is gone")

    site.serve({"/feed": rss(item())})
    with pytest.raises(NoArticlesError):
        list(web.read([source_of(site)], known, settings_of()))
    assert not left_over()


def test_an_unexpected_error_costs_only_its_source(site: Site) -> None:
    def known(location: str, key: str) -> FetchState | None:
        if location.endswith("/bad"):
            raise LookupError("odd")
        return None

    site.serve({"@1/bad": rss(item()), "@2/feed": rss(item(link="@2/a"))})
    sources = [source_of(site, url="@1/bad"), source_of(site, url="@2/feed")]
    items = [item for _, item in web.read(sources, known, settings_of())]
    (failure,) = [item for item in items if isinstance(item, Failure)]
    assert failure.whole and failure.reason == "could not be read (LookupError: odd)"
    assert len([item for item in items if isinstance(item, Loaded)]) == 1
