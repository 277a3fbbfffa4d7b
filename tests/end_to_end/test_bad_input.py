"""Bad input: each file that cannot be used is named with a reason, and all the others are indexed."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import AssistantError, NoArticlesError, NoSpaceError, RefreshReport
from assistant.index.derived import entities
from tests.support import (
    QuickNames,
    WordHash,
    chunk_names,
    generations,
    open_assistant,
    versions,
    write_article,
    write_version,
)

pytestmark = pytest.mark.usefixtures("quick_names")
GOOD = "The herring fair opened on Monday with four hundred visitors."
DEEP = 100_000

Refresh = Callable[[], RefreshReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of articles with a good one in it."""
    write_article(tmp_path / "articles", "good", GOOD)
    return tmp_path / "articles"


@pytest.fixture
def refresh(folder: Path) -> Iterator[Refresh]:
    """Refreshes from the folder, and makes sure that the good article is found beside the bad."""
    with open_assistant(folder.parent / "home") as assistant:

        def act() -> RefreshReport:
            report = assistant.refresh([folder])
            assert assistant.search("herring fair visitors", k=1)[0].chunk.text == GOOD
            sqlite, chroma = chunk_names(folder.parent / "home")
            assert sqlite == chroma
            return report

        yield act


def front_matter(*lines: str) -> bytes:
    return "\n".join(["---", *lines, "---", "", "A text of one sentence.", ""]).encode()


def records(*articles: object) -> bytes:
    return "\n".join(json.dumps(article) for article in articles).encode()


BAD_FILES: dict[str, tuple[str, bytes, str]] = {
    "bytes that are no text": ("bad.md", b"---\ntitle: a\n---\n" + bytes(range(127, 256)) * 9, "UTF-8"),
    "bytes that are no text, in a text file": ("bad.txt", bytes(range(256)) * 9, "UTF-8"),
    "Latin-1 JSON": ("bad.json", b'{"title": "a", "text": "caf\xe9"}', "UTF-8"),
    "broken JSON": ("bad.json", b'{"title": "a", "text": ', "JSON"),
    "JSON string": ("bad.json", b'"an article"', "articles"),
    "JSON number": ("bad.json", b"5", "articles"),
    "JSON null": ("bad.json", b"null", "articles"),
    "JSON without articles": ("bad.json", b"[]", "articles"),
    "JSON list of texts": ("bad.json", b'["an article"]', "object"),
    "JSON nested without end": ("bad.json", b"[" * DEEP + b"]" * DEEP, "JSON"),
    "JSON number of 5,000 digits": ("bad.json", b'{"title": %s, "text": "a"}' % (b"9" * 5000), "JSON"),
    "empty JSON": ("bad.json", b"", "JSON"),
    "empty JSON lines": ("bad.jsonl", b"", "empty"),
    "blank JSON lines": ("bad.jsonl", b"\n \n\n", "empty"),
    "nested JSON line": ("bad.jsonl", b'{"title": ' + b"[" * DEEP + b"]" * DEEP + b"}", "JSON"),
    "JSON line without title": ("bad.jsonl", records({"text": "a"}), "title"),
    "JSON line without text": ("bad.jsonl", records({"title": "a"}), "text"),
    "JSON line with a list as text": ("bad.jsonl", records({"title": "a", "text": ["b"]}), "text"),
    "JSON line with an object as title": ("bad.jsonl", records({"title": {}, "text": "b"}), "title"),
    "infinite date": ("bad.jsonl", b'{"title": "a", "text": "b", "published": 1e999}', "published"),
    "empty file": ("bad.md", b"", "title"),
    "no front matter": ("bad.md", b"A text without a title.", "title"),
    "front matter that is no YAML": ("bad.md", front_matter("title: a: b: c"), "YAML"),
    "front matter with an open quote": ("bad.md", front_matter('title: "a'), "YAML"),
    "front matter that is a list": ("bad.md", front_matter("- title", "- a"), "front matter"),
    "front matter that asks for an object": (
        "bad.md",
        front_matter("title: !!python/object/new:os.system [ls]"),
        "YAML",
    ),
    "front matter with a wrong date tag": ("bad.md", front_matter("title: a", "published: !!timestamp soon"), ""),
    "front matter with a wrong truth tag": ("bad.md", front_matter("title: !!bool maybe"), ""),
    "front matter with an empty number": ("bad.md", front_matter('title: !!int ""'), ""),
    "front matter nested without end": ("bad.md", front_matter(f"title: {'[' * 5000}"), ""),
    "no title": ("bad.md", front_matter("author: Somebody"), "title"),
    "blank title": ("bad.md", front_matter('title: "  "'), "title"),
    "no text": ("bad.md", b"---\ntitle: a\n---\n\n \n", "text"),
    "only an image": ("bad.md", b"---\ntitle: a\n---\n\n![](a.png)\n", "text"),
    "a date that is none": ("bad.md", front_matter("title: a", "published: soon"), "soon"),
    "a month 13": ("bad.md", front_matter("title: a", "published: 2025-13-45"), ""),
    "a month 13 as text": ("bad.md", front_matter("title: a", 'published: "2025-13-45"'), "2025-13-45"),
    "a date of two readings": ("bad.md", front_matter("title: a", "published: 03/04/2025"), "03/04/2025"),
    "a date that is a list": ("bad.md", front_matter("title: a", "published: [2025]"), "published"),
}


