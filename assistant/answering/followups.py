"""Follow-ups: a question that depends on the conversation before it, written out so that it can be searched for.

Without a model this is done by words: "he" stands for a person of the last exchange, "and in May?" changes the last
question, and a question that says little by itself is about what the last one was about. Whether one that says enough
by itself is about it too, what is found must tell.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answers import Answer
from assistant.text import (
    Frequency,
    WordPattern,
    expressions,
    fold_name,
    full_or_titled,
    is_capital,
    is_content_word,
    names_in,
    runs,
    split_words,
    stem,
    stems,
    synonym_group,
    word_list,
)

_LEAD = WordPattern(r"\A\W*(?:{follow_ups.leads}\b[,.!]?\s*)+", re.IGNORECASE)
_ABOUT = WordPattern(r"\A\W*{follow_ups.about}\b\s*", re.IGNORECASE)
_ASKING = WordPattern(r"\A{questions.openings}\b", re.IGNORECASE)
_WHO = WordPattern(r"\b{follow_ups.one_person}\b", re.IGNORECASE)
_THEN = WordPattern(r"\b{follow_ups.then}\b", re.IGNORECASE)
_POINTING = (
    _WHO,
    WordPattern(r"\b{follow_ups.several}\b", re.IGNORECASE),
    _THEN,
    WordPattern(r"\b{follow_ups.pointing}\b", re.IGNORECASE),
    WordPattern(r"\b(?:that|this)\b(?=\W*\Z|\s+{follow_ups.after_that}\b)", re.IGNORECASE),
)
# What a question begins with before what it is about.
_OPENING = WordPattern(
    r"\A\W*(?:{follow_ups.before_asking}\s+)?(?:how\s+{follow_ups.after_how}|{questions.asking})\b\s*"
    r"(?:{function_words.auxiliaries}\b\s*)?|\A\W*{function_words.auxiliaries}\b\s*",
    re.IGNORECASE,
)


_ENOUGH, _MUCH = 3, 4  # content words with which a question stands by itself
_EARLY = 20  # characters before a pronoun that stands for somebody of before
_MOST_CARRIED = 8  # content words of the last question


KindOf = Callable[[str], str | None]
"""What a name is of: "person", "place" and so on; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was searched for, the sentences of its answer, and the few words that answer, if there are."""

    question: str
    said: tuple[str, ...] = ()
    short: str | None = None


def exchange(answer: Answer) -> Exchange:
    """What a later question may depend on of `answer`, or of the words that come closest to one."""
    borne_out = [one for one in answer.statements if one.is_borne_out]
    said = [one.text for one in borne_out] if answer.found else [one.quote for one in answer.citations]
    short = next((one.short for one in borne_out if one.short), None)
    return Exchange(answer.understood.follows or answer.question, tuple(said), short)


@dataclass(frozen=True, slots=True)
class RewrittenQuestion:
    """A question written out in full. Not `certain`: it may as well stand by itself, as what it finds must tell.

    `exchanged`: it is the question before with one thing in it exchanged, so that it reads as somebody would write it;
    `is_glued`: words of the question before stand after it in brackets, as nobody would.
    """

    text: str
    certain: bool
    exchanged: bool = False
    is_glued: bool = False


def rewrite_followup(
    question: str, before: Sequence[Exchange], known: Frequency, kind_of: KindOf = lambda name: None
) -> RewrittenQuestion | None:
    """`question` so that it can be understood without the exchanges `before` it; None when nothing is to be added.

    `known` gives the number of passages that have a word.
    """
    bare = _LEAD.sub("", question).strip()
    if not before or not split_words(bare):
        return None
    leaning = _is_followup(question, known)
    last = before[-1]
    alone = _ABOUT.sub("", bare).strip(" ?!.")
    if leaning is not None and split_words(alone) and (_ABOUT.match(bare) or not _ASKING.match(alone)):
        return _substituted(last.question, alone, known)
    # In a question that says enough, "he" may be somebody of its own.
    named = bare if leaning is None else _with_antecedents(bare, last, known, kind_of)
    whole = _with_subject(f"{named[:1].upper()}{named[1:]}", last.question)
    return (
        RewrittenQuestion(whole, bool(leaning), is_glued=len(whole) > len(named))
        if fold_name(whole) != fold_name(question)
        else None
    )


def _is_followup(question: str, known: Frequency) -> bool | None:
    """Whether it depends on what was before it, by its words (True) or by how few they are (False); None when not."""
    bare = _LEAD.sub("", question)
    if _ABOUT.match(bare):
        return True
    content, names = _content_words(bare), names_in(bare, known)
    pointing = min((found.start() for pattern in _POINTING for found in pattern.finditer(bare)), default=None)
    named_before = any(one.start < (pointing or 0) for one in names)
    if pointing is not None and not named_before and len(_content_words(bare[:pointing])) < 2:
        return True if len(content) < _MUCH + 2 or pointing < _EARLY else None
    if bare != question.strip() and len(content) < _ENOUGH:
        return True
    if names or len(content) >= _ENOUGH:
        return None
    return not content


def _content_words(text: str) -> list[str]:
    found = (one for one in dict.fromkeys(split_words(text)) if is_content_word(one))
    return [one for one in found if stem(one) not in stems("frames", "follow_up")]


def _substituted(last: str, alone: str, known: Frequency) -> RewrittenQuestion:
    """The last question with `alone` in the place of what it stands for: a name for a name, a time for a time."""
    said, times = list(expressions(alone)), list(expressions(last))
    if said and times and len(split_words(alone)) <= len(split_words(said[0].words)) + 2:
        changed = f"{last[: times[-1].start]}{alone} {last[times[-1].end :]}"
        changed = changed.replace("  ", " ").replace(" ?", "?")
        return RewrittenQuestion(changed, True, exchanged=True, is_glued=_is_glued(last))
    first = split_words(alone)[0]
    is_linking = first in word_list("follow_ups", "linking")
    same = re.search(rf"\b{re.escape(first)}\b(?:\s+\S+){{1,5}}\s*\Z", last.rstrip(" ?!."), re.IGNORECASE)
    if same and is_linking:
        return RewrittenQuestion(f"{last[: same.start()]}{alone}?", True, exchanged=True, is_glued=_is_glued(last))
    new, old = names_in(f"of {alone}", known), names_in(last, known)
    if new and old and not said:
        nearest = min(old, key=lambda one: abs(len(one.name.split()) - len(new[0].name.split())))
        exchanged = f"{last[: nearest.start]}{new[0].name}{last[nearest.end :]}"
        return RewrittenQuestion(exchanged, True, exchanged=True, is_glued=_is_glued(last))
    return RewrittenQuestion(f"{last.rstrip(' ?!.')} {alone}?", bool(said) or is_linking, is_glued=True)


def _is_glued(question: str) -> bool:
    """Whether it has words of the question before it in brackets, as `_with_subject` puts them."""
    return question.rstrip(" ?").endswith(")")


def _with_antecedents(question: str, last: Exchange, known: Frequency, kind_of: KindOf) -> str:
    """`question` with the names that its "she" or "then" stand for."""
    who = _WHO.search(question)
    if who:
        person = _person_named(last, known, kind_of)
        if person:
            possessive = who[0].lower() in word_list("follow_ups", "possessives") or (
                who[0].lower() == "her" and re.match(r"\s+[a-z]", question[who.end() :]) is not None
            )
            question = f"{question[: who.start()]}{person}{'’s' if possessive else ''}{question[who.end() :]}"
    then = _THEN.search(question)
    if then and (moment := _time_named(last)):
        question = f"{question[: then.start()]}{moment}{question[then.end() :]}"
    return question


def _person_named(last: Exchange, known: Frequency, kind_of: KindOf) -> str | None:
    """The person who is the last answer, or whom the last question names, or else the first whom its answer does.

    Of names of which it is not known what they are of, only one that does something.
    """
    for text in filter(None, (last.short, last.question, *last.said)):
        for name in _full_names(text, known):
            if kind_of(name) == "person":
                return name
    for text in (last.question, *last.said):
        for start, end in full_or_titled(text):
            if kind_of(text[start:end]) is None and _ACTS.match(text, end):
                return text[start:end]
    return None


def _full_names(text: str, known: Frequency) -> Iterator[str]:
    """The names of a text, those of several words first."""
    found = [one.name for one in names_in(text, known)]
    yield from sorted(found, key=lambda name: " " not in name)


_ACTS = WordPattern(r"(?:,[^,.]{3,80},)?\s+(?:\w+ly\s+)?{speech.of_somebody_who_acts}\b")


def _time_named(last: Exchange) -> str | None:
    """The first time that the last answer names, else that of the question."""
    for text in (*last.said, last.question):
        for one in expressions(text):
            words_of_it = one.words.rstrip(".")
            return f"on {words_of_it}" if one.kind in ("day", "weekday") else words_of_it
    return None


def _with_subject(question: str, last: str) -> str:
    """`question` with the content words of the last one that it lacks, in brackets."""
    own = _stems(question)
    rest = _OPENING.sub("", last).strip(" ?!.")
    # A question that has an act of its own is not about the last one's: "What did she demand (condemned ...)?"
    acts = any(map(synonym_group, own)) or len(_content_words(question)) > 1
    content = frozenset(filter(is_content_word, split_words(rest)))
    framing = stems("frames", "follow_up")
    lacking = [
        word
        for word in re.findall(r"[\w’'.&-]+", rest)
        if set(split_words(word)) & content
        and not own.issuperset(_stems(word) - framing)
        and not (acts and any(map(synonym_group, _stems(word))))
    ]
    if not lacking:
        return question
    carried = " ".join(dict.fromkeys(lacking[:_MOST_CARRIED]))
    end = "?" if question.rstrip().endswith("?") else ""
    return f"{question.rstrip(' ?')} ({carried}){end}"


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, split_words(text)))


def is_faithful(question: str, rephrased: str, before: Sequence[Exchange]) -> bool:
    """Whether a model's `rephrased` question asks the same: it keeps what `question` says and invents no name."""
    own, kept = set(map(stem, _content_words(question))), _stems(rephrased)
    told = set(split_words(" ".join([question, *(" ".join([one.question, *one.said]) for one in before)])))
    names = [word for run in runs(rephrased) for word in run if is_capital(word)]
    invented = [word for word in names if word.start() > 0 and not told.issuperset(split_words(word[0]))]
    figures = [word for word in split_words(rephrased) if word.isdigit() and word not in told]
    carried = {stem(one) for each in before for one in _content_words(each.question)} & kept
    keeps = 2 * len(own & kept) >= len(own) if own else bool(carried)
    return keeps and not invented and not figures
