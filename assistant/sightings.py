"""Sightings: each place where a text names something, and what stands around it that tells a person from a place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from assistant.text.entities import is_capital, runs, titles

# Titled; called by a trade; says something; has an age; is where something is or happens; is gone to or come from;
# follows "the"; precedes a noun.
Clue = Literal["title", "role", "says", "age", "where", "at", "the", "noun"]

_Run = list[re.Match[str]]
_MOST_WORDS = 5
_LONGEST_RUN = 20  # words; what is longer is a list or a text in capitals
_AROUND = 48  # characters that are looked at on either side

# They begin other names too (Premier League, General Motors, Prime Video), and are titles only beside another title.
_AMBIGUOUS = frozenset("general major premier prime vice".split())
_KEPT = frozenset("baroness dame king lady lord pope prince princess queen saint sir".split())  # King Charles
_FORMER = frozenset("acting former".split())  # of a company as well
_TITLES = (titles() - _KEPT) | frozenset(
    """administrator attorney cardinal chairperson chief coach commissioner congresswoman councilman councilwoman
    detective executive founder gen gov lt rep sen sgt spokesman spokesperson spokeswoman""".split()
)
# What people are called by what they do, or whose they are.
_ROLES = frozenset(
    """activist actor actress adviser advisor analyst anchor archaeologist architect artist astronaut astronomer
    attorney author billionaire biologist boyfriend brother businessman businesswoman campaigner candidate captain
    ceo cfo chairman chairperson chairwoman chef chemist co-author co-chair co-founder coach cofounder columnist
    comedian commissioner composer congressman congresswoman cornerback correspondent councillor councilman
    councilwoman critic cto curator daughter defender director doctor economist editor engineer entrepreneur farmer
    father filmmaker fisherman footballer founder girlfriend goalkeeper governor guitarist historian husband
    inventor investor journalist judge lawmaker lawyer lecturer lieutenant linebacker magnate manager mayor
    midfielder minister mogul mother musician neuroscientist novelist nurse philosopher photographer physicist
    physiologist playwright poet politician presenter president producer professor prosecutor psychologist
    quarterback rapper reporter researcher resident scientist secretary senator singer sister son songwriter
    spokesman spokesperson spokeswoman striker student superstar surgeon teacher teammate technician tycoon veteran
    widow wife winger writer""".split()
)
_CALLED = (_TITLES | _ROLES) - _FORMER
_SAYING = frozenset(
    """acknowledged added admitted agreed announced argued asked believes called claimed confirmed declined demanded
    denied described describes explained explains insisted joked noted notes promised recalled recalls replied said
    says stressed suggested tells testified thinks thought told tweeted voted warned writes wrote""".split()
)
_SAID = frozenset("added asked said says wrote".split())  # "said Kallas"; what is told or called is something else
_IN = frozenset("across in near outside throughout".split())
_AT = frozenset("around at from leave leaving left of to toward towards".split())
_WITH_OTHERS = _IN | _AT | frozenset("about against and by for on over under via with".split())
_SIDES = frozenset(
    """central downtown eastern mainland north-east north-west northeast northeastern northern northwest
    northwestern rural south-east south-west southeast southeastern southern southwest
    southwestern upstate western""".split()
)
_SETTLEMENTS = frozenset(
    "borough capital city county district island port province region state suburb town village".split()
)
_PLAYING = frozenset("appear appeared appearing appears character characters role roles star starred starring".split())

# What a sentence begins with, ahead of a name: "Later Marsk said".
_STARTERS = frozenset(
    """across after afterwards again against also although among another any because before besides both but despite
    during each earlier either elsewhere even eventually every finally following here how however initially instead
    into it lately later maybe meanwhile most neither nonetheless nor not now often once only other perhaps previously
    rather recently said similarly since some sometimes soon still such then there therefore this those though through
    thus today together tomorrow tonight unlike until using what when where while why without yesterday yet""".split()
)

_WITHIN = re.compile(r"[^\W\d_]+,?[ ]\Z")
_CUT = re.compile(r"['’](?:d|ll|m|re|t|ve)\b")  # "Don't" is no Don
_OWNERS = re.compile(r"['’] ")
_ABBREVIATED = frozenset("dr gen gov lt mr mrs ms mt no prof rep rev sen sgt st vs".split())
_DAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s\Z")  # "Saturday Night Live"
_OWNS = re.compile(r"['’]s\b|\s\d")
_AFTER = re.compile(
    rf"(?P<where>-born\b|,\swhere\b)|(?P<at>-based\b)|(?P<age>,\s(?:aged\s)?\d\d,)"
    rf"|(?P<says>,?\s(?:(?:who|also|has|later|then)\s){{0,2}}(?:{'|'.join(sorted(_SAYING))})\b|,?\s(?:who|whose)\b)"
    r"|,\s(?:an?\s|the\s|its\s|his\s|her\s|their\s)?(?P<called>(?:[a-z-]+\s){0,3}[a-z-]+)"
    r"|\s(?P<next>[a-z][a-z-]+)"
)
# What may follow a name without being called after it; all other words in lower case are taken for nouns.
_NO_NOUNS = (
    _WITH_OTHERS
    | _SAYING
    | frozenset(
        """after all also although are be because been before began but came can could did do does during either
        even ever first gave goes got had has have he here how if is it its just later made may might more most must
        never no not now off once one only or out own she should since so still such that their them then there
        these they this those though through to today too took until up use used was we went were what when where
        whether which while who whose will without would yesterday yet you""".split()
    )
)
# The last word of what is neither a person nor a place ("in God").
_BODIES = frozenset(
    """academy act administration agency airlines alliance army assembly association athletic authority award awards
    bank biography board bowl bros bureau center centre championship championships city club coalition college
    commission committee company conference congress corp corporation council court cup department digital division
    energy entertainment fc federation festival force forces foundation fund games god group guild hospital inc
    institute league library line lines list llc ltd magazine media ministry motors museum music navy network news
    office open parliament partners party pictures plc police press prize program project records school senate
    series service services show society software sports studio studios summit systems team technologies times tour
    treasury trust union university ventures war workers""".split()
)
_WITH_OF = _BODIES | frozenset(
    "chamber city duchess duke faculty game gulf house isle king land lord lords order queen republic states".split()
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name as a text writes it, without titles, and the clues around it.

    `within`: it stands within a sentence, so that its capital is its own. `around` are the characters on either side.
    """

    name: str
    clues: tuple[Clue, ...]
    within: bool
    around: str


