"""Damage to the files of a home is told in a line that names the file, nothing that is still there is lost, and the
cure that is told mends it."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import DamagedError, RefreshError
from assistant.answering import pipeline
from assistant.cli.main import main
from assistant.index.derived import entities
from assistant.index.home import vector_store
from assistant.models import encoder
from tests.support import (
    IdleSandboxes,
    QuickNames,
    QuickReader,
    WordHash,
    keep_sandbox,
    open_assistant,
    titles,
    write_article,
)

QUESTION = "When does the ferry to Aland leave in winter?"
ANSWER = "leaves at seven"
TITLES = {"Ferries", "Herring", "Museums"}
PUBLISHED, BEFORE = "index/000002", "index/000001"
Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def patches() -> Iterator[pytest.MonkeyPatch]:
    """Quick models, and vectors that are written to files at once, as those of a large corpus are."""
    idle: IdleSandboxes = []
    with pytest.MonkeyPatch.context() as patches:
        keep_sandbox(patches, idle)
        patches.setattr(entities, "entity_recognizer", QuickNames)
        patches.setattr(encoder, "open_embeddings", lambda name, cache: WordHash())
        patches.setattr(pipeline, "open_reader", QuickReader)
        patches.setattr(vector_store, "_HNSW", {"space": "cosine", "batch_size": 2, "sync_threshold": 2})
        patches.setattr(vector_store, "_PAUSE", 0)  # nobody is writing to what seems to be damaged
        yield patches
    for process in idle:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, patches: pytest.MonkeyPatch) -> Path:
    """A folder with articles and a home of two generations with all that readers leave there, all of it sound."""
    folder = tmp_path_factory.mktemp("sound")
    home = folder / "home"
    home.mkdir()
    write_article(folder / "listed", "ferries", "The ferry to Aland leaves at ten. " * 30, title="Ferries")
    write_article(folder / "listed", "herring", "The herring of Kotka swam north this year. " * 300, title="Herring")
    (home / "sources.toml").write_text(f'[listed]\nfolder = "{folder / "listed"}"\n', encoding="utf-8")
    with open_assistant(home) as assistant:
        assistant.refresh()
        text = "The ferry to Aland leaves at seven in winter. " * 30
        write_article(folder / "listed", "ferries", text, title="Ferries")
        museums = write_article(folder / "given", "museums", "The museum of Oulu opens at noon. " * 30, title="Museums")
        assistant.refresh([folder / "listed", museums.parent])
        assistant.watch("When does the museum of Oulu open?")
        assistant.rate(assistant.ask(QUESTION), good=True, key="first")
        assistant.share(assistant.ask(QUESTION), "ana")
        pinned = assistant.pinned(assistant.ask(QUESTION))
        assistant.collections.add("ana", assistant.collections.new("ana", "Ferries").id, pinned)
        assistant.rate(assistant.ask(QUESTION), good=False, key="second")
    return folder


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound home, which a test may damage."""
    shutil.copytree(sound / "home", tmp_path / "home")
    return tmp_path / "home"


