"""The publications that a question names, by full or short name, or misspelt a little.

They are found by the names in the corpus and by the words of the press (press.toml); there is no list of publications.
"""

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.text import Frequency, Mention, WordPattern, no_names, split_words, word_list

_FULL, _HEAD, _SHORT = range(3)
_TOKEN = re.compile(r"[^\W_]+|&")
_GAP = re.compile(r"\s+|\s*[-|:–—]\s*|[.'’]")
_SUBTITLE = re.compile(r"\s*[|:]\s+|\s[-–—]\s+")
_DOMAIN = re.compile(r"\.(?:com|org|net|co\.uk|[a-z]{2})\Z", re.IGNORECASE)
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|[0-9]")
_SENTENCE_START = re.compile(r"(?:\A|[.?!]\s)[\s'‘“\"]*\Z")


@cache
def press_words() -> frozenset[str]:
    """Words that alone may stand for a publication ("the Chronicle")."""
    return word_list("press", "titles")


@cache
def media_words() -> frozenset[str]:
    """Words that stand for a publication together with another ("Coast Radio")."""
    return word_list("press", "media")


@cache
def _small() -> frozenset[str]:
    return word_list("press", "links")


@cache
def _generic() -> frozenset[str]:
    return word_list("press", "generic") | media_words() | _small()


