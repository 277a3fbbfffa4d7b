"""The kind of thing a question asks for, and whether a sentence has one."""

import re
from typing import Literal

Kind = Literal["number", "date", "person"]

_ASKS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(
        r"\bhow (many|much|warm|hot|cold|long|far|old|big|large|high|tall|fast|often|deep|wide|heavy|expensive)\b"
        r"|\b(what|which) (percentage|per ?cent|number|share|proportion|amount|price|score|temperature)\b",
        re.IGNORECASE,
    ),
    "date": re.compile(r"\bwhen\b|\b(what|which) (year|date|day|month|time|century)\b", re.IGNORECASE),
    "person": re.compile(r"\bwho(m|se)?\b", re.IGNORECASE),
}
_HAS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(
        r"\d|(?i:\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|billion"
        r"|half|dozen|third|quarter|once|twice|no|none|all)\b)"
    ),
    "date": re.compile(
        r"\d|\b(January|February|March|April|May|June|July|August|September|October|November|December"
        r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
        r"|(?i:\b(today|yesterday|tomorrow|century|years?|weeks?|months?|morning|evening|night)\b)"
    ),
    # A capital that no sentence or quotation begins with.
    "person": re.compile(r"(?<=[\w,;:)] )[A-Z][\w’'-]+"),
}


def asked_for(question: str) -> Kind | None:
    """What `question` asks for, when its words say so: the first of number, date and person that fits."""
    return next((kind for kind, asks in _ASKS.items() if asks.search(question)), None)


def has(kind: Kind | None, text: str) -> bool:
    """Whether `text` has something of that kind; true when no kind is asked for."""
    return kind is None or bool(_HAS[kind].search(text))
