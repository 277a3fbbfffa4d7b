"""Damage: true statements made false in known ways, to measure whether checking catches it."""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.articles import Passage
from assistant.text.entities import names
from assistant.text.weighting import stems_with_synonyms
from assistant.text.words import content_terms, split_words, stem
from assistant.verification.checker import Checker
from assistant.verification.claims import find_claims
from assistant.verification.quotations import quotations

SEEN_FROM = date(2025, 5, 29)
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SPELT = "two three four five six seven eight nine ten eleven twelve".split()
_NUMBER = re.compile(
    rf"(?<![\w.,])\d{{1,3}}(?:,\d{{3}})+(?![\d])|(?<![\w.,:])\d+(?:\.\d+)?(?![\w:]|[.,]\d)|\b(?:{'|'.join(_SPELT)})\b"
)
_MONTH = rf"(?:{'|'.join(_MONTHS)})"
_DATE = re.compile(
    rf"\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b|\b(?:{'|'.join(_DAYS)})\b|\b(?:in|since|by) (?:19|20)\d\d\b"
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|may|must|did|does|do)\b(?! not)(?!n['’]t)",
    re.IGNORECASE,
)
_PAST = re.compile(r"(?<=[a-z] )([a-z]{3,}?)(ed|ied)\b(?! by)")
_SUBJECT = re.compile(
    r"(?P<subject>(?P<kind>The )[a-z-]+(?: [a-z-]+)??|[A-Z]\w+(?: [A-Z]\w+){0,2}) "
    r"(?P<verb>is|was|has|are|were|have|had|will|would|can|could|may|must|said|says)\b"
)
_NO_SUBJECTS = frozenset("He She It They We You I This That These There Here What Who But And".split())
_NEGATION = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|may|must) not\b")


@dataclass(frozen=True, slots=True)
class CorruptionCase:
    """A true statement and the passages that it cites."""

    text: str
    cited: tuple[Passage, ...]


Damage = Callable[[CorruptionCase, random.Random, Sequence[CorruptionCase]], str | None]
"""Gives the damaged text, None where there is nothing to damage in that way."""


