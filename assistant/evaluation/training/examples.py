"""Examples to fit on: questions of public sets with the evidence that was read for them.

- xquad: a question with its paragraph in the corpus, and without it (mostly off the subject)
- xquad_cut: its paragraph without the sentences that answer (on the subject, near misses)
- clapnq: one passage on the subject, with or without the answer, among all the others; clapnq_given: by itself
- multihop: questions to news articles, and null questions
- mtrag: the last turn of a conversation, by itself, over the passages of all
- news, stories: questions and near misses over the articles that the reader was not trained on; a near miss is asked
  without the other articles of its group, which may answer it
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.articles import NO_FILTERS, Article, Filters, article_id
from assistant.assistant import Assistant
from assistant.evaluation import datasets
from assistant.evaluation.cases import spaceless
from assistant.evaluation.training.matching import text_only_scores, weights
from assistant.evaluation.training.newsread import (
    ANSWERED,
    STORIES,
    UNANSWERED,
    Labelled,
    is_measured,
    load_newsread,
    load_stories,
)
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.settings import Settings
from assistant.text.sentences import split_sentences

IsGold = Callable[[Evidence], bool]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its evidence. Those of one `group` share a paragraph or a fact and are not torn apart.

    `gold` says for each sentence of the evidence whether it answers; empty where that is not known.
    """

    set: str
    group: str
    answerable: bool
    part: SubQuestion
    evidence: list[Evidence]
    gold: tuple[bool, ...] = ()
    weight: float = 1.0


def examples(data: Path, home: Path) -> Iterator[Example]:
    """Those of every set in `data`, indexed below `home`."""
    yield from _xquad(data, home)
    yield from _clapnq(data, home)
    yield from _mtrag(data, home)
    yield from _multihop(data, home)
    yield from _held_out("news", load_newsread(data / "newsread"), home)
    yield from _held_out("stories", load_stories(STORIES), home)


def _held_out(name: str, rows: Sequence[Labelled], home: Path) -> Iterator[Example]:
    """The questions over articles kept aside; those not answered count so that their words alone tell nothing."""
    questions = [row for row in rows if row.label in (ANSWERED, UNANSWERED)]
    counts = weights(questions, text_only_scores(questions, ANSWERED), ANSWERED)
    documents = {row.document.id: row.document for row in questions}
    articles = [one.article("\n\n".join(one.sentences)) for one in documents.values()]
    with Assistant.open(Settings(home=home / name)) as assistant:
        assistant.refresh([datasets.as_records(articles, home / f"{name}.jsonl")])
        for row, weight in zip(questions, counts, strict=True):
            if not is_measured(row):
                continue
            near = {one.id for one in documents.values() if one.group == row.document.group} - {row.document.id}
            gold = _among([row.document.sentences[number] for number in row.gold], row.document.id)
            example = _example(
                assistant,
                name,
                row.document.group,
                row.text,
                gold if row.gold else None,
                Filters(only=tuple(one for one in documents if one not in near)),
            )
            yield replace(example, weight=float(weight))


def _example(
    assistant: Assistant,
    name: str,
    group: str,
    question: str,
    is_gold: IsGold | None = None,
    filters: Filters = NO_FILTERS,
    answerable: bool | None = None,
) -> Example:
    parts, evidence = assistant.evidence(question, filters)
    gold = tuple(map(is_gold, evidence)) if is_gold else ()
    return Example(name, group, is_gold is not None if answerable is None else answerable, parts[0], evidence, gold)


def _xquad(data: Path, home: Path) -> Iterator[Example]:
    articles, spans = datasets.xquad(data)
    by_id = {one.id: one for one in articles}
    cut = {number: without_answer(by_id[one.article_id], one.spans, number) for number, one in enumerate(spans)}
    records = datasets.as_records([*articles, *(one for one in cut.values() if one)], home / "xquad.jsonl")
    with Assistant.open(Settings(home=home / "xquad_cut")) as assistant:
        assistant.refresh([records])
        for number, asked in enumerate(spans):
            group, others = asked.article_id, tuple(name for name in by_id if name != asked.article_id)
            gold = _having(asked.article_id, asked.spans)
            yield _example(assistant, "xquad", group, asked.question, gold, Filters(only=tuple(by_id)))
            yield _example(assistant, "xquad", group, asked.question, filters=Filters(only=others))
            if one := cut[number]:
                yield _example(assistant, "xquad_cut", group, asked.question, filters=Filters(only=(*others, one.id)))


def _having(article: str, spans: Sequence[str]) -> IsGold:
    lower = [span.casefold() for span in spans]
    return lambda one: one.article.id == article and any(span in one.text.casefold() for span in lower)


def without_answer(article: Article, spans: Sequence[str], number: int) -> Article | None:
    """`article` without the sentences that have the answer; None when too little is left."""
    lower = [span.casefold() for span in spans]
    texts = [article.text[slice(*span)] for span in split_sentences(article.text)]
    kept = [text for text in texts if not any(span in text.casefold() for span in lower)]
    enough = len(kept) > 1 and not any(span in " ".join(kept).casefold() for span in lower)
    return Article(article_id(key=f"cut {number}"), article.title, " ".join(kept)) if enough else None


def _clapnq(data: Path, home: Path) -> Iterator[Example]:
    articles, asked = datasets.clapnq_sentences(data)
    with Assistant.open(Settings(home=home / "clapnq_sentences")) as assistant:
        assistant.refresh([datasets.as_records(articles, home / "clapnq_sentences.jsonl")])
        for one in asked:
            gold = _among(one.sentences, one.article_id) if one.answerable else None
            for name, filters in (("clapnq", NO_FILTERS), ("clapnq_given", Filters(only=(one.article_id,)))):
                yield _example(assistant, name, one.article_id, one.question, gold, filters)


def _among(wanted: Sequence[str], article: str | None = None) -> IsGold:
    """Whether a sentence is one of `wanted`, or a part of one, or has one in it."""
    bare = [spaceless(one) for one in wanted]

    def is_gold(one: Evidence) -> bool:
        text = spaceless(one.text)
        return article in (None, one.article.id) and any(text in other or other in text for other in bare)

    return is_gold


def _mtrag(data: Path, home: Path) -> Iterator[Example]:
    articles, turns = datasets.mtrag(data)
    with Assistant.open(Settings(home=home / "mtrag")) as assistant:
        assistant.refresh([datasets.as_records(articles, home / "mtrag.jsonl")])
        for turn in turns:
            if turn.label in ("ANSWERABLE", "UNANSWERABLE"):
                answerable = turn.label == "ANSWERABLE"
                yield _example(assistant, "mtrag", turn.conversation, turn.question, answerable=answerable)


def _multihop(data: Path, home: Path) -> Iterator[Example]:
    with Assistant.open(Settings(home=home / "multihop")) as assistant:
        assistant.refresh([data / "multihoprag" / "corpus.jsonl"])
        for number, asked in enumerate(datasets.multihop(data)):
            group = asked.facts[0] if asked.facts else f"null {number}"
            yield _example(assistant, "multihop", group, asked.question, _among(asked.facts) if asked.facts else None)
