from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, ArticleRef, Chunk, Story
from tests.ui.support import NOW, Page, answered, citation, same_tags
from ui.views import evidence, reader
from ui.views.reader import Nearby, Sought

TEXT = "It rained. It poured. Nobody stayed."
ARTICLE = Article("a1", "Rain", TEXT, author="Ines Harrow", url="https://weekly.example/rain")
OTHER = ArticleRef("a2", "Snow", "Coast Radio", NOW, None)
STORY = Story("s1", "The weather", ("The Weekly", "Coast Radio"), NOW, NOW, (OTHER, replace(OTHER, article_id="a1")))


def drawn(sought: Sought | None = None, nearby: Nearby | None = None, article: Article = ARTICLE) -> Page:
    return Page(reader.article(article, [], NOW, sought, nearby))


def test_an_article_is_read_with_its_quotes_marked_and_its_passages_below() -> None:
    cited = citation("It poured.", number=2, start=11, end=21)
    page = Page(reader.article(ARTICLE, [Chunk("a1", 0, 21, TEXT[:21])], NOW, Sought([cited])))
    assert page.marked == ["It poured."]
    assert "By Ines Harrow" in page.text and "As it is searched: 1 passage" in page.text


def test_what_can_be_done_with_an_article() -> None:
    page = drawn(nearby=Nearby((OTHER,)))
    assert page.controls("scope") == [{"act": "scope", "article": "a1"}]
    assert page.controls("copy_link") == [{"act": "copy_link", "path": "article/a1"}]
    assert page.controls("similar") and "https://weekly.example/rain" in page.links
    assert not Page(reader.article(ARTICLE, [], NOW, scoped=True)).controls("scope")


def test_an_article_says_that_it_was_updated() -> None:
    updated = replace(ARTICLE, published=datetime(2025, 5, 6, tzinfo=UTC), updated=datetime(2025, 6, 3, tzinfo=UTC))
    assert "updated 3 June 2025" in drawn(article=updated).text
    assert "updated" not in drawn(article=replace(updated, updated=updated.published)).text


def test_the_words_of_a_search_are_counted_and_gone_through() -> None:
    page = drawn(Sought(words=[(3, 9), (14, 20)]))
    assert page.marked == ["rained", "poured"] and "2 places" in page.text
    assert page.controls("next_place") and page.controls("previous_place")
    assert not drawn().controls("next_place")


def test_the_words_of_an_address_are_marked_or_said_to_be_gone() -> None:
    found = drawn(Sought(quote="It   poured."))
    assert found.marked == ["It poured."]
    assert found.controls("copy_link")[0]["path"] == "article/a1#It%20poured."
    gone = drawn(Sought(quote="It hailed."))
    assert gone.marked == [] and "not in the article any more" in gone.text


def test_what_is_near_an_article_stands_below_it() -> None:
    page = drawn(nearby=Nearby((OTHER,), STORY))
    assert page.controls("read") == [{"act": "read", "article": "a2"}]
    assert "Told by The Weekly and Coast Radio" in page.text
    assert page.controls("story") == [{"act": "story", "story": "s1"}]


def test_a_quote_that_is_no_longer_in_the_article_is_not_marked() -> None:
    assert drawn(Sought([citation("It hailed.", start=0, end=10)])).marked == []


def test_what_was_cited_of_an_article_that_is_gone_stays_readable() -> None:
    page = Page(reader.missing_article(evidence.cited_by_article(answered(citation()))[0], NOW))
    assert page.marked == ["It rained."] and "not in the corpus any more" in page.text
    assert "not in the corpus any more" in Page(reader.missing_article([], NOW)).text


@given(text=st.text(min_size=1))
def test_no_text_of_an_article_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        article = Article("a1", text, "Rain", author=text, source=text)
        near = Nearby((ArticleRef(text, text, text, None, None),), replace(STORY, id=text, headline=text))
        return reader.article(article, [Chunk("a1", 0, 1, text)], NOW, Sought(quote=f"x{text}x"), near)

    same_tags(html, text)
