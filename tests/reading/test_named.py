"""A question about somebody is not answered by an article about somebody else of a like name."""

import pytest

from assistant import Assistant
from assistant.articles import Article, Chunk, Passage
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.reading.named import has_one_of, names_asked, of_the_named, whole_text

ARTICLE = Article(
    "1",
    "Street bridge shut",
    "Weir Street Bridge was shut on Friday, said Mayor Helen Marsk. The Union of Food and Quay Workers protested.",
    source="Pellinsea Chronicle",
)


@pytest.mark.parametrize(
    ("question", "met"),
    {
        "When was Weir Bridge built?": False,
        "When was Weir Street Bridge shut?": True,
        "Who shut the bridge?": True,
        "What did Marsk say?": True,
        "What did Helen Marsk's office say?": True,
        "What did Helen Carrow say?": False,
        "How does Judge Engoron rule on what Marsk said?": True,
        "What does the Chronicle say of it?": True,
    }.items(),
)
def test_a_name_is_met_as_a_whole(question: str, met: bool) -> None:
    assert has_one_of(names_asked(question, [ARTICLE.text]), whole_text(ARTICLE)) is met


@pytest.mark.parametrize(
    ("question", "met"),
    {
        "How many seats has the Port Ashlorn Dome?": True,
        "How many seats has the Port Ashlorn Hall?": False,
        "How many seats has the Port Ashlorn Dome North?": False,
        "How old is Anna Dome?": False,  # an Anna and a Dome are two
    }.items(),
)
def test_a_name_of_several_words_may_be_met_in_two(question: str, met: bool) -> None:
    text = "The Dome, the newest hall in Port Ashlorn, has 4,000 seats, said its director, Anna Berg."
    assert has_one_of(names_asked(question, [text]), text) is met


def test_of_what_comes_closest_only_what_articles_on_the_named_say_is_left() -> None:
    def sentence(id: str, text: str) -> Evidence:
        return Evidence(Passage(Chunk(id, 0, len(text), text), Article(id, "Jobs", text), 1.0), 0, len(text))

    part = SubQuestion("How many people work at Harl Boats?", "", {})
    other, own = sentence("1", "The company employs 800 people."), sentence("2", "Harl Boats built a ferry.")
    assert of_the_named(part, [other, own]) == [own]
    assert of_the_named(part, [other]) == [other]


@pytest.mark.parametrize(
    ("question", "found"),
    {
        "when was weir street bridge shut": ["Weir Street Bridge"],
        "when was weir bridge shut": [],
        "what did marsk say about the bridge": ["Marsk"],
        "who shut the street": [],
        "What did Helen Marsk say?": ["Helen Marsk"],
        "When was Weir Street Bridge hit?": ["Weir Street Bridge"],
        "WHEN WAS WEIR STREET BRIDGE SHUT?": ["Weir Street Bridge"],
        "When Was the Weir Street Bridge Shut by the Mayor?": ["Weir Street Bridge"],
    }.items(),
)
def test_names_are_found_without_their_capitals(question: str, found: list[str]) -> None:
    assert names_asked(question, [ARTICLE.text]) == found


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["WHO CONDEMNED THE ATTACK ON THE CZECH MINISTRY?", "Who Condemned the Czech Attack?"]
)
def test_capitals_are_no_reason_to_refuse(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.outcome == "answered" and "condemned" in answer.statements[0].text


@pytest.mark.model
def test_namesakes_may_be_asked_of_together(sample: Assistant) -> None:
    assert sample.ask("Are Martin Kessing and Anna Kessing related?").outcome == "answered"


@pytest.mark.model
def test_another_name_for_the_same_hides_nothing(sample: Assistant) -> None:
    answer = sample.ask("Who condemned the attack on Prague's foreign ministry?")
    assert answer.outcome == "related" and any("condemned" in citation.quote for citation in answer.citations)


@pytest.mark.model
def test_what_another_town_did_is_no_answer(sample: Assistant) -> None:
    asked = "By how much did herring landings at {} fall last year?"
    assert sample.ask(asked.format("Pellinsea")).outcome == "answered"
    answer = sample.ask(asked.format("Vannicote"))
    assert answer.outcome != "answered"
    lower = sample.ask("what happened to weir bridge")
    assert lower.is_briefing and all("Weir Bridge" in statement.text for statement in lower.statements)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    ["how much will the weir street bridge repair cost", "Why did Anna Kessing change her mind on the terminal grant?"],
)
def test_a_namesake_is_no_answer(sample: Assistant, question: str) -> None:
    assert sample.ask(question).outcome != "answered"