@pytest.mark.parametrize(("name", "content", "reason"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_file_is_named_and_the_good_one_indexed(
    folder: Path, refresh: Refresh, name: str, content: bytes, reason: str
) -> None:
    (folder / name).write_bytes(content)
    report = refresh()
    assert report.articles == 1
    (failure,) = report.failures
    assert failure.where.startswith(name)
    assert reason in failure.reason
    assert failure.reason.strip() and len(failure.reason) < 300


# Whatever is wrong with a file, what becomes of its articles is one thing: some of each kind will do.
@pytest.mark.parametrize(("name", "content", "reason"), list(BAD_FILES.values())[::4], ids=list(BAD_FILES)[::4])
def test_what_was_indexed_stays_until_its_file_is_mended(
    folder: Path, refresh: Refresh, name: str, content: bytes, reason: str
) -> None:
    good = {"bad.md": front_matter("title: a"), "bad.txt": front_matter("title: a")}
    record = {"title": "a", "text": "A text of one sentence.", "url": "https://example.org/a"}
    (folder / name).write_bytes(good.get(name, records(record)))
    (added,) = set(refresh().added) - {write_id(folder)}
    (folder / name).write_bytes(content)
    report = refresh()
    assert (report.kept, report.removed, report.articles) == ((added,), (), 2)
    (folder / name).write_bytes(good.get(name, records(record)))
    assert refresh().kept == ()


def write_id(folder: Path) -> str:
    """The id of the good article."""
    with open_assistant(folder.parent / "home") as assistant:
        (name,) = (article.id for article in assistant.articles() if article.text == GOOD)
        return name


def test_bad_lines_do_not_stop_the_lines_beside_them(folder: Path, refresh: Refresh) -> None:
    lines = [
        *(records({"title": "First", "text": "One."}), b"{broken", b"5", b"\xff\xfe", b""),
        *(b"[" * DEEP, records({"title": "No text"}), records({"title": "Last", "text": "Two."})),
    ]
    (folder / "news.jsonl").write_bytes(b"\n".join(lines))
    report = refresh()
    assert report.articles == 3
    assert [failure.where for failure in report.failures] == [f"news.jsonl, line {n}" for n in (2, 3, 4, 6, 7)]


def test_every_depth_of_nesting_is_refused_and_named(folder: Path, refresh: Refresh) -> None:
    depths = range(700, 1000)
    lines = ['{"title": "a", "text": "b", "published": %s}' % ("[" * n + "]" * n) for n in depths]
    (folder / "nested.jsonl").write_text("\n".join(lines), encoding="utf-8")
    report = refresh()
    assert (report.articles, len(report.failures)) == (1, len(depths))


@pytest.mark.crash
@pytest.mark.parametrize("field", ["title", "published", "author", "extra"])
def test_yaml_bomb_is_defused(folder: Path, tmp_path: Path, field: str) -> None:
    levels = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    levels += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    title = [] if field == "title" else ["title: a"]
    (folder / "bomb.md").write_bytes(front_matter(*levels, f"{field}: *a9", *title))
    script = "import sys; from assistant.ingest.files import read; sys.exit(len(list(read(sys.argv[1]))) != 2)"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    done = subprocess.run([sys.executable, "-c", script, str(folder)], preexec_fn=limit, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-300:]


def test_same_url_in_two_files_is_one_article_and_a_failure(folder: Path, refresh: Refresh) -> None:
    write_article(folder, "one", "The first text.", url="https://example.org/a")
    write_article(folder, "two", "The second text.", url="https://example.org/a/")
    report = refresh()
    assert report.articles == 2
    (failure,) = report.failures
    assert failure.where == "two.md" and "one.md" in failure.reason


def test_folder_that_does_not_exist(folder: Path) -> None:
    with open_assistant(folder.parent / "home") as assistant:
        report = assistant.refresh([folder, folder / "nowhere"])
        assert report.articles == 1
        (failure,) = report.failures
        assert failure.where == str(folder / "nowhere")
        assert "no such" in failure.reason
        assert assistant.refresh().failures == ()


def test_folder_that_does_not_exist_alone_leaves_nothing_indexed(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        report = assistant.refresh([tmp_path / "nowhere"])
        assert (report.published, report.articles, len(report.failures)) == (False, 0, 1)
        with pytest.raises(NoArticlesError):
            assistant.ask("What was in the articles?")


@pytest.mark.parametrize("gone", [True, False], ids=["folder gone", "folder empty"])
def test_emptied_folder_keeps_its_articles(folder: Path, refresh: Refresh, gone: bool) -> None:
    refresh()
    shutil.rmtree(folder)
    if not gone:
        folder.mkdir()
    report = refresh()
    assert (report.articles, len(report.kept), report.removed) == (1, 1, ())
    (failure,) = report.failures
    assert failure.where == str(folder)


def test_file_of_200_mb_is_named_not_read(folder: Path, refresh: Refresh) -> None:
    with (folder / "large.md").open("wb") as file:
        file.truncate(200_000_000)
    (failure,) = refresh().failures
    assert failure.where == "large.md"
    assert "200 MB" in failure.reason and "max_file_mb" in failure.reason


def test_pipe_in_the_folder_does_not_hang(folder: Path, refresh: Refresh) -> None:
    os.mkfifo(folder / "pipe.md")
    report = refresh()
    assert report.articles == 1
    assert [failure.where for failure in report.failures] == ["pipe.md"]


def test_folder_with_the_name_of_an_article_is_read_as_a_folder(folder: Path, refresh: Refresh) -> None:
    write_article(folder / "year.md", "inside", "A text inside.")
    report = refresh()
    assert (report.articles, report.failures) == (2, ())


def test_dangling_link_is_named_and_its_article_stays(folder: Path, refresh: Refresh) -> None:
    target = write_article(folder / ".elsewhere", "near", "A text from another folder.")
    (folder / "far.md").symlink_to(target)
    refresh()
    target.unlink()
    report = refresh()
    assert [failure.where for failure in report.failures] == ["far.md"]
    assert (report.articles, len(report.kept)) == (2, 1)


def test_link_to_its_own_folder_does_not_hang(folder: Path, refresh: Refresh) -> None:
    (folder / "again").symlink_to(folder, target_is_directory=True)
    assert refresh().articles == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_unreadable_file_is_named(folder: Path, refresh: Refresh) -> None:
    write_article(folder, "secret", "A text.").chmod(0)
    (failure,) = refresh().failures
    assert failure.where == "secret.md"


def test_file_whose_name_is_not_utf8(folder: Path, refresh: Refresh) -> None:
    try:
        (folder / os.fsdecode(b"na\xefve.md")).write_bytes(front_matter("title: a"))
    except OSError:
        pytest.skip("this file system refuses the name")
    report = refresh()
    assert report.articles + len(report.failures) == 2


def test_characters_that_no_store_holds_are_replaced(folder: Path, refresh: Refresh) -> None:
    fields = {name: f"{name} \ud800 and \x00" for name in ("title", "text", "source", "author", "url", "id")}
    (folder / "odd.jsonl").write_bytes(records(fields))
    (folder / "nul.txt").write_bytes(front_matter("title: nul") + b"A nul \x00 in the middle.")
    report = refresh()
    assert (report.articles, report.failures) == (3, ())
    with open_assistant(folder.parent / "home") as assistant:
        texts = {article.text for article in assistant.articles()}
        assert "text \ufffd and \ufffd" in texts
    assert refresh().published is False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk of the given size and gives its folder."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(size: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if os.geteuid() != 0 or not shutil.which("mount"):
            pytest.skip("a disk of its own can be mounted only by root: the full disk was NOT tested")
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("no disk can be mounted here: the full disk was NOT tested")
        return folder

    yield mount
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Filling(WordHash):
    """Leaves `room` bytes of the disk while it embeds for the `batch`th time, as another program would."""

    def __init__(self, disk: Path, room: int, batch: int = 1) -> None:
        super().__init__(before=self._fill)
        self._disk, self._room, self._batch, self._calls = disk, room, batch, 0

    def _fill(self, texts: list[str]) -> None:
        self._calls += 1
        if self._calls == self._batch:
            free = shutil.disk_usage(self._disk).free
            (self._disk / "filling").write_bytes(bytes(max(0, free - self._room)))


@pytest.mark.crash
@pytest.mark.parametrize("size", ["40k", "500k", "2m"])
def test_disk_too_small_for_the_first_refresh(tmp_path: Path, small_disk: Callable[[str], Path], size: str) -> None:
    write_version(tmp_path / "articles", "alpha")
    with open_assistant(small_disk(size) / "home") as assistant:
        with pytest.raises(NoSpaceError, match="free some and refresh again") as caught:
            assistant.refresh([tmp_path / "articles"])
        with pytest.raises(NoArticlesError):
            assistant.ask("What was closed?")
    assert caught.value.exit_code == 3


ROOMS = [0, 4_000, 20_000, 50_000, 100_000, 200_000, 300_000, 400_000]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of version alpha, and the articles that have version bravo by now."""
    folder = tmp_path_factory.mktemp("before")
    write_version(folder / "articles", "alpha", articles=60, sentences=60)
    with pytest.MonkeyPatch.context() as patches, open_assistant(folder / "home") as assistant:
        patches.setattr(entities, "entity_recognizer", QuickNames)
        assistant.refresh([folder / "articles"])
    write_version(folder / "articles", "bravo", articles=60, sentences=60)
    return folder


@pytest.mark.crash
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("room", ROOMS)
def test_disk_that_fills_up_during_a_refresh(
    before: Path, small_disk: Callable[[str], Path], room: int, batch: int
) -> None:
    disk, articles = small_disk("24m"), before / "articles"
    shutil.copytree(before / "home", disk / "home")
    with open_assistant(disk / "home", Filling(disk, room, batch)) as assistant:
        with pytest.raises(NoSpaceError, match="no space left") as caught:
            assistant.refresh([articles])
        assert caught.value.exit_code == 3
        assert versions(assistant, ("alpha", "bravo")) == {"alpha"}
        assert generations(disk / "home") == ["000001"], "what was unfinished is removed at once"
        (disk / "filling").unlink()
        assert assistant.refresh([articles]).published
        assert versions(assistant, ("alpha", "bravo")) == {"bravo"}


@pytest.mark.crash
def test_full_disk_still_answers_and_says_what_to_do(tmp_path: Path, small_disk: Callable[[str], Path]) -> None:
    disk, articles = small_disk("6m"), tmp_path / "articles"
    write_version(articles, "alpha")
    with open_assistant(disk / "home") as assistant:
        assistant.refresh([articles])
        assert versions(assistant, ("alpha", "bravo")) == {"alpha"}
        write_version(articles, "bravo")
        (disk / "filling").write_bytes(bytes(shutil.disk_usage(disk).free))
        with pytest.raises(NoSpaceError, match=str(disk)):
            assistant.refresh([articles])
        assert versions(assistant, ("alpha", "bravo")) == {"alpha"}


@pytest.mark.crash
def test_full_disk_is_said_in_plain_words_when_the_index_is_opened(
    tmp_path: Path, small_disk: Callable[[str], Path]
) -> None:
    disk, articles = small_disk("6m"), tmp_path / "articles"
    write_version(articles, "alpha")
    with open_assistant(disk / "home") as assistant:
        assistant.refresh([articles])
    (disk / "filling").write_bytes(bytes(shutil.disk_usage(disk).free))
    with open_assistant(disk / "home") as assistant:
        with pytest.raises(AssistantError, match="no space left"):
            assistant.ask("Was harbour 7 closed?")
        (disk / "filling").unlink()
        assert versions(assistant, ("alpha", "bravo")) == {"alpha"}


def test_a_link_to_itself_is_named_and_stops_nothing(folder: Path, refresh: Refresh) -> None:
    (folder / "self.md").symlink_to("self.md")
    report = refresh()
    assert report.articles == 1 and [failure.where for failure in report.failures] == ["self.md"]


def test_a_linked_folder_that_leads_out_is_named_and_not_read(folder: Path, refresh: Refresh) -> None:
    write_article(folder.parent / "elsewhere", "far", "A text from far away.")
    (folder / "linked").symlink_to(folder.parent / "elsewhere", target_is_directory=True)
    report = refresh()
    assert report.articles == 1 and [failure.where for failure in report.failures] == ["linked/"]
