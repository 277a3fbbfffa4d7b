"""The names of people, places and other things in a question, and the words in it that are misspelt.

What a name is, is seen from capitals alone; whether the articles know a word, the caller says.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.naming import Mention
from assistant.query import stem, words

Known = Callable[[str], int]

_WORD = re.compile(r"[^\W\d_][^\W_]*")
# Within a name: a space, the hyphen of "Bankman-Fried", the apostrophe of "O'Neil", the stop of "T.J. Hockenson".
_GAP = re.compile(r"\s|[-‐]|\.\s?")
_APOSTROPHE = re.compile(r"['’]")
SENTENCE_START = re.compile(r"(?:\A|[.?!:]\s+)[\s'‘“\"(]*\Z")
LINKS = frozenset("al bin da de del della der di du el la le of the van von zu".split())
TITLES = frozenset(
    """acting ambassador baroness captain ceo cfo chair chairman chairwoman chancellor chief colonel congressman
    councillor councillors deputy director doctor dr former general governor inspector judge king lady lord madam major
    mayor minister miss mp mr mrs ms officer premier president prime prince princess prof professor queen rev
    secretary senator sergeant sheriff sir speaker vice""".split()
)
# Capitals that make no name: what a question begins with, and the names of days and months.
_NO_NAMES = frozenset(
    """a according after although also an and are as at because before between both but by can compare compared
    considering could describe despite did do does during each either explain find for from give given had has
    have he her his how i if in is it its let like list many may me more most name no not of on one or our
    please quote regarding say she should show since so some summarise summarize tell than that the their them
    then there these they this those to under was we were what when where whereas whether which while who whom
    whose why will with would yes you your monday tuesday wednesday thursday friday saturday sunday january
    february march april june july august september october november december""".split()
)


def names_in(question: str, known: Known) -> list[Mention]:
    """The names in `question`, in order: runs of capitalised words, without title, article and possessive.

    `known` gives the number of passages that have a word. The first word of a sentence begins a name only if
    the articles know it or another capitalised word follows. A question in capitals, or Written Like A
    Headline, has none.
    """
    if not any(map(str.islower, question)):
        return []
    found = [mention for run in runs(question) if (mention := _name(question, run, known))]
    return [] if _is_headline(question) else found


def _is_headline(question: str) -> bool:
    found = [word[0] for word in _WORD.finditer(question)]
    small = any(word[0].isupper() and word.lower() in _NO_NAMES for word in found[1:])
    return small and all(word[0].isupper() for word in found if len(word) > 3)


def runs(question: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words that follow upon each other, small links such as "of the" between them included."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(question):
        if run and not _joins(question, run[-1], word):
            yield run
            run = []
        if is_capital(word) or (run and word[0] in LINKS):
            run.append(word)
        elif run:
            yield run
            run = []
    yield run


def is_capital(word: re.Match[str]) -> bool:
    """Whether a word may be of a name: it has a capital and is none that a sentence merely begins with."""
    return word[0][0].isupper() and (word[0].lower() not in _NO_NAMES or (len(word[0]) > 1 and word[0].isupper()))


def _joins(question: str, one: re.Match[str], other: re.Match[str]) -> bool:
    gap = question[one.end() : other.start()]
    if "." in gap:
        return len(one[0]) == 1 and bool(_GAP.fullmatch(gap))
    return bool(_GAP.fullmatch(gap)) or (bool(_APOSTROPHE.fullmatch(gap)) and len(one[0]) < 3 and is_capital(other))


def bare(run: list[re.Match[str]]) -> list[re.Match[str]]:
    """A run of capitalised words without titles before it and links after it."""
    while run and (run[0][0].lower() in TITLES or not is_capital(run[0])):
        run = run[1:]
    while run and not is_capital(run[-1]):
        run = run[:-1]
    return run


def _name(question: str, run: list[re.Match[str]], known: Known) -> Mention | None:
    run = bare(run)
    if not run:
        return None
    first = SENTENCE_START.search(question[: run[0].start()])
    if first and len(run) == 1 and not known(run[0][0]):
        return None
    start, end = run[0].start(), run[-1].end()
    return Mention(start, end, " ".join(question[start:end].split()))


def misspelt(
    question: str,
    known: Known,
    vocabulary: Callable[[], Sequence[str]],
    is_word: Callable[[str], bool] = lambda word: False,
) -> list[Mention]:
    """The words of `question` that no article has, each with the word of `vocabulary` that it must mean.

    The vocabulary is one of stems, and only asked for when there is such a word. `name` of a mention is the
    stem. A word of which `is_word` says that it is one in its own right is left alone, unless it is capitalised
    within a sentence and so a name. At most 8 words are looked up.
    """
    found: list[Mention] = []
    tried = 0
    for word in _WORD.finditer(question):
        plain = "".join(words(word[0]))
        named = is_capital(word) and not SENTENCE_START.search(question[: word.start()])
        if tried == _MOST or len(plain) < _SHORTEST or known(plain) or (is_word(plain) and not named):
            continue
        tried += 1
        meant = corrected(stem(plain), vocabulary())
        # "Hernandez" is not meant for "Fernandez".
        if meant and (not named or meant[0] == plain[0]):
            found.append(Mention(*word.span(), meant))
    return found


_SHORTEST, _MIDDLE, _LONG, _MOST = 5, 7, 8, 8


def corrected(word: str, vocabulary: Sequence[str]) -> str | None:
    """The word of `vocabulary` that a misspelt `word` must mean, None when there is none or no telling.

    Both are in lower case, without accents, unstemmed. With 5 to 7 letters one edit is allowed (a letter
    more, less, other, or two in the wrong order), with 8 or more two. The first letter may be another only
    in a long word with nothing else wrong: "disagreed" is not meant for "agreed". In a short one no letter may
    be another: "Sahel" is not "Sahil". The nearest counts if no other is as near.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < _SHORTEST or any(map(str.isdigit, word)):
        return None
    most = 2 if len(word) >= _LONG else 1
    near = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=50)
    alike = [(edits, text) for text, edits, _ in near if text[:1] == word[0]]
    if not alike and len(word) >= _LONG:
        alike = [(edits, text) for text, edits, _ in near if edits == 1 and text[1:] == word[1:]]
    alike = [(edits, text) for edits, text in alike if _plausible(word, text, edits)]
    best = {text for edits, text in alike if edits == min(alike)[0]}
    return best.pop() if len(best) == 1 and word not in best else None


def _plausible(word: str, text: str, edits: int) -> bool:
    if edits > 1 and word[:3] != text[:3]:
        return False
    return len(word) >= _MIDDLE or len(word) != len(text) or sorted(word) == sorted(text)


def is_near(word: str, meant: str) -> bool:
    """Whether `word` may be a misspelling of `meant`, in any case."""
    return corrected("".join(words(word)), ["".join(words(meant))]) is not None
