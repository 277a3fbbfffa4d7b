"""The state of things: a figure that was changed or corrected later comes before that of an earlier article."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from assistant.articles import Article, Passage
from assistant.models import Clause, clauses, may_tell
from assistant.reading.evidence import Evidence
from assistant.reading.selection import SelectedQuote
from assistant.text import Span, Value, WordPattern, content_stems, split_words, values, word_list

_CORRECTION = WordPattern(
    r"\W{0,3}{updates.corrections_begin}\b[^.:]{0,40}:|(?:.{0,200}\b)?{updates.corrections_say}\b",
    re.IGNORECASE | re.DOTALL,
)
_CHANGE = WordPattern(r"\b{updates.changes}\b", re.IGNORECASE)
_OF_BEFORE = WordPattern(r"\b{updates.of_before}\b", re.IGNORECASE)
_OPEN = WordPattern(r"\b{updates.plans}\b", re.IGNORECASE)
_NO_DATE = datetime.min.replace(tzinfo=UTC)
_NEARLY = 3.0  # log odds
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")
_MIN_COSINE = 0.5  # between the sentence that leads and the one that tells of a change
_SHARED = 2  # content words of a note and of the sentence of another article that it corrects
_ANSWERS = 0.0  # log odds of a sentence that answers


def with_updates(quotes: Sequence[SelectedQuote], evidence: Sequence[Evidence], asked: str) -> list[SelectedQuote]:
    """`quotes`, led by what a later article says of the figure that led; the correction of a figure is quoted whole.

    Only the sentence that answers the question `asked` is looked at, and only what is among the `evidence`.
    """
    first, number = (quotes[0], quotes[0].leads) if quotes else (None, None)
    if first is None or number is None:
        return list(quotes)
    newest = _newest(_of_now(first.by, number, evidence, asked), number, evidence)
    newest = _carried_out(newest, evidence) or newest
    note = correction_of(newest, (sentence.passage for sentence in evidence))
    # What leads for another question stays before what only led.
    leading = [quote for quote in quotes[1:] if quote.leads is not None]
    others = [quote for quote in quotes[1:] if quote.leads is None]
    former = [] if newest is first.by else [replace(first, leads=None)]
    if note is None:
        return _once([SelectedQuote(newest, number), *leading, *former, *others])
    held = _right_sentence(note, evidence)
    corrected = [SelectedQuote(held, number)] if held else [SelectedQuote(note, number)]
    noted = [SelectedQuote(note, also=True)] if held else []
    return _once([*corrected, *leading, *noted, SelectedQuote(newest), *former, *others])


def _once(quotes: Iterable[SelectedQuote]) -> list[SelectedQuote]:
    """`quotes` without those that lie within one before them."""
    kept: list[SelectedQuote] = []
    for quote in quotes:
        article, start, end = quote.by.article.id, quote.by.start, quote.by.end
        if not any(article == one.by.article.id and one.by.start <= start and end <= one.by.end for one in kept):
            kept.append(quote)
    return kept


def _of_now(lead: Evidence, number: int, evidence: Sequence[Evidence], asked: str) -> Evidence:
    """`lead`, or where it tells a figure of before, which is not asked for, a likely sentence with that of now."""
    if not _OF_BEFORE.search(lead.text) or not word_list("updates", "asks_of_before").isdisjoint(split_words(asked)):
        return lead
    for sentence in evidence:
        is_likely = sentence.scores[number] >= lead.scores[number] - _NEARLY
        if is_likely and not _OF_BEFORE.search(sentence.text) and _alike(values(sentence.text), values(lead.text)):
            return sentence
    return lead


def _newest(lead: Evidence, number: int, evidence: Sequence[Evidence]) -> Evidence:
    """The newest sentence that reports a change of the figure in `lead`, or `lead`."""
    newest = lead
    for sentence in evidence:
        if _is_later(sentence, newest) and sentence.readings[number].answers >= _ANSWERS and _changes(sentence, lead):
            newest = sentence
    return newest


def _carried_out(lead: Evidence, evidence: Sequence[Evidence]) -> Evidence | None:
    """The newest sentence that tells as done what `lead` tells as planned: "will reopen", "reopened"."""
    if not _OPEN.search(lead.text):
        return None
    planned = [clause for clause in clauses(lead.text) if not clause.is_done and (clause.doer or clause.done_to)]
    words = frozenset[str]().union(*map(_words, planned))
    later = [each for each in evidence if _is_later(each, lead) and not words.isdisjoint(split_words(each.text))]
    acts = {clause.verb for clause in planned}
    later = [each for each in later if may_tell(each.text, acts)]
    told = [each for each in later if any(_does(done, plan) for done in clauses(each.text) for plan in planned)]
    return max(told, key=lambda each: each.article.published or _NO_DATE, default=None)


def _does(done: Clause, planned: Clause) -> bool:
    """Whether a clause tells as a fact what another tells as a plan, of the same."""
    return done.is_done and done.verb == planned.verb and bool(_words(done) & _words(planned))


def _words(clause: Clause) -> frozenset[str]:
    return frozenset[str]().union(*(phrase.words for phrase in (clause.doer, clause.done_to) if phrase))


def _is_later(sentence: Evidence, other: Evidence) -> bool:
    day, other_day = sentence.article.published, other.article.published
    return bool(day and other_day and day.date() > other_day.date())


def _changes(sentence: Evidence, lead: Evidence) -> bool:
    if not _CHANGE.search(sentence.text) or any(a <= sentence.start < b for a, b in _notes(sentence.article)):
        return False
    pairs = ((one, other) for one in values(sentence.text) for other in values(lead.text))
    return any(_is_of_one_kind(*pair) for pair in pairs) and sentence.nearness(lead) >= _MIN_COSINE


def _is_of_one_kind(value: Value, other: Value) -> bool:
    same = value.kind == other.kind != "date" and value.unit == other.unit
    return same and (not value.nouns or not other.nouns or value.nouns[0] == other.nouns[0])


def correction_of(told: Evidence, passages: Iterable[Passage]) -> Evidence | None:
    """The whole note, in an article of the passages, that corrects a figure of `told` or that `told` is part of."""
    for passage in {each.article.id: each for each in passages}.values():
        for start, end in _notes(passage.article):
            note, own = Evidence(passage, start, end), told.article.id == passage.article.id
            if own and start <= told.start < end:
                return note
            is_later = _is_later(note, told) and _is_on_the_same(note, told)
            wrong = _split(note)[1] if own or is_later else []
            if any(one.agrees(other) for one in wrong for other in _alike(values(told.text), wrong)):
                return note
    return None


def _is_on_the_same(note: Evidence, told: Evidence) -> bool:
    """Whether a note of another article shares words with a sentence besides its figures."""
    words, others = ({term for term in content_stems(each.text) if term.isalpha()} for each in (note, told))
    return len(words & others) >= _SHARED


def _alike(found: Iterable[Value], others: Sequence[Value]) -> list[Value]:
    return [one for one in found if any(_is_of_one_kind(one, other) for other in others)]


def _split(note: Evidence) -> tuple[list[Value], list[Value]]:
    """The figures of a note that its article has besides, as it is right now, and the others, which were wrong."""
    text = note.article.text
    held = [*values(text[: note.start]), *values(text[note.end :])]
    right, wrong = list[Value](), list[Value]()
    for value in values(note.text):
        if value.kind != "date":
            (right if any(_is_same(value, other) for other in held) else wrong).append(value)
    return right, wrong if right else []


def _is_same(value: Value, other: Value) -> bool:
    return (value.kind, value.unit, value.low, value.high) == (other.kind, other.unit, other.low, other.high)


def _right_sentence(note: Evidence, evidence: Sequence[Evidence]) -> Evidence | None:
    """The likeliest sentence of the corrected article with the right figure, outside the note."""
    right, _ = _split(note)
    return next(
        (
            sentence
            for sentence in evidence
            if sentence.article.id == note.article.id
            and not note.start <= sentence.start < note.end
            and any(_is_same(value, other) for value in right for other in values(sentence.text))
        ),
        None,
    )


def _notes(article: Article) -> list[Span]:
    """The paragraphs that correct something."""
    return [found.span() for found in _PARAGRAPH.finditer(article.text) if _CORRECTION.match(found[0])]
