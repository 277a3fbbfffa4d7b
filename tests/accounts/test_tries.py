"""Wrong passwords are followed by pauses that grow, by address and by name."""

from assistant.accounts import PasswordTries


class Clock:
    """A clock that stands until it is moved."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_the_pauses_of_an_address_double_up_to_a_quarter_of_an_hour_and_end_with_the_right_password() -> None:
    clock = Clock()
    tries, pauses = PasswordTries({"staff": "right"}, clock), []
    for _ in range(20):
        assert not tries.check("staff", "wrong", "a")
        pauses.append(tries.wait("staff", "a"))
        clock.seconds += pauses[-1]
    assert pauses[:9] == [0, 0, 0, 0, 1, 2, 4, 8, 16] and pauses[-1] == 900
    assert tries.wait("staff", "a") == 0 and tries.check("staff", "right", "a")
    assert not tries.check("staff", "wrong", "a") and tries.wait("staff", "a") == 0


def test_many_addresses_are_held_up_by_name_and_those_who_have_entered_are_not() -> None:
    clock = Clock()
    tries = PasswordTries({"staff": "right"}, clock)
    assert tries.check("staff", "right", "colleague")
    for number in range(40):
        tries.check("staff", "wrong", f"bot {number}")
    assert tries.wait("staff", "another bot") == 30 and tries.wait("staff", "colleague") == 0
    assert tries.wait("maintainer", "another bot") == 0
    clock.seconds += 30
    assert tries.wait("staff", "another bot") == 0


def test_nobody_enters_by_a_name_that_is_none_or_by_an_odd_password() -> None:
    tries = PasswordTries({"staff": "right"})
    assert not any(tries.check(*given, "a") for given in (("", ""), ("nobody", ""), ("staff", ""), ("staff", "\udc80")))
