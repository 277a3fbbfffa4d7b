"""What a model says, out of what it sends: without its thoughts, its turns and its control words."""

import re
from enum import Enum, auto

THOUGHT = "</think>"  # a piece by itself: all that was said before it was thought, and the answer begins only now

_NAMES = r"\w*(?:think|thought|reason)\w*|(?:\w+_)?monologue|analysis|reflection|scratchpad|cot|plan(?:ning)?|ponder"
_TAG = re.compile(r"<[^<>\n]{1,200}>|◁/?think▷|\[/?think(?:ing)?\]", re.IGNORECASE)
_BEGUN = re.compile(
    r"<(?:[/|｜\sA-Za-z][^<>\n]{0,198})?\Z|◁[^▷\n]{0,6}\Z|\[/?(?:t(?:h(?:i(?:n(?:k(?:i(?:ng?)?)?)?)?)?)?)?\Z",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    rf"<\s*/\s*(?:\w+:)?(?:{_NAMES})\s*>|<[|｜](?:/|end_)\s*(?:of_)?(?:{_NAMES})[|｜]>|◁/think▷|\[/think(?:ing)?\]"
    r"|<channel\|>|<unused95>",
    re.IGNORECASE,
)
_OPENS = re.compile(
    rf"<\s*(?:\w+:)?(?:{_NAMES})(?:\s[^<>]*)?>|<[|｜](?:{_NAMES})[|｜]>|<details\s[^<>]*\breasoning\b[^<>]*>"
    r"|◁think▷|\[think(?:ing)?\]|<\|channel>|<unused94>",
    re.IGNORECASE,
)
_CLOSES_IF_OPEN = "</details>"
_BEGINS = re.compile(r"<\|(?:start|im_start|start_header_id|start_of_role|turn)\|?>|<start_of_turn>")
_BEGUN_TURN = re.compile(r"<\|(?:end_header_id|end_of_role|message)\|>")
_ENDS = re.compile(
    r"<\|(?:im_end|end|eot_id|eom_id|eot|eos|end_of_text|endoftext|end_of_turn|end_of_turn_token|return|call|user)\|>"
    r"|<(?:end_of_turn|end_of_utterance|im_end|eos|eot|eod|pad|unk|/s|turn\|)>|<｜end▁of▁sentence｜>",
    re.IGNORECASE,
)
_MEANS_NOTHING = re.compile(
    r"<s>|<bos>|</?(?:answer|response|final(?:_\w+)?|output|assistant|solution)>|<[|｜]/?(?:[\w▁]+)[|｜]>",
    re.IGNORECASE,
)
_HALF_TAG = re.compile(r"</?[|｜]")
_THINKS = re.compile(rf"\s*(?:{_NAMES})\s*", re.IGNORECASE)
# What a server leaves of harmony that takes its tags out: "analysis...assistantfinal...".
_BARE_ANALYSIS, _BARE_FINAL = "analysis", "assistantfinal"
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
        self._is_headed = False  # it thinks in a turn of its own
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
        return [] if _HALF_TAG.match(held) else self._pieces(held)

    def _pieces(self, text: str) -> list[str]:
        pieces, at = list[str](), 0
        for tag in _TAG.finditer(text):
            pieces += [*self._plain(text[at : tag.start()]), *self._tag(tag[0])]
            at = tag.end()
        return [*pieces, *self._plain(text[at:])]

    def _plain(self, text: str) -> list[str]:
        if self._state is _State.HEADER:
            # A header ends with its line, or with a tag.
            name, line, text = text.partition("\n")
            self._header += name
            if line:
                self._is_headed = _THINKS.fullmatch(self._header) is not None
                self._state = _State.THINKING if self._is_headed else _State.SAYING
        if self._state is _State.CHANNEL:
            self._header += text
        return self._say(text) if self._state is _State.SAYING else []

    def _say(self, text: str) -> list[str]:
        text = text if self.said else text.lstrip()
        self.said += text
        final = self.said.find(_BARE_FINAL) if self.said.startswith(_BARE_ANALYSIS) else -1
        if final >= 0:
            self.said = self.said[final + len(_BARE_FINAL) :].lstrip()
            return [THOUGHT, self.said] if self.said else [THOUGHT]
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
            if tag.lower() == _CLOSES_IF_OPEN:
                return self._thought()
            if self._is_headed and _BEGINS.fullmatch(tag):
                self._state, self._header = _State.HEADER, ""
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
            self._state, self._header = _State.ENDED if self.said else _State.HEADER, ""
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
