"""The kind of thing a question asks for, and whether a sentence has one that the question does not itself have."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from assistant.text.words import stem, words

AnswerType = Literal["money", "share", "age", "duration", "number", "date", "person", "place", "name", "reason"]

_PEOPLE = (
    r"person|man|woman|people|actor|actress|singer|author|writer|artist|player|quarterback|coach|scientist|politician"
    r"|president|minister|mayor|judge|king|queen|director|founder|ceo|executive|leader|official|councillor|senator"
    r"|candidate|spokes\w+|individual|figure|inventor|researcher|professor|journalist|officer|inspector"
)
_PLACES = (
    r"city|cities|town|village|country|countries|state|county|region|province|place|street|river|island|continent"
    r"|location|site|spot|area|district|port|venue|stadium|capital"
)
_NAMES = (
    r"company|companies|firm|team|club|organi[sz]ation|party|agency|bank|university|school|group|brand|band|newspaper"
    r"|publication|platform|app|product|film|movie|book|song|game|show|series|ship|union|ministry|department|body"
)
# A word of its own before the thing that is asked for: "what German city", but not "what did the city".
_OWN = r"(?!(?:did|does|do|is|was|were|are|has|have|had|will|would|can|could|the|an?)\b)\w+"
_PATTERNS: dict[AnswerType, str] = {
    "reason": r"\bwhy\b|\bhow come\b|\b(what|which)\b[^?]{0,40}\b(reasons?|cause[sd]?|led to|motives?)\b",
    "money": r"\bhow (much|expensive)\b[^?]*\b(cost|costs|pay|paid|pays|earn|earns|worth|price|money|spend|spent"
    r"|raise|raised|grant|fine|fined|sell|sold|charge|charged|fee|bill|euros?|dollars?|pounds?|invest\w*|salary|budget"
    r"|compensation|revenue|profit|loss|debt|fund\w*|damages?)\b"
    r"|\b(what|which)\b[^?]{0,40}\b(price|cost|salary|fee|fine|budget|revenue|profit|sum|amount of money)\b",
    "share": r"\b(what|which) (share|per ?cent|percentage|proportion|fraction)\b",
    "age": r"\bhow old\b|\bwhat age\b|\bat what age\b",
    "duration": r"\bhow long (does|do|did|will|would|has|have|had|can|was|were)\b|\bhow many (years|months|weeks|days"
    r"|hours|minutes|seconds)\b",
    "number": r"\bhow (many|much|warm|hot|cold|long|far|old|big|large|high|tall|fast|often|deep|wide|heavy)\b"
    r"|\b(what|which)\b[^?]{0,20}\b(number|amount|score|temperature|length|height|weight|speed|size|age|population"
    r"|depth|width|distance|rate|total|turnout)\b|\bnumber of\b|\bhow many$",
    "date": rf"\bwhen\b|\b(what|which)( {_OWN})? (year|date|day|month|time|century|decade)\b",
    "person": rf"\bwho(m|se)?\b|\b(what|which)( {_OWN}){{0,2}} ({_PEOPLE})\b|\bname of the\b",
    "place": rf"\bwhere\b|\b(what|which)( {_OWN})? ({_PLACES})\b",
    "name": rf"\b(what|which)( {_OWN})? ({_NAMES})\b",
}
_ASKS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PATTERNS.items()}
_NUMBER_WORDS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty forty
    fifty sixty seventy eighty ninety hundred thousand million billion half dozen third quarter once twice no none
    all several""".split()
)
_TIME_WORDS = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday today yesterday tomorrow century centuries year years week weeks month months
    morning evening night spring summer autumn winter decade""".split()
)
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:(?:thousand|million|billion|trillion|bn|m)\s)?(?:euros?|dollars?|pounds?|cents?)\b"
)
_SHARE = re.compile(
    r"\d\s?(?:%|per ?cent)|\b(?:half|third|quarter|majority|one in|two thirds|percent)\b", re.IGNORECASE
)
_AGE = re.compile(
    r"\b(?:aged?|turned|turns)\s(?:of\s)?\d|\b[\w-]+[\s-]years?[\s-]old\b|\byears? of age\b|\bborn\b"
    r"|, \d{1,3},|\byears old",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\b(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|hundred|several|few|many|half an?)[\s-](?:more\s)?(?:and a half\s)?"
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur)|\b(?:since|until|till|from)\s+(?:[A-Z]\w+\s+)?\d|\b\d{4}\s?(?:[-–]|to)\s?\d{2,4}\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|thanks to|caus(?:e|es|ed|ing)|led to|leads? to|result(?:s|ed)?"
    r" (?:of|in|from)|reasons?|blam(?:e|ed|es|ing)|after|so that|in order to|therefore|thus|hence"
    r"|over (?:concerns?|fears?)|stems? from|driven by|mean(?:s|t) that|so \w+ that|too \w+ (?:to|for)"
    r"|to (?:avoid|prevent|protect|help|make|keep|reduce|allow|ensure|improve|save|stop)"
    r"|for fear|amid|citing|cit(?:es|ed)|explain\w*|argu\w*|as it|as they)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|on|from|to|near|outside|inside|across|through|between|beside|off)\s+(?:the\s+)?[A-Z]")
_PLACE_WORD = re.compile(
    r"\b(?:in|at|on|from|near|outside|inside|across|beside)\s+(?:the|a|an|its|their|his|her)\s+[a-z]", re.IGNORECASE
)
_CAPITALS = re.compile(r"[A-Z][\w’'-]*")
_STARTS = re.compile(r"(?:^|[.!?]\s+)[\"“‘'(]*\Z")


@lru_cache(maxsize=1000)
def asked_for(question: str) -> AnswerType | None:
    """What `question` asks for, when its words say so: the first kind that fits."""
    return next((kind for kind, asks in _ASKS.items() if asks.search(question)), None)


def has(kind: AnswerType | None, text: str, known: Iterable[str] = ()) -> bool:
    """Whether `text` has something of that kind that is not among `known` (stems); true when no kind is asked for."""
    held = known if isinstance(known, frozenset) else frozenset(known)
    match kind:
        case None:
            return True
        case "money":
            return bool(_MONEY.search(text))
        case "share":
            return bool(_SHARE.search(text))
        case "age":
            return bool(_AGE.search(text))
        case "duration":
            return bool(_DURATION.search(text))
        case "number":
            return any(word not in held and (word[0].isdigit() or word in _NUMBER_WORDS) for word in words(text))
        case "date":
            return any(
                word not in held and stem(word) not in held and (word[0].isdigit() or word in _TIME_WORDS)
                for word in words(text)
            )
        case "reason":
            return bool(_REASON.search(text))
        case "place":
            return bool(_PLACE.search(text) or _PLACE_WORD.search(text))
        case _:
            return any(True for _ in new_names(text, held))


def new_names(text: str, known: frozenset[str]) -> Iterable[str]:
    """The capitalised words of `text` that are not `known` (stems) and do not merely begin a sentence."""
    found = list(_CAPITALS.finditer(text))
    for place, word in enumerate(found):
        follows = place + 1 < len(found) and found[place + 1].start() - word.end() <= 2
        if _STARTS.search(text[: word.start()]) and not follows:
            continue
        if not known.issuperset(map(stem, words(word[0].removesuffix("'s").removesuffix("’s")))):
            yield word[0]
