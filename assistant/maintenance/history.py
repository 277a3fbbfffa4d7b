"""History: what each refresh changed, and how two generations of the index differ."""

from collections.abc import Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from assistant.answers import ArticleRef
from assistant.articles import Article
from assistant.errors import AssistantError, MissingError
from assistant.index import ArticleStore, Library
from assistant.text import SentenceChange, compare_texts
from assistant.utils import once, one_line

CURRENT, PREVIOUS = "current", "previous"
_FIELDS = ("title", "text", "source", "published", "url", "author", "category", "updated")


@dataclass(frozen=True, slots=True)
class Step:
    """A refresh that published a generation, `name`: what it changed and what failed.

    `parent` is the generation it began from. `sources` has, by location, how many articles were added, changed and
    removed; it is empty where that was not recorded. `failures` are lines of text. `kept`: the generation is still on
    disk and can be compared.
    """

    name: str
    parent: str | None
    made: datetime
    articles: int
    chunks: int
    added: int = 0
    changed: int = 0
    removed: int = 0
    sources: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    kept: bool = False
    published: bool = False


@dataclass(frozen=True, slots=True)
class Changed(ArticleRef):
    """An article that differs between two generations, as it is in the later one.

    `fields` are the names of the fields that differ, "text" among them; `title_before` is the earlier title when it
    differs, `changes` how the sentences changed.
    """

    fields: tuple[str, ...]
    title_before: str | None
    changes: tuple[SentenceChange, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """The articles added, changed and removed from generation `before` to `after`, each by publication and title."""

    before: str
    after: str
    added: tuple[ArticleRef, ...]
    changed: tuple[Changed, ...]
    removed: tuple[ArticleRef, ...]


_steps = once(lambda: TypeAdapter(Step))


def history(library: Library) -> list[Step]:
    """Every refresh that published a generation, newest first, also those whose generation is no longer on disk."""
    kept, current = set(library.names()), library.current()
    steps = (_step(entry, kept, current) for entry in reversed(library.history()))
    return [step for step in steps if step is not None]


def _step(entry: Mapping[str, Any], kept: set[str], current: str | None) -> Step | None:
    try:
        sources, name = entry.get("by_source", {}), entry.get("name")
        is_kept, is_current = name in kept, name == current
        values = {**entry, **entry.get("changes", {}), "sources": sources, "kept": is_kept, "published": is_current}
        return _steps().validate_python(values)
    except (ValueError, TypeError, AttributeError):
        return None  # a damaged entry must not hide the others


def diff(library: Library, before: str = PREVIOUS, after: str = CURRENT) -> Diff:
    """How the articles of generation `after` differ from those of `before`.

    Both are names of generations ("000003" or "3"), "current" for the published one or "previous" for the one it was
    made from. Raises AssistantError, which lists the kept ones, for a generation that is not kept.
    """
    before, after = _generation_name(library, before), _generation_name(library, after)
    with _open_articles(library, before) as old, _open_articles(library, after) as new:
        old_digests, new_digests = old.digests(), new.digests()
        common = old_digests.keys() & new_digests.keys()
        differing = [article_id for article_id in common if old_digests[article_id] != new_digests[article_id]]
        changed = (_changed(old.article(article_id), new.article(article_id)) for article_id in differing)
        return Diff(
            before=before,
            after=after,
            added=_references(new, new_digests.keys() - old_digests.keys()),
            changed=tuple(sorted(filter(None, changed), key=_by_title)),
            removed=_references(old, old_digests.keys() - new_digests.keys()),
        )


def _generation_name(library: Library, name: str) -> str:
    current, word = library.published(), name.strip().lower()
    if word == CURRENT:
        return current
    if word == PREVIOUS:
        try:
            parent = library.manifest(current).parent
        except FileNotFoundError:
            raise _missing(library, current) from None
        if parent is None:
            raise AssistantError(f"generation {current} is the first, there is none before it to compare with")
        return parent
    return f"{int(word):06d}" if word.isascii() and word.isdigit() and len(word) <= 9 else name.strip()


@contextmanager
def _open_articles(library: Library, name: str) -> Iterator[ArticleStore]:
    """The articles of a kept generation, which no refresh deletes before the end of the block."""
    if name not in library.names():
        raise _missing(library, name)
    with ExitStack() as opened:
        try:
            articles = opened.enter_context(library.articles(name))
        except FileNotFoundError:
            raise _missing(library, name) from None
        yield articles


def _missing(library: Library, name: str) -> MissingError:
    kept = ", ".join(library.names())
    if name in {entry.get("name") for entry in library.history()}:
        return MissingError(f"generation {name} is no longer kept; kept are {kept}")
    return MissingError(f"there is no generation {one_line(name, 40)!r}; name one of {kept}, current or previous")


def _references(db: ArticleStore, ids: Set[str]) -> tuple[ArticleRef, ...]:
    return tuple(sorted((article for article in db.listed() if article.article_id in ids), key=_by_title))


def _by_title(article: ArticleRef) -> tuple[str, str, str]:
    return (article.source or "").casefold(), article.title.casefold(), article.article_id


def _changed(before: Article | None, after: Article | None) -> Changed | None:
    """None when they differ in nothing that users see."""
    if before is None or after is None:
        return None
    fields = tuple(name for name in _FIELDS if getattr(before, name) != getattr(after, name))
    if not fields:
        return None
    title_before = before.title if "title" in fields else None
    about = (after.id, after.title, after.source, after.published, after.url)
    return Changed(*about, fields, title_before, compare_texts(before.text, after.text))
