"""Articles: the panel in which one is read, the tab that lists them, and Coverage."""

from typing import Any

from ..events.articles import ArticleEvents
from ..layout import Parts
from .listener import listener, then_in_page


def connect_articles(blocks: Any, parts: Parts, events: ArticleEvents) -> None:
    """An article that is opened, lists of articles, and what all of them cover."""
    bus = parts["bus"]
    blocks.load(**listener(parts, events.show_corpus, [], ["head", "article_form"]))
    read = bus.read(**listener(parts, events.read, ["stored"], ["reader"]), trigger_mode="multiple")
    then_in_page(parts, read, "showReader")
    listed = bus.browse(**listener(parts, events.browse, [], ["article_list", "tabs"]), trigger_mode="multiple")
    then_in_page(parts, listed, "articlesListed")
    opened = parts["articles_tab"].select(**listener(parts, events.open_articles, [], ["article_form", "article_list"]))
    then_in_page(parts, opened, "articlesListed")
    parts["coverage_tab"].select(**listener(parts, events.open_coverage, [], ["coverage"]))
