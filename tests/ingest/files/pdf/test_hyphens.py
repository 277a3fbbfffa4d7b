"""The hyphens of words stay, those of the typesetting go."""

import pytest

from assistant.ingest.files.pdf.hyphens import joined, words_of


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("a wide mar-", "gin of", "a wide margin of"),
        ("the 62-year-", "old", "the 62-year-old"),
        ("a long-", "term plan", "a long-term plan"),
        ("the Anglo-", "Danish firm", "the Anglo-Danish firm"),
        ("in 2019-", "2021", "in 2019-2021"),
        ("in 2019–", "2021", "in 2019–2021"),
        ("an e-", "mail", "an e-mail"),
        ("her mother-in-", "law", "her mother-in-law"),
        ("an ex-", "mayor", "an ex-mayor"),
        ("the can-", "nery", "the cannery"),
        ("pro- and anti-", "and neutral", "pro- and anti- and neutral"),
        ("the HAR-", "BOUR", "the HARBOUR"),
        ("the mayor –", "who left", "the mayor – who left"),
        ("the fer\u2010", "ries", "the ferries"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line(first: str, second: str, whole: str) -> None:
    assert joined(first, second, words_of([first, second])) == whole


@pytest.mark.parametrize(
    ("elsewhere", "whole"), [("Co-operative work", "co-operative"), ("Cooperative work", "cooperative")]
)
def test_a_word_is_written_as_elsewhere_in_the_document(elsewhere: str, whole: str) -> None:
    assert joined("a co-", "operative", words_of([elsewhere, "a co-", "operative"])) == f"a {whole}"
