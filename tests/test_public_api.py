import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import assistant
from tests.support import ROOT


def test_every_public_name_can_be_imported() -> None:
    assert all(getattr(assistant, name) is not None for name in assistant.__all__)


# What neither a list of commands nor an answer in quotes has use for.
NOT_TO_QUOTE = (
    *("torch", "transformers", "sentence_transformers", "gradio", "langchain", "langchain_core", "langchain_openai"),
    *("langsmith", "xllamacpp", "dateparser", "trafilatura", "feedparser", "frontmatter", "sqlalchemy", "pg8000"),
    *(
        "assistant.ingest.files",
        "assistant.ingest.web",
        "assistant.maintenance.refresh",
        "assistant.answering.suggestions",
    ),
)
NOT_TO_HELP = (*NOT_TO_QUOTE, "chromadb", "openvino", "numpy", "pydantic", "rich", "assistant.assistant")


def imported(*arguments: str, among: Sequence[str]) -> list[str]:
    """Which of the modules `among` a process of the command line has imported at its end."""
    script = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print('imported', *(name for name in {among} if name in sys.modules)))\n"
        "from assistant.cli.main import main\n"
        f"main({list(arguments)})\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout.splitlines()[-1].split()[1:]


def test_help_loads_nothing_heavy() -> None:
    assert imported("--help", among=NOT_TO_HELP) == []


@pytest.mark.model
def test_an_answer_in_quotes_loads_nothing_that_it_does_not_need(sample_home: Path) -> None:
    question = "Who condemned the attack and what was demanded?"
    assert imported("ask", question, "--home", str(sample_home), among=NOT_TO_QUOTE) == []


@pytest.mark.model
def test_a_refresh_without_news_opens_no_model(sample_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(sample_home, tmp_path / "home")
    assert imported("refresh", "--home", str(home), among=("openvino", "torch", "spacy", "chromadb")) == []
