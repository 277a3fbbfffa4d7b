"""Grammar: the few words by which rules tell what may be asked of a sentence; what is in no list makes no question.

Of a verb its base is given, with its past after a colon where that is irregular.
"""

from collections.abc import Iterable, Iterator

from assistant.text.entities import titles

# verbs

_TRANSITIVE = """
abandon accept accuse acquire adopt announce appoint approve arrest attack ban block build:built buy:bought cancel
capture chair clear condemn control create criticise criticize cut:cut defeat deliver design destroy develop direct
discover dismiss draw:drew drop earn employ endorse establish evacuate expel file fine fire flood found halt hire
hold:held host injure install introduce invade invent kill lead:led lift lose:lost make:made manage name nominate oppose
order organise organize oust overturn own pay:paid plant postpone praise produce propose publish purchase raise recall
receive record reject release remove repair replace restore reveal run:ran score scrap seize sell:sold send:sent serve
shoot:shot sign spend:spent strike:struck sue suspend test unveil veto visit welcome win:won withdraw:withdrew
write:wrote
"""
_INTRANSITIVE = """
begin:began burst:burst close collapse crash debut die disappear expire launch open premiere reopen resign retire
sink:sank
"""
# Those that say little alone: "left", but "left the European Union".
_MOVING = """
arrive end fall:fell finish fly:flew grow:grew land leave:left merge move quit:quit resume return rise:rose start stop
"""
_COSTING = "cost:cost fetch"
_WISHING = "call demand pledge predict promise propose recommend suggest"
# Of these it is worth asking who did it, as their object says what.
_TAKING = """
abandon accuse acquire appoint approve attack ban build buy cancel chair condemn create criticise criticize design
destroy develop direct discover dismiss endorse establish fire found halt host invade invent launch nominate oppose
organise organize oust overturn own praise produce publish purchase reject release replace restore sell sue suspend
unveil veto welcome win write
"""
_DOUBLED = frozenset("ban drop expel scrap ship stop".split())


def _pairs(*tables: str) -> Iterator[tuple[str, str]]:
    for entry in " ".join(tables).split():
        base, _, past = entry.partition(":")
        yield base, past or _past(base)


def _past(base: str) -> str:
    if base in _DOUBLED:
        return f"{base}{base[-1]}ed"
    if base.endswith("y") and base[-2] not in "aeou":
        return f"{base[:-1]}ied"
    return f"{base}d" if base.endswith("e") else f"{base}ed"


def _third(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeou":
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "sh", "ch", "x", "z")) else f"{base}s"


_BASES = dict(_pairs(_TRANSITIVE, _INTRANSITIVE, _MOVING, _COSTING, _WISHING))
PAST = {past: base for base, past in _BASES.items()}
"""The base of each past form."""
THIRD = {_third(base): base for base in _BASES}
"""The base of each third person."""
THIRD_OF = {base: form for form, base in THIRD.items()}
ALONE = frozenset(base for base, _ in _pairs(_INTRANSITIVE))
"""The bases that need no object: "When did it close?"."""
TAKES = frozenset(_TAKING.split())
"""The bases of which it is asked who did it."""
WISHES = dict.fromkeys(_WISHING.split(), r"(?:that|an?|the|more|to)") | {"call": "for"}
"""The bases of what somebody wished or foresaw, each with the word that leads to what."""
PUNISHES = frozenset("sue fine fire suspend arrest ban dismiss oust praise criticise criticize".split())
"""The bases of what is done for a reason."""
PAYS = frozenset("raise cost earn lose pay spend receive fetch".split())
BUYS = frozenset("acquire buy purchase".split())
PARTICIPLES = frozenset(
    """born bought built cut drawn found given held hit hurt killed laid led left lost made paid put run sent set shot
    shut sold spent struck taken told torn won written""".split()
)
AUXILIARIES = frozenset("will was were is are has have had can could must should would".split())
SAYS = r"(?:said|says|told|tells|warned|warns|argued|argues|insisted|insists|claimed|claims|explained|stressed)"

# names

