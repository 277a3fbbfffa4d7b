"""History: what each refresh changed, and what two states of the index have different."""

import os
from collections.abc import Iterator, Mapping, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.answers import ArticleRef
from assistant.articles import Article
from assistant.errors import AssistantError, NoArticlesError
from assistant.index import Library
from assistant.index.article_list import page
from assistant.index.generation import IN_USE
from assistant.index.locks import hold_shared
from assistant.index.sqlite_store import FILE, ArticlesDb
from assistant.text.diff import SentenceChange, compare_texts
from assistant.utils.strings import one_line

CURRENT, PREVIOUS = "current", "previous"
_FIELDS = ("title", "text", "source", "published", "url", "author", "category", "updated")
_KINDS = ("added", "changed", "removed")


@dataclass(frozen=True, slots=True)
class Step:
    """A refresh that published something: its generation, what it changed and what failed.

    `parent` is the generation it began from. `sources` has the counts of what was added, changed and removed by the
    source, where they were told; `failures` are lines. `kept`: it is still on disk, and can be compared.
    """

    name: str
    parent: str | None
    made: datetime
    articles: int
    chunks: int
    added: int
    changed: int
    removed: int
    sources: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    kept: bool = False
    published: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """An article that is another in two states, as it is in the later one.

    `fields` are the names of those that differ, "text" among them; `title_before` is the title where it was another.
    """

    article_id: str
    title: str
    source: str | None
    published: datetime | None
    url: str | None
    fields: tuple[str, ...]
    title_before: str | None
    changes: tuple[SentenceChange, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What came, changed and went between two generations; each by publication and title."""

    before: str
    after: str
    added: tuple[ArticleRef, ...]
    changed: tuple[Changed, ...]
    removed: tuple[ArticleRef, ...]


def history(library: Library) -> list[Step]:
    """Every refresh that published, newest first; what is not kept any more is told of still."""
    kept, current = set(library.names()), library.current()
    steps = (_step(told, kept, current) for told in reversed(library.history()))
    return [step for step in steps if step is not None]


def _step(told: Mapping[str, Any], kept: set[str], current: str | None) -> Step | None:
    try:
        name, counts = told["name"], told.get("changes", {})
        return Step(
            name=name,
            parent=told["parent"],
            made=datetime.fromisoformat(told["made"]),
            articles=int(told["articles"]),
            chunks=int(told["chunks"]),
            **{kind: int(counts.get(kind, 0)) for kind in _KINDS},
            sources=dict(told.get("by_source", {})),
            failures=tuple(map(str, told.get("failures", ()))),
            kept=name in kept,
            published=name == current,
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None  # a damaged file must not hide the rest


def diff(library: Library, before: str = PREVIOUS, after: str = CURRENT) -> Diff:
    """What `after` has that `before` has not, and the other way round.

    Both are names of generations ("000003" or 3), "current" for the published one or "previous" for the one it was
    made from. Raises AssistantError, with the kept ones, for one that is not kept.
    """
    first, last = _named(library, before), _named(library, after)
    with _opened(library, first) as old, _opened(library, last) as new:
        had, has = _digests(old), _digests(new)
        differing = [name for name in had.keys() & has.keys() if had[name] != has[name]]
        changed = (_changed(old.article(name), new.article(name)) for name in differing)
        return Diff(
            before=first,
            after=last,
            added=_listed(new, has.keys() - had.keys()),
            changed=tuple(sorted(filter(None, changed), key=_by_title)),
            removed=_listed(old, had.keys() - has.keys()),
        )


def _named(library: Library, name: str) -> str:
    current = library.current()
    if current is None:
        raise NoArticlesError(
            f"no articles are indexed in {library.folder.parent}; run: assistant refresh [FOLDER or FILE ...]"
        )
    wanted = name.strip().lower()
    if wanted == CURRENT:
        return current
    if wanted == PREVIOUS:
        parent = _parent(library, current)
        if parent is None:
            raise AssistantError(f"generation {current} is the first, there is none before it to compare with")
        return parent
    return f"{int(wanted):06d}" if wanted.isascii() and wanted.isdigit() and len(wanted) <= 9 else name.strip()


def _parent(library: Library, name: str) -> str | None:
    try:
        return library.manifest(name).parent
    except FileNotFoundError:
        raise _missing(library, name) from None


@contextmanager
def _opened(library: Library, name: str) -> Iterator[ArticlesDb]:
    """The articles of a generation that is kept; no refresh sweeps it away meanwhile."""
    if name not in library.names():
        raise _missing(library, name)
    try:
        held = hold_shared(library.folder / name / IN_USE)
    except FileNotFoundError:
        raise _missing(library, name) from None
    try:
        with closing(ArticlesDb(library.folder / name / FILE)) as db:
            yield db
    finally:
        os.close(held)


def _missing(library: Library, name: str) -> AssistantError:
    kept = ", ".join(library.names())
    known = {told.get("name") for told in library.history()}
    if name in known:
        return AssistantError(f"generation {name} is no longer kept; kept are {kept}")
    return AssistantError(f"there is no generation {one_line(name, 40)!r}; name one of {kept}, current or previous")


def _digests(db: ArticlesDb) -> dict[str, str]:
    return {name: held.digest for name, held in db.held().items()}


def _listed(db: ArticlesDb, names: Set[str]) -> tuple[ArticleRef, ...]:
    found = (one for one in page(db) if one.id in names)
    listed = (ArticleRef(one.id, one.title, one.source, one.published, one.url) for one in found)
    return tuple(sorted(listed, key=_by_title))


def _by_title(one: ArticleRef | Changed) -> tuple[str, str, str]:
    return (one.source or "").casefold(), one.title.casefold(), one.article_id


def _changed(was: Article | None, now: Article | None) -> Changed | None:
    """None when nothing that a reader sees is another."""
    if was is None or now is None:
        return None
    fields = tuple(name for name in _FIELDS if getattr(was, name) != getattr(now, name))
    if not fields:
        return None
    return Changed(
        article_id=now.id,
        title=now.title,
        source=now.source,
        published=now.published,
        url=now.url,
        fields=fields,
        title_before=was.title if "title" in fields else None,
        changes=compare_texts(was.text, now.text),
    )