def sightings(text: str) -> Iterator[Sighting]:
    """Every name in `text`, in order; of words that merely begin a sentence some are among them."""
    for run in _joined(text):
        for piece, before in _pieces(text, run):
            if before is None:
                piece = _begun(text, piece)
            named = _trimmed(piece)
            if named and len(named) <= _MOST_WORDS and not _is_cut(text, named):
                yield _sighting(text, piece, named, before)


def _joined(text: str) -> Iterator[_Run]:
    """The runs of `text`; "Union of Food and Quay Workers" and "Fishers' Association" are one each."""
    last: _Run = []
    for run in runs(text):
        if not run or len(run) > _LONGEST_RUN:
            continue
        gap = text[last[-1].end() : run[0].start()] if last and run[-1][0].lower() in _BODIES else ""
        if _OWNERS.fullmatch(gap) or (gap == " and " and any(word[0] == "of" for word in last)):
            yield last + run
            last = []
            continue
        if last:
            yield last
        last = run
    if last:
        yield last


def _is_cut(text: str, named: _Run) -> bool:
    """Whether the words are no name but a part of something else: Don of "Don't", Rep of "Rep. Jordan"."""
    start, end = named[0].start(), named[-1].end()
    if _CUT.match(text, end) or _DAY.search(text, max(0, start - 12), start):
        return True
    return text.startswith(".", end) and named[-1][0].lower() in _ABBREVIATED


def is_body(name: str) -> bool:
    """Whether `name` by its words is a body, an event or the like, such as "Supreme Court" or "Bank of England"."""
    found = name.lower().split()
    return found[-1] in _BODIES or found[0] == "fc" or "of" in found


