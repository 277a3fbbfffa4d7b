"""A page to print: HTML of its own that needs nothing else."""

from datetime import datetime

from assistant import Answer, Citation, Filters
from assistant.utils import day

from ..markup import escaped, line, link, named, web_address
from . import parts


def page(title: str, made: datetime, content: str) -> str:
    """A page of that title (text) and content (HTML)."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{line(title, 120)}</title><style>{_STYLE}</style></head><body>"
        f"<header><p>Article Assistant, {day(made)}</p></header><main>{content}</main></body></html>"
    )


def note(text: str) -> str:
    """A line in small type."""
    return f"<p class=note>{line(text)}</p>"


def answer_paragraphs(answer: Answer, filters: Filters) -> str:
    """What an answer says, before its sources."""
    return "".join(map(note, parts.context(answer, filters))) + "".join(map(_statement, parts.statements(answer)))


def _statement(part: parts.Part) -> str:
    text, numbers, remark = part
    marks = "".join(f" [{number}]" for number in numbers)
    return f'<p dir="auto">{escaped(text)}{marks}{f" <small>{line(remark)}</small>" if remark else ""}</p>'


def source(citation: Citation, more: str = "") -> str:
    """An item of a numbered list: the citation with its address, and a line of text beneath it."""
    about = ", ".join(parts.about_citation(citation))
    address = web_address(citation.url)
    return (
        f'<li value="{citation.number}"><cite><bdi>{named(citation.title)}</bdi></cite>'
        f"{f', {line(about)}' if about else ''}: <q>{escaped(citation.quote)}</q>"
        f"{f'<br>{link(address, line(address))}' if address else ''}"
        f"{f'<br><small>{line(more)}</small>' if more else ''}</li>"
    )


_STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.0625rem/1.55 Charter,Georgia,serif;color:#1d1b18;"
    "background:#fff;overflow-wrap:anywhere}header,.note,small{font-family:system-ui,sans-serif;font-size:.85rem;"
    "color:#5f5a52}h1{font-size:1.33rem;line-height:1.35}h2{font-size:1.15rem;line-height:1.35}"
    "section{padding:1rem 0;border-top:1px solid #dcd6ca}blockquote{margin:1rem 0;padding-left:1rem;"
    "border-left:3px solid #dcd6ca;color:#5f5a52}blockquote strong{font-weight:inherit;color:#1d1b18}"
    ".user-note{padding:.5rem .75rem;background:#f6f2ea;white-space:pre-wrap}"
    "li{margin:.5rem 0;break-inside:avoid}q{color:#3a3631}a{color:inherit}"
)
