"""Names are decoded as spaCy decodes them: any difference is in how fast."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import entity_recognizer
from assistant.models.name_decoder import NameDecoder

WORDS = (
    *("Angela", "Merkel", "Dr.", "Kaja", "Kallas", "New", "York", "the", "United", "Nations", "of", "and", "Bank"),
    *("in", "met", "said", "on", "Monday", "12", "million", "euros", "€5", "20%", "River", "Act", "(AP)", "—", "'s"),
    *(",", ".", "\n", "\n\n", "  ", "“Dune”", "U.S.", "ORG", "é", "@", "https://a.b/c"),
)
texts = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


def found(documents: list[str]) -> tuple[list[list[tuple[int, int, str]]], list[list[tuple[int, int, str]]]]:
    """What the decoder finds in texts, and what spaCy does."""
    model = entity_recognizer().spacy
    tokenized = [model.make_doc(text) for text in documents]
    ours = NameDecoder(model.get_pipe("ner")).spans(tokenized)
    theirs = [[(name.start, name.end, name.label_) for name in document.ents] for document in model.pipe(documents)]
    return ours, theirs


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, max_size=5))
def test_the_names_of_any_texts_are_those_that_spacy_finds(documents: list[str]) -> None:
    ours, theirs = found(documents)
    assert ours == theirs


def test_a_name_may_end_a_text_and_one_may_follow_the_other() -> None:
    ours, theirs = found(["Brussels welcomed Kaja Kallas", "Merkel, Macron, Tusk", "Reuters"])
    assert ours == theirs
    assert ours[0][-1] == (2, 4, "PERSON")


@pytest.mark.parametrize("documents", [[], [""], ["", " ", ""], ["\n\n"]])
def test_texts_without_words_have_no_names(documents: list[str]) -> None:
    ours, theirs = found(documents)
    assert ours == theirs == [[] for _ in documents]
