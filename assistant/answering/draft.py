"""What a model writes, as it comes, cut into sentences with the numbers that each cites."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.answering.citation_markers import CitationParser, Piece, without_markers
from assistant.answering.markup import AnswerText
from assistant.answers import NOT_ANSWERED
from assistant.articles import Passage
from assistant.text import WordPattern, content_terms, split_sentences, split_words, word_list
from assistant.verification import normal

_BULLET = re.compile(r"\A\s*(?:[-*•–]\s+|\(?\d{1,2}[.)]\s+|#{1,6}\s+|>\s+)+")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_`]+(?=\w)|(?<=[\w.,!?])[*_`]+(?!\w)|``+")
_CHATTER = WordPattern(r"\W*{frames.chatter}(?!\w)", re.IGNORECASE)  # with who asks
_LIST_NUMBER = re.compile(r"\W*\d{1,2}[.)]?\W*\Z|\W*\Z")
# A model's own way to say that the passages do not answer.
_NO_ANSWER = WordPattern(
    r"\b{refusals.passages}\b[^.!?]{0,60}?"
    r"\b(?:do|does|did)(?:\s+not|n['’]t)\s+(?:\w+\s+)?{refusals.verbs}\b"
    r"|\b{refusals.no}\s+(?:\w+\s+)?{refusals.missing}\b[^.!?]{0,60}\b(?:{refusals.passages_at_end}|{refusals.given})\b"
    r"|\b(?:not|never)\s+{refusals.participles}\b[^.!?]{0,40}\b{refusals.passages_at_end}\b"
    r"|\b{refusals.i_do_not}\b[^.!?]{0,40}\b{refusals.know}\b|\b{refusals.plain}\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]{0,1000}”|\"[^\"]{0,1000}\"")
_NOTHING_LEFT = re.compile(r"(?:(?<!\s)\s++)?[\[(](?:see|cf|sources?|refs?)?[\s:.,]*+[\])]", re.IGNORECASE)  # of ([1])
_BACKTICK = re.compile(r"(?<!\w)`(?=\w[^`]*'(?!\w))")  # `so', as TeX quotes
_OFFERED = r"(?:articles?|passages?|sources?|documents?|context|information|texts?)"
# What leads up to what is said: "Based on the articles provided, ...", "Answer: ...", "According to passage 1, ...".
_LEAD = re.compile(
    rf"\A(?:(?:based on|according to|from|as per|per|in)\s(?:the\s)?(?:(?:provided|given|above|supplied)\s)?{_OFFERED}"
    r"(?:\s(?:provided|given|above|supplied))?,\s"
    rf"|(?:here(?:[’']s|\sis|\sare)|based on (?:the )?(?:\w+ )?{_OFFERED})\b[^:.\n“\"]{{0,100}}:\s"
    r"|(?:(?:final|short)\s)?(?:answer|summary|response):\s)",
    re.IGNORECASE,
)
_BY_NUMBER = re.compile(
    r"\A(?:(?:according to|as (?:stated|reported|noted|mentioned|described) (?:in|by)|per|from|in)\s)?(?:the\s)?"
    r"(?:passage|source|document|doc)s?\s(\d{1,3})(?:,?\sand\s(\d{1,3}))?"
    r"(?:,\s|\s(?:says?|states?|reports?|notes?|mentions?)\s(?:that\s)?)",
    re.IGNORECASE,
)
# The same where a marker was the number.
_BY_MARKER = re.compile(
    r"\A(?:(?:according to|as (?:stated|reported|noted|mentioned|described) (?:in|by)|per)"
    r"(?:\s(?:the\s)?(?:passage|source|document|doc|article)s?)?\s?,\s"
    r"|(?:the\s)?(?:passage|source|document|doc)\s(?:says|states|reports|notes|mentions)\s(?:that\s)?)",
    re.IGNORECASE,
)
_LISTS_SOURCES = WordPattern(r"\W*+{*press.lists_of_sources}\s?:", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]]{1,200})\](?:\((?:https?:|#|/|www\.)[^()\s]{0,300}\))?")
# The same so plainly that a citation beside it does not matter.
_SILENT = WordPattern(
    r"(?:{refusals.leads}\s+)?(?:{refusals.pointing}\s+)*{refusals.passages_for_certain}"
    r"\s+(?:\w+\s+)?do(?:es)?(?:\s+not|n['’]t)\s+(?:\w+\s+)?{refusals.verbs}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a draft, without markers, with the numbers that it cites. `end`: where it ends in the draft."""

    text: str
    cited: tuple[int, ...]
    end: int

    @property
    def says_nothing(self) -> bool:
        """Whether it only leads up to what follows, or is no sentence."""
        content = [one for one in content_terms(self.text) if one not in word_list("frames", "draft")]
        if not self.cited and _CHATTER.match(self.text):
            return True
        leads = self.text.endswith(":") or len(content) < len(split_words(self.text)) / 4
        return bool(_LIST_NUMBER.match(self.text)) or not content or (leads and len(content) < 3 and not self.cited)

    @property
    def declines(self) -> bool:
        """Whether it may say that the articles do not answer."""
        said = _QUOTED.sub("", self.text)
        return self.is_silent or (not self.cited and _NO_ANSWER.search(said) is not None)

    @property
    def is_silent(self) -> bool:
        """Whether it says so in words that nothing else can mean."""
        return NOT_ANSWERED.lower() in self.text.lower() or _SILENT.match(self.text) is not None


