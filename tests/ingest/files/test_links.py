"""Links in a folder: none that leads out of it is followed; a source may itself be listed by a link."""

from pathlib import Path

import pytest

from assistant.ingest import Failure, Loaded, files
from assistant.ingest.files import source_name
from tests.support import write_article


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_article(tmp_path / "private/deep", "secret", "The witness lives at the harbour.")
    return write_article(tmp_path / "news", "ebb", "The tide went out at noon.").parent


def read(source: Path) -> tuple[set[str], set[str]]:
    """The titles that are read, and the names of what is not."""
    items = list(files.read(source))
    loaded = {item.article.title for item in items if isinstance(item, Loaded)}
    return loaded, {item.where for item in items if isinstance(item, Failure)}


def test_neither_a_linked_file_nor_a_linked_folder_nor_a_chain_of_links_leads_out(folder: Path) -> None:
    private = folder.parent / "private"
    (folder / "file.md").symlink_to(private / "deep/secret.md")
    (folder / "folder").symlink_to(private, target_is_directory=True)
    (folder / "sub").mkdir()
    (folder / "sub/deep").symlink_to(Path("../../private/deep"), target_is_directory=True)
    (folder / "chain.md").symlink_to("file.md")
    assert read(folder) == ({"ebb"}, {"file.md", "chain.md", "folder/", "sub/deep/"})


def test_a_link_within_the_folder_is_read(folder: Path) -> None:
    (folder / "again.md").symlink_to("ebb.md")
    assert read(folder) == ({"ebb"}, set())


def test_a_source_that_is_listed_by_a_link_is_the_folder_itself_and_leads_no_further(folder: Path) -> None:
    link = folder.parent / "current"
    link.symlink_to(folder, target_is_directory=True)
    (folder / "up").symlink_to(folder.parent, target_is_directory=True)
    assert source_name(link) == source_name(folder)
    assert read(link) == ({"ebb"}, {"up/"})
