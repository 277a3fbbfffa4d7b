from hypothesis import given
from hypothesis import strategies as st

from tests.ui.support import Page, same_tags
from ui.views import marks
from ui.views.marks import Mark

TEXT = "It rained.\n\nIt poured. Nobody stayed."


def spans(text: str) -> st.SearchStrategy[tuple[int, int]]:
    places = st.integers(0, len(text))
    return st.tuples(places, places).filter(lambda span: span[0] < span[1])


kinds = st.sampled_from(["cited", "quoted", "found"])


@given(st.lists(st.tuples(spans(TEXT), kinds), max_size=5))
def test_marking_keeps_every_letter_and_marks_exactly_what_is_to_be_marked(
    wanted: list[tuple[tuple[int, int], marks.Kind]],
) -> None:
    made = [Mark(start, end, kind, number) for number, ((start, end), kind) in enumerate(wanted, 1)]
    page = Page(marks.paragraphs(TEXT, made))
    text = page.text
    for mark in made:
        inside = set(range(mark.start, mark.end)) - {10, 11}  # where a paragraph ends nothing is shown
        assert text.count(f"[{mark.number}] ") == (mark.kind == "cited" and bool(inside))
        text = text.replace(f"[{mark.number}] ", "")
    assert text == TEXT.replace("\n", "") and page.names.count("p") == 2
    covered = {at for (start, end), _ in wanted for at in range(start, end)} - {10, 11}
    assert len("".join(page.marked)) == len(covered)


def test_words_of_an_address_are_found_whatever_spaces_are_between_them() -> None:
    assert marks.place_of(TEXT, "rained.  It poured") == (3, 21)
    assert marks.place_of(TEXT, "IT POURED") == (12, 21)
    assert marks.place_of(TEXT, "It hailed.") is None and marks.place_of(TEXT, " ") is None
    assert marks.place_of("a+b (c)", "b (c)") == (2, 7)


def test_words_side_by_side_are_one_place() -> None:
    found = marks.places("ferry quay, ferry", [(0, 5), (6, 10), (12, 17)])
    assert [(mark.start, mark.end, mark.number) for mark in found] == [(0, 10, 1), (12, 17, 2)]


def test_what_is_cited_is_seen_before_the_words_of_a_search() -> None:
    html = marks.paragraphs(TEXT, [Mark(0, 10, "cited", 1), Mark(3, 9, "found", 1), Mark(22, 28, "found", 2)])
    assert html.count('class="found"') == 1 and html.count("data-place") == 2


@given(text=st.text(st.characters(exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    same_tags(lambda text: marks.paragraphs(f"x{text}x", [Mark(0, 1, "found", 1)]), text)
