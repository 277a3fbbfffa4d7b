"""Words that say the same act in the news: a question may ask what was "demanded" and an article say "urged".

Each line is one act: words in any form, and word pairs ("call on") for those that mean it only together.
"""

from functools import lru_cache
from itertools import pairwise

from assistant.query import stem, words

_ACTS = """
demand: demand urge insist require plead call-on call-upon call-for appeal-for press-for ask-for
condemn: condemn denounce deplore decry criticise criticize slam
accuse: accuse blame allege
praise: praise welcome applaud commend
announce: announce declare unveil
deny: deny reject dispute refute
promise: promise pledge vow guarantee
resign: resign quit step-down stand-down
support: support back endorse favour favor
oppose: oppose object against
kill: kill die dead death fatality
injure: injure wound hurt
arrest: arrest detain custody
rise: rise increase grow climb
fall: fall drop decline decrease shrink
buy: buy acquire purchase
close: close shut
win: win beat defeat victory
begin: begin start launch open
end: end finish conclude
cost: cost price
"""


def _table() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    single: dict[str, str] = {}
    paired: dict[tuple[str, str], str] = {}
    for line in _ACTS.strip().splitlines():
        act, _, forms = line.partition(":")
        for form in forms.split():
            first, dash, second = form.partition("-")
            if dash:
                paired[stem(first), stem(second)] = f"={act}"
            else:
                single[stem(first)] = f"={act}"
    return single, paired


_SINGLE, _PAIRED = _table()


def act_of(term_stem: str) -> str | None:
    """The mark of the act that a stem means, such as "=demand", or None."""
    return _SINGLE.get(term_stem)


@lru_cache(maxsize=20_000)
def marks(text: str) -> frozenset[str]:
    """The stems of all words of `text` and the marks of the acts they mean."""
    found = [stem(word) for word in words(text)]
    acts = {_SINGLE[one] for one in found if one in _SINGLE}
    acts |= {_PAIRED[pair] for pair in pairwise(found) if pair in _PAIRED}
    return frozenset(found) | acts
