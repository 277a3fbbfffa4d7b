"""Articles are listed as a form, a plot or an address asks, and opened with what is looked for in them marked."""

from typing import Any, cast

from assistant import Article, ArticleRef, Assistant, Chunk, Filters, Listing, ListingEntry, Story
from tests.ui.support import NOW
from ui.events.articles import ArticleEvents
from ui.windows import Windows

from .support import FakeAssistant, event, window

RAIN = ArticleRef("a1", "Rain", "The Weekly", NOW, None)
SNOW = ArticleRef("a2", "Snow", "Coast Radio", NOW, None)
STORY = Story("a1", "The weather", ("The Weekly",), NOW, NOW, (RAIN, SNOW))


class Corpus(FakeAssistant):
    """Two articles of one story; notes how they are browsed."""

    def __init__(self) -> None:
        super().__init__()
        self.browsed: list[tuple[str, Filters, str]] = []

    def article(self, name: str) -> Any:
        return Article("a1", "Rain", "It rained all day.", "The Weekly", NOW) if name == "a1" else None

    def articles(self, filters: Filters) -> list[Article]:
        return [self.article("a1")]

    def chunks(self, name: str) -> list[Chunk]:
        return []

    def browse(self, *asked: Any, **more: Any) -> Listing:
        self.browsed.append((*asked, more["order"]))
        return Listing(1, (ListingEntry(RAIN),), 1)

    def story_of(self, name: str) -> Story | None:
        return STORY if name in ("a1", "a2") else None

    def word_marks(self, name: str, text: str) -> list[tuple[int, int]]:
        return [(3, 9)]


def events(corpus: Corpus) -> ArticleEvents:
    return ArticleEvents(cast(Assistant, corpus), Windows())


def test_words_bring_the_best_match_first_unless_the_newest_are_asked_for() -> None:
    corpus = Corpus()
    for sent in ({"text": "rain"}, {"text": "rain", "order": "newest"}, {"text": " "}):
        events(corpus).browse(event(**sent), window())
    assert [order for _, _, order in corpus.browsed] == ["relevance", "newest", "newest"]


def test_a_list_says_its_story_and_how_an_article_begins() -> None:
    listed = events(Corpus()).browse(event(), window())["article_list"]
    assert "Part of a story of 2 articles" in listed and "It rained all day." in listed


def test_the_articles_of_a_story_are_listed() -> None:
    corpus = Corpus()
    listed = events(corpus).browse(event(by="plot", story="a2"), window())
    assert corpus.browsed[0][1].only == ("a1", "a2") and "The weather" in listed["article_list"]
    events(corpus).browse(event(story="gone"), window())
    assert corpus.browsed[1][1].only is None


def test_an_article_is_opened_with_the_words_of_the_search_and_of_its_address() -> None:
    found = events(Corpus()).read(event(article="a1", text="rain"), "", window())["reader"]
    assert 'class="found"' in found and "1 place" in found
    quoted = events(Corpus()).read(event(article="a1", quote="all  day"), "", window())["reader"]
    assert 'class="quoted"' in quoted and "all day" in quoted


def test_an_article_that_is_not_there_says_so() -> None:
    assert "not in the corpus any more" in events(Corpus()).read(event(article="x"), "", window())["reader"]
