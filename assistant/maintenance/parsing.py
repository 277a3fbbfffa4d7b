"""Has many files parsed on other machines, and gives what came of them in the order of the files."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.ingest import Failure, Item
from assistant.ingest.files import Content, Outcome, Sandbox, UnparsedFile, parse_content, separate
from assistant.maintenance.workers import ParseFiles

_FEW_FILES, _FEW_BYTES = 50, 2_000_000  # are parsed sooner than a cluster is connected to
_WINDOW_BYTES, _WINDOW_ITEMS = 128_000_000, 20_000  # that wait for each other

Found = tuple[str, Item | UnparsedFile]
"""The location of a source, and an item of it or a file that is still to be parsed."""


def parsed_elsewhere(found: Iterable[Found], parse: ParseFiles, sandbox: Sandbox) -> Iterator[tuple[str, Item]]:
    """The items of all that was found, in its order, once `parse` has parsed the files; in `sandbox` where few are new.

    So many files are read ahead that their bytes make a window; what is not new waits for no file after it.
    """
    window = _Window()
    for location, item in found:
        if not isinstance(item, UnparsedFile) and not window.entries:
            yield location, item
            continue
        window.add(location, item)
        if window.is_full:
            yield from window.items(parse, sandbox)
            window = _Window()
    yield from window.items(parse, sandbox)


class _Window:
    """Files whose bytes are held at the same time, and the items between them."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Item | tuple[UnparsedFile, list[int | Failure]]]] = []
        self._contents: deque[Content] = deque()
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._bytes >= _WINDOW_BYTES or len(self.entries) >= _WINDOW_ITEMS

    def add(self, location: str, item: Item | UnparsedFile) -> None:
        if not isinstance(item, UnparsedFile):
            self.entries.append((location, item))
            return
        parts = [part if isinstance(part, Failure) else self._numbered(part) for part in separate(item.content)]
        emptied = replace(item, content=replace(item.content, data=b""))
        self.entries.append((location, (emptied, parts)))

    def _numbered(self, content: Content) -> int:
        self._contents.append(content)
        self._bytes += len(content.data)
        return len(self._contents) - 1

    def items(self, parse: ParseFiles, sandbox: Sandbox) -> Iterator[tuple[str, Item]]:
        """All items, in their order; the bytes are gone afterwards."""
        is_little = len(self._contents) < _FEW_FILES or self._bytes < _FEW_BYTES
        parsed = _one_by_one(self._drained(), sandbox) if is_little else parse(self._drained())
        outcomes = _by_position(iter(parsed))
        for location, entry in self.entries:
            if not isinstance(entry, tuple):
                yield location, entry
                continue
            file, parts = entry
            yield from ((location, item) for item in file.items(_outcomes(parts, outcomes)))

    def _drained(self) -> Iterator[Content]:
        while self._contents:
            yield self._contents.popleft()


def _one_by_one(contents: Iterable[Content], sandbox: Sandbox) -> Iterator[tuple[int, Sequence[Outcome]]]:
    for position, content in enumerate(contents):
        yield position, list(parse_content(content, sandbox))


def _by_position(parsed: Iterator[tuple[int, Sequence[Outcome]]]) -> Callable[[int], Sequence[Outcome]]:
    """Gives the outcomes at a position, once; those that come before it are kept."""
    ready: dict[int, Sequence[Outcome]] = {}

    def outcomes(position: int) -> Sequence[Outcome]:
        while position not in ready:
            ready.update([next(parsed)])
        return ready.pop(position)

    return outcomes


def _outcomes(parts: Iterable[int | Failure], outcomes: Callable[[int], Sequence[Outcome]]) -> Iterator[Outcome]:
    for part in parts:
        if isinstance(part, Failure):
            yield part
        else:
            yield from outcomes(part)
