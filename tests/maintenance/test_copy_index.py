"""An index that is copied to servers and back answers as it did, with its history and all that people made."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant import Assistant, AssistantError
from assistant.cli.main import main
from assistant.database import database
from assistant.index import open_library
from assistant.maintenance import IndexCopy, copy_index
from assistant.people import People
from assistant.settings import Settings
from tests.support import open_assistant, write_article

pytestmark = pytest.mark.usefixtures("quick_names")
QUESTION = "When does the ferry to Aland leave?"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of two generations: an article that was corrected, one that was removed, an answer that was rated."""
    home, folder = tmp_path / "old", tmp_path / "articles"
    article = write_article(folder, "ferries", "The ferry to Aland leaves at six.", title="Ferries")
    write_article(folder, "museums", "The museum of Oulu opens at noon.", title="Museums")
    write_article(folder, "moons", "The moon over the strait was full.", title="Moons")
    with open_assistant(home) as assistant:
        assistant.refresh([folder])
        article.write_text(article.read_text().replace("six", "seven"))
        assistant.refresh()
        assistant.remove_articles([one.id for one in assistant.articles() if one.title == "Moons"])
        assistant.rate(assistant.ask(QUESTION), good=True, key="first")
    return home


def copied(source: Settings, target: Settings) -> IndexCopy:
    libraries = [open_library(one) for one in (source, target)]
    try:
        stores = [People(database(one)).stores() for one in (source, target)]
        return copy_index(libraries[0], libraries[1], (stores[0], stores[1]), wait=0)
    finally:
        for library in libraries:
            library.close()


def known(assistant: Assistant) -> list[Any]:
    """All that a reader and a maintainer see of an index."""
    status = assistant.status()
    return [
        sorted((one.id, one.title, one.text) for one in assistant.articles()),
        [(one.text, [cited.quote for cited in one.citations]) for one in [assistant.ask(QUESTION)]],
        [(passage.chunk, round(passage.score, 6)) for passage in assistant.search(QUESTION)],
        [(step.name, step.added, step.changed, step.removed) for step in assistant.history()][-3:],
        [(one.kind, one.title, one.changes) for one in assistant.news(date(2000, 1, 1))],
        [one.id for one in assistant.removed_articles()],
        [(one.question, one.good) for one in assistant.feedback()],
        (status.articles, status.chunks, status.sources),
    ]


def test_an_index_goes_to_servers_and_back_and_is_the_same(
    home: Path, server_settings: dict[str, Any], tmp_path: Path
) -> None:
    there, back = Settings(**server_settings), Settings(home=tmp_path / "back")
    first = copied(Settings(home=home), there)
    second = copied(there, back)
    assert (first.articles, first.people) == (second.articles, second.people) == (2, 1)
    with open_assistant(home) as old, open_assistant(**server_settings) as on_servers, open_assistant(back.home) as new:
        assert known(old) == known(on_servers) == known(new)
        # What comes later comes on top, and nothing that was there is embedded or named anew.
        write_article(tmp_path / "articles", "tides", "The tide turned at noon.")
        report = on_servers.refresh()
        assert len(report.added) == 1 and report.embedded == 1 and report.generation > old.history()[0].name


def test_an_index_that_has_articles_is_not_copied_over(home: Path, tmp_path: Path) -> None:
    write_article(tmp_path / "others", "ebb", "The tide went out at noon.")
    with open_assistant(tmp_path / "new") as new:
        new.refresh([tmp_path / "others"])
        with pytest.raises(AssistantError, match="has articles already"):
            copied(Settings(home=home), Settings(home=tmp_path / "new"))
        assert [one.text for one in new.articles()] == ["The tide went out at noon."]


def test_what_people_made_is_not_copied_over(home: Path, tmp_path: Path) -> None:
    with open_assistant(tmp_path / "new") as new:
        new.collections.new("ana", "Ferries")
    with pytest.raises(AssistantError, match=r"collections\.sqlite already"):
        copied(Settings(home=home), Settings(home=tmp_path / "new"))
    with open_assistant(tmp_path / "new") as new:
        assert new.status().generation is None


def test_the_command_copies_from_home_to_home(home: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["copy-index", str(home), str(tmp_path / "new")])
    assert done.exit_code == 0 and "2 articles in 2 chunks were copied" in done.output, done.output
    asked = CliRunner().invoke(main, ["copy-index", str(home), "servers"])
    assert asked.exit_code == 1 and "set both" in asked.output
    shown = CliRunner().invoke(main, ["copy-index", str(home), "postgresql://anna:secret@db/articles"])
    assert shown.exit_code == 1 and "secret" not in shown.output