ROLES = titles() | frozenset(
    """actor actress analyst artist attorney author billionaire candidate captain cb ceo cfo coach commissioner coo cto
    defender economist entrepreneur executive flex forward founder goalkeeper investor journalist lb manager
    midfielder owner playwright professor promoter prosecutor qb quarterback rapper rb rep researcher rookie
    singer spokesman spokesperson spokeswoman striker te vp winger wr""".split()
)
"""What stands before a name with a capital and is no part of it."""
STARTERS = frozenset(
    """a actually after again all also although basically currently eventually finally originally technically amid
    among an and another any are as asked at because before being between both but by can could did do does
    during each either even every few first for from further given had has have having he her here his how
    however i if in indeed instead is it its just last later like loading many meanwhile more moreover most much
    my near neither never no nobody none nor not nothing now of often on once one only or other others our
    perhaps please rather read recently second see several she should since so some sometimes soon still such
    than that the their then there therefore these they third this those though three through thus to together
    too two under unlike until up us was we well were what when where whether which while who whose why will
    with within without would yes yesterday yet you your""".split()
)
"""What a sentence begins with and no name."""
DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december""".split()
)
ANY = frozenset("AI AP CEO CO EU EV ET IT PC PR TV UK UN US USA VR".split())
"""Names that are everywhere and tell no two things apart."""
DEFINITE = frozenset("BBC CIA EU FBI FTC IMF UK UN US USA".split())
"""Names that always go with "the"."""
BODIES = frozenset(
    """agency bank capital club college committee corp council department foundation group health inc institute labs
    league limited ltd media ministry museum network partners party research retail school services studios
    systems team technologies union united university ventures""".split()
)
"""What the name of a person does not end with."""

CAPITAL = r"(?:i[A-Z]\w+|[A-ZÀ-ÖØ-Þ](?:\w|&(?=\w))*(?:[-’'](?![sS]\b)\w+)*)"
_PART = rf"(?:(?:[A-Z]\.){{2,}}|(?:St|Mt|Ft)\.|{CAPITAL}|[A-Z]\.)"
NAME = (
    rf"(?<![\w’'@#/.-]){_PART}(?:\s(?:(?:of|de|la|van|von|der|al|bin|du|di|del|da)\s(?:the\s)?)?{_PART})*"
    r"(?:\s[1-9]\d{0,3}(?![\d,.]*[\d%])\b)?(?![\w@/])"
)
"""A pattern for a run of words with capitals, small links within it included."""

# nouns

AFTER = (
    r"(?=\s*(?:[,.;:?!)”\"’'—–]|\Z|\s(?:a|about|after|against|all|also|am|amid|among|an|and|are|as|at|be|because|been"
    r"|before|between|but|by|can|could|despite|did|do|does|during|following|for|from|had|has|have|he|her|his|if|in|into"
    r"|is|it|its|may|might|more|must|not|now|of|off|on|or|out|over|said|says|she|should|since|so|still|than|that|the"
    r"|their|there|they|this|through|to|under|until|up|was|we|were|when|where|which|while|who|will|with|within|without"
    r"|would|you)\b))"
)
"""A pattern for what follows the name of a thing: never another noun."""
VAGUE = frozenset(
    """act amount area article author bit book case chance club company couple day days deal end event evening fact
    game games group guy hour idea issue kind lack league level lot man match matter men moment money month
    morning name nation news night number one ones order others part past people person place player players
    point power present problem process product public question rest result right role season series show side
    site situation start state story summer system team teams term thing things time times top total two type
    use user users version video way website week weekend winner woman women word words work world writer year
    years""".split()
)
"""Nouns that do not tell which thing is meant."""
LOOSE = frozenset(
    """about above again ago all almost alone along already also although always another any are around as at away back
    be because been before behind below best better big both but by down each early either else enough even ever
    every few first former from full further great had half has have he her here high him his how however i if
    in is it its just last later latter least less like little long low main many may me more most much my near
    new next no not now of off often on once only opposite or other our out over own perhaps quite rather same
    second several she since single so some soon still such than that their them then there these they third
    this those though three through thus to together too top two under until up us very was we well were what
    whatever when where whether which while who whole whose why will with within without yet you""".split()
)
"""Words that are within no name of a thing."""
UNCOUNTED = frozenset(
    """assists at-bats carries catches chances cents days decades degrees disposals dollars euros feet games goals hits
    homers hours inches innings involvements kilometres losses matches meters metres miles minutes months others
    percent points possessions pounds rebounds receptions runs sacks scorers seasons seconds shots snaps tackles
    targets things times touchdowns turnovers ways weeks wickets wins yards years""".split()
)
"""What is a measure or a score: that there are so many says nothing by itself."""


def either(entries: Iterable[str]) -> str:
    """A pattern for one of `entries`, which are words apart from a space, or patterns."""
    return f"(?:{'|'.join(entries)})"


_POSTS = """
chief\\sexecutive(?:\\sofficer)? chief\\s(?:technology|financial|operating)\\sofficer chief\\sscientist CEO CFO CTO COO
chairman chairwoman president director\\sgeneral managing\\sdirector finance\\sdirector head\\scoach manager coach
secretary[\\s-]general founder mayor prime\\sminister foreign\\sminister finance\\sminister general\\ssecretary
regional\\ssecretary editor[\\s-]in[\\s-]chief captain foreign\\spolicy\\schief
"""
POST = either(_POSTS.split())
"""What one person at a time is."""
_PEOPLE = """
actor actress adviser analyst artist attorney author captain chair chairman chairwoman chief coach columnist councillor
director doctor economist editor engineer executive expert founder head investor journalist lawyer leader lecturer
manager mayor minister musician officer owner partner player president producer professor researcher scientist secretary
senator singer spokesman spokeswoman spokesperson teacher writer
"""
PERSON = either(_PEOPLE.split())
_THINGS = """
agency airline app association bank brand browser charity company firm fund game group maker network organi[sz]ation
party platform project provider publisher retailer service startup start-up store studio system tool union website
"""
THING = either(_THINGS.split())
