"""The publications, people and places that a question names, and its misspelt words."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.publications import publications_named
from assistant.retrieval.spelling import corrected, misspelt
from assistant.text.entities import names_in

LOCAL = (
    "Pellinsea Chronicle",
    "Lower Ashlorn Weekly",
    "Coast Radio Pellinsea",
    "The Morning Meridian",
    "Ledger & Quay",
    "Member States Courier",
    "Reed and Estuary",
)
WORLD = (
    "BBC News - Arts",
    "BBC News - Technology",
    "Business World",
    "CBSSports.com",
    "Cnbc | World Business News Leader",
    "Financial Times",
    "Fortune",
    "FOX News - Health",
    "Polygon",
    "TechCrunch",
    "The Age",
    "The Guardian",
    "The Independent - Life and Style",
    "The New York Times",
    "The Roar | Sports Writers Blog",
    "The Sydney Morning Herald",
    "The Verge",
    "Wired",
)


def named(question: str, sources: tuple[str, ...] = LOCAL + WORLD) -> list[tuple[str, str]]:
    """(the words of the question, the publication) of each mention."""
    return [(question[found.start : found.end], found.name) for found in publications_named(question, sources)]


@pytest.mark.parametrize(
    ("question", "words", "name"),
    [
        ("what was the evening's news in the pellinsea chronicle", "the pellinsea chronicle", "Pellinsea Chronicle"),
        ("What did the Chronicle report?", "the Chronicle", "Pellinsea Chronicle"),
        ("What did the Ledger and Quay say?", "the Ledger and Quay", "Ledger & Quay"),
        ("What does Ledger say about sales?", "Ledger", "Ledger & Quay"),
        ("What does Reed & Estuary say?", "Reed & Estuary", "Reed and Estuary"),
        ("According to Coast Radio, how many came?", "Coast Radio", "Coast Radio Pellinsea"),
        ("Is it in the Ashlorn Weekly?", "the Ashlorn Weekly", "Lower Ashlorn Weekly"),
        ("In the Meridian's story, who spoke?", "the Meridian", "The Morning Meridian"),
        ("What was The Verge's view?", "The Verge", "The Verge"),
        ("What did CNBC say?", "CNBC", "Cnbc | World Business News Leader"),
        ("Is it in 'The Roar | Sports Writers Blog'?", "The Roar | Sports Writers Blog", WORLD[14]),
        ("Is it in 'The Roar'?", "The Roar", "The Roar | Sports Writers Blog"),
        ("Was it on Fox News?", "Fox News", "FOX News - Health"),
        ("Was it in Fox News Health?", "Fox News Health", "FOX News - Health"),
        ("What does NYT say?", "NYT", "The New York Times"),
        ("Is the 2023 figure from the Morning Herald?", "the Morning Herald", "The Sydney Morning Herald"),
        ("Who is accused by Fortune of fraud?", "Fortune", "Fortune"),
        ("Does the Polygon Diablo 4 guide say so?", "the Polygon", "Polygon"),
        ("Does the Pellinsea Cronicle say so?", "the Pellinsea Cronicle", "Pellinsea Chronicle"),
        ("Does Tech Crunch say so?", "Tech Crunch", "TechCrunch"),
        ("what does techcrunch say", "techcrunch", "TechCrunch"),
        ("Does CBS Sports say so?", "CBS Sports", "CBSSports.com"),
        ("Does the New York Tines say so?", "the New York Tines", "The New York Times"),
    ],
)
def test_a_publication_is_known_by_the_names_it_goes_by(question: str, words: str, name: str) -> None:
    assert named(question) == [(words, name)]


@pytest.mark.parametrize(
    "question",
    [
        "Where is Pellinsea, and what was flooded in Lower Ashlorn?",
        "Who keeps a ledger on the quay, and why is the Quay closed?",
        "Which member states voted for it?",
        "Is it in the San Francisco Chronicle or in the Times of India?",
        "How did people live in the age of steam?",
        "Is the Age of Empires a game, and what about Ice Age?",
        "Was a fortune lost by a Fortune 500 firm?",
        "Fortune favours whom?",
        "What is a polygon, and who was the guardian of the child?",
        "How was the house wired?",
        "What is new in the business world?",
        "Was it on BBC Sport?",
        "Did the New York Giants win?",
        "What did Guardiola say?",
    ],
)
def test_a_word_or_another_name_is_no_publication(question: str) -> None:
    assert named(question) == []


def test_mentions_come_in_order_and_each_time() -> None:
    assert named("Did TechCrunch say so, the Verge not, and TechCrunch again?") == [
        ("TechCrunch", "TechCrunch"),
        ("the Verge", "The Verge"),
        ("TechCrunch", "TechCrunch"),
    ]


def test_a_mention_inside_a_longer_one_does_not_count() -> None:
    sources = ("Reuters", "Reuters Health", "The Morning Meridian", "Meridian")
    assert named("What did Reuters Health say?", sources) == [("Reuters Health", "Reuters Health")]
    assert named("What did the Morning Meridian say?", sources) == [("the Morning Meridian", "The Morning Meridian")]
    assert named("What did the Meridian say?", sources) == [("the Meridian", "Meridian")]


def test_a_short_name_of_two_publications_names_both() -> None:
    assert [name for _, name in named("What did the Times say?")] == ["Financial Times", "The New York Times"]
    assert [name for _, name in named("What did BBC News say?")] == ["BBC News - Arts", "BBC News - Technology"]


KNOWN = {"pellinsea": 9, "kallas": 3, "weir": 2}


def known(word: str) -> int:
    return KNOWN.get(word.lower(), 0)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Why did Mayor Helena Marsk's deputy mayor Piet Oldane agree?", ["Helena Marsk", "Piet Oldane"]),
        ("Did T.J. Hockenson or Sam Bankman-Fried call the Bank of England?", None),
        ("Who signed the Keep the Quay petition on Monday in May?", ["Keep the Quay"]),
        ("Whose boat is O'Neil's?", ["O'Neil"]),
        ("Kallas said what?", ["Kallas"]),
        ("Reopening when?", []),
        ("Weir Street Bridge: when does it open? Mayor, please say.", ["Weir Street Bridge"]),
        ("who is helena marsk?", []),
        ("WHO IS HELENA MARSK?", []),
        ("What Did The Mayor Say About Ferries?", []),
    ],
)
def test_names_are_runs_of_capitalised_words(question: str, names: list[str] | None) -> None:
    expected = ["T.J. Hockenson", "Sam Bankman-Fried", "Bank of England"] if names is None else names
    assert [found.name for found in names_in(question, known)] == expected


VOCABULARY = ["agreed", "chronicle", "dallas", "hearing", "herring", "ostrey", "sarrow", "stavrow", "transformation"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("stavrov", "stavrow"),
        ("sarow", "sarrow"),
        ("ostry", "ostrey"),
        ("cronicle", "chronicle"),
        ("transformatoin", "transformation"),
        ("kransformation", "transformation"),
        ("hering", None),  # herring or hearing?
        ("kallas", None),  # not Dallas
        ("disagreed", None),  # the opposite
        ("stavrow", None),
        ("quay", None),
        ("", None),
    ],
)
def test_a_misspelt_word_is_put_right_only_where_one_word_can_be_meant(word: str, meant: str | None) -> None:
    assert corrected(word, VOCABULARY) == meant


def test_words_that_no_article_has_are_corrected_unless_they_are_words_of_their_own() -> None:
    question = "Who heard Emil Stavrov and Elin Sarow in the chronicles?"
    found = misspelt(question, known, lambda: VOCABULARY)
    assert [(question[mention.start : mention.end], mention.name) for mention in found] == [
        ("Stavrov", "stavrow"),
        ("Sarow", "sarrow"),
    ]


TEXT = st.text(max_size=80) | st.lists(
    st.sampled_from([*" ".join(LOCAL + WORLD).split(), "the", "of", "by", "said", "Mayor", "'s", "?", "Cronicle"]),
    max_size=12,
).map(" ".join)


@given(TEXT, st.lists(st.sampled_from(LOCAL + WORLD) | st.text(max_size=12), max_size=8))
def test_any_text_gives_mentions_of_sources_that_do_not_overlap(question: str, sources: list[str]) -> None:
    found = publications_named(question, sources)
    for mention in found:
        assert 0 <= mention.start < mention.end <= len(question) and mention.name in sources
        for another in found:
            assert (
                (mention.start, mention.end) == (another.start, another.end)
                or mention.end <= another.start
                or another.end <= mention.start
            )


@given(TEXT, st.sampled_from(string.ascii_lowercase))
def test_any_text_gives_names_within_it(question: str, letter: str) -> None:
    for mention in [*names_in(question, lambda word: letter in word), *misspelt(question, known, lambda: VOCABULARY)]:
        assert 0 <= mention.start < mention.end <= len(question) and mention.name


@given(st.text(max_size=30), st.lists(st.text(max_size=12), max_size=20))
def test_a_correction_is_a_word_of_the_vocabulary(word: str, vocabulary: list[str]) -> None:
    assert corrected(word, vocabulary) in {None, *vocabulary} - {word}