def command(home: Path, *words: str) -> Result:
    """What a command says; it fails the test with whatever would be a traceback."""
    result = CliRunner().invoke(main, [*words, "--home", str(home)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


# kinds of damage


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def noise(path: Path) -> None:
    path.write_bytes((b"\x9c\x01damage" * (path.stat().st_size // 8 + 1))[: path.stat().st_size])


def deleted(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def a_folder(path: Path) -> None:
    deleted(path)
    path.mkdir()


def a_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("a file", encoding="utf-8")


def page(number: int) -> Damage:
    """Overwrites the page of that number, from the end where it is negative."""

    def overwrite(path: Path) -> None:
        content = bytearray(path.read_bytes())
        start = number * 4096 % len(content)
        content[start : start + 4096] = b"\xff" * 4096
        path.write_bytes(content)

    return overwrite


def misdated(path: Path) -> None:
    """Flips a bit or two of each date, which SQLite does not see."""
    path.write_bytes(re.sub(rb"(\d{4}-\d\d-)\d(\dT\d\d:)", rb"\g<1>7\2", path.read_bytes()))


def text(content: str) -> Damage:
    """Writes another text into the file."""

    def write(path: Path) -> None:
        path.write_text(content, encoding="utf-8")

    return write


def changed(**values: object) -> Damage:
    """Gives keys of a JSON object other values."""

    def change(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")

    return change


def of_before(path: Path) -> None:
    """Puts the file or folder of the generation before in the place of that of the published one."""
    other = Path(str(path).replace(PUBLISHED, BEFORE))
    deleted(path)
    shutil.copytree(other, path) if other.is_dir() else shutil.copyfile(other, path)


@dataclass(frozen=True)
class Case:
    """What is damaged, a glob in the home, and how; `named` is what each line about it names."""

    place: str
    damage: Damage
    named: str


def cases(place: str, *damages: Damage, named: str | None = None) -> list[Case]:
    return [Case(place, damage, named or Path(place).name) for damage in damages]


HNSW = f"{PUBLISHED}/chroma/*-*"
INDEX = [
    *cases("index/CURRENT", empty, zeroed, noise, deleted, a_folder, text("000009\n"), text("../000001")),
    *cases(f"{PUBLISHED}/manifest.json", cut, empty, zeroed, deleted, a_folder, of_before, text("[]"), text("{}")),
    *cases(f"{PUBLISHED}/manifest.json", changed(articles=7), named="articles.sqlite"),
    *cases(f"{PUBLISHED}/manifest.json", changed(sources=3), changed(made="soon"), changed(chunks="many")),
    *cases(f"{PUBLISHED}/articles.sqlite", cut, empty, zeroed, noise, deleted, a_folder, of_before),
    *cases(f"{PUBLISHED}/articles.sqlite", page(0), page(2), page(-1), misdated),
    *cases(f"{PUBLISHED}/chroma", deleted, a_file, a_folder, of_before),
    *cases(f"{PUBLISHED}/chroma/chroma.sqlite3", cut, empty, zeroed, deleted, a_folder),
    *cases(f"{PUBLISHED}/chroma/chroma.sqlite3", page(0), page(3), named="chroma"),
    *cases(f"{HNSW}", deleted, a_file, named="chroma"),
    *cases(f"{HNSW}/header.bin", cut, zeroed, deleted),
    *cases(f"{HNSW}/data_level0.bin", text("half"), noise, deleted),
    *cases(f"{HNSW}/index_metadata.pickle", cut, deleted, named="chroma"),
    *cases(f"{HNSW}/link_lists.bin", deleted, text("links")),
    *cases(PUBLISHED, a_file, named="000002"),
]
OLD = [
    *cases(f"{BEFORE}/manifest.json", cut, text("[]"), deleted),
    *cases(f"{BEFORE}/articles.sqlite", zeroed),
    *cases(BEFORE, a_file, named="000001"),
]
DERIVED = [
    *cases(f"{PUBLISHED}/near_duplicates.sqlite", zeroed, deleted),
    *cases(f"{PUBLISHED}/entities.sqlite", cut, of_before),
    *cases(f"{PUBLISHED}/story_clusters.sqlite", noise, a_folder),
]
BESIDE = [
    *cases("index/health.json", cut, text("[]"), changed(x=[]), a_folder),
    *cases("index/visits/000002.json", cut, text('{"reading": 1, "places": []}'), a_folder),
    *cases("index/visits", a_file),
    *cases("index/history/000002.json", cut, text("[]")),
    *cases("index/history", a_file),
    *cases("index/checked", noise),
    *cases("feedback.sqlite", cut, zeroed, page(0), a_folder),
    *cases("watches.sqlite", noise, page(1), a_folder),
    *cases("shared_answers.sqlite", noise, cut),
    *cases("collections.sqlite", noise, cut),
]


def damaged(home: Path, case: Case) -> None:
    (path,) = home.glob(case.place)
    case.damage(path)


def name_of(case: Case) -> str:
    return f"{case.place}-{case.damage.__qualname__.partition('.')[0]}"


def lines_with(result: Result, name: str) -> list[str]:
    return [line for line in result.output.splitlines() if name in line]


def assert_sound(home: Path) -> None:
    """The question is answered from the newest articles, all of which are there, and nothing is told of damage."""
    with open_assistant(home) as assistant:
        answer = assistant.ask(QUESTION)
        assert ANSWER in answer.text and not answer.notices
        assert titles(assistant) == TITLES


@pytest.mark.parametrize("case", [*INDEX, *OLD, *DERIVED, *BESIDE], ids=name_of)
def test_damage_is_told_and_check_repairs_it(home: Path, case: Case) -> None:
    damaged(home, case)
    asked = command(home, "ask", QUESTION)
    assert asked.exit_code == 0 and (ANSWER in asked.output or "leaves at ten" in asked.output), asked.output
    assert ANSWER in asked.output or lines_with(asked, case.named), "an older answer says that it is one"
    for told in (command(home, "status"), command(home, "check")):
        assert told.exit_code == 3 and lines_with(told, case.named), told.output
    repaired = command(home, "check", "--repair")
    assert repaired.exit_code == 0 and lines_with(repaired, case.named), repaired.output
    assert_sound(home)


@pytest.mark.parametrize("case", [*INDEX[::5], *DERIVED[::2]], ids=name_of)
def test_a_refresh_never_says_nothing_new_over_damage(home: Path, case: Case) -> None:
    damaged(home, case)
    refreshed = command(home, "refresh")
    assert refreshed.exit_code == 0 and lines_with(refreshed, case.named), refreshed.output
    assert "Nothing new" not in refreshed.output or case.place.endswith("CURRENT")
    assert_sound(home)


# what only the home has


def without_sources(sound: Path, home: Path) -> None:
    """Moves the articles away, so that only the index has them."""
    listing = home / "sources.toml"
    listing.write_text(listing.read_text(encoding="utf-8").replace(str(sound), str(home / "gone")), encoding="utf-8")
    for name in ("index/000002/manifest.json", "index/000001/manifest.json", *ENTRIES):
        path = home / name
        path.write_text(path.read_text(encoding="utf-8").replace(str(sound), str(home / "gone")), encoding="utf-8")


def lose_pages(path: Path, words: bytes) -> None:
    """Zeroes the pages of a SQLite file that are full of these words."""
    content = path.read_bytes()
    pages = [content[start : start + 4096] for start in range(0, len(content), 4096)]
    path.write_bytes(b"".join(bytes(4096) if page.count(words) > 60 else page for page in pages))


ENTRIES = ("index/history/000001.json", "index/history/000002.json")


@pytest.mark.parametrize("place", ["manifest.json", "chroma", "near_duplicates.sqlite"])
def test_all_articles_stay_when_no_source_is_there_any_more(sound: Path, home: Path, place: str) -> None:
    without_sources(sound, home)
    deleted(home / PUBLISHED / place)
    refreshed = command(home, "refresh")
    assert refreshed.exit_code == 3 and lines_with(refreshed, place), refreshed.output
    assert_sound(home)


def test_what_a_damaged_page_leaves_of_the_articles_stays_and_the_rest_is_of_before(sound: Path, home: Path) -> None:
    without_sources(sound, home)
    lose_pages(home / PUBLISHED / "articles.sqlite", b"The herring of Kotka")
    command(home, "refresh")
    with open_assistant(home) as assistant:
        assert {"Herring", "Museums"} <= titles(assistant) <= TITLES


def test_when_every_generation_is_damaged_the_articles_that_can_be_read_are_kept(sound: Path, home: Path) -> None:
    without_sources(sound, home)
    for name in (PUBLISHED, BEFORE):
        deleted(home / name / "chroma")
        empty(home / name / "manifest.json")
    asked = command(home, "ask", QUESTION)
    assert asked.exit_code == 1 and "assistant check --repair" in asked.output and len(asked.output.splitlines()) == 1
    with open_assistant(home) as assistant, pytest.raises(DamagedError, match=r"manifest\.json"):
        assistant.ask(QUESTION)
    assert command(home, "check", "--repair").exit_code == 0
    assert_sound(home)


def test_what_was_removed_does_not_come_back_with_an_older_generation(home: Path, sound: Path) -> None:
    with open_assistant(home) as assistant:
        assistant.refresh(forget=[str(sound / "given")])
    deleted(home / "index/000003/chroma")
    page(2)(home / "index/000003/articles.sqlite")
    command(home, "refresh")
    with open_assistant(home) as assistant:
        assert "Museums" not in titles(assistant)


def test_what_can_still_be_read_is_not_embedded_again(home: Path) -> None:
    deleted(home / PUBLISHED / "manifest.json")
    with open_assistant(home) as assistant:
        report = assistant.refresh()
    assert report.published and report.embedded == 0


def test_a_trial_says_what_is_damaged_and_mends_nothing(home: Path) -> None:
    empty(home / PUBLISHED / "articles.sqlite")
    tried = command(home, "refresh", "--dry-run")
    assert tried.exit_code == 0 and lines_with(tried, "articles.sqlite")
    assert (home / PUBLISHED / "articles.sqlite").stat().st_size == 0
    assert not (home / "index/000003").exists()


def test_what_is_damaged_is_set_aside_and_not_removed(home: Path) -> None:
    cut(home / "feedback.sqlite")
    zeroed(home / PUBLISHED / "manifest.json")
    text("[")(home / "index/health.json")
    left = {name: (home / name).read_bytes() for name in ("feedback.sqlite", "index/health.json")}
    command(home, "check", "--repair")
    for name, content in left.items():
        (aside,) = home.glob(f"{name}.damaged-*")
        assert aside.read_bytes() == content
    assert [path / "articles.sqlite" for path in home.glob(f"{PUBLISHED}.damaged-*")]


def test_rows_that_can_be_read_stay(home: Path) -> None:
    with sqlite3.connect(home / "feedback.sqlite") as db:
        db.execute("UPDATE feedback SET citations = '[' WHERE key = 'first'")
    assert command(home, "feedback").exit_code == 1
    assert command(home, "check", "--repair").exit_code == 0
    with open_assistant(home) as assistant:
        assert [entry.key for entry in assistant.feedback()] == ["second"]
        assert [watch.number for watch in assistant.watches()] == [1]


def test_a_rollback_to_a_damaged_generation_is_refused_in_a_line(home: Path) -> None:
    empty(home / BEFORE / "articles.sqlite")
    done = command(home, "refresh", "--rollback")
    assert done.exit_code == 1 and lines_with(done, "articles.sqlite") == done.output.splitlines()
    with open_assistant(home) as assistant, pytest.raises(RefreshError, match="000001"):
        assistant.rollback()
    assert_sound_after_repair(home)


def assert_sound_after_repair(home: Path) -> None:
    assert command(home, "check", "--repair").exit_code == 0
    assert_sound(home)


@pytest.mark.parametrize("damage", [cut, noise, text("[listed]\nfolder = 7\n"), a_folder])
def test_a_damaged_list_of_sources_is_told_and_keeps_no_question_from_an_answer(home: Path, damage: Damage) -> None:
    damage(home / "sources.toml")
    deleted(home / PUBLISHED / "chroma")
    for words in (("check",), ("check", "--repair"), ("status",)):
        done = command(home, *words)
        assert done.exit_code == 3 and lines_with(done, "sources.toml"), done.output
    assert_sound(home)


def test_damage_that_only_a_question_comes_upon_is_told_and_an_older_generation_answers(home: Path) -> None:
    lose_pages(home / PUBLISHED / "articles.sqlite", b"The herring of Kotka")
    with open_assistant(home) as assistant:
        assert titles(assistant) == {"Ferries", "Herring"}
        (warning,) = assistant.warnings
        assert "index/000002/articles.sqlite" in warning and "generation 000001" in warning
        assert assistant.ask("Where did the herring swim?").notices == (warning,)


@pytest.mark.parametrize("place", ["index", "index/000002"])
def test_other_commands_end_in_a_line(home: Path, place: str) -> None:
    a_file(home / place)
    for words in (("search", "ferry"), ("articles",), ("news",), ("history",), ("sources", "list"), ("stories",)):
        done = command(home, *words)
        assert done.exit_code in {0, 1} and "Traceback" not in done.output
    chat = CliRunner().invoke(main, ["chat", "--home", str(home)], input=f"{QUESTION}\n")
    assert isinstance(chat.exception, SystemExit | None)
