"""Votes: what all sightings of a name together say of it, and the verdict."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from assistant.sightings import Clue, Sighting, is_body

# Places whatever stands around them, but for Chad, Georgia and Jordan, which may be people.
_LANDS = frozenset(
    """Afghanistan; Africa; Albania; Algeria; Angola; Argentina; Armenia; Asia; Australia; Austria; Azerbaijan;
    Bahamas; Bahrain; Bangladesh; Belarus; Belgium; Bolivia; Bosnia; Botswana; Brazil; Britain; Bulgaria; Cambodia;
    Cameroon; Canada; Chile; China; Colombia; Congo; Costa Rica; Croatia; Cuba; Cyprus; Czech Republic; Czechia;
    Denmark; Dominican Republic; Ecuador; Egypt; El Salvador; England; Eritrea; Estonia; Ethiopia; Europe; Fiji;
    Finland; France; Gaza; Germany; Ghana; Great Britain; Greece; Greenland; Guatemala; Guinea; Haiti; Honduras;
    Hong Kong; Hungary; Iceland; India; Indonesia; Iran; Iraq; Ireland; Israel; Italy; Ivory Coast; Jamaica; Japan;
    Kazakhstan; Kenya; Kosovo; Kuwait; Laos; Latvia; Lebanon; Libya; Liechtenstein; Lithuania; Luxembourg;
    Madagascar; Malawi; Malaysia; Maldives; Mali; Malta; Mauritius; Mexico; Moldova; Monaco; Mongolia; Montenegro;
    Morocco; Mozambique; Myanmar; Namibia; Nepal; Netherlands; New Zealand; Nicaragua; Nigeria; North Africa;
    North America; North Korea; North Macedonia; Northern Ireland; Norway; Oman; Pakistan; Palestine; Panama;
    Papua New Guinea; Paraguay; Peru; Philippines; Poland; Portugal; Qatar; Romania; Russia; Rwanda; Saudi Arabia;
    Scotland; Senegal; Serbia; Sierra Leone; Singapore; Slovakia; Slovenia; Somalia; South Africa; South America;
    South Korea; South Sudan; Spain; Sri Lanka; Sudan; Sweden; Switzerland; Syria; Taiwan; Tanzania; Thailand;
    Tunisia; Turkey; Uganda; Ukraine; United Arab Emirates; United Kingdom; United States; Uruguay; Uzbekistan;
    Venezuela; Vietnam; Wales; West Bank; Yemen; Zambia; Zimbabwe""".replace("\n    ", " ").split("; ")
)
_PLACES = frozenset(
    """airport avenue bay beach bridge castle coast county harbor harbour island islands lake lane mountains ocean park
    peninsula quay river road square street valley""".split()
)
_OF_A_PEOPLE = re.compile(
    r"(?:\w(?:ian|ean|ese|ish|ican)|arab|czech|dutch|french|german|greek|iraqi|israeli|jewish|pakistani|swiss|thai|welsh)s?\Z",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Votes:
    """What is seen of one name: in how many `articles`, how often, how often `within` a sentence, with which clues.

    `alone`: in how many articles the last word of it stands for the whole.
    """

    articles: int = 0
    total: int = 0
    within: int = 0
    alone: int = 0
    clues: Counter[Clue] = field(default_factory=Counter)
    around: set[str] = field(default_factory=set)

    def see(self, seen: Iterable[Sighting]) -> None:
        """Take in what one article has."""
        self.articles += 1
        for one in seen:
            self.total += 1
            self.within += one.within
            self.clues.update(one.clues)
            self.around.add(one.around)

    def take(self, other: "Votes") -> None:
        """Take in what another form of the name has, but for its articles."""
        self.total += other.total
        self.within += other.within
        self.clues.update(other.clues)
        self.around |= other.around

    def share(self, *clues: Clue) -> float:
        """The share of sightings with these clues."""
        return sum(self.clues[clue] for clue in clues) / max(1, self.total)


def is_person(name: str, votes: Votes, first_names: Collection[str] = ()) -> bool:
    """Whether the votes are for a person: titled, called by a trade, speaking, named in full and then by surname.

    Fewer are needed when the name begins with one of `first_names`, which other people have.
    """
    clues, names = votes.clues, name.split()
    if is_body(name) or len(names) > 4 or any(map(str.isdigit, name)) or is_of_a_people(name, votes):
        return False
    called = 3 * clues["title"] + 2 * clues["role"] + 3 * clues["age"]
    if len(names) == 1:
        return clues["title"] + clues["role"] + clues["age"] >= 3 and called >= 0.6 * votes.total
    direct = called + clues["says"]
    ways = direct + 2 * votes.alone
    if votes.share("the") > 0.25 or ways <= 2 * clues["where"]:
        return False
    if names[0] in first_names and names[-1].lower() not in _PLACES:
        return direct >= 1 or votes.alone >= 2
    return direct >= 2 and ways >= 0.12 * votes.total and (names[-1].lower() not in _PLACES or called >= 4)


def is_place(name: str, votes: Votes) -> bool:
    """Whether the votes are for a place: things are in it, near it and come from it."""
    if name in _LANDS:
        return True
    clues = votes.clues
    if is_body(name) or votes.share("the") > 0.3 or is_of_a_people(name, votes):
        return False
    if " " in name and name.split()[-1].lower() in _PLACES and not any(map(str.islower, name.split())):
        return votes.share("title", "role") < 0.1
    enough = (clues["where"] >= 2 and clues["at"]) or (clues["where"] and votes.share("where", "at") >= 0.6)
    if enough and votes.share("where") >= 0.07:
        return 2 * clues["where"] > 3 * clues["title"] + 2 * clues["role"] + clues["says"]
    return False


def is_of_a_people(name: str, votes: Votes) -> bool:
    """Whether `name` is an adjective such as "British" or "South African", or the people called so."""
    last = name.split()[-1]
    return bool(_OF_A_PEOPLE.search(last)) and (last[-1] == "s" or votes.share("noun") >= 0.2)