def number(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """Another number in the place of one."""
    places = [found for found in _NUMBER.finditer(case.text) if not _in_date(case.text, found.start())]
    if not places:
        return None
    found = chance.choice(places)
    return _put(case.text, found.span(), _other_number(found[0], chance))


def _other_number(text: str, chance: random.Random) -> str:
    if text in _SPELT:
        return chance.choice([one for one in _SPELT if one != text])
    value = float(text.replace(",", ""))
    if "." in text:
        return f"{value + chance.choice((-1, 1, 2)) * 0.3 + 1:.1f}"
    size = max(2, int(value * 0.3))
    other = int(value) + chance.choice((-1, 1)) * chance.randint(1, size)
    other = other if 0 < other != int(value) else int(value) + 1
    return f"{other:,}" if "," in text else str(other)


def name(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """The name of somebody or something that the cited articles do not have in the place of one that they have."""
    own, held = (
        _names(case),
        set(split_words(" ".join(f"{one.article.title} {one.article.text}" for one in case.cited))),
    )
    strange = [one for other in others for one in _names(other) if not set(split_words(one)) & held]
    if not own or not strange:
        return None
    return case.text.replace(chance.choice(own), chance.choice(strange), 1)


def swapped_name(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """Another name of the same passage in the place of one."""
    own = _names(case)
    near = [one for passage in case.cited for one in names(passage.chunk.text) if one not in case.text]
    near = [one for one in near if not any(set(split_words(one)) & set(split_words(each)) for each in own)]
    return case.text.replace(chance.choice(own), chance.choice(near), 1) if own and near else None


def swapped_number(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """Another number of the same passage in the place of one."""
    places = [found for found in _NUMBER.finditer(case.text) if not _in_date(case.text, found.start())]
    near = [one[0] for passage in case.cited for one in _NUMBER.finditer(passage.chunk.text)]
    near = [one for one in near if one not in case.text]
    return _put(case.text, chance.choice(places).span(), chance.choice(near)) if places and near else None


def swapped_subject(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """The subject of another sentence of the passage in the place of its own, both names or both "the ..."."""
    own = _SUBJECT.match(case.text)
    if not own or own["subject"] in _NO_SUBJECTS:
        return None
    held = set(split_words(case.text))
    near = [
        found["subject"]
        for passage in case.cited
        for found in _SUBJECT.finditer(passage.chunk.text)
        if found["kind"] == own["kind"]
        and found["subject"] not in _NO_SUBJECTS
        and _is_plural(found) == _is_plural(own)
        and not held & set(split_words(found["subject"].removeprefix("The ")))
    ]
    return _put(case.text, own.span("subject"), chance.choice(near)) if near else None


def _is_plural(found: re.Match[str]) -> bool | None:
    verb = found["verb"]
    return True if verb in ("are", "were", "have") else False if verb in ("is", "was", "has", "says") else None


def day(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """Another date in the place of one."""
    places = list(_DATE.finditer(case.text))
    if not places:
        return None
    found = chance.choice(places)
    return _put(case.text, found.span(), _other_day(found[0], chance))


def _other_day(text: str, chance: random.Random) -> str:
    if text in _DAYS:
        return chance.choice([one for one in _DAYS if one != text])
    if re.search(r"\d{4}", text):
        return re.sub(r"\d{4}", lambda found: str(int(found[0]) + chance.choice((-7, -3, -2, 2, 3))), text)
    month = chance.choice([one for one in _MONTHS if one not in text])
    return re.sub(_MONTH, month, text)


def negation(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """A "not" put in, or taken out where there is one."""
    if _NEGATION.search(case.text):
        return _NEGATION.sub(r"\1", case.text, count=1)
    found = _AUXILIARY.search(case.text)
    if found:
        return f"{case.text[: found.end()]} not{case.text[found.end() :]}"
    past = _PAST.search(case.text)
    return _put(case.text, past.span(), f"did not {past[1]}{'y' if past[2] == 'ied' else ''}") if past else None


def elsewhere(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """A sentence of another article that tells another story."""
    titles = frozenset[str]().union(*(stems_with_synonyms(one.article.title) for one in case.cited))
    own = {one.article.id for one in case.cited}
    far = [
        other.text
        for other in others
        if not own & {one.article.id for one in other.cited}
        and not any(len(stems_with_synonyms(one.article.title) & titles) > 1 for one in other.cited)
    ]
    return chance.choice(far) if far else None


def half(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """A sentence of another article joined to a true one, as if it were one thought."""
    other = elsewhere(case, chance, others)
    return (
        f"{case.text.rstrip('.')}, while {other[0].lower()}{other[1:]}" if other and case.text.endswith(".") else None
    )


def quotation(case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase]) -> str | None:
    """Words in quotation marks of which one was exchanged."""
    said = [one for one in quotations(case.text) if len(one.split()) > 3]
    if said:
        part = chance.choice(said)
        return case.text.replace(part, _reworded(part, chance, others), 1)
    tokens = re.sub(r"[“”\"‘]", "", case.text).split()
    if len(tokens) < 8:
        return None
    start = chance.randint(1, len(tokens) - 7)
    part = " ".join(tokens[start : start + 6]).strip(".,;")
    false = _reworded(part, chance, others)
    return " ".join(tokens).replace(part, f"“{false}”", 1) if false != part else None


def _reworded(part: str, chance: random.Random, others: Sequence[CorruptionCase]) -> str:
    tokens = part.split()
    places = [place for place, one in enumerate(tokens) if one.isalpha() and len(one) > 3]
    if not places:
        return part
    held = set(split_words(part))
    strange = [one for other in others for one in content_terms(other.text) if one not in held and one.isalpha()]
    tokens[chance.choice(places)] = chance.choice(strange)
    return " ".join(tokens)


KINDS: Mapping[str, Damage] = {
    "another number": number,
    "another name": name,
    "another date": day,
    "a false quotation": quotation,
    "a sentence from elsewhere": elsewhere,
    "a half from elsewhere": half,
    "a negation": negation,
    "another number of the passage": swapped_number,
    "another name of the passage": swapped_name,
}


def _names(case: CorruptionCase) -> list[str]:
    # Days and what begins a sentence are no names here.
    return [one for one in names(case.text) if not _DATE.fullmatch(one) and one in case.text[1:]]


def _in_date(text: str, place: int) -> bool:
    return any(found.start() <= place < found.end() for found in _DATE.finditer(text)) or any(
        one.words and text.find(one.words) <= place < text.find(one.words) + len(one.words)
        for one in find_claims(text, SEEN_FROM).dates
    )


def _put(text: str, span: tuple[int, int], other: str) -> str:
    return f"{text[: span[0]]}{other}{text[span[1] :]}"


@dataclass(frozen=True, slots=True)
class CorruptionOutcome:
    """One statement, damaged or not (`kind` "untouched"), and what checking made of it."""

    kind: str
    case: CorruptionCase
    text: str
    marked: bool
    doubt: str | None


def measured(
    cases: Sequence[CorruptionCase],
    checker: Callable[[Mapping[int, Passage]], Checker],
    seed: int = 1,
    kinds: Iterable[str] = tuple(KINDS),
) -> list[CorruptionOutcome]:
    """Each of `cases` untouched and with each of the `kinds` of damage it can take, checked against what it cites.

    How one is damaged hangs on `seed` and its own words, not on which cases come before it.
    """
    outcomes = []
    for case in cases:
        chance = random.Random(f"{seed} {case.text}")
        offered = dict(enumerate(case.cited, 1))
        check = checker(offered)
        for kind, text in _versions(case, chance, cases, kinds):
            found = check.check(text, offered)
            outcomes.append(CorruptionOutcome(kind, case, text, found.support == "unsupported", found.doubt))
    return outcomes


def _versions(
    case: CorruptionCase, chance: random.Random, others: Sequence[CorruptionCase], kinds: Iterable[str]
) -> Iterable[tuple[str, str]]:
    yield "untouched", case.text
    for kind in kinds:
        text = KINDS[kind](case, chance, others)
        if text is not None and [stem(one) for one in split_words(text)] != [
            stem(one) for one in split_words(case.text)
        ]:
            yield kind, text
