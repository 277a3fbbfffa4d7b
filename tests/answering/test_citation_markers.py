"""Markers in what a model writes: found however they are written and however the text is cut."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.answering.citation_markers import CitationParser, Piece, parse_markers, without_markers

OFFERED = (1, 2, 3, 12)


def markers_text(pieces: Iterable[Piece]) -> str:
    """Pieces as text, each number in brackets of its own: [1][2]."""
    return "".join(one if isinstance(one, str) else "".join(f"[{number}]" for number in one) for one in pieces)


@pytest.mark.parametrize(
    ("written", "seen"),
    {
        "He left [1].": "He left [1].",
        "He left [1, 2].": "He left [1][2].",
        "He left [1][2].": "He left [1][2].",
        "He left [1] [2].": "He left [1] [2].",
        "He left【1】.": "He left[1].",
        "He left 【1†source】.": "He left [1].",
        "He left ［１，２］.": "He left [1][2].",
        "He left [^1].": "He left [1].",
        "He left [Source 1; Source 3].": "He left [1][3].",
        "He left [passage 12]": "He left [12]",
        "He left [1-3].": "He left [1][2][3].",
        "He left [1 and 2].": "He left [1][2].",
        "He left [1](https://example.org/a).": "He left [1].",
        "He left [1] (on Monday).": "He left [1] (on Monday).",
        "He left [1](on Monday).": "He left [1](on Monday).",
        "`He left [1]`": "`He left [1]`",
        "```\nx [2]\n```": "```\nx [2]\n```",
        "He left [1]": "He left [1]",
        "He left [9]": "He left",
        "He left [9].": "He left.",
        "He left [9], [1].": "He left, [1].",
        "He left [1, 9, 2].": "He left [1][2].",
        "He [Kallas] left [sic].": "He [Kallas] left [sic].",
        "a[i] = b[0]": "a[i] = b",
        "[1] He left.": "[1] He left.",
        "[[1]]": "[1]",
        "He left [[1]](https://example.org/a).": "He left [1].",
        "He left [1]–[3].": "He left [1][2][3].",
        "He left [^1^].": "He left [1].",
        "He left [cite: 1, 2].": "He left [1][2].",
        "[cite_start]He left [cite: 1].": "He left [1].",
        "He left 【1†L3-L8】.": "He left [1].",
        "He left 【2:0†source】.": "He left [2].",
        "He left [Document 1].": "He left [1].",
        "He left [Doc. 1] [ID:2] [S3].": "He left [1] [2] [3].",
        "He left [1: The Courier].": "He left [1].",
        "He left (Source 1).": "He left [1].",
        "He left (source: 9).": "He left.",
        "He left (see Document 2 and 3).": "He left [2][3].",
        "He left (1).": "He left [1].",
        "He left (1, 2), and she stayed (3).": "He left [1][2], and she stayed [3].",
        "He left (1) and she stayed (2).": "He left [1] and she stayed [2].",
        "He left. (1) She stayed. (2)": "He left. [1] She stayed. [2]",
        "He won in Oslo (1). [2]": "He won in Oslo (1). [2]",
        "He left. [2] He won in Oslo (1).": "He left. [2] He won in Oslo (1).",
        "Article 3 (1) of the treaty was broken.": "Article 3 (1) of the treaty was broken.",
        "In the spring (2025) he left (12 people).": "In the spring (2025) he left (12 people).",
        "He left.¹": "He left.[1]",
        "He left ¹²³.": "He left [1][2][3].",
        "He left¹² and she².": "He left[12] and she[2].",
        "It covers 3 km² and cost 10³ euros.": "It covers 3 km² and cost 10³ euros.",
        "He left<sup>1</sup>.": "He left[1].",
        "He left <cite>1</cite>.": "He left [1].",
        "He left <sup>[1, 9]</sup>.": "He left [1].",
        "It covers 3 km<sup>2</sup>.": "It covers 3 km<sup>2</sup>.",
        "He left [1": "He left",
        "He left [": "He left",
        "He left [and came": "He left [and came",
        "No markers, (1) or 1].": "No markers, (1) or 1].",
        "<b>He</b> left < (on Monday)": "<b>He</b> left < (on Monday)",
    }.items(),
)
def test_a_marker_is_found_however_it_is_written(written: str, seen: str) -> None:
    assert markers_text(parse_markers(written, OFFERED)) == seen


PIECES = st.sampled_from(
    [
        *"[]［］【】 1239,-†^()`ab.\n",
        "[1]",
        "[7]",
        "(1)",
        "(Source 2)",
        "¹",
        "²",
        "<sup>",
        "3</sup>",
        "and ",
        "[1, 2]",
        "【3】",
        " [1][2]",
        "［１］",
        "(https://a.b)",
        "He left. ",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS, st.data())
def test_how_the_text_is_cut_does_not_matter(text: str, data: st.DataObject) -> None:
    parser = CitationParser(OFFERED)
    pieces = []
    rest = text
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        pieces.extend(parser.feed(rest[:size]))
        rest = rest[size:]
    assert markers_text([*pieces, *parser.close()]) == markers_text(parse_markers(text, OFFERED))


@given(TEXTS)
@example("[1]([[")
@example("[[1]")
@example("<sup>[1[")
@example("[(1)")
@example("<sup>【3】3</sup>")
@example("[1]([ [[2")
@example("[1](［")
def test_no_number_that_was_not_offered_and_no_half_marker_is_ever_given(text: str) -> None:
    parser = CitationParser(OFFERED)
    for character in text:
        for piece in parser.feed(character):
            if isinstance(piece, tuple):
                assert set(piece) <= set(OFFERED)
            else:
                assert not re.search(r"\[\d+\]|【\d+】", piece)
    last = parser.close()[-1:]
    assert not any(isinstance(one, str) and re.search(r"[\[［【]\s*\d*\Z", one) for one in last)


@given(st.text(alphabet=st.characters(exclude_characters="[［【〔(<⁰¹²³⁴⁵⁶⁷⁸⁹"), max_size=200))
def test_text_without_brackets_is_given_as_it_is(text: str) -> None:
    assert markers_text(parse_markers(text, OFFERED)).rstrip(" \t") == text.rstrip(" \t")


@given(TEXTS)
def test_the_text_of_an_article_never_holds_a_marker(text: str) -> None:
    text = without_markers(text)
    assert not [one for one in parse_markers(text, OFFERED, [text]) if isinstance(one, tuple)]
