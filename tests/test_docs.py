"""The documents say what is true: what the program prints stands in them so, and every link leads somewhere.

A block marked `console` in README.md or docs/ has commands after "$ " and what they print over the sample articles; a
line "..." stands for any lines. To bring cli.md and settings.md up to date: make reference.
"""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from markdown_it.token import Token

import assistant
from assistant.cli.main import main
from docs import generate
from tests.support import ROOT, write_article

README = ROOT / "README.md"
PAGES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *PAGES, ROOT / "corpus" / "README.md", *sorted(ROOT.glob(".github/**/*.md"))]
MARKDOWN = MarkdownIt("commonmark").enable("table")


def tokens(text: str) -> Iterator[Token]:
    """All tokens, also those within a line."""
    for token in MARKDOWN.parse(text):
        yield token
        yield from token.children or []


@dataclass(frozen=True)
class Shown:
    """A command of a document with what the document says that it prints."""

    document: str
    command: str
    printed: str


def shown() -> Iterator[Shown]:
    """Every command of every console block."""
    for path in (README, *PAGES):
        for token in tokens(path.read_text(encoding="utf-8")):
            if token.type == "fence" and token.info.strip() == "console":
                for part in re.split(r"^\$ ", token.content, flags=re.M)[1:]:
                    command, _, printed = part.partition("\n")
                    yield Shown(path.name, command, printed)


def invoked(command: str, home: Path) -> str:
    """What a command prints: `assistant ...`, `printf '...' | assistant ...`, or `make ask Q="..."`."""
    said, _, piped = command.rpartition(" | ")
    words = shlex.split(piped)
    if words[:2] == ["make", "ask"]:
        words = ["assistant", "ask", words[2].removeprefix("Q=")]
    assert words[0] == "assistant", f"a console block has a command that cannot be run here: {command}"
    typed = shlex.split(said)[1].replace("\\n", "\n") if said else None
    result = CliRunner().invoke(main, words[1:], input=typed, env={"ASSISTANT_HOME": str(home)})
    assert result.exit_code == 0, result.output
    return result.stdout


def fits(printed: str, pattern: str) -> bool:
    """Whether it is printed so, "..." standing for any lines."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", pattern, flags=re.M)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), printed) is not None


@pytest.mark.model
@pytest.mark.parametrize("example", list(shown()), ids=lambda example: f"{example.document}: {example.command[:60]}")
def test_a_command_prints_what_its_page_says(example: Shown, sample_home: Path) -> None:
    printed = invoked(example.command, sample_home)
    assert fits(printed, example.printed), f"{example.document}: $ {example.command} prints\n{printed}"


@pytest.mark.model
def test_the_readme_says_what_a_first_refresh_and_the_window_print(
    tmp_path: Path,
) -> None:
    from assistant.cli.serve import told_address

    def timeless(text: str) -> str:
        return re.sub(r"\d+\.\d s\b", "... s", text)

    refreshed = CliRunner().invoke(main, ["refresh", "--home", str(tmp_path / "home")]).stdout
    address = told_address("http://127.0.0.1:7860")
    readme = timeless(README.read_text(encoding="utf-8"))
    assert f"Indexing the sample articles.\n{timeless(refreshed)}{address}\n" in readme
    assert "echo 'Indexing the sample articles.'" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.model
def test_the_python_of_the_readme_and_the_api_runs(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a home of the samples, with a further article to take in."""
    (tmp_path / "sources.toml").touch()
    monkeypatch.setenv("ASSISTANT_SOURCES", "sources.toml")
    shutil.copytree(sample_home, "my-home")
    write_article(tmp_path / "my-articles", "vote", "The council voted again on Monday.")
    for path in (README, ROOT / "docs" / "api.md"):
        code = next(token.content for token in tokens(path.read_text(encoding="utf-8")) if token.info == "python")
        exec(compile(code, str(path), "exec"), {})


def in_bash(lines: str, home: Path) -> str:
    """What lines of a shell print, at a free port, in an empty home; what they leave running is ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    lines = re.sub(r"^\.venv/bin/assistant\b", shlex.join([sys.executable, "-m", "assistant"]), lines, flags=re.M)
    others = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    own = {"HOME": str(home), "ASSISTANT_PORT": port, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    command, env = ["bash", "-c", lines.replace("7860", port)], others | own
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, start_new_session=True) as shell:
        try:
            return shell.communicate()[0]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)


@pytest.mark.model
@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="bash and curl are not installed")
def test_the_lines_of_the_readme_get_an_answer_by_curl(tmp_path: Path) -> None:
    lines = next(token.content for token in tokens(README.read_text(encoding="utf-8")) if token.info == "bash")
    printed = in_bash(lines, tmp_path)
    answers = [json.loads(line) for line in re.findall(r'^.*?(\{"question".*\})', printed, re.M)]
    assert len(answers) == 1, printed
    assert "condemned" in answers[0]["text"] and answers[0]["citations"]


@pytest.mark.parametrize("page", generate.PAGES)
def test_what_the_program_prints_stands_in_the_page(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert text == generate.renewed(page, text), f"docs/{page} is out of date; run: make reference"


def test_every_command_is_named_once() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (assistant.*)$", page, re.M) == generate.command_names()


def test_every_public_name_has_its_docstring_in_the_api_or_the_errors() -> None:
    text = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("api.md", "errors.md"))
    assert sorted(re.findall(r"^::: assistant\.(\w+)$", text, re.M)) == sorted(assistant.__all__)


def test_the_table_of_the_api_names_every_public_name_but_errors() -> None:
    table = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("| stage |")[2].partition("\n\n")[0]
    errors = {name for name in assistant.__all__ if name.endswith("Error")}
    assert set(re.findall(r"`(\w+)`", table)) - errors == set(assistant.__all__) - errors


def test_every_setting_is_explained() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == list(assistant.Settings.model_fields)


def test_every_error_of_the_tree_is_in_the_page_as_it_is_drawn() -> None:
    from assistant import errors

    tree = (errors.__doc__ or "").partition("\n\n")[2].strip("\n")
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert "\n".join(f"    {line}" if line else "" for line in tree.splitlines()) in page


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


def links(path: Path) -> list[str]:
    """Where a document's links and pictures lead, without those to other sites."""
    found = [str(token.attrGet("href") or token.attrGet("src") or "") for token in tokens(path.read_text("utf-8"))]
    return [unquote(link) for link in found if link and not re.match(r"[a-z]+:", link)]


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    parsed = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    titles = [after.content for token, after in pairwise(parsed) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in links(path):
        place, _, anchor = link.partition("#")
        target = path.parent / place if place else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A title\n\n[one](#a-title) [other](#no) ![picture](gone.png) [out](https://a.example)\n")
    assert links(page) == ["#a-title", "#no", "gone.png"] and anchors(page) == {"a-title"}


def test_every_page_is_in_the_contents_of_the_site() -> None:
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    named = set(re.findall(r"[\w-]+\.md", contents))
    assert {path.name for path in PAGES} <= named


def test_the_page_on_deployment_names_every_file_that_there_is_for_it() -> None:
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    files = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    assert [path.name for path in files if not re.search(rf"[`/]{re.escape(path.name)}[` ]", page)] == []
