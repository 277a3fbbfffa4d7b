"""What a home has is for its account alone, whatever the umask."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.utils import create_private, private_folder
from tests.support import WordHash, write_article


@pytest.fixture
def generous_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """What others may do with `folder` and with all that is in it."""
    paths = [folder, *folder.rglob("*")]
    return {str(path): oct(path.stat().st_mode & 0o077) for path in paths if path.stat().st_mode & 0o077}


@pytest.mark.usefixtures("generous_umask", "quick_names")
def test_nobody_else_may_read_what_a_refresh_and_a_reader_leave_in_a_new_home(tmp_path: Path) -> None:
    write_article(tmp_path / "articles", "rain", "It rained in Ashlorn on Monday.")
    home = tmp_path / "a" / "home"
    with Assistant.open(Settings(home=home), embeddings=WordHash()) as assistant:
        for text in ("It rained in Ashlorn on Monday.", "It rained in Ashlorn on Tuesday."):
            write_article(tmp_path / "articles", "rain", text)
            assistant.refresh([tmp_path / "articles"])
        assistant.watch("Did it rain?")
        assistant.rate(assistant.ask("Did it rain?"), good=True)
    assert modes(tmp_path / "a") == {}


@pytest.mark.usefixtures("generous_umask")
def test_a_folder_that_is_there_is_left_and_a_file_is_made_once(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o750)
    private_folder(tmp_path / "shared" / "new" / "er")
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o750 and modes(tmp_path / "shared" / "new") == {}
    assert create_private(tmp_path / "key", b"one") == create_private(tmp_path / "key", b"two") == b"one"