class ModelDraft:
    """The text of a model as it comes. `shown` is what may be shown of it: whole markers of known numbers only."""

    def __init__(self, offered: Mapping[int, Passage]) -> None:
        self._offered = offered
        self._parser = CitationParser(offered, [without_markers(each.chunk.text) for each in offered.values()])
        articles = [each.article for each in offered.values()]
        self._markup = AnswerText([each.title for each in articles], [each.source or "" for each in articles])
        self._numbers = {normal(each.article.title): number for number, each in offered.items()}
        self._lists_sources = False  # what follows names them and says nothing
        self._raw = ""
        self._taken = 0  # of the raw text, given to the parser
        self.shown = ""
        self._text = ""  # since the last sentence, without markers
        self._marks: list[tuple[int, tuple[int, ...]]] = []  # where in it, and what it cites
        self._lengths: list[tuple[int, int]] = []  # of that text and of the text that is shown, after each piece

    def add(self, token: str) -> tuple[str, list[Sentence]]:
        """What `token` adds to the text that is shown, and the sentences that it completes."""
        self._raw += self._markup.feed(token)
        text = self._sayable()
        fresh, self._taken = text[self._taken :], max(self._taken, len(text))
        return self._took(self._parser.feed(fresh))

    def end(self) -> tuple[str, list[Sentence]]:
        """The same for what was held back at the end of the text."""
        self._raw += self._markup.end()
        text = self._raw
        if not self._taken and _is_no_answer(text):
            return "", [Sentence(NOT_ANSWERED, (), 0)]
        fresh, self._taken = text[self._taken :], len(text)
        added, found = self._took([*self._parser.feed(fresh), *self._parser.close()])
        return added, [*found, *self._cut(len(self._text) + 1)]

    def _sayable(self) -> str:
        """The text so far; nothing while it may become "not in the articles"."""
        text = self._raw
        return "" if NOT_ANSWERED.startswith(_bare(text)) or _is_no_answer(text) else text

    def _took(self, pieces: list[Piece]) -> tuple[str, list[Sentence]]:
        before = len(self.shown)
        found: list[Sentence] = []
        for piece in pieces:
            if isinstance(piece, tuple):
                self.shown += "".join(f"[{number}]" for number in piece)
                self._marks.append((len(self._text), piece))
                continue
            # Word by word: how the text is cut into tokens does not matter.
            for word in re.findall(r"\S+|\n|[^\S\n]+", piece):
                gap = self._text[len(self._text.rstrip()) :]
                if not word.isspace() and "\n" in gap:  # a marker on a line of its own was still to come
                    found.extend(self._cut(len(self._text) - len(gap) + gap.rindex("\n") + 1))
                self.shown += word
                self._text += word
                self._lengths.append((len(self._text), len(self.shown)))
                if word.isspace():
                    found.extend(self._cut())
        return self.shown[before:], found

    def _cut(self, ended: int | None = None) -> Iterator[Sentence]:
        """The sentences that are whole: another has begun after them, or the text up to `ended` is."""
        spans = list(split_sentences(self._text))
        # While a marker may still follow its full stop, the last sentence waits for the next word.
        whole = spans if ended is not None else spans[:-1]
        # Markers stand before their sentences where the first one does.
        leads = bool(spans) and any(at <= spans[0][0] for at, _ in self._marks)
        cut = 0
        for place, (start, end) in enumerate(whole):
            is_last = place + 1 == len(spans)
            following = spans[place + 1][0] if not is_last else len(self._text) if ended is None else ended
            following = end + 1 if leads and not is_last else following
            cited = [number for at, numbers in self._marks if cut <= at < following for number in numbers]
            text = self._text[start:end]
            cut = min(following, len(self._text))
            sentence = self._sentence(text, cited, self._end(cut))
            self._lists_sources = self._lists_sources or _LISTS_SOURCES.match(sentence.text) is not None
            if not self._lists_sources and any(map(str.isalnum, sentence.text)):
                yield sentence
        self._forget(cut)

    def _sentence(self, written: str, cited: list[int], end: int) -> Sentence:
        text, named = self._without_links(_BULLET.sub("", written))
        cited = [*cited, *named]
        if "``" in text and "''" in text:
            text = text.replace("``", "“").replace("''", "”")
        text = _EMPHASIS.sub("", _BACKTICK.sub("‘", text))
        text = re.sub(r"\s([.,;:!?])", r"\1", " ".join(_NOTHING_LEFT.sub("", text).split()))
        by_number = _BY_NUMBER.match(text)
        numbers = [int(digits) for digits in by_number.groups() if digits] if by_number else []
        lead = by_number if numbers and set(numbers) <= set(self._offered) else _LEAD.match(text)
        lead = lead or (_BY_MARKER.match(text) if cited else None)
        if lead and lead.end() < len(text):
            text = f"{text[lead.end()].upper()}{text[lead.end() + 1 :]}"
            cited = [*cited, *(numbers if lead is by_number else ())]
        return Sentence(text, tuple(dict.fromkeys(cited)), end)

    def _without_links(self, text: str) -> tuple[str, list[int]]:
        """`text` with the words of its links alone; a title in brackets is a citation of its article."""
        named = list[int]()

        def words(found: re.Match[str]) -> str:
            number = self._numbers.get(normal(found[1]))
            named.extend([number] if number else [])
            return "" if number else found[1] if found[0].endswith(")") else found[0]

        return _LINK.sub(words, text), named

    def _end(self, cut: int) -> int:
        """Where in the text that is shown what was cut ends."""
        return next((shown for length, shown in reversed(self._lengths) if length <= cut), len(self.shown))

    def _forget(self, cut: int) -> None:
        self._text = self._text[cut:]
        self._marks = [(at - cut, numbers) for at, numbers in self._marks if at >= cut]
        self._lengths = [(length - cut, shown) for length, shown in self._lengths if length > cut]


def _bare(text: str) -> str:
    return text.strip().strip("*\"'`[").upper()


def _is_no_answer(text: str) -> bool:
    """Whether it says nothing else; what follows at length is an answer after all."""
    bare = _bare(text)
    return bare.startswith(NOT_ANSWERED) and len(bare) < 2 * len(NOT_ANSWERED)
