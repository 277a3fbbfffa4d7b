"""Previews: what would come in of a file, an address or a text, looked up in the index and without changing it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from assistant.answers import ArticleRef
from assistant.articles import Article
from assistant.errors import AssistantError
from assistant.index import DuplicateFinder, Generation, Library
from assistant.ingest import Failure, Item, Loaded, Notice, without_impossible_dates
from assistant.ingest.files import Sandbox, read_pasted, read_upload
from assistant.ingest.sources import Source, added_folder, is_address, resolve, resolve_location
from assistant.maintenance.drafts import Draft, Preview
from assistant.maintenance.removed import RemovedArticles, read_removed
from assistant.maintenance.trial import try_sources
from assistant.settings import Settings

_MOST = 50  # pages of a feed whose address is given


def preview(
    library: Library,
    settings: Settings,
    *,
    data: bytes | None = None,
    name: str = "",
    path: Path | None = None,
    address: str | None = None,
    text: str | None = None,
) -> Preview:
    """What would come in of one of these. See `Assistant.preview`."""
    if len([value for value in (data, path, address, text) if value is not None]) != 1:
        raise AssistantError("to look at what would come in, give one of: data, path, address, text")
    if data is not None:
        return _preview_file(data, name, library, settings)
    if path is not None:
        return _preview_path(path, library, settings)
    if address is not None:
        return _preview_address(address, library, settings)
    return _preview_text(text or "", library, settings)


def _preview_file(data: bytes, name: str, library: Library, settings: Settings) -> Preview:
    """What would come in of the bytes of a file of that name."""
    with Sandbox() as sandbox:
        items = read_upload(data, name, sandbox, settings.max_file_mb * 1_000_000)
    return _preview(items, library, settings)


def _preview_text(text: str, library: Library, settings: Settings) -> Preview:
    """What would come in of a text."""
    if not text.strip():
        raise AssistantError("the text is empty; paste that of an article, with its title in the first line")
    with Sandbox() as sandbox:
        items = read_pasted(text, sandbox, settings.max_file_mb * 1_000_000)
    return _preview(items, library, settings)


def _preview_path(path: Path, library: Library, settings: Settings) -> Preview:
    """What would come in of a folder or file of this machine."""
    (source,) = resolve([path], [])
    return _preview_of_source(source, library, settings)


def _preview_address(address: str, library: Library, settings: Settings) -> Preview:
    """What would come in of an address, fetched as that of a source is. Raises SettingsError for what is none."""
    address = address.strip()
    if not is_address(address):
        address = f"https://{address}"
    location = resolve_location(address)
    return _preview_of_source(Source(location, "web", location, most=_MOST), library, settings)


def _preview_of_source(source: Source, library: Library, settings: Settings) -> Preview:
    (trial,) = try_sources([source], settings)
    where = source.location
    items: list[Item] = [Loaded(article, "", article.url or where) for article in trial.articles]
    return _preview([*items, *trial.failures, *map(Notice, trial.notices)], library, settings)


def _preview(items: Iterable[Item], library: Library, settings: Settings) -> Preview:
    read = [item for _, item in without_impossible_dates(("", item) for item in items)]
    loaded = {item.article.id: item for item in read if isinstance(item, Loaded)}
    return Preview(
        drafts=tuple(with_known([_draft(item.article, item.where) for item in loaded.values()], library, settings)),
        failures=tuple(item for item in read if isinstance(item, Failure)),
        notices=tuple(item.text for item in read if isinstance(item, Notice)),
    )


def _draft(article: Article, where: str) -> Draft:
    about = (article.source, article.published, article.author, article.url, article.category, article.updated)
    return Draft(article.id, article.title, article.text, *about, where)


def with_known(drafts: list[Draft], library: Library, settings: Settings) -> list[Draft]:
    """The drafts with what the index knows of each now."""
    removed = read_removed(library)
    if library.current() is None:
        return [replace(draft, removed=draft.id in removed) for draft in drafts]
    aliases = library.known_aliases()
    added = str(added_folder(settings).resolve())

    def look_up(generation: Generation) -> list[Draft]:
        known = _Known(generation, aliases, removed, added)
        return list(map(known.of, drafts))

    return library.read(look_up)


@dataclass
class _Known:
    """What a generation knows of drafts. `added` is the folder of the articles that were added by hand."""

    generation: Generation
    aliases: dict[str, str]
    removed: RemovedArticles
    added: str

    @cached_property
    def _duplicates(self) -> DuplicateFinder:
        return DuplicateFinder(self.generation.folder)

    @cached_property
    def _origins(self) -> dict[str, str]:
        return {article.id: article.origin for article in self.generation.db.indexed_articles().values()}

    def of(self, draft: Draft) -> Draft:
        """The draft by the id that the index has for its address, with the articles that it is, or is much like."""
        identifier = self.aliases.get(draft.id, draft.id)
        if identifier not in self._origins:
            identifier = draft.id
        draft = replace(draft, id=identifier)
        origin = self._origins.get(identifier)
        is_held = origin is not None and not is_address(origin) and origin != self.added
        return replace(
            draft,
            known=self._ref(identifier),
            held_by=origin if is_held else None,
            similar=self._ref(self._duplicates.nearest(draft.article)),
            removed=identifier in self.removed,
        )

    def _ref(self, article_id: str | None) -> ArticleRef | None:
        article = self.generation.db.article(article_id) if article_id else None
        if article is None:
            return None
        return ArticleRef(article.id, article.title, article.source, article.published, article.url)
