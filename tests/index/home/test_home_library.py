"""The generation that a refresh looks through stays open for whoever reads, and no longer than it is needed."""

from pathlib import Path

import pytest

from assistant.index import HomeLibrary
from tests.support import open_assistant, write_article


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    write_article(folder / "articles", "ferries", "The ferry to Aland leaves at six.", title="Ferries")
    with open_assistant(folder / "home") as assistant:
        assistant.refresh([folder / "articles"])
    return folder / "home"


def test_what_is_looked_through_is_read_to_the_end_and_then_let_go(home: Path) -> None:
    library = HomeLibrary(home)
    assert library.fault(library.published(), keep_open=True) is None
    with library.reading() as looked_through:
        library.close_kept()
        assert [article.title for article in looked_through.db.articles()] == ["Ferries"]
    with library.reading() as opened_anew:
        assert opened_anew is not looked_through and opened_anew.name == looked_through.name
    library.close()


def test_what_somebody_read_before_stays_open_for_them(home: Path) -> None:
    library = HomeLibrary(home)
    with library.reading() as before:
        pass
    assert library.fault(library.published(), keep_open=True) is None
    library.close_kept()
    with library.reading() as after:
        assert after is before
    library.close()
