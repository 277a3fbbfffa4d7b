"""Records: what was made of each question, and whether it was right."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answers import Answer, Citation, Statement
from assistant.articles import FindArticle, Passage
from assistant.evaluation.cases import Case, Gold, Match, Task, any_holds, spaceless

DEPTH = 10
FEW_QUOTES = 3
_A_SENTENCE = 20  # letters from which a quote inside a gold text is a part of it and not a stray word

"""An article by its id."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote of an answer with where it is from."""

    text: str
    article_id: str
    title: str
    source: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """A question with what was wanted, what came of it and how that counts.

    `relevant` are the ranks, from 1, of the passages that answer, among the first ten; `gold_ranks` has for
    each gold text the rank of the first passage that holds it; both are None where there was no search.
    `gold_quotes` has for each gold text the number of the first quote that has it; `golden` says of each
    quote whether it is gold. `citation_recall` and `citation_precision` are None without statements.
    `ms` is None when the question was not asked. `ok` is None where nobody can say.
    """

    case: Case
    found: bool
    confidence: float
    said: str
    quotes: tuple[Quote, ...] = ()
    relevant: tuple[int, ...] | None = None
    gold_ranks: tuple[int | None, ...] | None = None
    gold_quotes: tuple[int | None, ...] = ()
    golden: tuple[bool, ...] | None = None
    from_gold_article: bool | None = None
    citation_recall: float | None = None
    citation_precision: float | None = None
    ms: float | None = None
    ok: bool | None = None
    why: str = ""

    @property
    def rank(self) -> int | None:
        """The rank of the first passage that answers."""
        return self.relevant[0] if self.relevant else None


def unasked(case: Case) -> Record:
    """The record of a question that has nothing to be answered from: a refusal."""
    ok = None if case.answerable is None else not case.answerable
    return Record(case, found=False, confidence=0.0, said="", ok=ok, why=REFUSED if case.answerable else "")


def mark(
    task: Task, case: Case, answer: Answer, passages: Sequence[Passage] | None, find: FindArticle, ms: float | None
) -> Record:
    """The record of an answer. `passages` are the ten best that were searched for, None without a search."""
    quotes = tuple(Quote(one.quote, one.article_id, one.title, one.source, one.url) for one in answer.citations)
    own = [one for one in quotes if not case.articles or one.article_id in case.articles]
    scores = citation_scores(answer, find)
    # What is counted in the catalogue is neither searched for nor quoted.
    gold_texts = () if answer.mode == "catalogue" else case.gold
    passages = None if answer.mode == "catalogue" else passages
    gold_quotes = tuple(_quoted(quotes, case, gold, task.match) for gold in gold_texts)
    ok, why = _right(task, case, answer, gold_quotes, bool(own))
    return Record(
        case,
        found=answer.found,
        confidence=answer.confidence,
        said=answer.text,
        quotes=quotes,
        relevant=None if passages is None else relevant(case, passages, task.match),
        gold_ranks=None if passages is None else tuple(_ranked(case, gold, passages, task.match) for gold in case.gold),
        gold_quotes=gold_quotes,
        golden=tuple(_golden(one, case, task.match) for one in quotes) if task.sentences and case.gold else None,
        from_gold_article=bool(own) if case.articles else None,
        citation_recall=scores[0] if scores else None,
        citation_precision=scores[1] if scores else None,
        ms=ms,
        ok=ok,
        why=why,
    )


# retrieval


def relevant(case: Case, passages: Sequence[Passage], match: Match) -> tuple[int, ...]:
    """The ranks of the passages that answer: with a gold text and of a gold article, where those are known."""
    return tuple(rank for rank, one in enumerate(passages[:DEPTH], 1) if _answers(case, one, match))


def _answers(case: Case, passage: Passage, match: Match) -> bool:
    if not _fits(case, passage):
        return False
    return not case.gold or any(any_holds([passage.chunk.text], gold, match) for gold in case.gold)


def _ranked(case: Case, gold: Gold, passages: Sequence[Passage], match: Match) -> int | None:
    """The rank of the first passage that holds one of the texts of `gold`."""
    for rank, one in enumerate(passages[:DEPTH], 1):
        if _fits(case, one) and any_holds([one.chunk.text], gold, match):
            return rank
    return None


def _fits(case: Case, passage: Passage) -> bool:
    """Whether a passage is of an article that the answer may come from."""
    one = passage.article
    if case.articles:
        return one.id in case.articles
    return not case.must_cite or any(_is(wanted, one.id, one.url, one.title) for wanted in case.must_cite)


