"""Identity: which article an article of the web is, by whatever address it comes."""

import re
from collections.abc import Callable, Container
from dataclasses import replace

from assistant.articles import Article
from assistant.articles import article_id as make_id
from assistant.ingest.items import Known
from assistant.utils.urls import same_site

# Of the runs of three words of the shorter text, the share that the other has too: of 300 pairs of articles that have
# nothing to do with each other the median is 0.001 and the highest 0.07; a correction leaves most of them.
_SHARED = 0.25
_TITLES_ALIKE = 50  # of 100; of 300 such pairs one title is as like
_RUN = 3  # words
_COMPARED = 5000  # characters
_LOST = 3  # a text that is shorter by more than this is a teaser or a notice
_NOTE = 1500  # characters; a note that takes the place of an article is no longer
_RETRACTED = re.compile(
    r"\A\W*(?:retract(?:ed|ion)|withdrawn)\b|\b(?:this|the) (?:article|story|report|piece) (?:has been|was|is) "
    r"(?:retracted|withdrawn|removed|taken down)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")

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

    def name(self, article_id: str) -> str:
        """The id by which the article of `article_id` is held."""
        return self.aliases.get(article_id, article_id)

    def free(self, article_id: str, taken: Container[str]) -> str:
        """Another id for an article whose own one is that of an article which had its place before."""
        number = 2
        while (name := make_id(key=f"{article_id}#{number}")) in taken:
            number += 1
        self.aliases[article_id] = name
        return name

    def of(self, article: Article, location: str, place: str) -> Article | None:
        """`article` with the id that it is held by; None when the place was that of another article, which stays.

        A page that is no article any more, as one that asks for consent, or one that leads to the front page or to
        another article, must not take the place of the article that was there.
        """
        held = self._find(article.id)
        if held is not None:
            return article if _may_become(held, article, own_page=place == location) else None
        held = self._by_alias(article)
        if held is not None:
            return self._named(article, held.id)
        if place != location and (moved := self._by_place(article, location, place)) is not None:
            return self._named(article, moved.id) if _is_like(moved, article) else None
        twin = self._find(self._twin(article) or "")
        if twin is not None and _are_of_one_site(twin, article):
            return self._named(article, twin.id)
        return article

    def _by_alias(self, article: Article) -> Article | None:
        """The article that was known by this address; an address that has another one now is no longer its."""
        name = self.aliases.get(article.id)
        held = self._find(name) if name else None
        if held is not None and _is_like(held, article) and _are_of_one_site(held, article):
            return held
        self.aliases.pop(article.id, None)
        return None

    def _by_place(self, article: Article, location: str, place: str) -> Article | None:
        """The article that the place gave before, when that was the only one."""
        visit = self._known(location, place)
        if visit is None or len(visit.articles) != 1:
            return None
        held = self._find(self.name(visit.articles[0]))
        return held if held is not None and _are_of_one_site(held, article) else None

    def _named(self, article: Article, name: str) -> Article:
        if article.id != name:
            self.aliases[article.id] = name
        return replace(article, id=name)


def _are_of_one_site(one: Article, other: Article) -> bool:
    return bool(one.url and other.url) and same_site(one.url or "", other.url or "")


def _may_become(held: Article, article: Article, *, own_page: bool) -> bool:
    """Whether what the address of `held` gives now may take its place; the page of a source may be written anew."""
    if _is_retraction(article):
        return _titles_alike(held, article)
    if len(article.text) * _LOST < len(held.text):
        return False
    return own_page or _titles_alike(held, article) or _shared(held.text, article.text) >= _SHARED


def _is_like(held: Article, article: Article) -> bool:
    """Whether `article`, from another address, is `held` as it reads now."""
    if _is_retraction(article):
        return _titles_alike(held, article)
    return len(article.text) * _LOST >= len(held.text) and _shared(held.text, article.text) >= _SHARED


def _is_retraction(article: Article) -> bool:
    return len(article.text) < _NOTE and bool(_RETRACTED.search(f"{article.title}\n{article.text}"))


def _titles_alike(one: Article, other: Article) -> bool:
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio(one.title, other.title) >= _TITLES_ALIKE


def _shared(one: str, other: str) -> float:
    """The share of the shorter text's runs of words that the other has, 0 to 1."""
    runs, others = _runs(one), _runs(other)
    return len(runs & others) / max(min(len(runs), len(others)), 1)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text[:_COMPARED].casefold())
    return set(zip(*(words[start:] for start in range(_RUN)), strict=False)) or {tuple(words)}