_SUBJECT_OF_REPORTING = WordPattern(r"(?:['’]s?)?\s*(?:[,:;?)\"”]|\Z|(?:and|or)\b|{press.tells})")
_REPORTED_BY = WordPattern(r"\b{press.told_by}\s+(?:the\s+)?['‘“\"]?\Z", re.IGNORECASE)
_BY = WordPattern(r"\b{press.by}\s+['‘“\"]?\Z", re.IGNORECASE)
# "the Polygon Diablo 4 guide", but not "the Fortune 500 report".
_PIECE = WordPattern(r"\s+[A-Z][\w.'’-]*(?:\s+[A-Z0-9][\w.'’-]*){0,4}\s+{press.pieces}\b")


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write the name of a publication: its words in lower case; `rank` 0 is the fullest."""

    words: tuple[str, ...]
    name: str
    rank: int
    acronym: bool = False  # only in capitals
    camel: bool = False  # in any case, for it can be no other word

    @property
    def generic(self) -> bool:
        return _generic().issuperset(self.words)


@dataclass(frozen=True, slots=True)
class _Forms:
    """All forms, by their first word, by their words run together, and by the first letter of the full ones."""

    exact: dict[str, list[_Form]]
    joined: dict[str, list[_Form]]
    spelt: dict[str, list[_Form]]


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    plain: str
    capital: bool


def publications_named(question: str, sources: Iterable[str]) -> list[Mention]:
    """The mentions of `sources` in `question`, in order; a source named twice is there twice.

    A name is known by its full form, by what comes before its subtitle ("BBC News" of "BBC News - Technology"),
    by a short form that a publication goes by ("the Chronicle"), by its initials, and misspelt a little. One
    mention inside a longer one does not count, and one that stands for several sources is there once for
    each, with the same place. Names that are also words count in capitals only, and not as part of another name.
    """
    forms = _forms(tuple(sorted(set(sources))))
    words = list(_words(question))
    found = [mention for i in range(len(words)) for mention in _mentions(question, words, i, forms)]
    return [mention for _, mention in _longest(found)]


def _words(text: str) -> Iterator[_Word]:
    for found in _TOKEN.finditer(text):
        yield _Word(*found.span(), _plain(found[0]), found[0][0].isupper() or found[0][0].isdigit())


def _plain(word: str) -> str:
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark))
    return "and" if bare == "&" else bare.casefold()


def _longest(found: Iterable[tuple[int, Mention]]) -> list[tuple[int, Mention]]:
    """What does not overlap a longer or fuller mention; of the same place and rank all are kept."""
    kept: list[tuple[int, Mention]] = []
    for rank, mention in sorted(
        set(found), key=lambda ranked: (ranked[1].start - ranked[1].end, ranked[0], ranked[1].name)
    ):
        if all(
            mention.end <= longer.start
            or longer.end <= mention.start
            or (rank, mention.start, mention.end) == (best, longer.start, longer.end)
            for best, longer in kept
        ):
            kept.append((rank, mention))
    return sorted(kept, key=lambda ranked: (ranked[1].start, ranked[1].name))


def _mentions(question: str, words: Sequence[_Word], i: int, forms: _Forms) -> Iterator[tuple[int, Mention]]:
    """The forms that begin with word `i`, each with its rank; that of a misspelt one comes after all others."""
    for form in forms.exact.get(words[i].plain, ()):
        run = words[i : i + len(form.words)]
        if (
            tuple(word.plain for word in run) == form.words
            and _is_run(question, run)
            and _is_named(question, words, i, form)
        ):
            yield form.rank, _mention(question, words, i, run, form)
    if not words[i].capital:
        return
    for size in range(1, 5):
        run = words[i : i + size]
        for form in forms.joined.get("".join(word.plain for word in run), ()):
            if len(run) == size != len(form.words) and all(word.capital for word in run) and _is_run(question, run):
                yield form.rank, _mention(question, words, i, run, form)
    for form in forms.spelt.get(words[i].plain[0], ()):
        run = words[i : i + len(form.words)]
        if _is_misspelt(run, form) and _is_run(question, run) and _is_named(question, words, i, form, misspelt=True):
            yield form.rank + _SHORT + 1, _mention(question, words, i, run, form)


def _mention(question: str, words: Sequence[_Word], i: int, run: Sequence[_Word], form: _Form) -> Mention:
    start = (
        words[i - 1].start
        if i and words[i - 1].plain == "the" and _is_spaced(question, words[i - 1], run[0])
        else run[0].start
    )
    return Mention(start, run[-1].end, form.name)


def _is_run(question: str, run: Sequence[_Word]) -> bool:
    return all(_GAP.fullmatch(question, word.end, following.start) for word, following in itertools.pairwise(run))


def _is_spaced(question: str, word: _Word, following: _Word) -> bool:
    return question[word.end : following.start].isspace()


def _is_named(question: str, words: Sequence[_Word], i: int, form: _Form, misspelt: bool = False) -> bool:
    """Whether the words at `i` are the publication and nothing else that is called alike."""
    run = words[i : i + len(form.words)]
    if form.acronym:
        capitals = question[run[0].start : run[0].end].isupper()
        return capitals and not _is_part_of_a_name(question, words, i, i + 1)
    if form.camel and not misspelt:
        return True
    capital = all(word.capital or word.plain in _small() for word in run)
    if form.rank < _SHORT and len(run) > 1:
        return capital or not form.generic
    if not capital or _is_part_of_a_name(question, words, i, i + len(run)):
        return False
    reports = bool(_SUBJECT_OF_REPORTING.match(question, run[-1].end))
    if misspelt and len(run[0].plain) < 8 and not reports and not _REPORTED_BY.search(question, 0, run[0].start):
        return False
    return reports or not _SENTENCE_START.search(question[: run[0].start])


def _is_part_of_a_name(question: str, words: Sequence[_Word], i: int, end: int) -> bool:
    """Whether words `i` to `end` are part of a longer name: "Ice Age", "Fortune 500", "the Times of India"."""
    if (
        i
        and _is_spaced(question, words[i - 1], words[i])
        and words[i - 1].capital
        and words[i - 1].plain not in no_names()
    ):
        return True
    if end == len(words) or not _is_spaced(question, words[end - 1], words[end]):
        return False
    following = words[end]
    if following.plain == "of":
        return not _BY.search(question, 0, words[i].start)  # "accused by Fortune of fraud"
    named = following.capital and following.plain not in media_words() | no_names()
    return named and not (
        i and words[i - 1].plain in word_list("press", "articles") and _PIECE.match(question, words[end - 1].end)
    )


def _is_misspelt(run: Sequence[_Word], form: _Form) -> bool:
    """Whether each word is the form's or near it, with one letter in six wrong at most, and one is not it."""
    from rapidfuzz.distance import OSA

    if len(run) != len(form.words) or not all(word.capital or word.plain in _small() for word in run):
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


@lru_cache(maxsize=16)
def _forms(sources: tuple[str, ...]) -> _Forms:
    forms = [form for name in sources for form in _forms_of(name)]
    users: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for form in forms:
        users[form.words].add(_SUBTITLE.split(form.name)[0])
    forms = [form for form in forms if form.rank < _SHORT or len(users[form.words]) <= _MOST_SHARING]
    exact, joined, spelt = (defaultdict[str, list[_Form]](list) for _ in range(3))
    for form in forms:
        exact[form.words[0]].append(form)
        letters = sum(map(len, form.words))
        if form.rank < _SHORT and letters >= 6:
            joined["".join(form.words)].append(form)
            spelt[form.words[0][0]].append(form)
    return _Forms(dict(exact), dict(joined), dict(spelt))


_MOST_SHARING = 3  # a short name of more publications than that names none


