"""A backup, put back in an empty home, answers as the home did and has all that people made; what is torn is told."""

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from assistant import Assistant, AssistantError, LockedError, Settings
from assistant.cli.main import main
from assistant.index import HomeLibrary
from assistant.maintenance import restore
from tests.support import open_assistant, titles, versions, write_article, write_version

pytestmark = pytest.mark.usefixtures("quick_names")
QUESTION = "When does the ferry to Aland leave?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of two generations, with something of each kind that people make."""
    folder = tmp_path_factory.mktemp("backup")
    home = folder / "home"
    article = write_article(folder / "articles", "ferries", "The ferry to Aland leaves at six.", title="Ferries")
    write_article(folder / "articles", "museums", "The museum of Oulu opens at noon.", title="Museums")
    with open_assistant(home) as assistant:
        assistant.refresh([folder / "articles"])
        article.write_text(article.read_text().replace("six", "seven"))
        assistant.refresh()
        assistant.add_articles(assistant.preview(text="Quay reopens\n\nThe quay was reopened on Monday.").drafts)
        people(assistant)
    (home / "sources.toml").write_text(f'[papers]\nfolder = "{folder / "articles"}"\n')
    (home / "questions.toml").write_text(f'questions = ["{QUESTION}"]\n')
    (home / "window.key").write_bytes(b"k" * 32)
    for name in ("refresh.log", "feedback.sqlite.damaged-20260101-000000", ".hidden", "yesterday.tar.gz"):
        (home / name).write_text("not to be kept")
    return home


def people(assistant: Assistant) -> None:
    """Feedback, a watch, a shared answer, a collection, and an article that was removed."""
    answer = assistant.ask(QUESTION)
    assistant.rate(answer, good=True, key="first")
    assistant.watch("When does the museum of Oulu open?")
    assistant.share(answer, "ana")
    assistant.collections.add("ana", assistant.collections.new("ana", "Ferries").id, assistant.pinned(answer))
    assistant.remove_articles([article.id for article in assistant.articles() if article.title == "Museums"])


def made(assistant: Assistant) -> object:
    """All that people made in a home."""
    answer = assistant.ask(QUESTION)
    shared, collections = assistant.shared_answers("ana"), assistant.collections.of("ana")
    told = (answer.text, [citation.quote for citation in answer.citations])
    return told, assistant.feedback(), assistant.watches(), shared, collections, assistant.removed_articles()


def settings(home: Path) -> Settings:
    return Settings(home=home, refresh_wait=0)


@pytest.mark.parametrize("name", ["home.tar.gz", "home.tar.zst"])
def test_what_is_put_back_in_an_empty_home_answers_alike_and_has_all_that_people_made(
    home: Path, tmp_path: Path, name: str
) -> None:
    with open_assistant(home) as assistant:
        backup, before = assistant.backup(tmp_path / name), made(assistant)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 and backup.generation == "000004"
    new = tmp_path / "new"
    new.mkdir()
    restored = restore(settings(new), tmp_path / name)
    assert restored.made == backup.made and restored.articles == 2 and restored.set_aside is None
    with open_assistant(new) as assistant:
        assert made(assistant) == before and assistant.check().is_sound
        assert assistant.suggestions(1) == [QUESTION]
        assert titles(assistant) == {"Ferries", "Quay reopens"}
        assert assistant.refresh().generation == "000005" and titles(assistant) == {"Ferries", "Quay reopens"}
    for each in ("sources.toml", "questions.toml", "window.key"):
        assert (new / each).read_bytes() == (home / each).read_bytes()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [new, *new.rglob("*")]}
    assert modes == {0o700, 0o600}


def test_neither_logs_nor_what_was_set_aside_nor_other_generations_are_in_it(home: Path, tmp_path: Path) -> None:
    with open_assistant(home) as assistant:
        assistant.backup(tmp_path)
    (path,) = tmp_path.glob("article-assistant-*.tar.gz")
    with tarfile.open(path) as tar:
        names = tar.getnames()
    assert not [name for name in names if "not to be kept" in name or name.endswith((".log", ".hidden", ".lock"))]
    assert not [name for name in names if "damaged" in name or "yesterday" in name or "index/000003/" in name]


