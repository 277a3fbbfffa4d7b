"""Answers of several sources: copies are one, differences are told, and an answer says how old it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.answering import phrasing
from tests.conftest import CACHE

pytestmark = pytest.mark.model

WIRE = (
    "The Pellinsea lighthouse will be dark from Monday while its lamp is replaced, the harbour office said. "
    "Keeper Odile Brandt said that 240 boats use the light each night. She asked skippers to keep well off the rocks. "
    "The lamp of the Pellinsea lighthouse will cost €310,000, which the ports fund pays. The old lamp will go to the "
    "maritime museum, where visitors can see it from August. Brandt has kept the light for 31 years and retires in "
    "the autumn."
)
LATER = "The lamp of the Pellinsea lighthouse will cost €450,000, the ports fund said."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("wire")
    pieces = {
        "one": ("Coast Radio", "2025-05-01", WIRE),
        "two": ("Morning Meridian", "2025-05-02", f"{WIRE} Read more on page two."),
        "three": ("Island Post", "2025-05-04", WIRE.replace("31 years", "more than 30 years")),
        "four": (
            "Harbour News",
            "2025-05-06",
            "The lamp of the Pellinsea lighthouse will cost €450,000, the ports fund said.",
        ),
    }
    for name, (source, published, text) in pieces.items():
        head = f"title: Lighthouse lamp {name}\nsource: {source}\npublished: {published}\n"
        (folder / f"{name}.md").write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")
    settings = Settings(home=folder / "home", **({"cache": Path(CACHE)} if CACHE else {}))
    with Assistant.open(settings) as made:
        made.refresh([folder])
        yield made


def test_copies_of_a_story_are_one_source_that_says_who_carried_it(assistant: Assistant) -> None:
    answer = assistant.ask("How many boats use the light of the Pellinsea lighthouse each night?")
    assert answer.found and sum("240 boats" in one.quote for one in answer.citations) == 1
    (citation,) = (one for one in answer.citations if "240 boats" in one.quote)
    assert {citation.source, *citation.carried_by} == {"Coast Radio", "Morning Meridian", "Island Post"}
    assert "the same story in 2 other publications" in (phrasing.carried_by_text(citation) or "")
    assert all(one.agreeing == () for one in answer.statements)


def test_where_sources_differ_the_answer_says_which_says_what_newest_first(assistant: Assistant) -> None:
    answer = assistant.ask("How much will the lamp of the Pellinsea lighthouse cost?")
    (difference,) = answer.differences
    assert [one.value for one in difference.sides] == ["€450,000", "€310,000"]
    assert difference.sides[0].source == "Harbour News"
    for side in difference.sides:
        assert side.value in answer.citations[side.citation - 1].quote
    assert "Sources differ on the amount" in answer.text
    assert answer.as_of is not None and phrasing.as_of_text(answer) == "As of 6 May 2025"


def test_a_refresh_finds_copies_anew(assistant: Assistant, tmp_path: Path) -> None:
    with Assistant.open(Settings(home=tmp_path / "home", cache=assistant.settings.cache)) as other:
        first = tmp_path / "one.md"
        first.write_text(f"---\ntitle: Lamp\nsource: Coast Radio\n---\n{WIRE}\n", encoding="utf-8")
        other.refresh([first])
        question = "How many boats use the light each night?"
        assert all(one.carried_by == () for one in other.ask(question).citations)
        second = tmp_path / "two.md"
        second.write_text(f"---\ntitle: Lamp out\nsource: Island Post\n---\n{WIRE}\n", encoding="utf-8")
        other.refresh([second])
        (carried,) = {one.carried_by for one in other.ask(question).citations if "240 boats" in one.quote}
        assert len(carried) == 1
        second.write_text("---\ntitle: Lamp out\nsource: Island Post\n---\nThe herring are back.\n", encoding="utf-8")
        other.refresh()
        assert all(one.carried_by == () for one in other.ask(question).citations)


def test_a_refusal_says_what_the_articles_lack(assistant: Assistant) -> None:
    answer = assistant.ask("Which zeppelin crossed the Himalayas?")
    assert not answer.found and set(answer.lacking) >= {"zeppelin", "Himalayas"}
    assert "None of them mentions" in answer.text


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "lacking"),
    {
        "why did the fishermen complain about the terminal": (),  # "Fishers", and no verb is named
        "number of marchers according to the cops": (),  # "police"
        "was there a blaze in Lower Town": (),  # "fire"
        "who chairs Keep the Quay": (),  # "chairman"
        "has the council found money for a new swimming pool": ("swimming", "pool"),
        "What is the price of copper?": ("copper",),
        "who is Gregor Maslin?": ("Gregor", "Maslin"),
    }.items(),
)
def test_only_what_the_articles_have_no_word_for_is_said_to_be_lacking(
    sample: Assistant, question: str, lacking: tuple[str, ...]
) -> None:
    assert sample.ask(question).lacking == lacking
