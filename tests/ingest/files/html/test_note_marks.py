"""Raised and lowered text: marks of notes go, what belongs to a number or a word stays."""

import pytest

from assistant.ingest.files.html.blocks import plain_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('48<sup><a href="#fn1">1</a></sup> million', "48 million"),
        ('48<a href="#fn1"><sup>1</sup></a> million', "48 million"),
        ("in 2024<sup>2</sup> and 1,250<sup>[3]</sup>", "in 2024 and 1,250"),
        ("a turnout<sup>a</sup> of 61<sup>*</sup>", "a turnout of 61"),
        ("48<sup>1,2</sup>, the BBC<sup>†</sup> said", "48, the BBC said"),
        ("48<span class='footnote-ref'>1</span> million", "48 million"),
        ("48<span style='vertical-align: super'>1</span> million", "48 million"),
        ('the vote<a href="#note2">[2]</a> was late', "the vote was late"),
        ("a claim<sup>[<i>citation needed</i>]</sup>.", "a claim."),
        ("<p><sup>1</sup> Not counting the quay.", "Not counting the quay."),
        ("10<sup>6</sup> litres", "10^6 litres"),
        ("6.02 × 10<sup>23</sup>, 10<sup>−9</sup>", "6.02 × 10^23, 10^−9"),
        ("2<sup>10</sup> = 1,024", "2^10 = 1,024"),
        ("1,200 m<sup>2</sup> and 40 km<sup>3</sup>", "1,200 m2 and 40 km3"),
        ("£48m<sup>2</sup> was lost", "£48m was lost"),
        ("CO<sub>2</sub>, H<sub>2</sub>O, <sup>14</sup>C", "CO2, H2O, 14C"),
        ("the 21<sup>st</sup>, M<sup>c</sup>Leod, Disney<sup>+</sup>", "the 21st, McLeod, Disney+"),
        ("4<sup>1</sup>/<sub>2</sub> miles", "4 1/2 miles"),
        ("$12<sup>99</sup> a kilo, 20<sup>o</sup>C", "$12.99 a kilo, 20°C"),
        ('see <a href="#t4">4</a> below', "see 4 below"),
        ("E=mc<sup>2</sup>", "E=mc2"),
    ],
)
def test_the_mark_of_a_note_goes_and_a_power_is_no_other_number(html: str, text: str) -> None:
    assert plain_html(html) == text
