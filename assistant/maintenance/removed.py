"""Articles that were removed by hand: what they are known by, so that no source brings them back unasked.

Kept beside the generations, so that a rollback does not touch it; of their text only a digest is kept.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime, TypeAdapter

from assistant.articles import Article
from assistant.errors import DamagedError, RefreshError
from assistant.index import IndexedArticle, Library, naming
from assistant.utils import once, one_line

FILE = "removed.json"


@dataclass(frozen=True, slots=True)
class RemovedArticle:
    """An article that was removed by hand, at `removed`, by its `id` and the `aliases` that addresses had for it.

    `origin` is the location of the source that it came from, `file` the file or address in it, and `digest` that of
    its title and text.
    """

    id: str
    digest: str
    origin: str
    file: str
    removed: AwareDatetime
    aliases: tuple[str, ...] = ()


class RemovedArticles:
    """All articles that were removed by hand."""

    def __init__(self, articles: Iterable[RemovedArticle] = ()) -> None:
        self.articles = {article.id: article for article in articles}
        self._by_id = {name: article for article in self.articles.values() for name in (article.id, *article.aliases)}
        self._by_text = {(article.origin, article.digest): article for article in self.articles.values()}
        self._by_place = {(article.origin, article.file): article for article in self.articles.values()}

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._by_id

    def find(self, article: Article, origin: str, file: str, *, is_page: bool) -> RemovedArticle | None:
        """The removed article that this one is: by its id, as the same text of the same source, or as its page."""
        by_text = self._by_text.get((origin, text_digest(article))) if self._by_text else None
        return self._by_id.get(article.id) or by_text or (self._by_place.get((origin, file)) if is_page else None)

    def without(self, ids: Sequence[str]) -> "RemovedArticles":
        """All but those. Raises RefreshError for one that was not removed."""
        for article_id in ids:
            if article_id not in self.articles:
                known = ", ".join(self.articles) or "none"
                raise RefreshError(f"no article {one_line(article_id, 40)!r} was removed; removed are {known}")
        return RemovedArticles(article for article in self.articles.values() if article.id not in ids)

    def plus(
        self,
        ids: Sequence[str],
        indexed: Mapping[str, IndexedArticle],
        find: Mapping[str, Article],
        aliases: Mapping[str, str],
        now: datetime,
    ) -> "RemovedArticles":
        """These and the indexed ones of those ids."""
        added = (
            RemovedArticle(
                article_id,
                text_digest(find[article_id]),
                indexed[article_id].origin,
                indexed[article_id].file,
                now,
                tuple(name for name, known in aliases.items() if known == article_id),
            )
            for article_id in ids
        )
        return RemovedArticles([*self.articles.values(), *added])


def text_digest(article: Article) -> str:
    """The digest of title and text, in 32 hex digits."""
    text = f"{article.title}\n\n{article.text}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


_adapter = once(lambda: TypeAdapter(list[RemovedArticle]))


def read_removed(library: Library) -> RemovedArticles:
    """The removed articles of an index. Raises DamagedError: what was removed must not come back."""
    try:
        with naming(f"index/{FILE}"):
            text = library.document(FILE)
            return RemovedArticles(_adapter().validate_json(text) if text is not None else ())
    except DamagedError as error:
        cure = "put a copy of it back, or delete it, after which assistant refresh brings back what was removed by hand"
        raise DamagedError(f"{error}; {cure}") from None


def write_removed(library: Library, removed: RemovedArticles) -> None:
    """Keep them in the place of those before, whole or not at all."""
    data = _adapter().dump_python(list(removed.articles.values()), mode="json", exclude_defaults=True)
    library.keep_document(FILE, json.dumps(data, indent=2))
