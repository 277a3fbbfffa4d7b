"""The articles that a window is about to add: as they were read, with what was mended of them since."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assistant import AssistantError, Draft, Preview
from assistant.utils import safe_to_show, storable

FIELDS = ("title", "date", "publication", "text")
MOST, MOST_CHARACTERS = 1000, 20_000_000  # of a window
_TOO_LONG = "what was mended is too long to be kept; add these articles first"


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
    def size(self) -> int:
        """How many characters of texts it holds."""
        return len(self.draft.text) + sum(map(len, self.mended.values()))

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
    def size(self) -> int:
        """How many characters of texts it holds."""
        return sum(entry.size for entry in self.entries)

    @property
    def chosen(self) -> tuple[DraftEntry, ...]:
        """Those that are to be added."""
        return tuple(entry for entry in self.entries if not entry.is_left_out)

    def changed(self, changes: object) -> "DraftList":
        """The same with what a page says was mended and left out, by the keys of the entries; nothing is trusted."""
        given = changes if isinstance(changes, Mapping) else {}
        made = replace(self, entries=tuple(_changed(entry, given.get(entry.key)) for entry in self.entries))
        return made if made.size <= max(self.size, 2 * MOST_CHARACTERS) else self.with_failure(_TOO_LONG)

    def with_preview(self, preview: Preview) -> "DraftList":
        """The same with what came of another file; an article that is there already is there once."""
        entries = {entry.key: entry for entry in self.entries}
        notices, size = list(preview.notices), self.size
        for entry in map(DraftEntry, preview.drafts):
            size += len(entry.draft.text)
            if len(entries) >= MOST or size > MOST_CHARACTERS:
                notices.append("more articles than can be looked at here; add these first, or run: assistant add")
                break
            if entry.key in entries:
                notices.append(f"“{entry.draft.title}” is in this list already")
            entries.setdefault(entry.key, entry)
        failures = tuple(f"{safe_to_show(failed.where)}: {failed.reason}" for failed in preview.failures)
        told = (*self.failures, *failures)[-MOST:], (*self.notices, *notices)[-MOST:]
        return DraftList(tuple(entries.values()), *told)

    def with_failure(self, text: str) -> "DraftList":
        """The same with something else that could not be read."""
        return replace(self, failures=(*self.failures, text)[-MOST:])

    def without(self, entries: tuple[DraftEntry, ...]) -> "DraftList":
        """What is left once these were added; what could not be read was told."""
        keys = {entry.key for entry in entries}
        return DraftList(tuple(entry for entry in self.entries if entry.key not in keys))


class DraftLists:
    """The lists of all windows by the names of their sessions; may be used from several threads.

    Those that were not used for longest are forgotten where all hold more than `most` characters.
    """

    def __init__(self, most: int = 5 * MOST_CHARACTERS) -> None:
        self._most = most
        self._lists: OrderedDict[str, DraftList] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: str) -> DraftList:
        """The list of that window."""
        with self._lock:
            return self._lists.get(session, DraftList())

    def note(self, session: str, drafts: DraftList) -> None:
        """Keep `drafts` as the list of that window."""
        with self._lock:
            self._lists.pop(session, None)
            if drafts != DraftList():
                self._lists[session] = drafts
            size = sum(each.size for each in self._lists.values())
            while len(self._lists) > 1 and (size > self._most or len(self._lists) > MOST):
                _, forgotten = self._lists.popitem(last=False)
                size -= forgotten.size


def _changed(entry: DraftEntry, changes: Any) -> DraftEntry:
    if not isinstance(changes, Mapping):
        return entry
    mended = {name: storable(value) for name in FIELDS if isinstance(value := changes.get(name), str)}
    is_left_out = changes.get("out", entry.is_left_out) is True
    return replace(entry, mended={**entry.mended, **mended}, is_left_out=is_left_out)
