"""Dates that no article can have: they are reported and left out, and an index that has some works."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Assistant, Filters, RefreshReport, Settings
from assistant.articles import is_possible_date
from assistant.cli.render import console_of
from assistant.cli.render_refresh import status_lines
from assistant.index import Generation
from assistant.ingest.files import Sandbox
from assistant.ingest.sources.source import Source
from assistant.maintenance import source_items
from assistant.utils import in_utc, parse_retry_after
from tests.ingest.files.samples import FIRST, SECOND, docx, epub, mail, page, pdf
from tests.ingest.web import cases
from tests.ingest.web.site import Reply, Site
from tests.support import open_assistant
from ui.views import articles, coverage, header, markup, news

pytestmark = pytest.mark.usefixtures("quick_names")
FAR, FIRST_YEAR, EARLY, AHEAD = "9999-12-31T23:59:59-12:00", "0001-01-01", "1449-12-31", "2099-05-05"
GOOD = "2025-05-28"


def _stored(generation: Generation, query: str) -> list[Any]:
    with closing(sqlite3.connect(generation.folder / "articles.sqlite")) as file:
        return file.execute(query).fetchall()


BODY = f"{FIRST} {SECOND}"


def written(day: str) -> str:
    """A day as mails and prose write it: "31 December 9999", with the year in four digits."""
    year, month, rest = day.split("-", 2)
    return f"{int(rest[:2])} {date(2000, int(month), 1):%B} {year}"


def record(day: str) -> dict[str, str]:
    return {"title": "Hourly ferries", "text": BODY, "published": day}


def mailed(day: str) -> bytes:
    clock = "23:59:59 -1200" if day == FAR else "00:00:00 +0000"
    number, month, year = written(day).split()
    about = {"Subject": "Hourly ferries", "From": "Ines Harrow <i@a.example>"}
    return b"Date: %s\n%s" % (f"{number} {month[:3]} {year} {clock}".encode(), mail(BODY, headers=about))


FILES: dict[str, Callable[[str], bytes | str]] = {
    "a.md": lambda day: f"---\ntitle: Hourly ferries\npublished: {day}\n---\n\n{BODY}\n",
    "quoted.md": lambda day: f'---\ntitle: Hourly ferries\npublished: "{day}"\n---\n\n{BODY}\n',
    "a.txt": lambda day: f"---\ntitle: Hourly ferries\npublished: {day}\n---\n\n{BODY}\n",
    "a.json": lambda day: json.dumps(record(day)),
    "a.jsonl": lambda day: json.dumps(record(day)) + "\n",
    "a.csv": lambda day: f'title,text,published\nHourly ferries,"{BODY}",{day}\n',
    "a.tsv": lambda day: f"title\ttext\tpublished\nHourly ferries\t{BODY}\t{day}\n",
    "a.html": lambda day: page(head=f'<meta property="article:published_time" content="{day}">'),
    "b.html": lambda day: page(body=f'<p class="byline">By Ines Harrow, <time datetime="{day}">then</time></p>'),
    "a.pdf": lambda day: pdf([["Hourly ferries", "By Ines Harrow", day[:10], "", FIRST[:60], FIRST[60:]], [SECOND]]),
    "a.docx": lambda day: docx([("Title", "Hourly ferries"), ("", day), ("", FIRST), ("", SECOND)]),
    "a.epub": lambda day: epub(
        {"one.xhtml": f"<h1>Hourly ferries</h1><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p>"},
        f"<dc:title>Ferries</dc:title><dc:date>{day}</dc:date>",
    ),
    "a.eml": mailed,
}


def refreshed(home: Path, *sources: Path) -> tuple[list[Article], RefreshReport]:
    """What a refresh of these sources indexes, and its report."""
    with open_assistant(home) as assistant:
        report = assistant.refresh(sources)
        return assistant.articles(), report


@pytest.mark.parametrize("name", FILES)
def test_a_date_that_cannot_be_is_left_out_of_every_kind_of_file_and_reported(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "letters"
    days = {FAR: "more than a week from now", AHEAD: "more than a week from now"}
    days |= {FIRST_YEAR: "before 1450", EARLY: "before 1450"}
    for number, day in enumerate([*days, GOOD]):
        path = folder / str(number) / name
        path.parent.mkdir(parents=True)
        content = FILES[name](day)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    found, report = refreshed(tmp_path / "home", folder)
    assert not report.failures
    assert [article.published and article.published.date() for article in found] == [date(2025, 5, 28), *[None] * 4]
    assert len(report.notices) == len(days)
    for number, ((day, why), notice) in enumerate(zip(days.items(), report.notices, strict=True)):
        assert notice.startswith(f"{number}/{name}"), notice
        assert f"its date of publication was left out, as {day[:10]}" in notice, notice
        assert notice.endswith(f"is {why}; correct it there") and "\n" not in notice


def test_a_date_of_update_that_cannot_be_is_left_out_and_the_date_of_publication_stays(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(record(GOOD) | {"updated": FAR}))
    (folder / "b.json").write_text(json.dumps(record(FAR) | {"updated": GOOD, "title": "Daily ferries"}))
    tags = '<meta property="article:{}_time" content="{}">'
    (folder / "c.html").write_text(page(head=tags.format("published", GOOD) + tags.format("modified", FAR)))
    (folder / "d.html").write_text(page(head=tags.format("published", FAR) + tags.format("modified", GOOD)))
    found, report = refreshed(tmp_path / "home", folder)
    day = datetime(2025, 5, 28, tzinfo=UTC)
    dates = {(article.published, article.updated) for article in found}
    assert dates == {(day, None), (None, day)}
    assert [line.split(" was")[0] for line in report.notices] == [
        "a.json: its date of update",
        "b.json: its date of publication",
        "c.html: its date of update",
        "d.html: its date of publication",
    ]


def test_a_date_that_can_be_is_taken_where_a_page_has_another_that_cannot(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    unset = '<meta property="article:published_time" content="0001-01-01T00:00:00Z">'
    path.write_text(page(head=unset, body='<p class="byline">By Ines Harrow, 28 May 2025</p>'))
    (article,), report = refreshed(tmp_path / "home", path)
    assert article.published == datetime(2025, 5, 28, tzinfo=UTC)
    assert report.notices == ()


def test_a_week_ahead_is_allowed_and_what_lies_further_ahead_is_read_again(tmp_path: Path) -> None:
    folder, now = tmp_path / "letters", datetime.now(UTC)
    folder.mkdir()
    for name, days in (("near", 6), ("far", 8)):
        (folder / f"{name}.json").write_text(json.dumps(record(f"{now + timedelta(days):%Y-%m-%d}") | {"title": name}))
    found, first = refreshed(tmp_path / "home", folder)
    assert {article.title: article.published is None for article in found} == {"near": False, "far": True}
    _, again = refreshed(tmp_path / "home", folder)
    assert again.notices == first.notices, "until its day has come"
    assert not again.published


def test_of_many_dates_that_cannot_be_ten_are_named_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(record(FAR) | {"title": f"Ferry {n}"}) + "\n" for n in range(1234)))
    items = source_items.read_items(
        [Source("letters", "file", str(path))], lambda *_: None, Settings(), None, Sandbox()
    )
    notices = [item.text for _, item in items if hasattr(item, "text")]
    assert len(notices) == 11
    assert notices[-1] == f"{path}: 1,224 more dates were left out, as they cannot be; correct them there"


# the web


@dataclass(frozen=True)
class Web:
    """A source of the web, and what reads it."""

    site: Site
    assistant: Assistant

    def refreshed(self, kind: str, url: str, pages: dict[str, Any]) -> tuple[Article, tuple[str, ...]]:
        """The one article of a source there, and the notices."""
        self.site.serve(pages)
        path = self.assistant.settings.home / "sources.toml"
        path.write_text(f'[paper]\n{kind} = "{self.site.named(url.encode()).decode()}"\n')
        report = self.assistant.refresh()
        (article,) = self.assistant.articles()
        return article, report.notices


@pytest.fixture
def web(tmp_path: Path, site: Site) -> Iterator[Web]:
    hosts = tuple(f"127.0.0.{number}" for number in range(1, 5))
    home = tmp_path / "home"
    home.mkdir()
    listing = home / "sources.toml"
    with open_assistant(home, web_hosts=hosts, web_delay=0, web_retries=0, web_timeout=5, sources=listing) as assistant:
        yield Web(site, assistant)


def json_feed(day: str) -> Reply:
    item = {"id": "1", "url": "@1/a", "title": "Bridge closed", "content_text": cases.TEXT, "date_published": day}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Lenne Post", "items": [item]}
    return Reply(json.dumps(feed), media="application/feed+json")


def atom(day: str) -> Reply:
    about = f"<title>Bridge closed</title><link href='@1/a'/><id>1</id><published>{day}</published>"
    return cases.atom(f"<entry>{about}<content>{cases.TEXT}</content></entry>")


def rss(day: str) -> Reply:
    clock = "23:59:59 -1200" if day == FAR else "00:00:00 +0000"
    number, month, year = written(day).split()
    return cases.rss(cases.item(more=f"<pubDate>{number} {month[:3]} {year} {clock}</pubDate>"))


def tagged(day: str) -> Reply:
    return cases.page(head=f'<meta property="article:published_time" content="{day}">')


def sitemap(day: str) -> Reply:
    about = "<news:publication><news:name>Lenne Post</news:name></news:publication>"
    dated = f"<news:publication_date>{day}</news:publication_date><news:title>Bridge closed</news:title>"
    return cases.sitemap(f"<loc>@1/a</loc><news:news>{about}{dated}</news:news>")


SITES: dict[str, tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    "atom": ("feed", "@1/feed", lambda day: {"@1/feed": atom(day)}),
    "rss": ("feed", "@1/feed", lambda day: {"@1/feed": rss(day)}),
    "json feed": ("feed", "@1/feed", lambda day: {"@1/feed": json_feed(day)}),
    "sitemap": ("sitemap", "@1/map.xml", lambda day: {"@1/map.xml": sitemap(day), "@1/a": cases.page()}),
    "page": ("page", "@1/a", lambda day: {"@1/a": tagged(day)}),
}


@pytest.mark.parametrize("day", [FAR, FIRST_YEAR, EARLY, AHEAD])
@pytest.mark.parametrize("name", SITES)
def test_a_date_that_cannot_be_is_left_out_of_feeds_and_pages_and_reported(web: Web, name: str, day: str) -> None:
    kind, url, pages = SITES[name]
    article, notices = web.refreshed(kind, url, pages(day))
    assert article.published is None
    (notice,) = notices
    assert f"/a: its date of publication was left out, as {day[:10]}" in notice


@pytest.mark.parametrize("name", SITES)
def test_a_good_date_of_a_feed_or_page_stays(web: Web, name: str) -> None:
    kind, url, pages = SITES[name]
    article, notices = web.refreshed(kind, url, pages(GOOD))
    assert (article.published, notices) == (datetime(2025, 5, 28, tzinfo=UTC), ())


@pytest.mark.parametrize(("in_feed", "on_page"), [(FAR, GOOD), (GOOD, FAR)])
def test_of_a_feed_and_its_page_the_date_counts_that_can_be(web: Web, in_feed: str, on_page: str) -> None:
    pages = {"@1/map.xml": sitemap(in_feed), "@1/a": tagged(on_page)}
    article, notices = web.refreshed("sitemap", "@1/map.xml", pages)
    assert (article.published, notices) == (datetime(2025, 5, 28, tzinfo=UTC), ())


# an index that has such dates


def letter(folder: Path, name: str, day: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    fields = {"title": name, "text": text, "published": day, "updated": day, "source": "Coast Radio"}
    (folder / f"{name}.json").write_text(json.dumps(fields))


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """An index of before dates were checked, with two articles of May 2025 and with dates that cannot be."""
    folder = tmp_path / "letters"
    letter(
        folder, "Ebb", "2025-04-10", "The tide at Pellinsea pier went out at noon, said the harbour master Ida Brandt."
    )
    letter(
        folder, "Flow", "2025-05-20", "The tide at Pellinsea pier came in at six, said the harbour master Ida Brandt."
    )
    for number, day in enumerate((FAR, AHEAD, "0001-01-01T00:00:00+12:00", EARLY)):
        text = f"The tide at Pellinsea pier number {number} was high, said Ida Brandt."
        letter(folder, f"Stray {number}", day, text)
    with monkeypatch.context() as patches:
        patches.setattr(source_items, "without_impossible_dates", lambda items: items)
        with open_assistant(tmp_path / "home") as assistant:
            assistant.refresh([folder])
            stored = assistant._library.reading  # the dates are there as they were written
            with stored() as generation:
                days = {row[0][:10] for row in _stored(generation, "SELECT published FROM articles")}
    assert days == {"2025-04-10", "2025-05-20", FAR[:10], AHEAD, FIRST_YEAR, EARLY}
    with open_assistant(tmp_path / "home") as assistant:
        yield assistant


def test_the_status_of_an_old_index_counts_only_dates_that_can_be(old: Assistant) -> None:
    status = old.status()
    assert status.oldest is not None and status.newest is not None
    assert (status.oldest.date(), status.newest.date()) == (date(2025, 4, 10), date(2025, 5, 20))
    (source,) = status.states
    assert (source.articles, source.newest and source.newest.date()) == (6, date(2025, 5, 20))
    console = console_of()
    with console.capture() as captured:
        for line in status_lines(status):
            console.print(line)
    assert "10 April 2025 to 20 May 2025" in captured.get()
    assert "20 May 2025" in header.header(status, datetime.now(UTC), 30)


def test_an_old_index_lists_and_filters_its_articles(old: Assistant) -> None:
    found = old.articles()
    assert [article.title for article in found][:2] == ["Flow", "Ebb"], "undated ones last"
    assert [article.published for article in found[2:]] == [article.updated for article in found[2:]] == [None] * 4
    for dated in (Filters(since=date.min), Filters(until=date.max), Filters(since=date.min, until=date.max)):
        assert {article.title for article in old.articles(dated)} == {"Ebb", "Flow"}
        assert {passage.article.title for passage in old.search("tide at Pellinsea pier", filters=dated)} == {
            "Ebb",
            "Flow",
        }
    far = datetime.fromisoformat(FAR)
    assert old.articles(Filters(since=far)) == [] == old.stories(since=far)
    listing = old.browse("", count=10)
    shown = articles.article_list(listing, articles.ArticleFilter(), datetime.now(UTC))
    assert shown.count("<li>") == 6 and "9999" not in shown


def test_news_stories_and_coverage_of_an_old_index_can_be_shown(old: Assistant) -> None:
    now = datetime.now(UTC)
    found = old.news(now - timedelta(days=1))
    assert len(found) == 6
    chosen = news.NewsFilter()
    assert "9999" not in news.news(found, chosen, chosen.moment(now, None), now)
    assert sum(story.count for story in old.stories(50)) <= 6
    overview = old.overview()
    assert (overview.undated, {one.day for one in overview.published}) == (4, {date(2025, 4, 10), date(2025, 5, 20)})
    assert "a week" in coverage.coverage(overview)


def test_questions_are_answered_from_an_old_index(old: Assistant) -> None:
    for question in (
        "Was the tide at Pellinsea pier high?",
        "What is the latest on Pellinsea pier?",
        "Who is Ida Brandt?",
    ):
        answer = old.ask(question)
        assert answer.text
        assert answer.as_of is None or answer.as_of.date() <= date(2025, 5, 20)
        assert all(markup.about(one.source, one.published, datetime.now(UTC)) for one in answer.citations)


def test_one_stray_date_does_not_move_what_last_month_is_counted_from(old: Assistant) -> None:
    asked = old.ask("What was written last month about the tide at Pellinsea pier?").understood
    assert (asked.since, asked.until) == (date(2025, 4, 1), date(2025, 4, 30))


def test_a_refresh_corrects_an_old_index_and_says_so(old: Assistant, tmp_path: Path) -> None:
    report = old.refresh([tmp_path / "letters"], reread=True)
    left_out = [notice for notice in report.notices if "was left out" in notice]
    assert len(left_out) == 8 and len(report.changed) == 4
    with old._library.reading() as generation:
        assert _stored(generation, "SELECT count(*) FROM articles WHERE moment IS NOT NULL") == [(2,)]


# moments


@given(st.datetimes(timezones=st.timezones() | st.just(datetime.fromisoformat(FAR).tzinfo)))
def test_every_moment_has_a_utc_and_is_possible_or_not(moment: datetime) -> None:
    assert in_utc(moment).tzinfo is UTC
    assert is_possible_date(moment) == (1450 <= in_utc(moment).year and moment <= datetime.now(UTC) + timedelta(7))


@pytest.mark.parametrize("zone", ["-1200", "+9999999999999999", "-0000", "x"])
@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_server_may_ask_to_wait_until_whatever_date(year: str, zone: str) -> None:
    seconds = parse_retry_after(f"Fri, 31 Dec {year} 23:59:59 {zone}")
    assert seconds is None or seconds >= 0
