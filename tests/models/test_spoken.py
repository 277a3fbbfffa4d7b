"""What a model thinks is no answer, nor are the words with which it ends its turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.spoken import THOUGHT, Spoken

ANSWER = "The curfew begins at 8 p.m. [1] It is < 5 hours, <b>says</b> Quist. [2]"
THOUGHTS = [
    "",
    "<think>The passage says 9 p.m. [2]</think>\n\n",
    "Okay, the passage [2] says 9 p.m.\n</think>\n\n",
    "<think >9 p.m.</think>",
    "<THINK>9 p.m.</THINK>",
    "<thought>9 p.m.</thought>",
    "<reasoning effort='low'>9 p.m.</reasoning>\n",
    "<seed:think>9 p.m.</seed:think>",
    "[THINK]9 p.m.[/THINK]",
    "◁think▷9 p.m.◁/think▷",
    "<think></think>",
    "<antThinking>9 p.m.</antThinking>",
    "<inner_monologue>9 p.m.</inner_monologue>",
    "[thinking]9 p.m.[/thinking]",
    "<|START_THINKING|>9 p.m.<|END_THINKING|><|START_RESPONSE|>",
    "<|channel>thought\n9 p.m.<channel|>",
    "<unused94>thought\n9 p.m.<unused95>",
    "<|im_start|>think\n9 p.m.<|im_end|>\n<|im_start|>assistant\n",
    '<details type="reasoning">\n<summary>Thought</summary>\n9 p.m.\n</details>\n',
    "analysisThe passage says 9 p.m.assistantfinal",
    "<|channel|>analysis<|message|>9 p.m. [2]<|end|><|start|>assistant<|channel|>final<|message|>",
    "<|start|>assistant<|channel|>commentary to=user<|message|>Wait.<|end|><|channel|>final<|message|>",
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<s>",
]
ENDS = [
    "",
    "<|im_end|>",
    "</s>",
    "<|eot_id|>",
    "<end_of_turn>\n",
    "<｜end▁of▁sentence｜>",
    "<|END_OF_TURN_TOKEN|>",
    "<turn|>",
    "<eos>",
    "<|im_end|",
    "</final_answer>",
    "<|return|>",
    "<|im_end|>\n<|im_start|>user\nAnd at 9 p.m.? </think>",
    "<think>Is that right?",
]


def spoken(text: str, sizes: st.DataObject | None = None) -> str:
    """What is left of a text that comes in pieces: of any sizes, or letter by letter."""
    one, pieces, rest = Spoken(), list[str](), text
    while rest:
        size = sizes.draw(st.integers(1, len(rest))) if sizes else 1
        pieces, rest = pieces + one.feed(rest[:size]), rest[size:]
    pieces += one.end()
    said = "".join(pieces).rpartition(THOUGHT)[2]
    assert said == one.said
    return said


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("thought", THOUGHTS)
def test_only_what_is_said_is_the_answer(thought: str, end: str) -> None:
    assert spoken(f"{thought}{ANSWER}{end}").rstrip() == ANSWER


TAGS = [
    "<think>",
    "</think>",
    "<",
    "<|channel|>",
    "final",
    "<|message|>",
    "<|im_end|>",
    "[",
    "[THINK]",
    "[/THINK]",
    "\n",
]


@given(st.lists(st.sampled_from([*TAGS, "He left. ", "[1]"]), max_size=12).map("".join), st.data())
def test_how_the_text_comes_does_not_matter(text: str, data: st.DataObject) -> None:
    whole = Spoken()
    pieces = [*whole.feed(text), *whole.end()]
    assert spoken(text, data) == whole.said == "".join(pieces).rpartition(THOUGHT)[2]
