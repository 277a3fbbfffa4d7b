"""The public question sets as tasks, from a folder that is not part of the project."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.articles import Article, Filters
from assistant.errors import AssistantError
from assistant.evaluation import datasets
from assistant.evaluation.cases import Case, Task, Variant, question_word


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A corpus, as a file or as articles, and the tasks over it."""

    name: str
    corpus: Path | list[Article]
    tasks: tuple[Task, ...]

    def source(self, work: Path) -> Path:
        """The corpus as a file for `assistant refresh`; articles are written into `work`."""
        if isinstance(self.corpus, Path):
            return self.corpus
        return datasets.as_records(self.corpus, work / f"{self.name}.jsonl")


def multihop(data: Path) -> PublicSet:
    """MultiHop-RAG: questions whose answers need several news articles, and some that have none."""
    cases = tuple(
        Case(
            id=f"multihop-{number}",
            question=one.question,
            type=one.kind.removesuffix("_query"),
            # Connected by shared facts, half of all questions would be one cluster: the first fact it is.
            cluster=one.facts[0] if one.facts else f"null {number}",
            answerable=bool(one.facts),
            gold=tuple((fact,) for fact in one.facts),
        )
        for number, one in enumerate(datasets.multihop(data))
    )
    about = (
        "Questions over 609 news articles of late 2023 that need facts from two to four of them; the “null” "
        "questions have no answer there. Gold texts are the verbatim facts."
    )
    task = Task("multihop", "MultiHop-RAG", about, cases, match="letters", sentences=True)
    return PublicSet("multihop", data / "multihoprag" / "corpus.jsonl", (task,))


def xquad(data: Path) -> PublicSet:
    """XQuAD: each question over all paragraphs, and again with its own paragraph left out."""
    articles, questions = datasets.xquad(data)
    cases: list[Case] = []
    for number, one in enumerate(questions):
        kind = question_word(one.question)
        name, own = one.article_id, (one.article_id,)
        cases.append(Case(f"xquad-{number}", one.question, kind, name, True, (one.spans,), own))
        without = Filters(without=own)
        cases.append(Case(f"xquad-{number}-without", one.question, kind, name, False, filters=without))
    about = (
        "Questions whose answer is a few words of one Wikipedia paragraph. Each is asked twice: over all "
        "paragraphs, and with its own paragraph left out, where it should be refused."
    )
    return PublicSet("xquad", articles, (Task("xquad", "XQuAD", about, tuple(cases)),))


def clapnq(data: Path) -> PublicSet:
    """CLAPnq: each question over all passages, and put to its own passage only."""
    articles, questions = datasets.clapnq_sentences(data)

    def cases(given: bool) -> tuple[Case, ...]:
        return tuple(
            Case(
                id=f"clapnq-{number}{'-given' if given else ''}",
                question=one.question,
                type=question_word(one.question),
                cluster=one.article_id,
                answerable=one.answerable,
                gold=tuple((sentence,) for sentence in one.sentences),
                articles=(one.article_id,) if one.answerable else (),
                filters=Filters(only=(one.article_id,)) if given else Filters(),
            )
            for number, one in enumerate(questions)
        )

    about = (
        "Questions that people typed into a search engine, half of them with a Wikipedia passage that answers, half "
        "with one on the same topic that does not. Gold texts are the sentences that people selected. "
    )
    pooled = Task(
        "clapnq",
        "CLAPnq, all passages",
        about + "Here all passages are one corpus.",
        cases(False),
        "letters",
        True,
        True,
    )
    given = Task(
        "clapnq-given",
        "CLAPnq, its own passage",
        about + "Here each question is put to its own passage only.",
        cases(True),
        match="letters",
        retrieval=False,
        sentences=True,
    )
    return PublicSet("clapnq", articles, (pooled, given))


_MTRAG_VARIANTS = (
    Variant(
        "underspecified questions counted as unanswerable",
        frozenset({"UNANSWERABLE", "UNDERSPECIFIED"}),
        frozenset({"ANSWERABLE"}),
    ),
    Variant(
        "all but the unanswerable counted as answerable",
        frozenset({"UNANSWERABLE"}),
        frozenset({"ANSWERABLE", "UNDERSPECIFIED", "PARTIAL"}),
    ),
)


def mtrag(data: Path) -> PublicSet:
    """MT-RAG-UN: the last turn of each conversation, over all passages and over its own only."""
    articles, turns = datasets.mtrag(data)

    def cases(given: bool) -> tuple[Case, ...]:
        return tuple(
            Case(
                id=f"mtrag-{number}{'-given' if given else ''}",
                question=one.question,
                type=one.kind,
                cluster=one.conversation,
                answerable={"ANSWERABLE": True, "UNANSWERABLE": False}.get(one.label),
                articles=one.articles if one.label == "ANSWERABLE" else (),
                filters=Filters(only=one.articles) if given else Filters(),
                history=one.history,
                label=one.label,
                asked=not given or bool(one.articles),
            )
            for number, one in enumerate(turns)
        )

    about = (
        "Last turns of conversations about finance, government, IBM Cloud and Wikipedia topics. Partly answerable "
        "and underspecified turns are left out of the main figures of refusal. "
    )
    pooled = Task(
        "mtrag",
        "MT-RAG-UN, all passages",
        about + "Here the passages of all conversations are one corpus.",
        cases(False),
        variants=_MTRAG_VARIANTS,
    )
    given = Task(
        "mtrag-given",
        "MT-RAG-UN, its own passages",
        about + "Here each turn is put to its own passages only. None of the unanswerable turns comes with any, so "
        "that refusing them is no feat.",
        cases(True),
        retrieval=False,
        variants=_MTRAG_VARIANTS,
    )
    return PublicSet("mtrag", articles, (pooled, given))


SETS: dict[str, tuple[str, Callable[[Path], PublicSet]]] = {
    "multihop": ("multihoprag/queries.jsonl", multihop),
    "xquad": ("xquad/dev.jsonl", xquad),
    "clapnq": ("clapnq/dev.jsonl", clapnq),
    "mtrag": ("mtrag-un/dev.jsonl", mtrag),
}


def load(data: Path, wanted: tuple[str, ...] = ()) -> list[PublicSet]:
    """The sets in `data`, or those of them that are `wanted`. Raises AssistantError when one is not there."""
    present = [name for name, (file, _) in SETS.items() if (data / file).is_file()]
    missing = [SETS[name][0] for name in wanted or () if name not in present]
    if missing:
        raise AssistantError(f"{data}: has no {', '.join(missing)}; give --data the folder that holds it")
    if not present:
        files = ", ".join(file for file, _ in SETS.values())
        raise AssistantError(f"{data}: holds no question set; expected is at least one of {files}")
    return [SETS[name][1](data) for name in SETS if name in (wanted or present)]
