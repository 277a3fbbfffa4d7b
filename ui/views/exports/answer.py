"""An answer to paste: as plain text, as Markdown, and as HTML for a document, each with its sources."""

from assistant import Answer, Citation, Filters
from assistant.answering import phrasing
from assistant.articles import NO_FILTERS
from assistant.utils import one_line

from ..markup import escaped, line, named, web_address
from . import markdown as md
from . import parts


def plain(answer: Answer, filters: Filters = NO_FILTERS) -> str:
    """The question, the statements with their numbers, and the sources with their addresses."""
    differences = map(phrasing.difference_text, answer.differences)
    listed = map(parts.article_line, answer.nearest) if answer.found else ()
    sources = "\n".join(map(_plain_source, answer.citations))
    head = [one_line(answer.question), *parts.asked_of(answer, filters)]
    blocks = [*head, one_line(answer.text), *differences, *listed, sources, *answer.notices]
    if written := phrasing.written_by_text(answer):
        blocks.append(f"{written}.")
    return "\n\n".join(filter(None, blocks))


def _plain_source(citation: Citation) -> str:
    return f"[{citation.number}] {quoted(citation)}"


def quoted(citation: Citation) -> str:
    """A quote to paste: its article, publication and day, the words, and the address."""
    return " ".join(filter(None, [parts.cited(citation), web_address(citation.url)]))


def markdown(answer: Answer, filters: Filters = NO_FILTERS) -> str:
    """The answer as Markdown; the text of articles and questions is escaped."""
    blocks = [f"**{md.escaped(answer.question)}**", *md.answer_blocks(answer, filters)]
    blocks += ["\n".join(map(md.source, answer.citations))] if answer.citations else []
    blocks += [f"> {md.escaped(notice)}" for notice in answer.notices]
    return "\n\n".join([*blocks, f"_{md.escaped(parts.corpus_line(answer))}_"]) + "\n"


# HTML for a document. Editors keep inline styles and links, and drop or misread the rest.

_PARAGRAPH = "margin:0 0 8pt"
_FAINT = "color:#5f5a52;font-size:smaller"


def html(answer: Answer, filters: Filters = NO_FILTERS) -> str:
    """A piece of HTML: the numbers of citations lead to the articles' own addresses, the sources stand at its end."""
    addresses = {citation.number: web_address(citation.url) for citation in answer.citations}
    paragraphs = [f"<strong>{line(answer.question)}</strong>", *map(_faint, parts.context(answer, filters))]
    paragraphs += [_statement(part, addresses) for part in parts.statements(answer)]
    paragraphs += ["<strong>Sources</strong>", *map(_source, answer.citations)] if answer.citations else []
    paragraphs += [_faint(text) for text in (*answer.notices, parts.corpus_line(answer))]
    return "".join(f'<p style="{_PARAGRAPH}">{paragraph}</p>' for paragraph in paragraphs)


def _faint(text: str) -> str:
    return f'<span style="{_FAINT}">{line(text)}</span>'


def _statement(part: parts.Part, addresses: dict[int, str | None]) -> str:
    text, numbers, note = part
    marks = "".join(f" {_link(addresses.get(number), f'[{number}]')}" for number in numbers)
    return f"{line(text)}{marks}{f' {_faint(note)}' if note else ''}"


def _source(citation: Citation) -> str:
    title, rest = f"“{named(citation.title)}”", ", ".join(["", *parts.about_citation(citation)])
    linked = _link(web_address(citation.url), title)
    return f"[{citation.number}] {linked}{line(rest)}: “{line(citation.quote)}”"


def _link(address: str | None, content: str) -> str:
    return f'<a href="{escaped(address)}">{content}</a>' if address else content