def test_a_home_without_articles_keeps_what_people_made(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "questions.toml").write_text('questions = ["Who?"]\n')
    with open_assistant(tmp_path / "home") as assistant:
        assert assistant.backup(tmp_path / "b.tar.gz").generation is None
    restore(settings(tmp_path / "new"), tmp_path / "b.tar.gz")
    assert (tmp_path / "new" / "questions.toml").exists()


def test_a_list_of_sources_elsewhere_is_put_in_the_home(listing: Path, tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home", sources=listing) as assistant:
        assistant.refresh()
        assistant.backup(tmp_path / "b.tar.gz")
    restore(settings(tmp_path / "new"), tmp_path / "b.tar.gz")
    assert (tmp_path / "new" / "sources.toml").read_bytes() == listing.read_bytes()


def test_while_refreshes_and_writers_go_on_each_backup_is_one_state(tmp_path: Path) -> None:
    words = ["alpha", "bravo", "charlie", "delta"]
    home, articles, done = tmp_path / "home", tmp_path / "articles", threading.Event()
    write_version(articles, words[0])
    with open_assistant(home, generations=2) as assistant:
        assistant.refresh([articles])

        def refresh() -> None:
            for number in range(1, 9):
                write_version(articles, words[number % 4])
                assistant.refresh()
            done.set()

        def rate() -> None:
            answer = assistant.ask("Which harbour was closed?")
            while not done.is_set():
                assistant.rate(answer, good=True)

        threads = [threading.Thread(target=work) for work in (refresh, rate)]
        for thread in threads:
            thread.start()
        taken: list[Path] = []
        while not done.is_set() or not taken:
            taken.append(tmp_path / f"{len(taken)}.tar.zst")
            with open_assistant(home) as other:
                other.backup(taken[-1])
        for thread in threads:
            thread.join()
    for number, path in enumerate(taken[:: max(1, len(taken) // 6)]):
        restore(settings(tmp_path / f"new-{number}"), path)
        with open_assistant(tmp_path / f"new-{number}") as restored:
            assert len(versions(restored, words)) == 1 and restored.check().is_sound
            assert all(entry.good for entry in restored.feedback())


def test_a_backup_taken_while_somebody_opens_the_index_is_whole(home: Path, tmp_path: Path) -> None:
    torn = shutil.copytree(home, tmp_path / "home")
    with open_assistant(torn) as assistant:
        before = made(assistant)
        for path in torn.glob("index/000004/chroma/*/*"):
            path.write_bytes(b"")  # as another that opens the index leaves them for a moment
        assistant.backup(tmp_path / "b.tar.gz")
    restore(settings(tmp_path / "new"), tmp_path / "b.tar.gz")
    with open_assistant(tmp_path / "new") as restored:
        assert restored.check().is_sound and made(restored) == before


# what is refused


@pytest.fixture(scope="module")
def taken(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("taken") / "home.tar.gz"
    with open_assistant(home) as assistant:
        assistant.backup(path)
    return path


def opened(content: bytes) -> BinaryIO:
    return cast(BinaryIO, io.BytesIO(content))


def refused(source: bytes, folder: Path) -> str:
    """The line with which it is refused; nothing is there of it then."""
    home = folder / "home"
    with pytest.raises(AssistantError) as caught:
        restore(settings(home), opened(source))
    assert not home.exists() and not list(folder.glob("home*")) and "\n" not in str(caught.value)
    return str(caught.value)


SMALL = ("x", "index/CURRENT", "added/y.txt")


def refused_or_whole(damaged: bytes, folder: Path) -> None:
    """A damaged backup is refused, unless the damage is where nobody reads: then all of it is restored."""
    try:
        restored = restore(settings(folder / "home"), opened(damaged))
    except AssistantError:
        refused(damaged, folder)
    else:
        files = {path.relative_to(folder): path.read_text() for path in folder.rglob("*") if path.is_file()}
        assert restored.version == "1" and files == {Path("home", name): "x" for name in SMALL}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of some hundred bytes."""
    return forged(*(f"home/{name}" for name in SMALL))


@given(st.data())
def test_one_that_is_damaged_anywhere_is_refused_unless_all_that_is_read_of_it_is_sound(
    small: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content, folder = bytearray(gzip.decompress(small)), tmp_path_factory.mktemp("damaged")
    kind = data.draw(st.sampled_from(["cut", "flipped", "dropped"]))
    place = data.draw(st.integers(0, len(content) - 1))
    if kind == "dropped":
        del content[place // 512 * 512 : place // 512 * 512 + 512]
    elif kind == "flipped":
        content[place] ^= data.draw(st.integers(1, 255))
    else:
        del content[place:]
    refused_or_whole(gzip.compress(bytes(content), 1), folder)


@given(st.data())
def test_damage_to_the_compressed_file_is_refused_unless_it_is_where_nobody_reads(
    small: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packed = bytearray(small)
    packed[data.draw(st.integers(10, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    refused_or_whole(bytes(packed), tmp_path_factory.mktemp("damaged"))


@given(st.binary(max_size=300))
@example(b"")
@example(gzip.compress(b""))
@example(b"\x28\xb5\x2f\xfd\x00")
def test_another_file_is_refused_in_a_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    refused(content, tmp_path_factory.mktemp("other"))


def forged(*members: tarfile.TarInfo | str, head: dict[str, object] | None = None) -> bytes:
    """A backup with these members, whose checksums are right."""
    known = {"format": 1, "home_format": 1, "version": "1", "made": "2026-01-01T00:00:00+00:00"}
    rest = {"generation": None, "articles": 0, "embedder": None}
    out, digest = io.BytesIO(), hashlib.sha256(b"x").hexdigest()
    infos = [member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member) for member in members]
    first = json.dumps({**known, **rest, **(head or {})}).encode()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        put(tar, tarfile.TarInfo("article-assistant-backup.json"), first)
        for info in infos:
            put(tar, info, b"x" if info.isreg() else b"")
        names = {info.name.removeprefix("home/"): digest for info in infos}
        names["article-assistant-backup.json"] = hashlib.sha256(first).hexdigest()
        put(tar, tarfile.TarInfo("contents.json"), json.dumps(names).encode())
    return out.getvalue()


def put(tar: tarfile.TarFile, info: tarfile.TarInfo, content: bytes) -> None:
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


ODD = "home/../x ../x /x /home/x home//x home/./x home/a/../../x x home home/ home/a\\b home/a/../x homes/x".split()


@pytest.mark.parametrize("path", [*ODD, "home/a\nb", "home/\x1b[31m"])
def test_no_path_leads_out_of_the_home(tmp_path: Path, path: str) -> None:
    assert "no path of a home" in refused(forged(path), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    assert "no plain file" in refused(forged(member("home/x", kind, "/etc/passwd"), "home/x"), tmp_path)


def test_a_name_twice_and_a_file_in_the_place_of_a_folder_are_refused(tmp_path: Path) -> None:
    for names in (("home/x", "home/x"), ("home/x", "home/x/y"), ("home/x/y", "home/x")):
        assert "is in it twice" in refused(forged(*names), tmp_path)


@pytest.mark.parametrize("newer", ["format", "home_format"])
def test_one_of_a_newer_version_is_refused(tmp_path: Path, newer: str) -> None:
    assert "version 9.1, which is newer" in refused(forged("home/x", head={newer: 99, "version": "9.1"}), tmp_path)


def test_what_is_said_of_a_whole_one_is_true(tmp_path: Path) -> None:
    restored = restore(settings(tmp_path / "home"), opened(forged("home/x", "home/a/b")))
    assert restored.files == 2 and restored.path is None and (tmp_path / "home/a/b").read_text() == "x"


# a home that is not empty


def test_a_full_home_is_replaced_by_force_only_and_set_aside(home: Path, taken: Path, tmp_path: Path) -> None:
    old = tmp_path / "home"
    shutil.copytree(home, old)
    before = {path.relative_to(old) for path in old.rglob("*")}
    with pytest.raises(AssistantError, match="is not empty; with --force"):
        restore(settings(old), taken)
    restored = restore(settings(old), taken, force=True)
    assert restored.set_aside is not None and restored.set_aside.name.startswith("home.before-")
    assert {path.relative_to(restored.set_aside) for path in restored.set_aside.rglob("*")} == before
    with open_assistant(old) as assistant:
        assert titles(assistant) == {"Ferries", "Quay reopens"}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_home_is_as_it_was_when_the_file_is_damaged_or_during_a_refresh(taken: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mine").write_text("mine")
    torn = tmp_path / "torn.tar.gz"
    torn.write_bytes(taken.read_bytes()[:-3000])
    with pytest.raises(AssistantError, match=r"torn\.tar\.gz: it is (cut|damaged)"):
        restore(settings(home), torn, force=True)
    with HomeLibrary(home).refreshing(0, lambda who: None), pytest.raises(LockedError):
        restore(settings(home), taken, force=True)
    assert (home / "mine").read_text() == "mine" and len(list(tmp_path.iterdir())) == 2


def test_a_backup_that_cannot_be_written_leaves_the_one_before(home: Path, tmp_path: Path) -> None:
    with open_assistant(home) as assistant:
        with pytest.raises(AssistantError, match="the name of a backup ends in"):
            assistant.backup(tmp_path / "backup.zip")
        with pytest.raises(AssistantError, match="cannot be written"):
            assistant.backup(tmp_path / "nowhere" / "b.tar.gz")
    with open_assistant(tmp_path / "none") as empty, pytest.raises(AssistantError, match="there is no home"):
        empty.backup(tmp_path / "b.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_taken_as_it_is_and_told(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    (copy / "feedback.sqlite").write_bytes(b"not a database" * 100)
    with open_assistant(copy) as assistant:
        assert "feedback.sqlite was taken as it is" in assistant.backup(tmp_path / "b.tar.gz").notices[0]


def test_what_a_writer_has_not_committed_is_not_in_it(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    with closing(sqlite3.connect(copy / "audit.sqlite", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE entries (text)")
        db.execute("INSERT INTO entries VALUES ('done')")
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO entries VALUES ('half done')")
        with open_assistant(copy) as assistant:
            assistant.backup(tmp_path / "b.tar.gz")
    restore(settings(tmp_path / "new"), tmp_path / "b.tar.gz")
    with closing(sqlite3.connect(tmp_path / "new" / "audit.sqlite")) as db:
        assert db.execute("SELECT text FROM entries").fetchall() == [("done",)]


# by command


@pytest.fixture
def by_command(home: Path) -> Iterator[CliRunner]:
    yield CliRunner(env={"ASSISTANT_HOME": str(home)})


def test_the_commands_write_to_standard_output_and_read_from_standard_input(
    by_command: CliRunner, tmp_path: Path
) -> None:
    piped = by_command.invoke(main, ["backup", "-"])
    assert piped.exit_code == 0, piped.stderr
    put_back = by_command.invoke(main, ["restore", "-", "--home", str(tmp_path / "new")], input=piped.stdout_bytes)
    assert "it has 2 articles (generation 000004)" in put_back.stdout.replace("\n", " ")
    again = by_command.invoke(main, ["restore", "-", "--home", str(tmp_path / "new")], input=piped.stdout_bytes)
    assert again.exit_code == 1 and again.stderr.count("\n") == 1


def test_the_commands_say_what_there_is_as_data(by_command: CliRunner, tmp_path: Path) -> None:
    told = json.loads(by_command.invoke(main, ["backup", str(tmp_path / "b.tar.zst"), "--json"]).stdout)
    assert told["generation"] == "000004" and told["path"].endswith("b.tar.zst") and told["embedder"] == "words-64"
