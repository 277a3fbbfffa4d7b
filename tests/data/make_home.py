"""Makes a home as a release makes it, for the tests of upgrades: run in a checkout of that release.

python tests/data/make_home.py /tmp/newsroom && tar -cJf home_of_format_1.tar.xz -C /tmp/newsroom home
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from assistant import Assistant, Settings
from assistant.answering import pipeline
from assistant.index.derived import entities
from tests.support import QuickNames, QuickReader, WordHash
from ui.seals import Seals

QUESTION = "When does the ferry to Aland leave?"


def write(folder: Path, name: str, text: str) -> None:
    """An article that is known by its address."""
    folder.mkdir(parents=True, exist_ok=True)
    head = f"title: {name}\nurl: https://paper.example/{name}\npublished: 2025-05-01"
    (folder / f"{name}.md").write_text(f"---\n{head}\n---\n\n{text}\n", encoding="utf-8")


def make(folder: Path) -> None:
    """A home of two generations in `folder`, with something of each kind that people make."""
    home, articles = folder / "home", folder / "articles"
    home.mkdir(parents=True)
    (home / "sources.toml").write_text(f'[papers]\nfolder = "{articles}"\n', encoding="utf-8")
    write(articles, "ferries", "The ferry to Aland leaves at six.")
    write(articles, "museums", "The museum of Oulu opens at noon.")
    with Assistant.open(Settings(home=home), embeddings=WordHash()) as assistant:
        assistant.refresh()
        write(articles, "ferries", "The ferry to Aland leaves at seven.")
        write(articles, "herring", "The herring of Kotka swam north.")
        assistant.refresh()
        answer = replace(assistant.ask(QUESTION), timings={})  # as it is kept
        assistant.rate(answer, good=True, reason="Seven it is.", key=Seals(home).seal("reader", answer))
        assistant.watch("When does the museum of Oulu open?")
        assistant.share(answer, "ana")
        assistant.collections.add("ana", assistant.collections.new("ana", "Ferries").id, assistant.pinned(answer))


if __name__ == "__main__":
    entities.entity_recognizer, pipeline.open_reader = QuickNames, QuickReader  # type: ignore[attr-defined,assignment]
    os.umask(0o022)
    make(Path(sys.argv[1]))
