"""The publications that a question names, by full or short name, or misspelt a little.

They are found by the names in the corpus and by the words of the press (press.toml); there is no list of publications.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from assistant.text import (
    NAME_WORD,
    WORD,
    Frequency,
    Mention,
    WordPattern,
    begins_sentence,
    fold,
    no_names,
    split_words,
    word_list,
    word_lists,
)

_FULL, _HEAD, _SHORT = range(3)
_TOKEN = re.compile(rf"{WORD.pattern}|&")
_GAP = re.compile(r"\s+|\s*[-|:–—]\s*|[.'’]")
_SUBTITLE = re.compile(r"(?:(?<!\s)\s++)?[|:]\s++|\s[-–—]\s++")
_DOMAIN = re.compile(r"\.(?:com|org|net|co\.uk|[a-z]{2})\Z", re.IGNORECASE)
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|[0-9]")
_SUBJECT_OF_REPORTING = WordPattern(r"(?:['’]s?)?\s*(?:[,:;?)\"”]|\Z|(?:and|or)\b|{press.tells})")
_REPORTED_BY = WordPattern(r"\b{press.told_by}\s+(?:the\s+)?['‘“\"]?\Z", re.IGNORECASE)
_BY = WordPattern(r"\b{press.by}\s+['‘“\"]?\Z", re.IGNORECASE)
# "the Polygon Diablo 4 guide", but not "the Fortune 500 report".
_PIECE = WordPattern(rf"(?!\s+\d)(?:\s+{NAME_WORD}){{1,5}}\s+{{press.pieces}}\b")


# Words that stand for a publication, alone ("the Chronicle") or with another ("Coast Radio").
_TELLS_OF_PRESS = ("press.titles", "press.media")
_GENERIC = ("press.generic", "press.media", "press.links")


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write the name of a publication: its words in lower case; `rank` 0 is the fullest."""

    words: tuple[str, ...]
    name: str
    rank: int
    acronym: bool = False  # only in capitals
    camel: bool = False  # in any case, for it can be no other word

    @property
    def distinct(self) -> bool:
        """Whether it is long enough to be known when it is misspelt, or with its words run together or parted."""
        return self.rank < _SHORT and sum(map(len, self.words)) >= 6


@dataclass(frozen=True, slots=True)
class _Forms:
    """All forms by their words run together, the distinct ones by first letter and length, and the length of any."""

    joined: dict[str, list[_Form]]
    spelt: dict[tuple[str, int], list[_Form]]
    longest: int


@dataclass(frozen=True, slots=True)
class _QuestionWord:
    """A word of a question; `gap` is what is between it and the one before."""

    start: int
    end: int
    plain: str
    capital: bool
    gap: str


def publications_named(question: str, sources: Iterable[str]) -> list[Mention]:
    """The mentions of `sources` in `question`, in order; a source named twice is there twice.

    A name is known by its full form, by what comes before its subtitle ("BBC News" of "BBC News - Technology"),
    by a short form that a publication goes by ("the Chronicle"), by its initials, and misspelt a little. One
    mention inside a longer one does not count, and one that stands for several sources is there once for
    each, with the same place. Names that are also words count in capitals only, and not as part of another name.
    """
    forms = _forms(tuple(sorted(set(sources))))
    words = list(_words(question))
    found = {mention for i in range(len(words)) for mention in _mentions(question, words, i, forms)}
    return [mention for _, mention in _longest(found)]


def _words(text: str) -> Iterator[_QuestionWord]:
    end = 0
    for found in _TOKEN.finditer(text):
        capital = found[0][0].isupper() or found[0][0].isdigit()
        yield _QuestionWord(*found.span(), _plain(found[0]), capital, text[end : found.start()])
        end = found.end()


def _plain(word: str) -> str:
    return "and" if word == "&" else fold(word)


def _longest(found: Iterable[tuple[int, Mention]]) -> list[tuple[int, Mention]]:
    """What does not overlap a longer or fuller mention; of the same place and rank all are kept."""
    kept: list[tuple[int, Mention]] = []
    for rank, mention in sorted(found, key=lambda ranked: (ranked[1].start - ranked[1].end, ranked[0], ranked[1].name)):
        if all(
            mention.end <= longer.start
            or longer.end <= mention.start
            or (rank, mention.start, mention.end) == (best, longer.start, longer.end)
            for best, longer in kept
        ):
            kept.append((rank, mention))
    return sorted(kept, key=lambda ranked: (ranked[1].start, ranked[1].name))


