from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleRef, Listing, ListingEntry, Snippet, Story
from tests.ui.support import NOW, Page, same_tags
from ui.scope import Scope, ScopeStory
from ui.views import articles
from ui.views.articles import ArticleFilter, Surroundings

ARTICLE = ArticleRef("a1", "Rain", "The Weekly", NOW, "https://weekly.example/rain")
COPY = ArticleRef("a2", "Rain again", "Coast Radio", NOW, None)
ENTRY = ListingEntry(ARTICLE)


def drawn(*entries: ListingEntry, chosen: ArticleFilter | None = None, **told: object) -> Page:
    found = Listing(len(entries), entries, sum(1 + len(entry.copies) for entry in entries))
    surroundings = Surroundings(**told)  # type: ignore[arg-type]
    return Page(articles.article_list(found, chosen or ArticleFilter(), NOW, surroundings))


def test_the_filter_of_a_form_is_read() -> None:
    sent = {"text": " rain ", "source": "The Weekly", "since": "2025-05-01", "until": "", "shown": "100", "act": "x"}
    scope = Scope(("The Weekly",), since=date(2025, 5, 1))
    assert articles.read_filter(sent) == ArticleFilter(" rain ", scope, shown=100)


def test_several_publications_and_a_range_of_dates_are_read() -> None:
    chosen = articles.read_filter({"source": '["The Weekly", "Coast Radio"]', "dates": "week", "order": "newest"})
    assert chosen.scope == Scope(("The Weekly", "Coast Radio"), "week") and chosen.order == "newest"
    assert articles.read_filter({"source": "[odd"}).scope.publications == ("[odd",)


def test_the_address_of_a_list_says_all_that_it_is_limited_to() -> None:
    scope = Scope(("A & B", "C"), since=date(2025, 5, 1))
    chosen = ArticleFilter("rain", scope, "newest")
    assert chosen.address == "articles?text=rain&source=A+%26+B&source=C&since=2025-05-01&order=newest"
    assert ArticleFilter(order="newest").address == "articles"


@pytest.mark.parametrize("odd", [None, 7, "x" * 10_000, "2025-13-45", "-1", "9" * 30, ["a"], {"b": 1}])
def test_odd_values_of_a_form_are_left_out(odd: object) -> None:
    names = ("text", "source", "since", "until", "dates", "order", "story", "shown")
    chosen = articles.read_filter(dict.fromkeys(names, odd))
    assert (chosen.scope.since, chosen.scope.until) == (None, None)
    assert 0 <= chosen.shown < 10**7 and len(chosen.text) <= 200


def test_articles_are_listed_with_links_that_open_them_and_links_to_their_origin() -> None:
    page = drawn(ENTRY)
    assert "1 article, newest first." in page.text and "Rain" in page.text
    assert page.controls("read") == [{"act": "read", "article": "a1"}]
    assert page.links == ["article/a1", "https://weekly.example/rain"]


def test_the_words_are_marked_and_go_along_to_the_article() -> None:
    entry = ListingEntry(ARTICLE, Snippet("… it rained all day", ((5, 11),)), ((0, 4),))
    page = drawn(entry, chosen=ArticleFilter("rain"))
    assert page.marked == ["Rain", "rained"] and "1 article, best match first." in page.text
    assert page.controls("read") == [{"act": "read", "article": "a1", "text": "rain"}]


def test_a_title_with_hidden_characters_shows_them_and_is_not_marked() -> None:
    hidden = replace(ARTICLE, title="Ra\u200bin")
    page = drawn(ListingEntry(hidden, title_marks=((0, 2),)), chosen=ArticleFilter("ra"))
    assert page.marked == [] and "U+200B" in page.text


def test_without_words_an_article_begins_with_its_first_sentences() -> None:
    page = drawn(ENTRY, texts={"a1": "It rained.\nNobody stayed. " + "The rest of it is long. " * 50})
    assert "It rained. Nobody stayed." in page.text and page.text.count("The rest") < 15


def test_copies_are_folded_and_the_story_is_a_link() -> None:
    story = Story("s1", "The rain", ("The Weekly",), NOW, NOW, (ARTICLE, COPY))
    page = drawn(replace(ENTRY, copies=(COPY,)), stories={"a1": story})
    assert "1 article and 1 copy of them" in page.text and "Also in Coast Radio" in page.text
    assert page.controls("story") == [{"act": "story", "story": "s1"}] and "story/s1" in page.links
    assert [control["article"] for control in page.controls("read")] == ["a1", "a2"]


def test_copies_of_many_publications_are_counted() -> None:
    copies = tuple(replace(COPY, source=f"Paper {number}") for number in range(5))
    assert "Also in Paper 0, Paper 1 and 3 others" in drawn(replace(ENTRY, copies=copies)).text


def test_each_filter_can_be_taken_away() -> None:
    story = ScopeStory("s1", "The rain", ("a1",))
    page = drawn(ENTRY, chosen=ArticleFilter(scope=Scope(("The Weekly",), "week", story=story), story="s1"))
    taken = [{key: value for key, value in one.items() if key != "act"} for one in page.controls("unfilter")]
    assert taken == [{"field": "story"}, {"field": "dates"}, {"field": "source", "value": "The Weekly"}, {}]
    assert "Last 7 days" in page.text


def test_more_articles_are_shown() -> None:
    found = Listing(120, (ENTRY,) * 50, 120)
    page = Page(articles.article_list(found, ArticleFilter("rain"), NOW))
    assert "120 articles, best match first; the first 50 are shown" in page.text
    assert page.controls("browse") == [{"act": "browse", "shown": "100"}]


def test_an_empty_list_says_what_can_be_done() -> None:
    page = drawn(chosen=ArticleFilter("x"))
    assert "Take a word or a filter away" in page.text and page.controls("unfilter") == [{"act": "unfilter"}]


def test_the_form_has_the_publications_and_when_the_articles_are_from() -> None:
    page = Page(articles.form({"The Weekly": 3, "Coast Radio": 1200}, datetime(2025, 3, 10), datetime(2025, 5, 29)))
    ticked = [attributes["value"] for _, attributes in page.tags if attributes.get("name") == "source"]
    assert ticked == ["Coast Radio", "The Weekly"] and "1,200" in page.text
    assert "The articles run from 10 March to 29 May 2025." in page.text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        ref = ArticleRef(text, text, text, None, None)
        story = Story(text, text, (text,), None, None, (ref,))
        chosen = ArticleFilter(f"x{text}", Scope((text, f"{text}."), story=ScopeStory(text, text, ())))
        entry = ListingEntry(ref, Snippet(f"{text}a", ((0, 1),)), copies=(ref,))
        return articles.article_list(Listing(9, (entry,), 9), chosen, NOW, Surroundings({text: story}))

    same_tags(html, text)
    same_tags(lambda text: articles.form({text: 1}), text)
    same_tags(lambda text: articles.lead(f"x {text}"), text)
