"""What a splitter of sentences takes wrongly for the end of one, and what it overlooks."""

import re
from collections.abc import Iterable, Iterator
from operator import itemgetter

from assistant.text.lexicon import WordPattern, word_list, word_lists

Span = tuple[int, int]

_NEAR = 40  # characters on either side that say whether a sentence ends between them
_OPENING = "\"'“”‘’„«»‹›([{"
_CLOSING = "\"'”’»›)]}"
_CLOCK = re.compile(r"(?:\d{1,2}(?:[.:]\d\d)?)?[ap]\.?m\.", re.I)
_AFTER_CLOCK = WordPattern(r"\(?(?:(?:{dates.weekdays}|{sentences.zones})\b|(?-i:[A-Z]{1,4}T)\b|\d)", re.I)
_INITIALS = re.compile(r"(?:[A-Z]\.-?){2,3}")
_LABEL = re.compile(r"\W*(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)]\s*")
_DAY = re.compile(r"\d{1,2}\.")
_MONTH_AND_YEAR = re.compile(r"[^\W\d_]{3,9}\.? [12]\d{3}\b")
_PRICE = re.compile(r"\W?[$€£¥]\d+\.")
_ADDRESS = re.compile(r"https?:|[a-z]+[A-Z]|[\w-]{2,40}\.\w")
_SHORT = re.compile(r"[A-Z][\w'’]{0,5}\.|\w{1,3}\.|(?:\w+\.){2,}")
_OVERLOOKED = re.compile(r"[.!?…](?P<closing>[\"'”’»)\]]{0,3})\s+(?P<opening>[\"“‘(]?)(?P<word>[A-Z][\w’']{0,20})")
_SPEAKER = WordPattern(
    r"(?P<name>[A-Z][\w’'-]*)(?:\s[A-Z][\w’'-]*){0,3}\s{speech.after_a_quotation}\b(?!\s(?:{sentences.reported})\b)"
)
# As in French, with a space before the mark that closes: a capital after it begins a sentence.
_SPACED_MARK = re.compile(r"[.!?…]\s[»›]\s+(?=[«‹“]?\s?(?P<letter>[^\W\d_]))")
_NESTED = re.compile(r"[’'] ?[”\"]")


def corrected(text: str, spans: Iterable[Span]) -> list[Span]:
    """The sentences of `text` that lie side by side, joined and divided where what stands at their ends asks for it."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and _goes_on(text, joined[-1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [part for span in joined for part in _divided(text, span)]


def _goes_on(text: str, before: Span, at: int) -> bool:
    """Whether the sentence `before` goes on at `at`, where the splitter lets another begin."""
    near = text[max(before[0], before[1] - _NEAR) : before[1]].rstrip()
    head = text[at : at + _NEAR].lstrip()
    last = near.rsplit(None, 1)[-1].lstrip(_OPENING) if near else ""
    if not head or not last or (len(near) < _NEAR and _LABEL.fullmatch(near)):
        return bool(head)
    if last.endswith(".") and last[:-1] in word_list("sentences", "never_final"):
        return True
    if last[-1] in _CLOSING and last.rstrip(_CLOSING)[-1:] in ("?", "!") and (asked := _SPEAKER.match(head)):
        return not _opens(asked["name"])
    if head[0].islower():
        return not _ADDRESS.match(head) and not text[before[0]].islower() and _may_go_on_small(last)
    return last.endswith(".") and (_abbreviates(last, head) or _belongs(last, head))


def _may_go_on_small(last: str) -> bool:
    """Whether a word may follow `last` that begins small, as after "Jeopardy!", "“Why?”" and "Div."."""
    return not last.endswith(".") or last.endswith("...") or _SHORT.fullmatch(last) is not None


def _abbreviates(last: str, head: str) -> bool:
    word = last[:-1]
    if head[0].isdigit():
        return word in word_list("sentences", "before_numbers")
    return head[0].isupper() and word in word_list("sentences", "before_names")


def _belongs(last: str, head: str) -> bool:
    """Whether `last` and `head` are halves of initials and a surname, a time of day, a date or a price."""
    if _CLOCK.fullmatch(last):
        return _AFTER_CLOCK.match(head) is not None
    if _INITIALS.fullmatch(last):
        is_name = last[:-1] not in word_list("sentences", "initials_of_no_person")
        return is_name and head[0].isupper() and not _opens(head.split(None, 1)[0])
    if _DAY.fullmatch(last):
        return _MONTH_AND_YEAR.match(head) is not None
    return head[0].isdigit() and _PRICE.fullmatch(last) is not None


def _opens(word: str) -> bool:
    plain = word.casefold().replace("’", "'").partition("'")[0].rstrip(",;:")
    return len(plain) > 1 and plain in word_lists("names.openers_of_passages", "sentences.openers")


def _divided(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    spaced = {found.end(): None for found in _SPACED_MARK.finditer(text, start, end) if found["letter"].isupper()}
    overlooked = {found.start("opening"): found for found in _OVERLOOKED.finditer(text, start, end)}
    for cut, found in sorted({**overlooked, **spaced}.items(), key=itemgetter(0)):
        if found is None or _ends(text, start, found):
            yield start, cut
            start = cut
    yield start, end


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether a sentence that began at `start` ends before `found["opening"]`."""
    before = text[max(start, found.start() - _NEAR) : found.start() + 1]
    last = before.rsplit(None, 1)[-1].lstrip(_OPENING)
    word, is_new = last[:-1], _opens(found["word"])
    if last.endswith(".") and word in word_lists("sentences.before_names", "sentences.never_final"):
        return False
    nested = last.endswith(".") and _NESTED.match(found["closing"]) is not None
    plain = word in word_list("sentences", "ordinary") and bool(found["opening"] or is_new or len(found["word"]) > 1)
    return (is_new or nested or plain) and not _within_quotation(text, start, found.end("closing"))


def _within_quotation(text: str, start: int, end: int) -> bool:
    opened = text.count("“", start, end) + text.count("„", start, end)
    closed = text.count("”", start, end)
    brackets = text.count("(", start, end) > text.count(")", start, end)
    return brackets or opened > closed or text.count('"', start, end) % 2 == 1
