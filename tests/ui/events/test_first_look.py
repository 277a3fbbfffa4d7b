import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

import gradio as gr
import pytest

from assistant import ArticleRef, Assistant, Filters, Listing, ListingEntry, NoArticlesError, Settings, Status, Story
from tests.ui.support import Page, status
from ui.events.first_look import FirstLookEvents, first_parts
from ui.state import now
from ui.windows import Windows

from .support import event, maintaining, window


class Newsroom:
    """An assistant with so many stories of two articles, the newest of them of that many days ago."""

    def __init__(self, stories: int, *, days_ago: int = 1, articles: int = 16, **settings: Any) -> None:
        self.settings = Settings(**settings)
        self.generation, self.articles = "000001", articles
        day = now() - timedelta(days=days_ago)
        self.all = [
            Story(f"s{n}", f"Story {n}", ("Weekly",), day, day, (_article(f"s{n}", day), _article(f"t{n}", day)))
            for n in range(stories)
        ]

    def status(self) -> Status:
        return status(generation=self.generation, articles=self.articles)

    def stories(self, count: int, since: date | None = None) -> list[Story]:
        return [story for story in self.all if since is None or (story.newest and story.newest >= since)][:count]

    def story_of(self, article_id: str) -> Story | None:
        return next((story for story in self.all if article_id in [one.article_id for one in story.articles]), None)

    def story_question(self, story: Story) -> str:
        return f"What is the latest on {story.headline}?"

    def browse(self, text: str = "", filters: Filters | None = None, *, count: int) -> Listing:
        entries = tuple(ListingEntry(article) for story in self.all for article in story.articles)
        if filters and filters.only is not None:
            entries = tuple(entry for entry in entries if entry.article.article_id in (filters.only or ()))
        return Listing(len(entries), entries[:count], len(entries))

    def titles(self, prefix: str, count: int = 8) -> Sequence[ArticleRef]:
        return [ArticleRef("a1", f"<b>{prefix}", "The Weekly", now().replace(2025, 5, 29), None)]


class Broken(Newsroom):
    def stories(self, count: int, since: date | None = None) -> list[Story]:
        raise NoArticlesError("the index is gone")

    story_of = titles = stories  # type: ignore[assignment]


def _article(name: str, day: Any) -> ArticleRef:
    return ArticleRef(name, f"Report {name}", "Weekly", day, None)


def handlers(newsroom: Newsroom) -> FirstLookEvents:
    return FirstLookEvents(cast(Assistant, newsroom), Windows())


def shown(newsroom: Newsroom, request: gr.Request | None = None) -> str:
    return Page(handlers(newsroom).show(request or window())["first_look"]).text


@pytest.mark.parametrize(("days_ago", "heading"), [(1, "The stories of the week"), (400, "The newest stories, ")])
def test_the_stories_of_the_week_are_shown_or_the_newest_there_are(days_ago: int, heading: str) -> None:
    assert heading in shown(Newsroom(3, days_ago=days_ago))


def test_a_single_story_makes_no_front_page() -> None:
    assert "The newest articles" in shown(Newsroom(1))


def test_without_articles_only_who_maintains_is_sent_to_maintenance() -> None:
    assert "assistant refresh" in shown(Newsroom(0, articles=0))
    assert "Go to Maintenance" in shown(Newsroom(0, articles=0), maintaining())


def test_more_stories_are_shown_when_they_are_asked_for() -> None:
    events = handlers(Newsroom(20))
    first = Page(events.show(window())["first_look"])
    assert len(first.controls("story")) == 6
    (more,) = first.controls("more_stories")
    assert len(Page(events.more_stories(event(**more), window())["first_look"]).controls("story")) == 12


@pytest.mark.parametrize("odd", ["", "-1", "x", "9" * 7, "9" * 30])
def test_an_odd_number_of_stories_shows_some(odd: str) -> None:
    assert Page(handlers(Newsroom(9)).more_stories(event(shown=odd), window())["first_look"]).controls("story")


def test_the_stories_are_drawn_anew_only_after_a_refresh() -> None:
    newsroom = Newsroom(3)
    events = handlers(newsroom)
    assert "first_look" in events.renew(window())
    assert events.renew(window()) == {}
    newsroom.generation = "000002"
    assert "first_look" in events.renew(window())


def test_a_story_is_opened_by_any_of_its_articles() -> None:
    page = Page(handlers(Newsroom(2)).story(event(story="t1"))["reader"])
    assert "Story 1" in page.text
    assert [button["article"] for button in page.controls("read")] == ["s1", "t1"]


@pytest.mark.parametrize("newsroom", [Newsroom(1), Broken(1)])
def test_a_story_that_is_gone_is_said_to_be(newsroom: Newsroom) -> None:
    assert "No such story" in Page(handlers(newsroom).story(event(story="<x>"))["reader"]).text


def test_titles_come_as_data_with_the_request_that_they_answer() -> None:
    found = handlers(Newsroom(0)).titles(event(text="rain", request="7"))["found_titles"]
    title = {"article": "a1", "title": "<b>rain", "where": "The Weekly · 29 May 2025"}
    assert json.loads(found) == {"request": "7", "found": [title]}


def test_titles_that_cannot_be_looked_up_are_none() -> None:
    assert json.loads(handlers(Broken(0)).titles(event(text="rain", request="7"))["found_titles"])["found"] == []


def test_what_goes_wrong_is_said_in_its_place() -> None:
    assert "The index is gone." in shown(Broken(3))


def test_a_page_begins_with_the_masthead_and_the_stories_by_their_ids() -> None:
    parts = first_parts(cast(Assistant, Newsroom(3)))
    assert "16 articles" in Page(parts["head"]).text and "Story 2" in Page(parts["first-look"]).text


def test_a_page_begins_empty_where_the_first_look_cannot_be_drawn() -> None:
    assert first_parts(cast(Assistant, Broken(3))) == {}
