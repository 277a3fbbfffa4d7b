"""A small corpus, and an assistant over it that reads quickly."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answering import pipeline
from assistant.index.derived import entities
from tests.server.served import HeldAssistant, served
from tests.support import QuickNames, QuickReader, open_assistant, write_article


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with four articles on a ferry and a vote, two of them of one story; one was corrected since."""
    folder = tmp_path_factory.mktemp("ferries")
    told = "The ferry Aurora ran aground off Kell Point on Monday. Captain Ada Moss said that nobody was hurt."
    write_article(folder, "aground", told, title="Ferry Aurora aground", published="2025-05-05T09:00:00Z")
    write_article(folder, "tugs", f"Two tugs freed the ferry Aurora. {told}", title="Tugs free ferry Aurora")
    write_article(
        folder, "vote", "The council voted for a new pier on Tuesday, by nine to four.", title="Council votes"
    )
    write_article(folder, "tide", "The tide came in at six.", title="Tide", url="https://a.example/tide")
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(entities, "entity_recognizer", QuickNames)
        with open_assistant(home) as assistant:
            assistant.refresh([folder])
            write_article(folder, "tide", "The tide came in at seven.", title="Tide", url="https://a.example/tide")
            assistant.refresh()
    return home


@pytest.fixture(scope="module")
def served_assistant(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant of a copy of that home, which reads quickly."""
    home = shutil.copytree(small_home, tmp_path_factory.mktemp("served") / "home")
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(pipeline, "open_reader", QuickReader)
        with open_assistant(home) as assistant:
            yield assistant


@pytest.fixture
def held() -> HeldAssistant:
    """An assistant without an index, new for each test."""
    return HeldAssistant()


@pytest.fixture
def address(held: HeldAssistant) -> Iterator[str]:
    """The address of a server of it."""
    with served(held) as found:
        yield found