def _mentions(question: str, words: Sequence[_QuestionWord], i: int, forms: _Forms) -> Iterator[tuple[int, Mention]]:
    """The forms that begin with word `i`, each with its rank; that of a misspelt one comes after all others."""
    start = words[i - 1].start if i and words[i - 1].plain == "the" and words[i].gap.isspace() else words[i].start
    for end in range(i + 1, min(i + forms.longest, len(words)) + 1):
        run = words[i:end]
        if len(run) > 1 and not _GAP.fullmatch(run[-1].gap):
            return
        plain = tuple(word.plain for word in run)
        for form in forms.joined.get("".join(plain), ()):
            parted = len(form.words) != len(run) and form.distinct and all(word.capital for word in run)
            if parted or (form.words == plain and _is_named(question, words, i, form)):
                yield form.rank, Mention(start, run[-1].end, form.name)
        for form in forms.spelt.get((plain[0][0], len(run)), ()) if run[0].capital else ():
            if _is_misspelt(run, form) and _is_named(question, words, i, form, misspelt=True):
                yield form.rank + _SHORT + 1, Mention(start, run[-1].end, form.name)


def _is_named(question: str, words: Sequence[_QuestionWord], i: int, form: _Form, misspelt: bool = False) -> bool:
    """Whether the words at `i` are the publication and nothing else that is called alike."""
    run = words[i : i + len(form.words)]
    if form.acronym:
        return question[run[0].start : run[0].end].isupper() and not _is_part_of_a_name(question, words, i, i + 1)
    if form.camel and not misspelt:
        return True
    capital = _is_capitalised(run)
    if form.rank < _SHORT and len(run) > 1:
        return capital or not word_lists(*_GENERIC).issuperset(form.words)
    if not capital or _is_part_of_a_name(question, words, i, i + len(run)):
        return False
    reports = bool(_SUBJECT_OF_REPORTING.match(question, run[-1].end))
    if misspelt and len(run[0].plain) < 8 and not reports and not _REPORTED_BY.search(question, 0, run[0].start):
        return False
    return reports or not begins_sentence(question, run[0].start)


def _is_capitalised(run: Sequence[_QuestionWord]) -> bool:
    return all(word.capital or word.plain in word_list("press", "links") for word in run)


def _is_part_of_a_name(question: str, words: Sequence[_QuestionWord], i: int, end: int) -> bool:
    """Whether words `i` to `end` are part of a longer name: "Ice Age", "Fortune 500", "the Times of India"."""
    before, after = words[i - 1] if i else None, words[end] if end < len(words) else None
    if before and words[i].gap.isspace() and before.capital and before.plain not in no_names():
        return True
    if after is None or not after.gap.isspace():
        return False
    if after.plain == "of":
        return not _BY.search(question, 0, words[i].start)  # "accused by Fortune of fraud"
    piece = before and before.plain in word_list("press", "articles") and _PIECE.match(question, words[end - 1].end)
    return after.capital and after.plain not in word_list("press", "media") | no_names() and not piece


