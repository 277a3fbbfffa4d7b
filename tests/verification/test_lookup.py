"""Quotations, figures and names are looked up however source and statement write them."""

from datetime import UTC, datetime

import pytest

from assistant import Article, Chunk
from assistant.articles import Passage
from assistant.verification.lookup import check_figures, check_names, check_quotations

SOURCE = (
    "The Bundes\u00adverwaltungs\u00adgericht had tried to stop the race – “it’s late”. The wall has ﬁfteen cracks. "
    "They paid 12\u202f000 euros to Jo\u0301zsef Szo\u030bke of Łódź."
)


def passage(text: str) -> Passage:
    article = Article("a", "The race", text, published=datetime(2025, 5, 29, tzinfo=UTC))
    return Passage(Chunk("a", 0, len(text), text), article, 1.0)


@pytest.mark.parametrize(
    "statement",
    [
        "The paper wrote “The Bundesverwaltungsgericht had tried to stop the race”.",
        "It said “stop the race - it's late” at last.",
        "It said “the wall has fifteen cracks”.",
        "The wall has fifteen cracks.",
        "The wall has 15 cracks.",
        "They paid 12,000 euros.",
        "They paid €12’000.",
        "It went to József Szőke of Łódź.",
        "It went to Jozsef Szoke of Lodz.",
        "The Bundesverwaltungsgericht tried.",
    ],
)
def test_what_the_source_writes_otherwise_is_borne_out(statement: str) -> None:
    checks = (check_quotations, check_figures, check_names)
    assert [check(statement, [passage(SOURCE)]) for check in checks] == [None] * 3


def test_other_figures_and_words_are_not() -> None:
    assert check_figures("They paid 12,500 euros.", [passage(SOURCE)])
    assert check_figures("They paid 12 euros.", [passage(SOURCE)])
    assert check_quotations("It said “the wall has fifty cracks”.", [passage(SOURCE)])
    assert check_quotations("It was “102 metres”.", [passage("It was 10² metres.")])
