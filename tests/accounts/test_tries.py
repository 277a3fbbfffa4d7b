"""Wrong passwords are followed by pauses that grow, by address and by name."""

import pytest

from assistant.accounts import PasswordTries, WaitError


class Clock:
    """A clock that stands until it is moved."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_the_pauses_of_an_address_double_up_to_a_quarter_of_an_hour_and_end_with_the_right_password() -> None:
    clock = Clock()
    tries, pauses = PasswordTries(clock), []
    for _ in range(20):
        tries.begin("staff", "a")
        pauses.append(tries.wait("staff", "a"))
        clock.seconds += pauses[-1]
    assert pauses[:9] == [0, 0, 0, 0, 1, 2, 4, 8, 16] and pauses[-1] == 900
    tries.begin("staff", "a")
    tries.entered("staff", "a")
    tries.begin("staff", "a")
    assert tries.wait("staff", "a") == 0


def test_many_addresses_are_held_up_by_name_and_those_who_have_entered_are_not() -> None:
    clock = Clock()
    tries = PasswordTries(clock)
    tries.begin("staff", "colleague")
    tries.entered("staff", "colleague")
    for number in range(20):
        tries.begin("staff", f"bot {number}")
    assert tries.wait("staff", "another bot") == 1 and tries.wait("staff", "colleague") == 0
    assert tries.wait("maintainer", "another bot") == 0
    clock.seconds += 30
    assert tries.wait("staff", "another bot") == 0


def test_tries_that_are_made_at_once_count_before_any_of_them_is_checked() -> None:
    tries = PasswordTries(Clock())
    for _ in range(5):
        tries.begin("staff", "a")
    with pytest.raises(WaitError, match="try again in 1 s"):
        tries.begin("staff", "a")


def test_who_has_a_password_of_their_own_cannot_try_those_of_others_without_a_pause() -> None:
    tries = PasswordTries(Clock())
    for _ in range(4):
        tries.begin("anna", "a")
        tries.begin("bert", "a")
        tries.entered("bert", "a")
    assert tries.wait("anna", "a") == 0
    tries.begin("anna", "a")
    assert tries.wait("anna", "a") == 1
