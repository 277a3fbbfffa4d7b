"""A collection as Markdown and as a page to print: its items in order with their notes, then all sources in full."""

from collections.abc import Iterator
from datetime import datetime

from assistant import Collection, CollectionItem, PinnedAnswer, PinnedPassage
from assistant.answering import phrasing
from assistant.utils import day

from ..markup import escaped, line
from . import markdown as md
from . import page as pages
from . import parts
from .numbering import GONE, NumberedSource, Numbering, head_of


def file_name(collection: Collection, made: datetime, ending: str) -> str:
    """A file name for a collection, as "2025-06-01-the-ferry-terminal.docx"."""
    return parts.file_name(collection.name, made, ending, otherwise="collection")


def more_on(source: NumberedSource) -> str:
    """What stands below a source: who else carried it, when it was retrieved and from which state of the corpus."""
    carried = phrasing.carried_by_text(source.citation)
    retrieved = parts.retrieved_line(source.retrieved, source.corpus)
    return f"{carried}. {retrieved}" if carried else retrieved


def markdown(collection: Collection, made: datetime) -> str:
    """The collection as Markdown; the text of articles, questions and notes is escaped."""
    numbered = Numbering(collection)
    blocks = [f"# {md.escaped(collection.name)}", f"_Article Assistant, {day(made)}_"]
    for item in numbered.items:
        blocks.extend(_md_item(item))
    if numbered.sources:
        listed = (f"{md.source(each.citation)} {md.escaped(more_on(each))}" for each in numbered.sources)
        blocks += ["## Sources", "\n".join(listed)]
    return "\n\n".join(blocks) + "\n"


def _md_item(item: CollectionItem) -> Iterator[str]:
    yield f"## {md.escaped(head_of(item))}"
    if item.note:
        yield f"**Note:** {md.lines(item.note)}"
    match item.content:
        case PinnedAnswer(answer=answer, filters=filters):
            yield from md.answer_blocks(answer, filters)
            yield from (f"> {md.escaped(notice)}" for notice in answer.notices)
            yield f"_{md.escaped(parts.corpus_line(answer))}_"
        case PinnedPassage(citation=citation, excerpt=excerpt):
            before, quote, after = parts.flowing(excerpt)
            yield f"> {md.within(before)}**{md.within(quote)}**{md.within(after)} [{citation.number}]"
        case None:
            yield f"_{GONE}_"


def page(collection: Collection, made: datetime) -> str:
    """The collection as an HTML page of its own that needs nothing else."""
    numbered = Numbering(collection)
    items = "".join(map(_page_item, numbered.items))
    listed = "".join(pages.source(each.citation, more_on(each)) for each in numbered.sources)
    sources = f"<section><h2>Sources</h2><ol>{listed}</ol></section>" if listed else ""
    return pages.page(collection.name, made, f'<h1 dir="auto">{line(collection.name)}</h1>{items}{sources}')


def _page_item(item: CollectionItem) -> str:
    note = f'<p class="user-note" dir="auto">{escaped(item.note)}</p>' if item.note else ""
    return f'<section><h2 dir="auto">{line(head_of(item))}</h2>{note}{_page_content(item)}</section>'


def _page_content(item: CollectionItem) -> str:
    match item.content:
        case PinnedAnswer(answer=answer, filters=filters):
            notices = "".join(map(pages.note, (*answer.notices, parts.corpus_line(answer))))
            return pages.answer_paragraphs(answer, filters) + notices
        case PinnedPassage(citation=citation, excerpt=excerpt):
            return (
                f'<blockquote dir="auto">{escaped(excerpt.before)}<strong>{escaped(excerpt.quote)}</strong>'
                f"{escaped(excerpt.after)} [{citation.number}]</blockquote>"
            )
        case None:
            return pages.note(GONE)
