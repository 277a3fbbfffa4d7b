"""Finds the id by which the index has an article of the web, whatever address it comes from."""

import re
from collections.abc import Callable, Container
from dataclasses import replace
from itertools import count

from assistant.articles import Article, FindArticle
from assistant.articles import article_id as make_id
from assistant.ingest import KnownState
from assistant.text import WordPattern, split_words
from assistant.utils import same_site

# Of the word trigrams of the shorter text, the share that the other text has too: of 300 pairs of unrelated articles
# the median is 0.001 and the highest 0.07; a correction leaves most of them.
_MIN_OVERLAP = 0.25
_MIN_TITLE_SIMILARITY = 50  # of 100; of 300 such pairs one has titles as similar
_MAX_COMPARED = 5000  # characters
_MAX_SHRINKAGE = 3  # a text that is shorter by more than this factor is a teaser or a notice
_MAX_RETRACTION = 1500  # characters; a note that replaces a retracted article is no longer
_RETRACTED = WordPattern(
    r"\A\W*{press.retracted_at_start}\b"
    r"|\b(?:this|the) {press.retracted_pieces} (?:has been|was|is) {press.retracted}\b",
    re.IGNORECASE,
)

Twin = Callable[[Article], str | None]


class ArticleIdentity:
    """Finds the id by which the index has an article.

    `aliases` maps ids that addresses would have to the id of the article they lead to; new ones are added. `find` gives
    an indexed article by id, `twin` the id of an indexed article with the same title and text.
    """

    def __init__(self, aliases: dict[str, str], known: KnownState, find: FindArticle, twin: Twin) -> None:
        self.aliases = dict(aliases)
        self._known, self._find, self._twin = known, find, twin

    def known_id(self, article_id: str) -> str:
        """The id by which the index has the article of `article_id`."""
        return self.aliases.get(article_id, article_id)

    def unused_id(self, article_id: str, taken: Container[str]) -> str:
        """Another id for an article whose own id belongs to the article that had its file name before."""
        others = (make_id(key=f"{article_id}#{number}") for number in count(2))
        unused = next(other for other in others if other not in taken)
        self.aliases[article_id] = unused
        return unused

    def resolve(self, article: Article, location: str, place: str) -> Article | None:
        """`article` with the id by which the index has it; None when its page was that of another article, which stays.

        `location` is that of the source, `place` the address in it. A page that is no article any more, such as a
        request for consent, or that leads to the front page or another article, must not replace the article.
        """
        indexed = self._find(article.id)
        if indexed is not None:
            return article if _may_replace(indexed, article, same_address=True, is_source=place == location) else None
        indexed = self._by_alias(article)
        if indexed is not None:
            return self._with_id(article, indexed.id)
        if place != location and (moved := self._by_place(article, location, place)) is not None:
            return self._with_id(article, moved.id) if _may_replace(moved, article) else None
        twin = self._find(self._twin(article) or "")
        if twin is not None and _are_of_one_site(twin, article):
            return self._with_id(article, twin.id)
        return article

    def _by_alias(self, article: Article) -> Article | None:
        """The article that this address is an alias of; the alias is dropped when another article is there now."""
        known_id = self.aliases.get(article.id)
        indexed = self._find(known_id) if known_id else None
        if indexed is not None and _may_replace(indexed, article) and _are_of_one_site(indexed, article):
            return indexed
        self.aliases.pop(article.id, None)
        return None

    def _by_place(self, article: Article, location: str, place: str) -> Article | None:
        """The article that the page gave before, when that was the only one."""
        state = self._known(location, place)
        if state is None or len(state.articles) != 1:
            return None
        indexed = self._find(self.known_id(state.articles[0]))
        return indexed if indexed is not None and _are_of_one_site(indexed, article) else None

    def _with_id(self, article: Article, known_id: str) -> Article:
        if article.id != known_id:
            self.aliases[article.id] = known_id
        return replace(article, id=known_id)


def _are_of_one_site(first: Article, second: Article) -> bool:
    return same_site(first.url or "", second.url or "")


def _may_replace(indexed: Article, article: Article, *, same_address: bool = False, is_source: bool = False) -> bool:
    """Whether `article` is a version of `indexed`.

    Where it has the same address, a similar title shows that; and a page that is a source may be rewritten.
    """
    if len(article.text) < _MAX_RETRACTION and _RETRACTED.search(f"{article.title}\n{article.text}"):
        return _have_similar_titles(indexed, article)
    if len(article.text) * _MAX_SHRINKAGE < len(indexed.text):
        return False
    if is_source or (same_address and _have_similar_titles(indexed, article)):
        return True
    return _overlap(indexed.text, article.text) >= _MIN_OVERLAP


def _have_similar_titles(first: Article, second: Article) -> bool:
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio(first.title, second.title) >= _MIN_TITLE_SIMILARITY


def _overlap(first: str, second: str) -> float:
    """The share of the shorter text's word trigrams that the other text has, 0 to 1."""
    trigrams, others = _trigrams(first), _trigrams(second)
    return len(trigrams & others) / max(min(len(trigrams), len(others)), 1)


def _trigrams(text: str) -> set[tuple[str, ...]]:
    words = split_words(text[:_MAX_COMPARED])
    return set(zip(words, words[1:], words[2:], strict=False)) or {tuple(words)}
