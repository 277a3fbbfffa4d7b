"""The title of an article, without the name of the site."""

import re

from assistant.ingest.files.html.page import title_overlap, words

_PARTS = re.compile(r"(?<!\s)\s++[|\-–—·•»«›:]++\s++|(?:(?<!\s)\s++)?\|\s*+|:\s++(?=\S++$)")


def _without_site_name(title: str, publication: str | None, host: str | None) -> str:
    """`title` without "| Site name" at its end or "Site name |" at its start.

    A part is the name of the site when it is like the publication or the host.
    """
    splits = list(_PARTS.finditer(title))
    for cut in splits:
        if _is_site_name(title[cut.end() :], publication, host):
            return title[: cut.start()]
    for cut in reversed(splits):
        if _is_site_name(title[: cut.start()], publication, host):
            return title[cut.end() :]
    for cut in splits[-1:]:
        if "|" in cut.group() and len(words(title[cut.end() :])) <= 4 <= len(words(title[: cut.start()])):
            return title[: cut.start()]
    return title


def site_name_in(title: str, heading: str) -> str | None:
    """The name of the site in a title whose rest is the heading of the article."""
    wanted = words(heading)
    if not wanted:
        return None
    for cut in re.finditer(_PARTS.pattern + r"|:\s+", title):
        before, after = title[: cut.start()], title[cut.end() :]
        if words(before) == wanted:
            return _PARTS.split(after)[-1].strip() or None
        if words(after) == wanted:
            return _PARTS.split(before)[0].strip() or None
    return None


def _is_site_name(part: str, publication: str | None, host: str | None) -> bool:
    plain = re.sub(r"\W", "", part.casefold())
    if not plain or len(words(part)) > 6:
        return False
    if publication and title_overlap(part, publication) == 1.0 and abs(len(words(part)) - len(words(publication))) <= 3:
        return True
    return len(plain) > 3 and plain in re.sub(r"\W", "", (host or "").casefold())


def choose_title(
    heading: str, headline: str, page_titles: list[str], publication: str | None, host: str | None
) -> str | None:
    """The visible heading when a declared title agrees with it, else the first declared title that is not cut off."""
    stripped = [_without_site_name(title, publication, host) for title in page_titles]
    declared = list(filter(None, (headline, *stripped)))
    if heading and (not declared or any(title_overlap(heading, title) >= 0.5 for title in declared)):
        return heading
    complete = [title for title in declared if not title.endswith(("…", "..."))]
    return next(iter([*complete, *declared]), heading) or None