def _forms_of(name: str) -> Iterator[_Form]:
    head = _DOMAIN.sub("", _SUBTITLE.split(name)[0])
    whole, words = _bare(name), _bare(head)
    if whole:
        yield _Form(whole, name, _FULL, camel=len(whole) == 1 and bool(_CAMEL.search(name)))
    if not words:
        return
    if words != whole:
        yield _Form(words, name, _HEAD, camel=len(words) == 1 and bool(_CAMEL.search(head)))
    if len(words) > 1:
        yield from _short_forms(head, words, name)


def _bare(name: str) -> tuple[str, ...]:
    words = tuple(_plain(found) for found in _TOKEN.findall(name))
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _short_forms(head: str, words: tuple[str, ...], name: str) -> Iterator[_Form]:
    for word in _TOKEN.findall(head):
        if _plain(word) in press_words():
            yield _Form((_plain(word),), name, _SHORT)
        elif len(word) > 2 and word.isupper():
            yield _Form((_plain(word),), name, _SHORT, acronym=True)
    initials = "".join(word[0] for word in words if word not in _small())
    if len(initials) > 2:
        yield _Form((initials,), name, _SHORT, acronym=True)
    for start in range(len(words)):
        for end in range(start + 2, len(words) + 1):
            part = words[start:end]
            ends_well = part[0] not in _small() and part[-1] not in _small()
            if part != words and ends_well and any(word in press_words() or word in media_words() for word in part):
                yield _Form(part, name, _SHORT)


_WORD = r"[A-Z0-9][\w.&’'-]*"
_NAME = rf"(?P<name>(?:The\s+)?{_WORD}(?:\s+(?:of\s+|the\s+|and\s+|&\s+)*{_WORD}){{0,3}})"
_BEFORE = rf"\b(?:an?|the|another|this|that|recent|separate|both|and)\s+{_NAME}(?:['’]s?)?\s+"
# How questions name a publication, and whether what they name so may as well be another thing.
_ABSENT_FORMS = (
    # "a recent Bloomberg article", "the Wall Street Journal's review"
    (WordPattern(rf"{_BEFORE}{{press.works}}\b"), False),
    # "a Reuters report", but not "the FBI report" where the articles tell of the FBI
    (WordPattern(rf"{_BEFORE}reports?\b"), True),
    # "an article from The Korea Herald", "a report by 9to5Mac", "another by The Guardian"
    (WordPattern(rf"\b(?:{{press.works_for_certain}}|another)\s+(?:from|by)\s+(?:the\s+)?{_NAME}"), False),
    (WordPattern(rf"\b(?:{{press.works_for_certain}}|another)\s+in\s+{_NAME}"), True),
    (WordPattern(rf"\breports?\s+by\s+(?:the\s+)?{_NAME}"), True),
    # "as reported by Reuters"
    (WordPattern(rf"\breported\s+by\s+(?:the\s+)?{_NAME}"), True),
)


@cache
def _no_publications() -> frozenset[str]:
    return word_list("press", "no_publications") | word_list("dates", "weekdays") | word_list("dates", "months")


def absent_publications(
    question: str, mentions: Sequence[Mention], frequency: Frequency = lambda name: 0
) -> tuple[str, ...]:
    """The publications that `question` asks of and that are none of its `mentions`, each once, as it writes them.

    `frequency` gives the number of passages that have a name: what articles write about is less surely a publication.
    """
    return tuple(dict.fromkeys(_absent(question, mentions, frequency)))


def _absent(question: str, mentions: Sequence[Mention], frequency: Frequency) -> Iterator[str]:
    for form, doubtful in _ABSENT_FORMS:
        for match in form.finditer(question):
            start, end = match.span("name")
            whole = re.sub(r"['’]s?$", "", match["name"]).rstrip(".,")
            name = re.sub(r"^(?:The|A|An)\s+", "", whole)
            if any(mention.start < end and start < mention.end for mention in mentions) or not _may_be_publication(
                name
            ):
                continue
            if not (doubtful and frequency(" ".join(split_words(name)))) and not _may_be_a_person(whole, match[0]):
                yield name


def _may_be_publication(name: str) -> bool:
    return any(map(str.isalpha, name)) and not _no_publications().intersection(name.lower().split())


def _may_be_a_person(name: str, phrase: str) -> bool:
    """Whether it is two or three plain words after "by": "an article by Jane Doe", but not "by The Hindu"."""
    parts = name.split()
    plain = len(parts) in (2, 3) and parts[0] != "The" and all(part.isalpha() for part in parts)
    return plain and " by " in phrase and not any(part.lower() in press_words() | media_words() for part in parts)
