"""What questions are limited to: all of it applies, and presets are worked out when a question is asked."""

from datetime import date

import pytest

from assistant import Filters
from ui.scope import Preset, Scope, ScopeArticle, ScopeStory
from ui.state import ConversationState, ConversationTurn

from .support import NOW, answered, citation

DAY = date(2025, 3, 1)
STORY = ScopeStory("a1", "The flood", ("a1", "a2"))


@pytest.mark.parametrize(
    ("preset", "since"),
    [
        ("today", date(2025, 3, 1)),
        ("week", date(2025, 2, 23)),
        ("month", date(2025, 1, 31)),
        ("year", date(2025, 1, 1)),
    ],
)
def test_a_preset_goes_from_a_day_that_follows_from_when_it_is_asked(preset: Preset, since: date) -> None:
    assert Scope(dates=preset).filters_on(DAY) == Filters(since=since)


def test_all_limits_apply_together() -> None:
    scope = Scope(("The Weekly", "The Daily"), since=DAY, until=DAY, story=STORY)
    assert scope.filters == Filters(("The Weekly", "The Daily"), DAY, DAY, only=("a1", "a2"))
    assert Scope(story=STORY, article=ScopeArticle("a2", "Rain")).filters.only == ("a2",)
    assert Scope(story=STORY, article=ScopeArticle("a9", "Fire")).filters.only == ()
    assert Scope().filters == Filters() and not Scope()


def test_a_turn_keeps_what_it_was_asked_of() -> None:
    state = ConversationState(scope=Scope(dates="week")).with_question("Why?")
    turn = ConversationTurn(1, "Why?", asked=NOW, scope=state.turns[0].scope)
    assert turn.filters == Filters(since=date(2025, 5, 26))


def test_an_edited_question_comes_back_with_its_limits_and_the_later_ones_are_kept_for_after() -> None:
    asked = ConversationState(scope=Scope(("The Weekly",))).with_question("Why?")
    later = ConversationState(asked.id, asked.turns, Scope(("The Daily",)))
    editing = later.edited().edited()
    assert editing.scope == Scope(("The Weekly",)) and editing.kept() == later
    (turn,) = editing.with_question("When?").turns
    assert turn.scope == Scope(("The Weekly",))


def test_a_question_of_publications_and_dates_can_be_watched() -> None:
    asked = answered(citation())
    for scope, can_be_watched in (
        (Scope(("The Weekly",), "week"), True),
        (Scope(story=STORY), False),
        (Scope(article=ScopeArticle("a1", "Rain")), False),
    ):
        turn = ConversationTurn(1, "Did it rain?", scope=scope, answer=asked.answer)
        assert (turn.watchable is not None) == can_be_watched
