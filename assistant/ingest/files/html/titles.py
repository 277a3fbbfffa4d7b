"""The title of a page, without the name of its site."""

import re

from assistant.ingest.files.html.page import alike, words

_PARTS = re.compile(r"\s+[|\-–—·•»«›:]+\s+|\s*\|\s*|:\s+(?=\S+$)")


def without_site(title: str, publication: str | None, host: str | None, others: list[str]) -> str:
    """`title` without "| Site name" at its end or "Site name |" at its start.

    A part is the site's name when it is like the publication or the host, or when what is left is one of the `others`,
    the titles that the page gives elsewhere.
    """
    title = " ".join(title.split())
    for cut in re.finditer(_PARTS.pattern + r"|:\s+", title):
        start, end = title[: cut.start()], title[cut.end() :]
        if any(_same(start, other) for other in others) and len(end) < 80:
            return start
        if any(_same(end, other) for other in others) and len(start) < 80:
            return end
    splits = list(_PARTS.finditer(title))
    for cut in splits:
        if _names_site(title[cut.end() :], publication, host):
            return title[: cut.start()]
    for cut in reversed(splits):
        if _names_site(title[: cut.start()], publication, host):
            return title[cut.end() :]
    last = splits[-1] if splits else None
    if last and "|" in last.group() and len(words(title[last.end() :])) <= 4 <= len(words(title[: last.start()])):
        return title[: last.start()]
    return title


def site_in(title: str, heading: str) -> str | None:
    """The name of the site in a title of which the rest is the article's heading."""
    for cut in re.finditer(_PARTS.pattern + r"|:\s+", title):
        if _same(title[: cut.start()], heading):
            return _PARTS.split(title[cut.end() :])[-1].strip() or None
        if _same(title[cut.end() :], heading):
            return _PARTS.split(title[: cut.start()])[0].strip() or None
    return None


def _same(one: str, other: str) -> bool:
    return bool(words(one)) and words(one) == words(other)


def _names_site(part: str, publication: str | None, host: str | None) -> bool:
    plain = "".join(sorted(words(part))) and re.sub(r"\W", "", part.casefold())
    if not plain or len(words(part)) > 6:
        return False
    if publication and alike(part, publication) == 1.0 and abs(len(words(part)) - len(words(publication))) <= 3:
        return True
    return bool(host) and len(plain) > 3 and plain in re.sub(r"\W", "", (host or "").casefold())


def choose(heading: str | None, headline: str | None, shown: list[str]) -> str | None:
    """The title: as readers see it in the heading when another title agrees, else as the page declares it."""
    declared = ([headline] if headline else []) + [one for one in shown if one]
    if heading and (not declared or any(alike(heading, one) >= 0.5 for one in declared)):
        return heading
    for one in declared:
        if not one.endswith(("…", "...")):
            return one
    return declared[0] if declared else heading
