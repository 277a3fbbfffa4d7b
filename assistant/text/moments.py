"""The moment that a user names, such as "yesterday", "monday", "3 days ago", "36h" or "2025-05-28"."""

import re
from contextlib import suppress
from datetime import datetime

from assistant.text.dates import parse_past_moment
from assistant.utils import in_utc, one_line

_OLDEST = 1900
_WORDS = re.compile(r"[\w ,.:'’-]{1,60}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SIGNED = re.compile(r"(?<!\w)[-+]\s*\d")
_WEEKS = re.compile(r"(?<=\d)\s*w\b")
_CURE = 'write it as yesterday, monday, "3 days ago", 36h or 2025-05-28'


def moment(text: str, now: datetime) -> datetime:
    """The moment that `text` names, seen from `now`: the start of a day, unless hours are named.

    What comes again is the last that was: "monday" is the one before today. A `now` without a zone is local time, and
    a time is that of the zone of `now`. Raises ValueError, with the cure, for what is no moment or still to come.
    """
    words = " ".join(text.split())
    found = _iso(words) or _named(words, now.replace(tzinfo=None))
    if found is None or found.year < _OLDEST:
        raise ValueError(f"{one_line(text, 40)!r} is no date or time; {_CURE}")
    if found.tzinfo is None and found.year <= now.year + 1:  # later ones may have no year in another zone
        # A zone that is known by its rules, as the local one, has another offset in winter.
        found = found.replace(tzinfo=now.tzinfo) if now.tzinfo else found.astimezone()
    if found.year > now.year + 1 or found > now.astimezone():
        raise ValueError(f"{one_line(text, 40)!r} is still to come; {_CURE}")
    return found


def with_readable_offset(moment: datetime) -> datetime:
    """The moment, in UTC when its offset has seconds, as that of long ago may: pydantic cannot read those back."""
    offset = moment.utcoffset()
    return in_utc(moment) if offset and offset.seconds % 60 else moment


def _iso(words: str) -> datetime | None:
    with suppress(ValueError):
        if _DAY.match(words):
            return datetime.fromisoformat(words)
    return None


def _named(words: str, now: datetime) -> datetime | None:
    # Without a word in it, a number could be a day, a year or an hour: a guess would be an invention.
    if not _WORDS.fullmatch(words) or not any(map(str.isalpha, words)) or _SIGNED.search(words):
        return None
    return parse_past_moment(_WEEKS.sub(" weeks", words), now)
