"""The forms in which a source is added and edited, and what they are read into: the keys of sources.toml."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from assistant import Source
from assistant.ingest.sources import KINDS
from assistant.utils import format_duration, safe_to_show

from .icons import icon
from .maintenance import failure
from .markup import button, escaped, line

_KIND_NAMES = {
    "feed": "Feed (RSS, Atom)",
    "sitemap": "Sitemap",
    "page": "Web page",
    "folder": "Folder of this server",
    "file": "File of this server",
}
_FOLLOW = {"auto": "Where the feed lacks the text", "always": "Always", "never": "Never"}
_DURATIONS = {
    "every": "Read every",
    "recheck": "Look at a page again after",
    "stale_after": "Call it old after",
    "quiet_after": "Call it quiet after",
    "budget": "Longest reading",
}
_WITH_KIND: Mapping[str, Sequence[str]] = {
    "include": ("folder", "feed", "sitemap"),
    "exclude": ("folder", "feed", "sitemap"),
    "follow": ("feed",),
    "most": ("feed", "sitemap"),
    "recheck": ("feed", "sitemap", "page"),
}
_DEFAULTS = {"follow": "auto", "most": "200", "recheck": "1d"}


def edit(key: str, source: Source, typed: Mapping[str, str], problem: str = "") -> str:
    """The form with all that the list says of a source; `typed` is what was sent, `problem` what is wrong with it."""
    values = {**fields_of(source), **typed}
    shown = [name for name in (*_DURATIONS, "include", "exclude", "follow", "most") if name != "every"]
    rest = "".join(_field(name, values) for name in shown if source.kind in _WITH_KIND.get(name, KINDS))
    is_open = " open" if any(values[name] != _DEFAULTS.get(name, "") for name in shown) else ""
    return (
        f'<form class="source-form" data-act="save_source" data-source="{escaped(key)}" autocomplete="off" '
        f'aria-label="Edit {line(source.name)}"><h3>Edit {line(source.name)}</h3>'
        f'<div class="fields">{_kind(values["kind"])}{_text("location", "Address or path", values, wide=True)}'
        f"{_field('every', values)}{_text('publication', 'Publication', values)}"
        f"{_text('category', 'Category', values)}</div>"
        f'<details{is_open}><summary>More</summary><div class="fields">{rest}</div></details>'
        f"{failure(problem) if problem else ''}"
        f'<p class="actions">{submit("Save")} {button("close_source", "Cancel", kind="quiet")}</p></form>'
    )


def add(number: int = 0) -> str:
    """The form in which a source is put on the list; one with another `number` is empty again."""
    values = dict.fromkeys(("location", "name", "publication", "every"), "")
    looked = '<option value="">Found by looking</option>'
    return (
        f'<details class="new-source" data-number="{number}"><summary>{icon("plus")}Add a source</summary>'
        '<form class="source-form" data-act="look_at_source" autocomplete="off" aria-label="Add a source">'
        '<p class="hint">It is looked at first; nothing is put on the list until you say so.</p>'
        f'<div class="fields">{_text("location", "Address or path", values, wide=True, hint="https://paper.example/feed.xml")}'
        f"{_kind('', looked)}{_text('name', 'Name', values, hint='made from the address')}"
        f"{_text('publication', 'Publication', values)}{_field('every', values)}</div>"
        f'<p class="actions">{submit("Look at it", "look")} {submit("Add to the list", "add", "first")}</p>'
        "</form></details>"
    )


def submit(label: str, value: str = "", kind: str = "first") -> str:
    """A button that sends its form, with `value` under the name "what"."""
    named = f' name="what" value="{value}"' if value else ""
    return f'<button class="act{f" {kind}" if value != "look" else ""}" type="submit"{named}>{label}</button>'


def _kind(chosen: str, first: str = "") -> str:
    options = "".join(
        f'<option value="{kind}"{" selected" if kind == chosen else ""}>{label}</option>'
        for kind, label in _KIND_NAMES.items()
    )
    return f'<label>Kind <select class="field" name="kind">{first}{options}</select></label>'


def _field(name: str, values: Mapping[str, str]) -> str:
    if name in _DURATIONS:
        return _text(
            name, _DURATIONS[name], values, hint="as at each refresh" if name == "every" else "such as 12h or 7d"
        )
    if name == "most":
        return _text(name, "Most pages at a time", values)
    if name == "follow":
        options = "".join(
            f'<option value="{value}"{" selected" if value == values[name] else ""}>{label}</option>'
            for value, label in _FOLLOW.items()
        )
        return f'<label>Follow items to their pages <select class="field" name="follow">{options}</select></label>'
    label = "Only addresses or paths like" if name == "include" else "None like"
    return (
        f'<label class="wide">{label} <textarea class="field" name="{name}" rows="2" '
        f'placeholder="*/news/*, one a line">\n{escaped(values[name])}</textarea></label>'
    )


def _text(name: str, label: str, values: Mapping[str, str], *, wide: bool = False, hint: str = "") -> str:
    placeholder = f' placeholder="{escaped(hint)}"' if hint else ""
    return (
        f'<label{" class=wide" if wide else ""}>{label} <input class="field" name="{name}" maxlength="2000" '
        f'value="{escaped(values[name])}"{placeholder}></label>'
    )


# What the forms are read into


def fields_of(source: Source) -> dict[str, str]:
    """The keys of a source as they stand in its form; of its address nothing that must not be shown."""

    def duration(length: timedelta | None) -> str:
        return "" if length is None else format_duration(length)

    return {
        "kind": source.kind,
        "location": safe_to_show(source.location),
        "publication": source.publication or "",
        "category": source.category or "",
        "include": "\n".join(source.include),
        "exclude": "\n".join(source.exclude),
        "follow": source.follow,
        "most": str(source.most),
        **{name: duration(getattr(source, name)) for name in _DURATIONS},
    }


def changed_keys(source: Source, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form was changed in, as keys of the list; an address that was left as it is shown stays as it is."""
    before = fields_of(source)
    typed = {name: _tidy(name, value) for name, value in typed.items() if name in before}
    changes = {name: value for name, value in typed.items() if value != before[name]}
    keys: dict[str, Any] = {
        name: None if value == _DEFAULTS.get(name) else _value(name, value)
        for name, value in changes.items()
        if name not in ("kind", "location")
    }
    if "kind" in changes or "location" in changes:
        kind = typed.get("kind", source.kind)
        location = changes.get("location", source.location)
        keys |= {source.kind: None, kind: location}
        # Keys of the kind before would be mistakes with the new one.
        keys |= {name: None for name, kinds in _WITH_KIND.items() if kind not in kinds}
    return keys


def _tidy(name: str, value: str) -> str:
    lines = [part.strip() for part in value.splitlines() if part.strip()]
    return "\n".join(lines) if name in ("include", "exclude") else " ".join(lines)


def _value(name: str, value: str) -> Any:
    if name in ("include", "exclude"):
        return value.split("\n") if value else None
    return int(value) if name == "most" and value.isdecimal() and len(value) < 10 else value or None
