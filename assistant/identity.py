"""Identity: which article an article of the web is, by whatever address it comes."""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.addresses import same_site
from assistant.articles import Article
from assistant.loading.fields import Known

_ALIKE = 50  # of 100: how like the texts of one article before and after a correction are at the least
_COMPARED = 5000  # characters
_LOST = 3  # a text that is shorter by more than this is a teaser or a notice
_RETRACTED = re.compile(
    r"\bretract(?:ed|ion|s)\b|\bwithdr(?:awn|ew|awal)\b|\bhas been (?:removed|taken down)\b", re.IGNORECASE
)

Find = Callable[[str], Article | None]
Twin = Callable[[Article], str | None]


class Identity:
    """Finds the id by which an article is held.

    `aliases` are ids that addresses would have, each with the id of the article that it is; new ones are added. `find`
    gives a held article by id, `twin` the id of a held one with the same title and text.
    """

    def __init__(self, aliases: dict[str, str], known: Known, find: Find, twin: Twin) -> None:
        self.aliases = dict(aliases)
        self._known, self._find, self._twin = known, find, twin

    def of(self, article: Article, location: str, place: str) -> Article | None:
        """`article` with the id that it is held by; None when the place was that of another article, which stays.

        A page that is no article any more, as one that asks for consent, or one that leads to the front page, must not
        take the place of the article that was there.
        """
        name = self.aliases.get(article.id, article.id)
        held = self._find(name) or self._by_place(location, place)
        if held is not None:
            if place != location and not _is_like(held, article):
                return None
            return self._named(article, held.id)
        twin = self._find(self._twin(article) or "")
        if twin is not None and twin.url and article.url and same_site(twin.url, article.url):
            return self._named(article, twin.id)
        return article

    def _by_place(self, location: str, place: str) -> Article | None:
        """The article that the place gave before, when that was the only one."""
        visit = self._known(location, place)
        if visit is None or len(visit.articles) != 1 or place == location:
            return None
        return self._find(self.aliases.get(visit.articles[0], visit.articles[0]))

    def _named(self, article: Article, name: str) -> Article:
        if article.id != name:
            self.aliases[article.id] = name
        return replace(article, id=name)


def _is_like(held: Article, article: Article) -> bool:
    """Whether `article` may be what became of `held`: it says so, or has much of its words and most of its length."""
    from rapidfuzz import fuzz

    if _RETRACTED.search(f"{article.title}\n{article.text[:_COMPARED]}") and len(article.text) < _COMPARED:
        return fuzz.token_set_ratio(held.title, article.title) >= _ALIKE
    if len(article.text) * _LOST < len(held.text):
        return False
    texts = fuzz.token_set_ratio(held.text[:_COMPARED], article.text[:_COMPARED])
    return texts >= _ALIKE or fuzz.token_set_ratio(held.title, article.title) >= _ALIKE