def _is_misspelt(run: Sequence[_QuestionWord], form: _Form) -> bool:
    """Whether each word is the form's or near it, with one letter in six wrong at most, and one is not it."""
    from rapidfuzz.distance import OSA

    if not _is_capitalised(run):
        return False
    wrong = 0
    for word, meant in zip(run, form.words, strict=True):
        if word.plain == meant:
            continue
        most = max(1, len(meant) // 6) if len(meant) > 4 else 0
        edits = OSA.distance(word.plain, meant, score_cutoff=most)
        if edits > most or word.plain.rstrip("s") == meant.rstrip("s"):
            return False
        wrong += edits
    return 0 < wrong <= sum(map(len, form.words)) // 6


_MOST_SHARING = 3  # a short name of more publications than that names none


@lru_cache(maxsize=16)
def _forms(sources: tuple[str, ...]) -> _Forms:
    forms = [form for name in sources for form in _forms_of(name)]
    users = defaultdict[tuple[str, ...], set[str]](set)
    joined = defaultdict[str, list[_Form]](list)
    spelt = defaultdict[tuple[str, int], list[_Form]](list)
    for form in forms:
        users[form.words].add(_SUBTITLE.split(form.name)[0])
    for form in forms:
        if form.rank < _SHORT or len(users[form.words]) <= _MOST_SHARING:
            joined["".join(form.words)].append(form)
        if form.distinct:
            spelt[form.words[0][0], len(form.words)].append(form)
    return _Forms(joined, spelt, max((len(form.words) for form in forms), default=0))


def _forms_of(name: str) -> Iterator[_Form]:
    head = _DOMAIN.sub("", _SUBTITLE.split(name)[0])
    whole, words = _bare(name), _bare(head)
    if whole:
        yield _Form(whole, name, _FULL, camel=len(whole) == 1 and bool(_CAMEL.search(name)))
    if words and words != whole:
        yield _Form(words, name, _HEAD, camel=len(words) == 1 and bool(_CAMEL.search(head)))
    if len(words) > 1:
        yield from _short_forms(head, words, name)


def _bare(name: str) -> tuple[str, ...]:
    words = tuple(_plain(found) for found in _TOKEN.findall(name))
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _short_forms(head: str, words: tuple[str, ...], name: str) -> Iterator[_Form]:
    small, of_press = word_list("press", "links"), word_lists(*_TELLS_OF_PRESS)
    for word in _TOKEN.findall(head):
        if _plain(word) in word_list("press", "titles"):
            yield _Form((_plain(word),), name, _SHORT)
        elif len(word) > 2 and word.isupper():
            yield _Form((_plain(word),), name, _SHORT, acronym=True)
    initials = "".join(word[0] for word in words if word not in small)
    if len(initials) > 2:
        yield _Form((initials,), name, _SHORT, acronym=True)
    for start, end in combinations(range(len(words) + 1), 2):
        part = words[start:end]
        shorter = 1 < len(part) < len(words)
        if shorter and small.isdisjoint((part[0], part[-1])) and not of_press.isdisjoint(part):
            yield _Form(part, name, _SHORT)


_NAME = rf"(?P<name>(?:The\s+)?{NAME_WORD}(?:\s+(?:of\s+|the\s+|and\s+|&\s+)*{NAME_WORD}){{0,3}})"
_BEFORE = rf"\b{{press.before_a_name}}\s+{_NAME}(?:['’]s?)?\s+"
# How questions name a publication, and whether what they name so may as well be another thing.
_ABSENT_FORMS = (
    # "a recent Bloomberg article", "the Wall Street Journal's review"
    (WordPattern(rf"{_BEFORE}{{press.works}}\b"), False),
    # "a Reuters report", but not "the FBI report" where the articles tell of the FBI
    (WordPattern(rf"{_BEFORE}reports?\b"), True),
    # "an article from The Korea Herald", "a report by 9to5Mac", "another by The Guardian"
    (WordPattern(rf"\b(?:{{press.works_for_certain}}|another)\s+(?:from|by)\s+(?:the\s+)?{_NAME}"), False),
    (WordPattern(rf"\b(?:{{press.works_for_certain}}|another)\s+in\s+{_NAME}"), True),
    # "as reported by Reuters"
    (WordPattern(rf"\breport(?:s?|ed)\s+by\s+(?:the\s+)?{_NAME}"), True),
)


def absent_publications(
    question: str, mentions: Sequence[Mention], frequency: Frequency = lambda name: 0
) -> tuple[str, ...]:
    """The publications that `question` asks of and that are none of its `mentions`, each once, as it writes them.

    `frequency` gives the number of passages that have a name: what articles write about is less surely a publication.
    """
    no_publications = word_lists("press.no_publications", "dates.weekdays", "dates.months")
    found: list[str] = []
    for form, doubtful in _ABSENT_FORMS:
        for match in form.finditer(question):
            start, end = match.span("name")
            whole = re.sub(r"['’]s?$", "", match["name"]).rstrip(".,")
            name = re.sub(r"^(?:The|A|An)\s+", "", whole)
            known = any(mention.start < end and start < mention.end for mention in mentions)
            if known or not any(map(str.isalpha, name)) or not no_publications.isdisjoint(fold(name).split()):
                continue
            if doubtful and frequency(" ".join(split_words(name))):
                continue
            if " by " not in match[0] or not _may_be_a_person(whole):
                found.append(name)
    return tuple(dict.fromkeys(found))


def _may_be_a_person(name: str) -> bool:
    """Whether it is two or three plain words: "an article by Jane Doe", but not "by The Hindu"."""
    parts = name.split()
    plain = len(parts) in (2, 3) and parts[0] != "The" and all(map(str.isalpha, parts))
    return plain and word_lists(*_TELLS_OF_PRESS).isdisjoint(fold(name).split())
