"""Who somebody is, in the articles' words."""

import pytest

from assistant import Assistant
from assistant.reading.descriptions import who_is_asked


@pytest.mark.parametrize(
    ("question", "who"),
    {
        "Who is Ida Holm?": "Ida Holm",
        "who's ida holm": "ida holm",
        "tell me who Ida Holm is": "Ida Holm",
        "Ida Holm, who is that?": "Ida Holm",
        "What's Ida Holm's job?": "Ida Holm",
        "what does ida holm do for a living": "ida holm",
        "Who is Ida Holm, and what did she say?": "",
        "Who said that Ida Holm is ill?": "",
        "What does Ida Holm want?": "",
        "What is the price of the job?": "",
    }.items(),
)
def test_a_question_for_no_more_than_who_somebody_is(question: str, who: str) -> None:
    assert who_is_asked(question) == who


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "short"),
    {
        "who is Paula Enning": "Paula Enning, the finance director",
        "conrad ashby, who's that?": "Conrad Ashby, who runs the museum's boat collection",
        "what does Yara Fennimore do for a living": "Yara Fennimore, the marine biologist who led the survey",
        "Who is Lukas Harn?": "Lukas Harn, a spokesman for the infrastructure ministry",
    }.items(),
)
def test_who_somebody_is_is_answered_by_what_is_said_of_them_in_passing(
    sample: Assistant, question: str, short: str
) -> None:
    answer = sample.ask(question)
    assert answer.outcome == "answered" and answer.statements[0].short == short


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "short"),
    {
        "Who is the finance director of Ashlorn Packers?": "Paula Enning",
        "who is the mayor": "Helena Marsk",
        "who's the deputy mayor?": "Piet Oldane",
        "Who is the district's treasurer?": "Nadia Colm",
        "who is managing director of Teskholm Line": "Karin Ostrey",
    }.items(),
)
def test_who_has_a_role_is_answered_by_name(sample: Assistant, question: str, short: str) -> None:
    answer = sample.ask(question)
    assert answer.outcome == "answered" and answer.statements[0].short == short


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "Who is Gregor Maslin?",
        "who is the infrastructure minister",
        "Who is the finance director of Teskholm Line?",
        "who is the head teacher in Marrowfold",
        "Who is the former mayor?",
    ],
)
def test_whom_nobody_describes_is_not_made_out(sample: Assistant, question: str) -> None:
    assert sample.ask(question).outcome != "answered"


@pytest.mark.model
def test_all_who_are_asked_for_stand_before_the_fold(sample: Assistant) -> None:
    # It is answered with 0.69, just so, and what the reader says is rounded to 8 bits on its way.
    with Assistant.open(sample.settings.model_copy(update={"refuse_below": 0.6})) as assistant:
        answer = assistant.ask("name all the Civic Union councillors")
    first = " ".join(statement.text for statement in answer.statements[: answer.fold])
    assert not any(statement.short for statement in answer.statements)
    assert answer.outcome == "answered" and "Martin Kessing" in first and "Jonas Fairlie" in first


@pytest.mark.model
def test_who_voted_is_led_by_those_who_did(sample: Assistant) -> None:
    answer = sample.ask("list everyone who voted against the ferry terminal")
    assert answer.citations[0].quote.endswith("voted against.")


@pytest.mark.model
@pytest.mark.parametrize("question", ["How did Kessing vote?", "how did councillor kessing vote"])
def test_a_surname_of_two_people_is_said_to_be_one(sample: Assistant, question: str) -> None:
    people = ("Anna Kessing", "Martin Kessing")
    assert [names for _, names in sample.ask(question).understood.namesakes] == [people]
    assert not sample.ask("How did Martin Kessing vote?").understood.namesakes


@pytest.mark.model
def test_a_sign_in_the_place_of_a_name_is_nobody(sample: Assistant) -> None:
    assert not sample.ask("Who is 😀?").found
