"""A refresh from a real site: which pages are one article, what is corrected, what stays when pages change oddly."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant import Assistant, RefreshReport
from tests.ingest.web.cases import PARAGRAPHS, TEXT, item, page, rss, sitemap
from tests.ingest.web.site import Reply, Site
from tests.support import open_assistant, write_article

pytestmark = pytest.mark.usefixtures("quick_names")
CORRECTED = TEXT.replace("2.4 million euros", "3.1 million euros")
Refresh = Callable[..., RefreshReport]


@pytest.fixture
def listing(tmp_path: Path, site: Site) -> Path:
    """A home whose list has a feed, which asks for pages again at once."""
    path = tmp_path / "home/sources.toml"
    path.parent.mkdir()
    path.write_text(f'[paper]\nfeed = "{site.base(1)}/feed"\nrecheck = "0s"\n')
    return path


@pytest.fixture
def assistant(listing: Path) -> Iterator[Assistant]:
    hosts = tuple(f"127.0.0.{number}" for number in range(1, 5))
    with open_assistant(listing.parent, web_hosts=hosts, web_delay=0, web_retries=0, web_timeout=5) as opened:
        yield opened


def add(listing: Path, table: str) -> None:
    listing.write_text(f"{listing.read_text()}\n{table}\n")


def short(link: str = "@1/a", title: str = "Bridge closed") -> str:
    return item(title, link, PARAGRAPHS[0])


def corrected(**more: str) -> Reply:
    return page(
        text=CORRECTED, head='<meta property="article:modified_time" content="2026-03-05T08:00:00+01:00">', **more
    )


def only_id(assistant: Assistant) -> str:
    (article,) = assistant.articles()
    return article.id


@pytest.mark.parametrize(
    "address",
    [
        "@1/a?utm_source=newsletter&utm_medium=mail",
        "@1/a/",
        "@1/a#comments",
        "@1/a/amp",
        "@1/a?fbclid=x1",
        "@1/mirror",
    ],
)
def test_an_article_at_two_addresses_is_one_article(
    site: Site, assistant: Assistant, listing: Path, address: str
) -> None:
    add(listing, f'[more]\nfeed = "{site.base(1)}/more"')
    mirror = page(head='<link rel="canonical" href="@1/a">')
    pages = {"@1/a": page(), "@1/a/amp": mirror, "@1/mirror": mirror}
    pages |= {place.removeprefix("@1"): page() for place in (address,) if place not in pages}
    site.serve({**pages, "@1/feed": rss(short()), "@1/more": rss(short(address))})
    report = assistant.refresh()
    assert (len(report.added), report.failures) == (1, ())
    again = assistant.refresh()
    assert (again.published, again.articles) == (False, 1)


def test_a_canonical_address_on_another_site_replaces_no_article(
    site: Site, assistant: Assistant, listing: Path
) -> None:
    add(listing, f'[other]\nfeed = "{site.base(2)}/feed"')
    liar = page(title="All is well", text=CORRECTED[::-1], head='<link rel="canonical" href="@1/a">')
    site.serve({"@1/a": page(), "@1/feed": rss(short()), "@2/feed": rss(short("@2/x", "All is well")), "@2/x": liar})
    assistant.refresh()
    assert sorted(article.title for article in assistant.articles()) == ["All is well", "Bridge closed"]


def test_a_corrected_article_keeps_its_id_and_the_answer_says_when_it_was_updated(
    site: Site, assistant: Assistant
) -> None:
    published = '<meta property="article:published_time" content="2026-03-03T08:00:00+01:00">'
    site.serve({"@1/a": page(head=published), "@1/feed": rss(short())})
    assistant.refresh()
    article_id = only_id(assistant)
    head = f'{published}<meta property="article:modified_time" content="2026-03-05T08:00:00+01:00">'
    site.serve({"@1/a": page(text=CORRECTED, head=head), "@1/feed": rss(short())})
    report = assistant.refresh()
    assert report.changed == (article_id,)
    answer = assistant.ask("How many million euros have been set aside?")
    (citation,) = [citation for citation in answer.citations if "3.1 million" in citation.quote]
    assert citation.updated is not None and citation.updated.isoformat() == "2026-03-05T08:00:00+01:00"
    (changed,) = assistant.diff().changed
    (sentence,) = changed.changes
    assert "2.4 million" in sentence.before and "3.1 million" in sentence.after
    (news,) = assistant.news(since=report_time(assistant))
    assert (news.kind, news.changes) == ("corrected", changed.changes)


def report_time(assistant: Assistant) -> datetime:
    return assistant.history()[0].made - timedelta(microseconds=1)


def test_what_falls_out_of_a_feed_stays(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    assistant.refresh()
    site.serve({"@1/b": page("Ferry found", CORRECTED), "@1/feed": rss(short("@1/b", "Ferry found"))})
    report = assistant.refresh()
    assert (len(report.added), report.removed, report.articles) == (1, (), 2)


@pytest.mark.parametrize(
    "odd",
    [
        page("Your privacy", "We and our partners store cookies on your device. Please agree to go on to our pages."),
        Reply("", status=302, headers={"Location": "@1/"}),
        Reply("<html><title>Lenne Post</title><p>Log in to read.</p></html>"),
        Reply("", status=404),
        Reply("", status=410),
        Reply("", status=503),
        Reply("", status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
    ],
    ids=["consent", "to the front page", "log in", "gone", "gone for good", "down", "to a private network"],
)
def test_an_article_stays_when_its_page_shows_something_else(site: Site, assistant: Assistant, odd: Reply) -> None:
    front = page("Lenne Post", "The news of the valley, every day. Subscribe now for four weeks at half the price.")
    site.serve({"@1/a": page(), "@1/feed": rss(short()), "@1/": front})
    assistant.refresh()
    (before,) = assistant.articles()
    site.serve({"@1/a": odd, "@1/feed": rss(short()), "@1/": front})
    for _ in range(2):
        report = assistant.refresh()
        assert assistant.articles() == [before]
        assert (report.added, report.changed, report.removed) == ((), (), ())
        assert report.failures or report.notices


def test_an_article_whose_address_leads_to_another_article_stays(site: Site, assistant: Assistant) -> None:
    march = page(
        "March against the terminal", "\n\n".join(f"Some {n} hundred people marched to the quay." for n in range(30))
    )
    feed = rss(short(), item("March against the terminal", "@1/b", "They marched."))
    site.serve({"@1/a": page(), "@1/b": march, "@1/feed": feed})
    assistant.refresh()
    before = assistant.articles()
    site.serve({"@1/a": Reply("", status=301, headers={"Location": "@1/b"}), "@1/b": march, "@1/feed": feed})
    for _ in range(2):
        assistant.refresh()
        assert assistant.articles() == before


def test_a_single_page_that_asks_for_consent_keeps_its_article(site: Site, assistant: Assistant, listing: Path) -> None:
    listing.write_text(f'[statement]\npage = "{site.base(1)}/a"\nrecheck = "0s"\n')
    site.serve({"@1/a": page()})
    assistant.refresh()
    before = assistant.articles()
    site.serve(
        {"@1/a": page("Before you continue", "We and our partners store cookies on your device, so please agree.")}
    )
    report = assistant.refresh()
    assert [failure.where for failure in report.failures] == [f"{site.base(1)}/a"]
    assert assistant.articles() == before


@pytest.mark.parametrize("order", [("feed", "sitemap"), ("sitemap", "feed")])
def test_a_correction_that_one_of_two_sources_of_a_page_shows_is_taken(
    site: Site, assistant: Assistant, listing: Path, order: tuple[str, str]
) -> None:
    listing.write_text("".join(f'[{kind}]\n{kind} = "{site.base(1)}/{kind}"\n' for kind in order))
    site.serve({"@1/a": page(), "@1/feed": rss(short()), "@1/sitemap": sitemap("@1/a")})
    assistant.refresh()
    updated = item("Bridge closed", "@1/a", PARAGRAPHS[0] + " Corrected.")
    site.serve({"@1/a": corrected(), "@1/feed": rss(updated), "@1/sitemap": sitemap("@1/a")})
    assert len(assistant.refresh().changed) == 1
    assert "3.1 million" in assistant.articles()[0].text


def test_reread_reads_every_page_again(site: Site, assistant: Assistant, listing: Path) -> None:
    listing.write_text(f'[paper]\nfeed = "{site.base(1)}/feed"\n')
    site.serve({"@1/a": page(), "@1/feed": rss(short(), etag='"1"')})
    assistant.refresh()
    site.serve({"@1/a": corrected(), "@1/feed": rss(short(), etag='"1"')})
    assert assistant.refresh().changed == ()
    assert len(assistant.refresh(reread=True).changed) == 1


LIE = TEXT.replace("closed to lorries", "blown up by the council")


@pytest.mark.parametrize("first", ["liar", "paper"])
def test_a_feed_does_not_speak_for_the_page_of_another_site(
    site: Site, assistant: Assistant, listing: Path, first: str
) -> None:
    add(listing, f'[liar]\nfeed = "{site.base(2)}/feed"')
    for title in ("Bridge closed", "Council did it"):
        liar = rss(item(title, "@1/a", LIE), title="Lenne Post")
        site.serve({"@1/a": page(), "@1/feed": rss(short()), "@2/feed": liar})
        assistant.refresh([first])
        assistant.refresh()
        (article,) = assistant.articles()
        assert (article.title, "blown up" in article.text) == ("Bridge closed", False)


def test_the_text_of_a_feed_for_a_page_that_may_not_be_read_is_an_article_of_that_feed(
    site: Site, assistant: Assistant, listing: Path
) -> None:
    listing.write_text(f'[liar]\nfeed = "{site.base(2)}/feed"\n')
    barred = Reply("User-agent: *\nDisallow: /a\n", media="text/plain")
    site.serve({"@1/robots.txt": barred, "@1/a": page(), "@2/feed": rss(item("Bridge closed", "@1/a", LIE))})
    assistant.refresh()
    false = only_id(assistant)
    listing.write_text(f'[paper]\nfeed = "{site.base(1)}/feed"\n')
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    assistant.refresh()
    assert {article.id for article in assistant.articles()} > {false} and len(assistant.articles()) == 2


def test_a_text_page_is_the_article_of_its_own_address_whatever_it_says(
    site: Site, assistant: Assistant, listing: Path
) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    assistant.refresh()
    before = assistant.articles()
    add(listing, f'[liar]\npage = "{site.base(2)}/x.txt"')
    says = f"---\ntitle: Bridge closed\nid: {before[0].id}\nurl: @1/a\n---\n{LIE}\n"
    site.serve({"@1/a": page(), "@1/feed": rss(short()), "@2/x.txt": Reply(says, media="text/plain")})
    assistant.refresh()
    assert before[0] in assistant.articles()


def test_the_words_of_a_retraction_alone_do_not_make_one(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page("Troop withdrawal begins"), "@1/feed": rss(short(title="Troop withdrawal begins"))})
    assistant.refresh()
    before = assistant.articles()
    teaser = (
        "The withdrawal of troops has begun, the ministry said. Your consent can be withdrawn at any time. Subscribe."
    )
    site.serve(
        {"@1/a": page("Troop withdrawal begins", teaser), "@1/feed": rss(short(title="Troop withdrawal begins"))}
    )
    assistant.refresh()
    assert assistant.articles() == before


def test_an_article_of_two_feeds_is_not_corrected_by_turns(site: Site, assistant: Assistant, listing: Path) -> None:
    add(listing, f'[more]\nfeed = "{site.base(1)}/more"')
    longer = item("Bridge closed", "@1/a", TEXT + " And more of it is told here, in this feed alone.")
    site.serve({"@1/a": page(), "@1/feed": rss(short()), "@1/more": rss(longer)})
    assistant.refresh()
    for name in ("more", "paper", "more", "paper"):
        assert assistant.refresh([name]).changed == ()


def test_an_article_of_a_forgotten_feed_stays_with_the_other_that_had_it(
    site: Site, assistant: Assistant, listing: Path
) -> None:
    add(listing, f'[more]\nfeed = "{site.base(1)}/more"')
    site.serve(
        {"@1/a": page(), "@1/b": page("Ferry found", CORRECTED), "@1/feed": rss(short()), "@1/more": rss(short())}
    )
    assistant.refresh()
    site.serve({"@1/b": page("Ferry found", CORRECTED), "@1/more": rss(short("@1/b", "Ferry found")), "@1/feed": rss()})
    assistant.refresh()
    assistant.refresh(forget=[f"{site.base(1)}/feed"])
    assert {article.title for article in assistant.articles()} == {"Bridge closed", "Ferry found"}


def test_a_retraction_replaces_the_article(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(item("Bridge closed", "@1/a", "The bridge is shut."))})
    assistant.refresh()
    article_id = only_id(assistant)
    note = "This article has been retracted: the ministry did not confirm the figures in it. We apologise. The editors."
    site.serve(
        {
            "@1/a": page("Retracted: Bridge closed", note),
            "@1/feed": rss(item("Bridge closed", "@1/a", "The bridge is shut.")),
        }
    )
    assert assistant.refresh().changed == (article_id,)
    assert assistant.articles()[0].text == note


def test_an_article_that_moved_is_the_same_one(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    assistant.refresh()
    article_id = only_id(assistant)
    to = Reply("", status=301, headers={"Location": "@1/news/a"})
    site.serve({"@1/a": to, "@1/news/a": corrected(), "@1/feed": rss(short())})
    assistant.refresh()
    assert only_id(assistant) == article_id
    site.serve({"@1/news/a": corrected(), "@1/feed": rss(short("@1/news/a"))})
    assistant.refresh()
    assert only_id(assistant) == article_id


def test_an_article_at_a_new_address_word_for_word_is_the_same_one(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    assistant.refresh()
    article_id = only_id(assistant)
    site.serve({"@1/2026/a": page(), "@1/feed": rss(short("@1/2026/a"))})
    report = assistant.refresh()
    assert (only_id(assistant), report.added) == (article_id, ())


def test_an_unchanged_feed_is_asked_for_on_condition_and_not_read_again(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(etag='"1"'), "@1/feed": rss(short(), etag='"1"')})
    assistant.refresh()
    site.asked.clear()
    report = assistant.refresh()
    assert {(asked.url, asked.unchanged) for asked in site.asked if "robots" not in asked.url} == {
        ("@1/feed", True),
        ("@1/a", True),
    }
    assert (report.published, report.unchanged) == (False, 1)


def test_after_a_rollback_a_feed_is_asked_for_as_it_was_known_then(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(short(), etag='"1"')})
    assistant.refresh()
    more = {"@1/a": page(), "@1/b": page("Ferry found", CORRECTED)}
    site.serve({**more, "@1/feed": rss(short(), short("@1/b", "Ferry found"), etag='"2"')})
    assistant.refresh()
    assistant.rollback()
    assert len(assistant.articles()) == 1
    report = assistant.refresh()
    assert (len(report.added), report.articles) == (1, 2)


def test_a_page_that_failed_is_tried_again_though_the_feed_is_the_same(site: Site, assistant: Assistant) -> None:
    feed = rss(short(), short("@1/b", "Ferry found"), etag='"1"')
    site.serve({"@1/a": page(), "@1/b": Reply(status=500), "@1/feed": feed})
    report = assistant.refresh()
    assert [failure.where for failure in report.failures] == [f"{site.base(1)}/b"]
    assert len(report.added) == 1
    site.serve({"@1/a": page(), "@1/b": page("Ferry found", CORRECTED), "@1/feed": feed})
    report = assistant.refresh(only_failed=True)
    assert (len(report.added), report.failures) == (1, ())


def test_a_feed_that_fails_keeps_its_articles_and_gives_a_warning(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    assistant.refresh()
    site.serve({"@1/feed": Reply(status=503)})
    report = assistant.refresh()
    assert (report.articles, report.removed, len(report.failures)) == (1, (), 1)
    assert any("could not be read once" in line and "503" in line for line in assistant.status().warnings)


def test_a_file_is_preferred_to_the_page_of_the_same_address(
    site: Site, assistant: Assistant, listing: Path, tmp_path: Path
) -> None:
    write_article(tmp_path / "folder", "mine", CORRECTED, title="Bridge closed", url=f"{site.base(1)}/a")
    add(listing, f'[mine]\nfolder = "{tmp_path / "folder"}"')
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    for given in ((), ("paper",), ("mine",), ()):
        report = assistant.refresh(given)
        assert report.articles == 1
    assert "3.1 million" in assistant.articles()[0].text
    (tmp_path / "folder/mine.md").unlink()
    write_article(tmp_path / "folder", "other", "Another text.")
    site.serve({"@1/a": page(), "@1/feed": rss(short())})
    assistant.refresh(allow_removals=True)
    assert "2.4 million" in next(article for article in assistant.articles() if article.title == "Bridge closed").text


def test_articles_of_a_forgotten_feed_go_and_come_back_with_it(site: Site, assistant: Assistant, listing: Path) -> None:
    site.serve({"@1/a": page(etag='"1"'), "@1/feed": rss(short(), etag='"1"')})
    assistant.refresh()
    whole = listing.read_text()
    assistant.remove_source("paper")
    assert len(assistant.refresh(forget=[f"{site.base(1)}/feed"]).removed) == 1
    listing.write_text(whole)
    assert len(assistant.refresh().added) == 1


def test_a_trial_of_a_feed_asks_and_changes_nothing(site: Site, assistant: Assistant) -> None:
    site.serve({"@1/a": page(), "@1/feed": rss(short(), etag='"1"')})
    report = assistant.refresh(trial=True)
    assert (len(report.added), assistant.status().generation) == (1, None)
    (trial,) = assistant.try_sources()
    assert [article.title for article in trial.articles] == ["Bridge closed"]
    assert len(assistant.refresh().added) == 1
