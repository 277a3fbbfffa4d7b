from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleRef, ListingEntry, Story
from tests.ui.support import NOW, Page, same_tags
from ui.views import first_look, skeleton, story
from ui.views.first_look import StoryCard


def article(name: str, source: str = "The Weekly", day: int = 29) -> ArticleRef:
    return ArticleRef(name, f"Report {name}", source, datetime(2025, 5, day, tzinfo=UTC), None)


FLOOD = Story(
    id="a1",
    headline="River floods the town",
    publications=("The Weekly", "Ledger", "Chronicle", "Almanac", "Courier"),
    oldest=datetime(2025, 5, 6, tzinfo=UTC),
    newest=datetime(2025, 5, 29, tzinfo=UTC),
    articles=(article("a3"), article("a2", "Ledger", 20), article("a1", "Chronicle", 6)),
)
FERRY = replace(FLOOD, id="b1", headline="Ferries strike", newest=datetime(2025, 5, 6, tzinfo=UTC))
QUESTION = "What is the latest on the flood?"


def front(*stories: Story, this_week: bool = False, more: bool = False) -> Page:
    cards = [StoryCard(story, QUESTION) for story in stories]
    return Page(first_look.stories(cards, NOW, this_week=this_week, more=more))


def test_a_card_says_who_reports_how_much_and_how_new_it_is() -> None:
    text = front(FLOOD).text
    assert "The Weekly, Ledger, Chronicle and 2 others" in text
    assert "3 articles · 29 May 2025 · 3 days ago" in text


def test_a_card_opens_the_story_and_asks_for_the_latest_of_it() -> None:
    page = front(FERRY)
    assert page.controls("story") == [{"act": "story", "story": "b1"}]
    assert page.controls("ask") == [{"act": "ask", "question": QUESTION}]


def test_the_lead_names_reports_that_can_be_opened_but_not_its_headline_again() -> None:
    same = replace(
        FLOOD, articles=(replace(article("a0"), title="River floods the town | The Weekly"), *FLOOD.articles)
    )
    page = front(same, FERRY)
    assert [button["article"] for button in page.controls("read")] == ["a3", "a2", "a1"]


def test_stories_that_are_not_of_this_week_are_called_the_newest_with_their_days() -> None:
    assert "The newest stories, 6 to 29 May 2025" in front(FLOOD, FERRY).text
    assert "The stories of the week" in front(FLOOD, FERRY, this_week=True).text


def test_more_stories_can_be_asked_for_while_there_are_some() -> None:
    assert front(FLOOD, FERRY, more=True).controls("more_stories") == [{"act": "more_stories", "shown": "8"}]
    assert front(FLOOD, FERRY).controls("more_stories") == []


def test_without_stories_the_newest_articles_are_there_to_be_opened() -> None:
    page = Page(first_look.newest_articles([article("a1"), article("a2")], NOW))
    assert "The newest articles" in page.text
    assert [button["article"] for button in page.controls("read")] == ["a1", "a2"]


def test_without_articles_it_is_said_what_to_do_to_those_who_can() -> None:
    assert "assistant refresh" in Page(first_look.nothing_yet(maintains=False)).text
    assert Page(first_look.nothing_yet(maintains=True)).controls("tab") == [{"act": "tab", "tab": "maintenance"}]


def opened(*entries: ListingEntry) -> Page:
    return Page(story.story(FLOOD, entries, QUESTION, NOW))


def test_an_opened_story_has_its_articles_copies_of_one_text_folded() -> None:
    page = opened(ListingEntry(article("a3"), copies=(article("a2", "Ledger"),)), ListingEntry(article("a1")))
    assert "2 articles, newest first" in page.text and "Also in Ledger" in page.text
    assert [button["article"] for button in page.controls("read")] == ["a3", "a2", "a1"]


def test_an_opened_story_can_be_asked_about_and_listed() -> None:
    page = opened(ListingEntry(article("a3")))
    assert page.controls("ask") == [{"act": "ask", "question": QUESTION}]
    assert page.controls("scope") == [{"act": "scope", "story": "a1"}]
    assert page.controls("browse") == [{"act": "browse", "by": "plot", "story": "a1"}]


@given(text=st.text(min_size=1))
def test_no_text_of_an_article_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        one = ArticleRef(text, text, text, None, text)
        # Another headline than its title, so that the lead names it.
        hostile = Story(text, f"{text}!", (text,), None, None, (one,))
        card = StoryCard(hostile, text)
        entries = [ListingEntry(one, copies=(one,))]
        return first_look.stories([card], NOW, this_week=False, more=False) + story.story(hostile, entries, text, NOW)

    same_tags(html, text)


def test_what_is_still_to_come_says_so_to_screen_readers_alone() -> None:
    for html in (skeleton.front(), skeleton.rows(), skeleton.plot()):
        page = Page(html)
        assert page.text == "Loading…" and ("p", {"class": "screen-reader-only", "role": "status"}) in page.tags
