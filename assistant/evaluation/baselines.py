"""Baselines: the same reading, over passages that BM25 or vectors alone have found.

The only place of the evaluation that looks inside `Assistant`.
"""

from dataclasses import replace

from assistant.answers import Answer
from assistant.articles import Passage
from assistant.assistant import Assistant
from assistant.evaluation.cases import Case
from assistant.evaluation.scoring import DEPTH, Record

BM25, VECTORS = "BM25 alone", "vectors alone"
REFUSE, ANSWER = "always refuse", "always answer"


def alone(assistant: Assistant, case: Case) -> dict[str, tuple[Answer, list[Passage]]]:
    """For BM25 and for vectors alone: the answer and the ten best passages it was read from."""
    pipeline = assistant._pipeline
    with assistant._library.reading() as generation:
        retrieved = pipeline.retrieve(generation, case.question, case.filters)
        (vector,) = pipeline.vectors([retrieved.sub_questions[0].compared_as])
        found = {
            BM25: generation.db.search(retrieved.plan.query.terms, DEPTH, case.filters),
            VECTORS: generation.vectors.search_each([vector], DEPTH, case.filters)[0],
        }
        names = list(dict.fromkeys(name for hits in found.values() for name, _ in hits))
        held, vectors = generation.db.passages(names), generation.vectors.vectors(names)
        results: dict[str, tuple[Answer, list[Passage]]] = {}
        for how, hits in found.items():
            passages = [
                Passage(*held[name], score=-n, cosine=float(vectors[name] @ vector)) for n, (name, _) in enumerate(hits)
            ]
            results[how] = pipeline.answer(pipeline.assess(replace(retrieved, passages=passages))), passages
        return results


def constant(record: Record, found: bool) -> Record:
    """What the record would be of an assistant that always refuses, or always answers with nobody knows what."""
    answerable = record.case.answerable
    ok = None if found or answerable is None else not answerable
    return Record(record.case, found=found, confidence=0.5, said="", ok=ok)
