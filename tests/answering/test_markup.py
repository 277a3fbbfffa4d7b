"""What stands around a model's answer is no part of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.markup import AnswerText


def answer(text: str) -> str:
    whole = AnswerText(["Ferry launched"], ["The Courier"])
    return whole.feed(text) + whole.end()


@pytest.mark.parametrize(
    ("written", "said"),
    {
        "He left [1].\nShe stayed.": "He left [1].\nShe stayed.",
        "```\nHe left [1].\n```": "He left [1].",
        "```thinking\nDid he?\n```\nHe left [1].": "He left [1].",
        '{"answer": "He left [1]."}': "He left [1].",
        '```json\n{"answer": "He left.", "citations": [1, 2]}\n```': "He left. [1, 2]",
        '[{"sentence": "He left.", "source": 1}, {"sentence": "She stayed [2]."}]': "He left. [1]\nShe stayed [2].",
        '{"answer": "He left [1]. She st': "He left [1]. She st",
        "{He} left [1].": "{He} left [1].",
        "## Summary\nHe left [1].\n---\n": "He left [1].",
        "# He left": "He left",
        "| Who | What |\n|---|:--|\n| Ann | left [1] |": "Ann: left [1]",
        "He left [1].\n\n**Sources:**\n- [1] A ferry\nThe Courier": "He left [1].",
        "He left [1].\nReferences: A ferry": "He left [1].",
        "He left.\nSources: [1], [2]": "He left.\n[1][2]",
        "He left.\nSource: 1, 2": "He left.\n[1, 2]",
        "He left [^1].\n\n[^1]: The Courier, 28 May": "He left [^1].",
        "He left [1].\n\n1. Ferry launched - The Courier": "He left [1].",
        "He left [1].\n\nQuellen:\n[1] Der Kurier": "He left [1].",
        "He left [1].\n\n[1] The Courier, 28 May 2025": "He left [1].",
        "He left [1].\n[2] The Courier said so.": "He left [1].\n[2] The Courier said so.",
        'Here it is:\n```json\n{"answer": "He left [1]."}\n```': "Here it is:\nHe left [1].",
        "<answer>He <b>left</b> [1].<br>It was 2 < 3.</answer>": "He left [1].\nIt was 2 < 3.",
        "He left \\[1\\].": "He left [1].",
        "Sources say that he left.": "Sources say that he left.",
    }.items(),
)
def test_only_the_answer_is_left(written: str, said: str) -> None:
    assert answer(written).strip() == said


PARTS = [
    *"|-#`{}[]:\n\\",
    "<br>",
    "</b",
    "<",
    "```json\n",
    "He left. ",
    "Sources",
    "Sources:",
    "[1] ",
    "```",
    "| a |",
    "1. ",
    "Ferry launched",
]


@given(st.lists(st.sampled_from(PARTS), max_size=15).map("".join), st.data())
def test_how_the_text_comes_does_not_matter(text: str, data: st.DataObject) -> None:
    parts, rest = AnswerText(["Ferry launched"], ["The Courier"]), text
    said = ""
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        said, rest = said + parts.feed(rest[:size]), rest[size:]
    assert said + parts.end() == answer(text)
