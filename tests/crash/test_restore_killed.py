"""A restore that is killed at any moment leaves the home of before or that of the backup, never a mix or none."""

from pathlib import Path

import pytest

from assistant import Settings
from assistant.maintenance import restore
from assistant.maintenance.archive import FORMAT, ArchiveWriter, BackupHead
from tests.crash.children import child

pytestmark = pytest.mark.crash
FILES, BYTES, ROUNDS = 20, 20_000, 12


def write_backup(path: Path, letter: str) -> Path:
    """A backup whose files have nothing but that letter."""
    head = BackupHead(FORMAT, 1, "1", "2026-01-01T00:00:00+00:00", None, 0, None)
    with path.open("wb") as out, ArchiveWriter(out, head, path.name) as archive:
        for number in range(FILES):
            archive.add_text(f"added/{number}.txt", letter * BYTES)
        archive.finish()
    return path


def letters(home: Path) -> set[str]:
    """The letters in a home, which is whole."""
    contents = [path.read_text() for path in (home / "added").glob("*.txt")]
    assert len(contents) == FILES and all(len(content) == BYTES for content in contents)
    return set("".join(contents))


def test_whenever_it_is_killed_the_home_is_whole(tmp_path: Path) -> None:
    one, other = write_backup(tmp_path / "one.tar.gz", "a"), write_backup(tmp_path / "other.tar.gz", "b")
    home = tmp_path / "here" / "home"
    restore(Settings(home=home), one)
    for number in range(ROUNDS):
        with child("restorer", home, one, other) as restorer:
            for _ in range(1 + number % 3):
                restorer.line()
            for _ in range(number * 3000):  # a little later each time
                pass
            restorer.process.kill()
        assert letters(home) in ({"a"}, {"b"})
    restore(Settings(home=home), other, force=True)
    assert letters(home) == {"b"} and not list(home.parent.glob("*.restoring-*"))