def _pieces(text: str, run: _Run) -> Iterator[tuple[_Run, str | None]]:
    """`run` cut at "of", unless it is of the name, and before a title, each piece with the word that it follows upon.

    That is None where it is the word before it in the text.
    """
    for number, word in enumerate(run[1:-1], 1):
        head, rest, lowered = run[:number], run[number + 1 :], word[0].lower()
        if lowered == "of" and not _is_of_the_name(text, head):
            yield from _pieces(text, head)
            if _are_titles(head) and len(rest) > 2:  # Secretary of State Antony Blinken
                yield rest[-2:], "secretary"
            else:
                yield from ((piece, before or "of") for piece, before in _pieces(text, rest))
            return
        if lowered in _TITLES - _AMBIGUOUS and not _are_titles(head):  # Apple CEO Tim Cook
            yield head, None
            yield from _pieces(text, run[number:])
            return
    yield run, None


def _is_of_the_name(text: str, head: _Run) -> bool:
    if head[-1][0].lower() in _WITH_OF:
        return True
    the = text[max(0, head[0].start() - 4) : head[0].start()].lower() == "the "
    return the and not _are_titles(head)


def _are_titles(run: _Run) -> bool:
    return all(word[0].lower() in _TITLES for word in run)


def _begun(text: str, piece: _Run) -> _Run:
    """`piece` without the word that its sentence merely begins with."""
    if len(piece) > 1 and piece[0][0].lower() in _STARTERS and not _is_within(text, piece[0].start()):
        return piece[1:]
    return piece


def _is_within(text: str, start: int) -> bool:
    """Whether a word in lower case comes before what begins at `start`."""
    ahead = text[max(0, start - _AROUND) : start]
    return bool(_WITHIN.search(ahead)) and ahead.split()[-1].islower()


def _trimmed(run: _Run) -> _Run:
    """`run` without links at either end and titles before it; empty when it is nothing else."""
    while run and not is_capital(run[0]):
        run = run[1:]
    while run and not is_capital(run[-1]):
        run = run[:-1]
    titles = list(takewhile(lambda word: word[0].lower() in _TITLES or not is_capital(word), run))
    if len(titles) < len(run) and all(word[0].lower() in _AMBIGUOUS for word in titles):
        return run[1:] if len(run) > 2 and run[0][0].lower() in _ROLES else run  # Singer Taylor Swift
    return run[len(titles) :]


def _sighting(text: str, piece: _Run, named: _Run, before: str | None) -> Sighting:
    start, end = named[0].start(), named[-1].end()
    ahead, after = text[max(0, piece[0].start() - _AROUND) : piece[0].start()], text[end : end + _AROUND]
    words = ahead.rpartition("\n")[2].lower().split()
    last, earlier = before or "".join(words[-1:]), "".join(words[-2:-1])
    clues = [*_titled(piece, named), *_before(last.rstrip("."), earlier), *_behind(after, last)]
    if "where" in clues and _OWNS.match(after):  # "in Baldur's Gate", "in Diablo 4"
        clues.remove("where")
    if "noun" in clues and "the" in clues:  # "the Marrowfold plant"
        clues.remove("the")
    within = "title" in clues or before is not None or _is_within(text, piece[0].start())
    return Sighting(" ".join(text[start:end].split()), tuple(clues), within, f"{ahead[-10:]}|{after[:10]}")


def _titled(piece: _Run, named: _Run) -> Iterator[Clue]:
    titles = {word[0].lower() for word in piece if word.start() < named[0].start()} & _CALLED
    if titles or (len(named) > 1 and named[0][0].lower() in _KEPT):
        yield "title"


def _before(last: str, earlier: str) -> Iterator[Clue]:
    if last in _SIDES or (last == "of" and earlier in _SETTLEMENTS):
        yield "where"
    elif last in _IN and earlier not in _PLAYING:
        yield "where"
    elif last in _AT:
        yield "at"
    elif last == "the":
        yield "the"
    elif last in _CALLED - _AMBIGUOUS:
        yield "role"
    elif last in _SAID:
        yield "says"


def _behind(after: str, last: str) -> Iterator[Clue]:
    """The clues after a name; after "of Green Shore" follows what somebody of Green Shore says."""
    found = _AFTER.match(after)
    if found is None:
        return
    if found["where"] or found["at"]:
        yield "where" if found["where"] else "at"
    elif found["age"]:
        yield "age"
    elif found["says"]:
        if last not in _WITH_OTHERS:
            yield "says"
    elif found["called"]:
        called = set(found["called"].split())
        if called & _ROLES:
            yield "role"
        elif called & _SETTLEMENTS:
            yield "where"
    elif found["next"] and found["next"] not in _NO_NOUNS and not found["next"].endswith("ed"):
        yield "noun"
