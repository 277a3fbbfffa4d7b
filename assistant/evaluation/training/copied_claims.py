"""Claims made by program: sentences as they stand, borne out, and with a number, name, subject, day or "not" exchanged.

What people write of an article is put in other words where it is true, and kept close to the article where one thing is
changed; a reader that sees nothing else learns to distrust copies.
"""

import random
from collections.abc import Iterator, Sequence

from assistant.articles import Article, Chunk, Passage
from assistant.evaluation.training import corruptions
from assistant.evaluation.training.newsread import BORNE_OUT, NOT_BORNE_OUT, Document, Labelled

_DAMAGE = (
    corruptions.swapped_name,
    corruptions.swapped_name,
    corruptions.swapped_subject,
    corruptions.swapped_subject,
    corruptions.swapped_number,
    corruptions.number,
    corruptions.day,
    corruptions.negation,
    corruptions.negation,
)
_WORDS = range(7, 41)  # of a sentence that is taken
_NEAR = 6  # sentences on each side that names and numbers are taken from
_TRIES = 5


def copied_claims(documents: Sequence[Document], count: int, chance: random.Random) -> Iterator[Labelled]:
    """`count` sentences of the documents, each as it stands and, where it can be, with one thing exchanged."""
    for document in chance.choices(documents, k=count):
        whole = [n for n, text in enumerate(document.sentences) if len(text.split()) in _WORDS and text.endswith(".")]
        if not whole:
            continue
        place = chance.choice(whole)
        yield Labelled(document, BORNE_OUT, document.sentences[place], (place,))
        if damaged := _damaged(document, place, chance):
            yield Labelled(document, NOT_BORNE_OUT, damaged, (), near=place, kind="copy")


def _damaged(document: Document, place: int, chance: random.Random) -> str | None:
    near = " ".join(document.sentences[max(0, place - _NEAR) : place + _NEAR + 1])
    article = Article(document.id, document.title, near)
    case = corruptions.CorruptionCase(
        document.sentences[place], (Passage(Chunk(document.id, 0, len(near), near), article, 1.0),)
    )
    for damage in chance.sample(_DAMAGE, _TRIES):
        text = damage(case, chance, ())
        if text and text != case.text:
            return text
    return None
