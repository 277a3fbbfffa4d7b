"""The articles that a window is about to add: as they were read, with what was mended of them since."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assistant import AssistantError, Draft, Preview
from assistant.utils import safe_to_show, storable

FIELDS = ("title", "date", "publication", "text")
MOST, _MOST_CHARACTERS = 1000, 20_000_000  # of a window


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """An article that may be added: its `draft` as it was read, the fields that were `mended`, as they were typed."""

    draft: Draft
    mended: Mapping[str, str] = field(default_factory=dict)
    is_left_out: bool = False

    @property
    def key(self) -> str:
        """What names it in the page."""
        return hashlib.sha256(self.draft.id.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def result(self) -> Draft:
        """The draft with what was mended. Raises AssistantError for a date that is none."""
        return self.draft.mended(**self.mended)

    @property
    def problem(self) -> str | None:
        """Why it cannot be added as it is; None when it can."""
        try:
            return self.result.problem
        except AssistantError as error:
            return str(error)


@dataclass(frozen=True, slots=True)
class DraftList:
    """The articles that a window may add, with what of the files could not be read, and notices."""

    entries: tuple[DraftEntry, ...] = ()
    failures: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[DraftEntry, ...]:
        """Those that are to be added."""
        return tuple(entry for entry in self.entries if not entry.is_left_out)

    def changed(self, changes: object) -> "DraftList":
        """The same with what a page says was mended and left out, by the keys of the entries; nothing is trusted."""
        given = changes if isinstance(changes, Mapping) else {}
        return replace(self, entries=tuple(_changed(entry, given.get(entry.key)) for entry in self.entries))

    def with_preview(self, preview: Preview) -> "DraftList":
        """The same with what came of another file; an article that is there already is there once."""
        entries = {entry.key: entry for entry in self.entries}
        notices, size = list(preview.notices), sum(len(entry.draft.text) for entry in self.entries)
        for entry in map(DraftEntry, preview.drafts):
            size += len(entry.draft.text)
            if len(entries) >= MOST or size > _MOST_CHARACTERS:
                notices.append("more articles than can be looked at here; add these first, or run: assistant add")
                break
            if entry.key in entries:
                notices.append(f"“{entry.draft.title}” is in this list already")
            entries.setdefault(entry.key, entry)
        failures = tuple(f"{safe_to_show(failed.where)}: {failed.reason}" for failed in preview.failures)
        return DraftList(tuple(entries.values()), (*self.failures, *failures), (*self.notices, *notices))

    def with_failure(self, text: str) -> "DraftList":
        """The same with something else that could not be read."""
        return replace(self, failures=(*self.failures, text))

    def without(self, entries: tuple[DraftEntry, ...]) -> "DraftList":
        """What is left once these were added; what could not be read was told."""
        keys = {entry.key for entry in entries}
        return DraftList(tuple(entry for entry in self.entries if entry.key not in keys))


def _changed(entry: DraftEntry, changes: Any) -> DraftEntry:
    if not isinstance(changes, Mapping):
        return entry
    mended = {name: storable(value) for name in FIELDS if isinstance(value := changes.get(name), str)}
    is_left_out = changes.get("out", entry.is_left_out) is True
    return replace(entry, mended={**entry.mended, **mended}, is_left_out=is_left_out)
