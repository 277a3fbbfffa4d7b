"""Statements against the passages that they cite."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Article, Assistant, Chunk
from assistant.articles import Passage
from assistant.verification.checker import CheckedSentence, Checker
from assistant.verification.quotations import quotations
from tests.support import quick_read

pytestmark = pytest.mark.model

ATTACK = (
    "EU foreign policy chief Kaja Kallas set out the EU's position in a statement on Wednesday. Kaja Kallas condemned "
    "the attack on the Czech ministry as a violation of international norms. She called on all states, including "
    "China, to refrain from such behaviour. “The Union will not look away,” she said. About 12,000 computers were hit, "
    "and 40 per cent of them are still down. The European Union did not impose sanctions."
)
VOTE = (
    "The council approved the terminal on Thursday, 24 April, by six votes to four. Martin Kessing voted for the plan, "
    "and Dora Amblin voted against it. The terminal will cost €31.5 million, of which the town pays €7.1 million."
)

CURFEW = "The curfew begins at 8 p.m. Friday and ends at noon on Sunday, the mayor's office said."
MEETING = "The council met at 19:00 on Thursday. At 21:30 it voted on the terminal. The hall was full."


def passage(name: str, text: str, published: datetime) -> Passage:
    article = Article(name, f"Report on {name}", text, source="The Courier", published=published)
    return Passage(Chunk(name, 0, len(text), text), article, 1.0)


OFFERED = {
    1: passage("attack", ATTACK, datetime(2025, 5, 29, 8, tzinfo=UTC)),
    2: passage("vote", VOTE, datetime(2025, 4, 25, 8, tzinfo=UTC)),
    4: passage("curfew", CURFEW, datetime(2025, 5, 28, 8, tzinfo=UTC)),
    3: passage("meeting", MEETING, datetime(2025, 4, 25, 8, tzinfo=UTC)),
}


@pytest.fixture
def checker(sample: Assistant) -> Checker:
    return Checker(OFFERED, sample._pipeline.read)


SUPPORTED = [
    ("Kallas condemned the attack on the Czech ministry.", 1),
    ("The EU's foreign policy chief made a statement on 28 May 2025.", 1),
    ("In May 2025 Kallas condemned the attack on the Czech ministry.", 1),
    ("The European Union's Kaja Kallas urged all states to refrain from such behaviour.", 1),
    ("The attack hit about 12 thousand computers.", 1),
    ("40% of the computers are still down.", 1),
    ("She said “the Union will not look away”.", 1),
    ("The EU imposed no sanctions.", 1),
    ("The council approved the terminal by 6 votes to 4.", 2),
    ("According to the Courier, Dora Amblin voted against the plan.", 2),
    ("The Courier said that the terminal will cost €31.5 million.", 2),
    ("“The Union will not look away,” Kaja Kallas said.", 1),
    ("Dora Amblin voted against the plan.", 2),
    ("The town will pay €7.1 million of the €31.5 million that the terminal costs.", 2),
    ("On 24 April 2025 the council approved the terminal.", 2),
    ("The curfew begins at 8 p.m. Friday.", 4),
    ("The council met at seven o'clock and voted at half past nine.", 3),
]
NOT_IN_THE_SOURCE = {
    ("Josep Borrell condemned the attack on the Czech ministry.", 1): "“Josep Borrell” is not in the source",
    ("The EU's foreign policy chief made a statement on 27 May 2025.", 1): "“27 May 2025” is not in the source",
    ("The EU's foreign policy chief made a statement on Tuesday.", 1): "“Tuesday” is not in the source",
    ("The attack hit about 15,000 computers.", 1): "“15,000” is not in the source",
    ("The attack hit 12,345 computers.", 1): "“12,345” is not in the source",
    ("60% of the computers are still down.", 1): "“60%” is not in the source",
    ("She said “the Union will look away”.", 1): "the quotation “the Union will look away” is not in the source",
    ("The council approved the terminal by five votes to four.", 2): "“five” is not in the source",
    ("The Eiffel Tower was built for a world fair.", 1): "“Eiffel Tower” is not in the source",
}
NOT_BORNE_OUT = [
    ("The terminal will be painted green and have a large car park.", 2),
    ("All of the computers were hit.", 1),
]


OPPOSITE = {
    ("Kaja Kallas praised the attack on the Czech ministry.", 1): "praised",
    ("The council rejected the terminal by six votes to four.", 2): "rejected",
    ("Dora Amblin voted for the plan.", 2): "for",
    ("Martin Kessing voted against the plan.", 2): "against",
}


def test_a_figure_of_the_source_in_the_wrong_place_is_marked(checker: Checker) -> None:
    text = "Eelgrass covers 52 hectares of the bay, down from 61 hectares last year."
    offered = {1: passage("bay", text, datetime(2025, 5, 29, 8, tzinfo=UTC))}
    checked = Checker(offered, checker.read).check(text.replace("61", "52"), [1])
    assert (checked.support, checked.doubt) == ("unsupported", "“52” is not what the source says there")


SAYINGS = "“The plan is a disgrace,” said Tomas Reddle. The chair, Lena Quist, said: “The plan will hold.”"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("“The plan is a disgrace,” Tomas Reddle said.", None),
        ("Reddle said that “the plan is a disgrace”.", None),
        ("“The plan is a disgrace,” said Lena Quist.", "the source gives these words to “Tomas Reddle”"),
        ("Tomas Reddle said: “The plan will hold.”", "the source gives these words to “Lena Quist”"),
    ],
)
def test_a_quotation_is_of_whom_the_source_gives_it_to(checker: Checker, text: str, doubt: str | None) -> None:
    offered = {1: passage("plan", SAYINGS, datetime(2025, 5, 29, 8, tzinfo=UTC))}
    assert Checker(offered, checker.read).check(text, [1]).doubt == doubt


@pytest.mark.parametrize(("text", "cited"), SUPPORTED)
def test_what_the_source_says_in_other_words_is_supported(checker: Checker, text: str, cited: int) -> None:
    checked = checker.check(text, [cited])
    assert checked.support == "supported", checked
    assert checked.doubt is None
    for ground in checked.grounds:
        assert ground.passage is OFFERED[cited]
        assert ground.passage.article.text[ground.start : ground.end] == ground.text


@pytest.mark.parametrize(("text", "cited"), NOT_IN_THE_SOURCE)
def test_what_is_not_in_the_source_is_marked_with_its_words(checker: Checker, text: str, cited: int) -> None:
    checked = checker.check(text, [cited])
    assert (checked.support, checked.doubt) == ("unsupported", NOT_IN_THE_SOURCE[text, cited])


@pytest.mark.parametrize(("text", "cited"), NOT_BORNE_OUT)
def test_what_the_source_does_not_bear_out_is_marked(checker: Checker, text: str, cited: int) -> None:
    checked = checker.check(text, [cited])
    assert (checked.support, checked.doubt) == ("unsupported", "the source does not say this")


def test_what_somebody_else_did_is_told_of_whom(checker: Checker) -> None:
    checked = checker.check("China condemned the attack on the Czech ministry as a violation of norms.", [1])
    assert checked.doubt == "the source says this of “Kaja Kallas”"


def test_exchanged_names_are_seen(checker: Checker) -> None:
    checked = checker.check("Dora Amblin voted for the plan, and Martin Kessing voted against it.", [2])
    assert checked.doubt == "the source says this of “Martin Kessing”"


QUARREL = (
    "Dora Amblin accused Martin Kessing of breaking his word. The Teskholm crew beat Pellinsea by two seconds. "
    "The company was told by the union ten minutes before. Agnes Corlett runs the inquiry. "
    "Karin Ostrey and Sanne Whitlow own the yard. The yard had gone bankrupt and was bought by Karin Ostrey."
)


@pytest.mark.parametrize(
    ("text", "doubt"),
    {
        "Dora Amblin was accused by Martin Kessing.": "the source says this the other way round",
        "Martin Kessing accused Dora Amblin.": "the source says this the other way round",
        "Pellinsea beat the Teskholm crew by two seconds.": "the source says this of “Teskholm”",
        "Agnes Corlett beat Pellinsea by two seconds.": "the source says this of “Teskholm”",
        "The company told the union ten minutes before.": "the source says this the other way round",
        "Martin Kessing was accused by Dora Amblin of breaking his word.": None,
        "The union told the company ten minutes before.": None,
        "Pellinsea was beaten by the Teskholm crew.": None,
        "Sanne Whitlow owns the yard.": None,
        "The inquiry is run by Agnes Corlett.": None,
        "Karin Ostrey bought the yard.": None,
    }.items(),
)
def test_who_did_it_and_to_whom_are_not_exchanged(sample: Assistant, text: str, doubt: str | None) -> None:
    offered = {1: passage("quarrel", QUARREL, datetime(2025, 4, 25, 8, tzinfo=UTC))}
    assert Checker(offered, sample._pipeline.read).check(text, [1]).doubt == doubt


FERRY = (
    "The new ferry is 90 metres long and costs €2 million a year. "
    "The terminal will cost €31.5 million, it was said on Thursday by the council."
)


@pytest.mark.parametrize(
    ("text", "doubt"),
    {
        "The ferry will cost €31.5 million.": "the source says this of something else",
        "The new ferry will cost €31.5 million.": "the source says this of something else",
        "The terminal will cost €31.5 million.": None,
    }.items(),
)
def test_a_figure_of_another_thing_is_seen(sample: Assistant, text: str, doubt: str | None) -> None:
    offered = {1: passage("ferry", FERRY, datetime(2025, 4, 25, 8, tzinfo=UTC))}
    assert Checker(offered, sample._pipeline.read).check(text, [1]).doubt == doubt


@pytest.mark.parametrize(("text", "cited"), OPPOSITE)
def test_a_word_of_the_opposite_sense_is_named(checker: Checker, text: str, cited: int) -> None:
    checked = checker.check(text, [cited])
    assert checked.doubt == f"“{OPPOSITE[text, cited]}” turns what the source says round"


def test_whole_sentences_of_the_source_are_verbatim_a_part_of_one_is_not(checker: Checker) -> None:
    whole = "The European Union did not impose sanctions"
    assert checker.check(f"{whole}.", [1]).support == "verbatim"
    assert checker.check("the “European  Union” did not impose sanctions", [1]).support == "verbatim"
    assert checker.check("The European Union did", [1]).support != "verbatim"


def test_a_statement_without_citation_gets_the_passage_that_supports_it(checker: Checker) -> None:
    checked = checker.check("The council approved the terminal by six votes to four.", [])
    assert checked.support == "supported" and {ground.passage.article.id for ground in checked.grounds} == {"vote"}
    assert checker.check("The council approved a swimming pool.", []) == CheckedSentence(
        "unsupported", (), "no passage bears it out"
    )


def test_a_wrong_number_is_put_right_when_another_passage_supports_the_statement(checker: Checker) -> None:
    checked = checker.check("Dora Amblin voted against the plan.", [1])
    assert checked.support == "supported" and {ground.passage.article.id for ground in checked.grounds} == {"vote"}


def test_an_nli_model_that_denies_is_believed(sample: Assistant) -> None:
    strict = Checker(OFFERED, sample._pipeline.read, lambda source, statement: "Amblin" not in statement)
    assert strict.check("Kallas condemned the attack on the Czech ministry.", [1]).support == "supported"
    checked = strict.check("According to the Courier, Dora Amblin voted against the plan.", [2])
    assert checked.support == "unsupported" and checked.doubt == "it does not follow from the source"


def test_another_reader_checks_too() -> None:
    checker = Checker(OFFERED, quick_read)
    assert checker.check("Kaja Kallas condemned the attack on the Czech ministry.", [1]).support == "supported"
    assert checker.check("Children ate bread.", [2]).doubt == "the source does not say this"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*ATTACK.split(), *'[](){}“”".,:;!?0123456789', "\n", "not", "all", "a.m."])).map(" ".join)
    | st.text()
)
def test_any_text_is_checked_and_what_it_rests_on_is_the_articles(text: str) -> None:
    checked = Checker(OFFERED, quick_read).check(text, [1])
    assert (checked.support == "unsupported") == (checked.doubt is not None)
    for ground in checked.grounds:
        assert ground.passage.article.text[ground.start : ground.end] == ground.text


def test_of_a_statement_in_another_language_only_the_quotations_are_checked(sample: Assistant) -> None:
    checker = Checker(OFFERED, sample._pipeline.read)
    checked = checker.check("Martin Kessing hat für den Plan gestimmt und damit alle überrascht.", [2])
    assert checked.support == "unchecked" and "Martin Kessing" in checked.grounds[0].text
    invented = checker.check("Martin Kessing sagte, „we shall never build it“ sei nicht wahr.", [2])
    assert invented.support == "unsupported"


COURT = (
    "The search of the warehouse was unlawful, Judge Mirren Sayle ruled. The talks on the crates ended without a deal. "
    "The union was unable to agree on a date. The ferry is no longer in service. Few passengers complained. "
    "“We were told by two surveyors that the road would stay open,” said Tam Harkness. "
    "“The insurance,” said Greta Pohl, “covers hail.” "
    "“We will never, as long as I live, sell the mill,” said Edda Orr. "
    "Some 18,400 households will pay the land tax. Forty-two sailors got off at the pier."
    " The hall cost 1,250,000 crowns."
)


@pytest.mark.parametrize(
    ("text", "is_borne_out"),
    {
        "The search of the warehouse was lawful.": False,
        "The search of the warehouse was not lawful.": True,
        "The talks on the crates ended with a deal.": False,
        "The talks on the crates ended with no deal.": True,
        "The union was able to agree on a date.": False,
        "The union could not agree on a date.": True,
        "The ferry is still in service.": False,
        "The ferry is not in service.": True,
        "Many passengers complained.": False,
        "Tam Harkness said: “We were told … that the road would stay open.”": True,
        "Tam Harkness said: “We were told … that the road would be sold.”": False,
        "Greta Pohl said: “The insurance covers hail.”": True,
        "Greta Pohl said: “The insurance covers frost.”": False,
        "Edda Orr said: “We will never […] sell the mill.”": True,
        "Edda Orr said: “We will … sell the mill.”": False,
        "Some 18400 households will pay the land tax.": True,
        "Some 1840 households will pay the land tax.": False,
        "42 sailors got off at the pier.": True,
        "The hall cost 1.25 million crowns.": True,
        "The hall cost 1.52 million crowns.": False,
        "The article was published on May 28, 2025.": True,
        "The Courier published the article on 2025-05-28.": True,
        "The article was published on 27 May 2025.": False,
        "The article was not published on 28 May 2025.": False,
        "The search ended on 28 May 2025.": False,
    }.items(),
)
def test_what_is_turned_round_is_marked_and_what_is_written_otherwise_is_not(
    sample: Assistant, text: str, is_borne_out: bool
) -> None:
    offered = {1: passage("court", COURT, datetime(2025, 5, 28, 8, tzinfo=UTC))}
    checked = Checker(offered, sample._pipeline.read).check(text, [1])
    assert (checked.support != "unsupported") == is_borne_out, checked


STORM = (
    "‘It is a disgrace,’ said Tomas Reddle on Monday. Mayor Ines Harrow said: “We will not yield – not now, not ever.” "
    "Reddle called it a once-in-a-life\u00adtime flood. The loss was $1.2bn. "
    "The works end in the third quarter of 2026. Ann Amblin met the board on Jan. 5 and again on Sept. 12. "
    "Residents do not oppose the plan."
)


def doubt_of(sample: Assistant, text: str) -> str | None:
    offered = {1: passage("storm", STORM, datetime(2025, 5, 28, 8, tzinfo=UTC))}
    return Checker(offered, sample._pipeline.read).check(text, [1]).doubt


MARKS = "'{}' „{}“ „{}” ‚{}‘ »{}« «{}» «\u202f{}\u202f» ‹{}› ›{}‹ ＂{}＂ 「{}」 『{}』 ``{}'' ”{}”".split(" ")


@pytest.mark.parametrize("marks", MARKS)
def test_a_quotation_is_looked_up_whatever_its_marks(sample: Assistant, marks: str) -> None:
    assert doubt_of(sample, f"Tomas Reddle said: {marks.format('It is a disgrace')}.") is None
    doubt = doubt_of(sample, f"Tomas Reddle said: {marks.format('It is a triumph')}.")
    assert doubt == "the quotation “It is a triumph” is not in the source"


@pytest.mark.parametrize(
    "quoted",
    [
        "“We will not yield […] not ever.”",
        "“We will not yield ... not ever,”",
        "“[W]e will not yield”",
        "“we [the people] will not yield”",
        "“we will not yield - not now”",
    ],
)
def test_a_quotation_may_be_cut_and_explained(sample: Assistant, quoted: str) -> None:
    assert doubt_of(sample, f"Mayor Ines Harrow said: {quoted}") is None


@pytest.mark.parametrize("quoted", ["“We will […] yield”", "“not ever […] We will not yield”", "“e will not yield”"])
def test_a_cut_does_not_turn_a_quotation_round(sample: Assistant, quoted: str) -> None:
    doubt = doubt_of(sample, f"Mayor Ines Harrow said: {quoted}")
    assert doubt is not None and doubt.startswith("the quotation")


@pytest.mark.parametrize(
    "text",
    [
        "Ann Amblin met the board on 28 May 2025.",
        "Ann Amblin met the board today.",
        "The works end in Q3 2025.",
        "The loss was $1.2 billion in 2025.",
        "Tomas Reddle said on 28 May 2025 that it is a disgrace.",
    ],
)
def test_the_day_of_publication_bears_out_no_event(sample: Assistant, text: str) -> None:
    doubt = doubt_of(sample, text)
    assert doubt is not None and doubt.endswith("is not in the source")


@pytest.mark.parametrize(
    "text",
    [
        "The Courier reported on 28 May 2025 that the loss was $1.2bn.",
        "On 28 May 2025, the Courier wrote that the loss was $1.2bn.",
        "Ann Amblin met the board on 5 January.",
        "On 26 May 2025 Tomas Reddle said that it is a disgrace.",
        "The works end in Q3 2026.",
    ],
)
def test_a_date_that_is_told_is_borne_out(sample: Assistant, text: str) -> None:
    assert doubt_of(sample, text) is None


@pytest.mark.parametrize(
    ("text", "doubt"),
    {
        "Residents do oppose the plan.": "the source denies this",
        "Ann Amblin did not meet the board on Jan. 5.": "the source does not deny this",
        "Residents don't oppose the plan.": None,
        "Mayor Ines Harrow refused to yield.": None,
    }.items(),
)
def test_a_denial_is_neither_lost_nor_added(sample: Assistant, text: str, doubt: str | None) -> None:
    assert doubt_of(sample, text) == doubt


def test_apostrophes_are_no_quotation_marks() -> None:
    said = "The mayors' plan for rock 'n' roll of the '90s isn't theirs; it's the towns' own."
    assert list(quotations(said)) == []
