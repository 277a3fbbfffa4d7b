"""Zones of time by the names and offsets that people and programs write behind a time."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_OFFSET = re.compile(r"(?:GMT|UTC|UT)?\s?([+−-])(\d{1,2}):?(\d\d)?")
# Those that RFC 5322 defines, in hours: in a date they mean nothing else, whatever China calls its time.
_MAIL_ZONES = dict.fromkeys(("Z", "UT", "UTC", "GMT"), 0)
_MAIL_ZONES |= {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_OTHER_NAMES = {"MEZ": "CET", "MESZ": "CEST", "MET": "CET", "MEST": "CEST"}
# What is written for summer and winter alike.
_AREAS = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
_FIRST_YEAR, _LAST_YEAR = 1970, 2037  # in which the data on zones tells names by year


def zone_at(written: str, moment: datetime) -> tzinfo | None:
    """The zone `written` behind the local time `moment`; None for one that is not known or has two meanings."""
    name = written.strip()
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-ahead if sign != "+" else ahead) if ahead < timedelta(days=1) else None
    name = _OTHER_NAMES.get(name.upper(), name)
    if (hours := _MAIL_ZONES.get(name.upper())) is not None:
        return timezone(timedelta(hours=hours))
    area = _AREAS.get(name, name)
    if area in _areas():
        return timezone(moment.replace(tzinfo=ZoneInfo(area)).utcoffset() or timedelta())
    offsets = _offsets(min(max(moment.year, _FIRST_YEAR), _LAST_YEAR)).get(name.upper(), ())
    return timezone(next(iter(offsets))) if len(offsets) == 1 else None


@cache
def _areas() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name)


@cache
def _offsets(year: int) -> Mapping[str, set[timedelta]]:
    """The offsets that clocks with each name of a zone have somewhere in that year."""
    offsets = defaultdict[str, set[timedelta]](set)
    for area in _areas():
        for month in (1, 7):
            moment = datetime(year, month, 1, tzinfo=ZoneInfo(area))
            if (name := moment.tzname()) and (ahead := moment.utcoffset()) is not None:
                offsets[name].add(ahead)
    return dict(offsets)
