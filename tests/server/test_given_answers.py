"""An answer is known by its id to whom it was given, for a day, within bounds."""

from assistant import Filters
from assistant.database import ExpiringMemory
from assistant.server.given_answers import KEPT_FOR, GivenAnswers
from tests.maintenance.test_feedback import ANSWER


def test_an_answer_is_known_to_whom_it_was_given() -> None:
    given = GivenAnswers()
    filters = Filters(source="Coast Radio")
    identity = given.put("anna", ANSWER, filters)
    assert given.get("anna", identity) == (ANSWER, filters)
    assert given.get("ben", identity) is None and given.get(None, identity) is None and given.get("anna", "") is None


def test_it_is_forgotten_after_a_day() -> None:
    now = 0.0
    given = GivenAnswers(ExpiringMemory(10, 100_000, lambda: now))
    identity = given.put(None, ANSWER, Filters())
    now = KEPT_FOR + 1
    assert given.get(None, identity) is None


def test_the_oldest_give_way() -> None:
    given = GivenAnswers(ExpiringMemory(1000, 2000))
    identities = [given.put(None, ANSWER, Filters()) for _ in range(100)]
    known = [given.get(None, identity) is not None for identity in identities]
    assert known[-1] and not known[0]
