"""What a model says, out of what it sends: without its thoughts, its turns and its control words."""

import re
from enum import Enum, auto

THOUGHT = "</think>"  # a piece by itself: all that was said before it was thought, and the answer begins only now

_NAMES = r"think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad"
_TAG = re.compile(r"<[^<>\n]{1,200}>|◁/?think▷|\[/?THINK\]")
_BEGUN = re.compile(r"<(?:[/|｜A-Za-z][^<>\n]{0,198})?\Z|◁[^▷\n]{0,6}\Z|\[/?(?:T(?:H(?:I(?:NK?)?)?)?)?\Z")
_OPENS = re.compile(rf"<\s*(?:\w+:)?(?:{_NAMES})(?:\s[^<>]*)?>|<\|begin_of_thought\|>|◁think▷|\[THINK\]", re.I)
_CLOSES = re.compile(rf"<\s*/\s*(?:\w+:)?(?:{_NAMES})\s*>|<\|end_of_thought\|>|◁/think▷|\[/THINK\]", re.I)
_BEGINS = re.compile(r"<\|(?:start|im_start|start_header_id|start_of_role)\|>|<start_of_turn>")
_BEGUN_TURN = re.compile(r"<\|(?:end_header_id|end_of_role|message)\|>")
_ENDS = re.compile(
    r"<\|(?:im_end|end|eot_id|eom_id|eot|eos|end_of_text|endoftext|end_of_turn|return|call|user)\|>"
    r"|<(?:end_of_turn|eos|/s)>|<｜end▁of▁sentence｜>"
)
_MEANS_NOTHING = re.compile(r"<s>|<bos>|</?(?:answer|response|final)>|<[|｜](?:[\w▁]+)[|｜]>", re.I)
_CHANNEL, _MESSAGE = "<|channel|>", "<|message|>"


class _State(Enum):
    SAYING = auto()
    THINKING = auto()
    HEADER = auto()  # who speaks, at the beginning of a turn
    CHANNEL = auto()  # whether it is thought or said, in the format harmony
    ENDED = auto()  # its turn is over; what it still writes is no answer


class Spoken:
    """Takes the text of a model as it comes, however it is cut; `said` is the answer so far.

    Thoughts are what stands between tags (<think>, <THINK>, <thought type="x">, <reasoning>, [THINK] and others) or in
    a channel of harmony that is not its last, and all before a closing tag that was never opened, as templates that
    open it themselves have it.
    """

    def __init__(self) -> None:
        self._state = _State.SAYING
        self._held = ""  # what may become a tag
        self._header = ""
        self.said = ""

    def feed(self, text: str) -> list[str]:
        """What `text` adds to the answer; THOUGHT in it makes all that came before void."""
        text = self._held + text
        begun = _BEGUN.search(text)
        cut = begun.start() if begun else len(text)
        self._held = text[cut:]
        return self._pieces(text[:cut])

    def end(self) -> list[str]:
        """What was held back, as no more comes."""
        held, self._held = self._held, ""
        return self._pieces(held)

    def _pieces(self, text: str) -> list[str]:
        pieces, at = list[str](), 0
        for tag in _TAG.finditer(text):
            pieces += [*self._plain(text[at : tag.start()]), *self._tag(tag[0])]
            at = tag.end()
        return [*pieces, *self._plain(text[at:])]

    def _plain(self, text: str) -> list[str]:
        if self._state is _State.HEADER:
            # A header ends with its line, or with a tag.
            _, line, text = text.partition("\n")
            self._state = _State.SAYING if line else _State.HEADER
        if self._state is _State.CHANNEL:
            self._header += text
        return self._say(text) if self._state is _State.SAYING else []

    def _say(self, text: str) -> list[str]:
        text = text if self.said else text.lstrip()
        self.said += text
        return [text] if text else []

    def _tag(self, tag: str) -> list[str]:
        if tag == _CHANNEL:
            self._state, self._header = _State.CHANNEL, ""
        elif self._state is _State.CHANNEL:
            return self._begin_channel() if tag == _MESSAGE else []
        elif self._state is _State.ENDED:
            return []
        elif _CLOSES.fullmatch(tag):
            return self._thought()
        elif self._state is _State.THINKING:
            return []
        elif _OPENS.fullmatch(tag):
            self._state = _State.THINKING
        else:
            return self._turn(tag)
        return []

    def _turn(self, tag: str) -> list[str]:
        if _ENDS.fullmatch(tag):
            # Some begin with it.
            self._state = _State.ENDED if self.said else _State.SAYING
        elif _BEGINS.fullmatch(tag):
            self._state = _State.ENDED if self.said else _State.HEADER
        elif _BEGUN_TURN.fullmatch(tag):
            self._state = _State.SAYING
        elif not _MEANS_NOTHING.fullmatch(tag):
            return self._plain(tag)
        return []

    def _begin_channel(self) -> list[str]:
        if self._header.strip().lower().startswith("final"):
            return self._thought()
        self._state = _State.THINKING
        return []

    def _thought(self) -> list[str]:
        """All that was thought has been; what was said before it was thought too, unless a tag told so."""
        was, self._state = self._state, _State.SAYING
        if was is _State.THINKING or not self.said:
            return []
        self.said = ""
        return [THOUGHT]
