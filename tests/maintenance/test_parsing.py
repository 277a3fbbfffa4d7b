"""Files that others parse: the same comes of them, in the same order, however they come back."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.index import FetchState
from assistant.ingest import Failure, Item
from assistant.ingest.files import Content, Outcome, parse_content
from assistant.ingest.sources import Source
from assistant.maintenance.source_items import read_items
from assistant.maintenance.workers import ParseFiles
from assistant.settings import Settings
from tests.ingest.files.samples import SANDBOX, many
from tests.support import write_article

Located = tuple[str, Item]


def backwards(files: Iterable[Content]) -> Iterator[tuple[int, Sequence[Outcome]]]:
    """In the place of a cluster of which the last file comes back first."""
    parsed = [(position, list(parse_content(file, SANDBOX))) for position, file in enumerate(files)]
    yield from reversed(parsed)


def nobody(files: Iterable[Content]) -> Iterator[tuple[int, Sequence[Outcome]]]:
    """In the place of a cluster that is not to be asked."""
    raise AssertionError("it was asked")


def items(folders: Iterable[Path], parse: ParseFiles | None = None, known: Iterable[Located] = ()) -> list[Located]:
    """What the folders give; `known` is what they gave before."""
    states = {(location, item.key): item for location, item in known if isinstance(item, FetchState)}
    sources = [Source(folder.name, "folder", str(folder)) for folder in folders]
    settings = Settings(max_file_mb=1)
    return list(read_items(sources, lambda *place: states.get(place), settings, None, SANDBOX, parse))


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    write_article(tmp_path / "letters", "ebb", "The tide went out.", published="9999-01-01")
    return [many(tmp_path / "press"), tmp_path / "letters"]


def test_what_others_parse_comes_as_it_would_from_here(folders: list[Path]) -> None:
    here = items(folders)
    assert items(folders, backwards) == here
    failed = [item.where for _, item in here if isinstance(item, Failure)]
    assert failed == [
        "damaged.pdf",
        "damaged.zip",
        "ferries.zip/d.zip",
        "some.zip/a.docx",
        "some.zip/c.md",
        "vast.jsonl",
    ]


def test_what_is_known_is_not_parsed_again_and_what_is_new_for_itself(folders: list[Path]) -> None:
    known = items(folders)
    write_article(folders[1], "flow", "The tide came in.")
    assert items(folders, nobody, known) == items(folders, None, known)


def test_small_files_are_parsed_here_however_many(tmp_path: Path) -> None:
    for number in range(60):
        write_article(tmp_path / "letters", f"letter-{number}", "The tide went out.")
    assert items([tmp_path / "letters"], nobody) == items([tmp_path / "letters"])


def test_a_few_files_are_parsed_here_however_large(tmp_path: Path) -> None:
    for number in range(4):
        write_article(tmp_path / "books", f"book-{number}", "The tide went out. " * 40_000)
    assert items([tmp_path / "books"], nobody) == items([tmp_path / "books"])