# quoting


def _quoted(quotes: Sequence[Quote], case: Case, gold: Gold, match: Match) -> int | None:
    """The number of the first quote that has one of the texts of `gold`, from a gold article where those are known."""
    for number, one in enumerate(quotes, 1):
        fits = not case.articles or one.article_id in case.articles
        if fits and (any_holds([one.text], gold, match) or _part_of(one.text, gold, match)):
            return number
    return None


def _part_of(quote: str, gold: Gold, match: Match) -> bool:
    """Whether a quote is a piece of a gold sentence: sentences end in other places for other people."""
    bare = spaceless(quote)
    return match == "letters" and len(bare) >= _A_SENTENCE and any(bare in spaceless(wanted) for wanted in gold)


def _golden(quote: Quote, case: Case, match: Match) -> bool:
    return any(_quoted([quote], case, gold, match) for gold in case.gold)


def citation_scores(answer: Answer, find: FindArticle) -> tuple[float, float] | None:
    """Citation recall and precision of an answer, after ALCE (Gao et al., EMNLP 2023); None without statements.

    A statement is supported when its words are in the quotes it cites, each of which must be in its article
    at its offsets. Recall is the share of statements that are supported; precision the share of citations
    that are needed: their statement is supported, by them alone or not without them. ALCE asks a language
    model whether a text supports another; statements here are verbatim, so that words can be compared.
    Statements about the corpus itself ("counted") need no citation and are left out.
    """
    proven = {one.number: one.quote if _exact(one, find) else "" for one in answer.citations}
    each = [_support(one, proven) for one in answer.statements if one.support != "counted"]
    if not each:
        return None
    needed = [one for _, citations in each for one in citations]
    precision = sum(needed) / len(needed) if needed else 0.0
    return sum(supported for supported, _ in each) / len(each), precision


def _exact(citation: Citation, find: FindArticle) -> bool:
    article = find(citation.article_id)
    return article is not None and article.text[citation.start : citation.end] == citation.quote


def _support(statement: Statement, proven: dict[int, str]) -> tuple[bool, list[bool]]:
    """Whether a statement is supported, and which of its citations are needed for that."""
    quotes = [proven.get(number, "") for number in statement.citations]
    supported = _says(quotes, statement.text)
    return supported, [
        supported and (_says([quote], statement.text) or not _says(quotes[:n] + quotes[n + 1 :], statement.text))
        for n, quote in enumerate(quotes)
    ]


def _says(quotes: Sequence[str], text: str) -> bool:
    return bool(text.split()) and " ".join(text.split()) in " ".join(" ".join(quotes).split())


# right or wrong

REFUSED = "refused, though the articles answer"
ANSWERED = "answered, though the articles do not"


def _right(
    task: Task, case: Case, answer: Answer, gold_quotes: Sequence[int | None], own: bool
) -> tuple[bool | None, str]:
    if case.answerable is None:
        return None, ""
    if not case.answerable:
        return (False, ANSWERED) if answer.found else (True, "")
    if not answer.found:
        return False, REFUSED
    why = _unsaid(case, answer, task.match) if task.every else _unquoted(case, gold_quotes, own)
    return not why, why


def _unquoted(case: Case, gold_quotes: Sequence[int | None], own: bool) -> str:
    if case.gold:
        return "" if any(gold_quotes) else "none of the wanted texts is in the quotes"
    return "" if own else "no quote is from an article that answers"


def _unsaid(case: Case, answer: Answer, match: Match) -> str:
    said = [answer.text, *(one.text for one in answer.statements), *(one.quote for one in answer.citations)]
    said.extend(one.speaker for one in answer.citations if one.speaker)
    unsaid = [" or ".join(gold) for gold in case.gold if not any_holds(said, gold, match)]
    uncited = [" or ".join(gold) for gold in case.must_cite if not _cites(answer, gold)]
    parts = [f"not said: {'; '.join(unsaid)}"] if unsaid else []
    return ". ".join([*parts, f"not cited: {'; '.join(uncited)}"] if uncited else parts)


def _cites(answer: Answer, wanted: Gold) -> bool:
    return any(_is(wanted, one.article_id, one.url, one.title) for one in answer.citations)


def _is(wanted: Gold, name: str, url: str | None, title: str) -> bool:
    """Whether an article is one of those `wanted` by id, by a part of the url or by a part of the title."""
    return any(text == name or text in (url or "") or text.casefold() in title.casefold() for text in wanted)
