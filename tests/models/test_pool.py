"""A model at several addresses, on loopback: each question is answered by one that can, and by one only."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from langchain_core.language_models import FakeListChatModel

from assistant import Settings
from assistant.errors import ModelError
from assistant.models import BoundedModel, Model, ModelServer, open_model, pool, server_health
from assistant.models.model_failures import SilentError
from assistant.models.server_health import shown_address
from assistant.utils import CancelToken
from tests.fakes.proxy import Behave, Handler, Proxy

KEY = "sk-very-secret-0123456789"


class Opened:
    """A model at the addresses of `servers`, or at those `urls`, which is asked as often as one likes."""

    def __init__(self, *urls: str, **more: object) -> None:
        values = {"model_timeout": 60, "model_retries": 0, "model_key": KEY, "max_answer_tokens": 100, **more}
        self.settings = Settings(model="openai:m", model_url=",".join(urls), **values)
        self.model: Model = open_model(self.settings)
        self.model.room()  # the servers were asked how they are

    def ask(self, stop: CancelToken | None = None) -> str:
        return str(BoundedModel(self.model, self.settings, stop).invoke("Who?").content)

    def states(self) -> dict[str, ModelServer]:
        assert self.model.pool is not None
        return {f"http://{state.address}/v1": state for state in self.model.pool.states()}

    def wait(self, until: Callable[[dict[str, ModelServer]], bool]) -> None:
        while not until(self.states()):
            pass


@pytest.fixture
def opened() -> Iterator[Callable[..., Opened]]:
    """Opens models that are closed after the test."""
    with ExitStack() as stack:

        def make(*urls: str, **more: object) -> Opened:
            made = Opened(*urls, **more)
            stack.callback(made.model.close)
            return made

        yield make


@pytest.fixture(autouse=True)
def for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers are set aside for longer than a test takes."""
    monkeypatch.setattr(pool, "_FIRST", 1000.0)
    monkeypatch.setattr(pool, "_LONGEST", 1000.0)
    monkeypatch.setattr(pool, "_MEETING", 1000.0)
    monkeypatch.setattr(server_health, "_TIMEOUT", 1000.0)


@pytest.fixture
def at_once(for_long: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers are set aside for no time, and asked as often as anything happens."""
    monkeypatch.setattr(pool, "_FIRST", 0.0)
    monkeypatch.setattr(pool, "_EVERY", 0.0)
    monkeypatch.setattr(pool, "_STALE", 0.0)


def says(text: str) -> Behave:
    return lambda handler, number: handler.write(text)


def hangs(handler: Handler, number: int) -> None:
    handler.server.stopping.wait()


def cuts(handler: Handler, number: int) -> None:
    handler.cut()


def no_room(handler: Handler, number: int) -> None:
    handler.say(503, '{"error": {"message": "no room"}}', Retry_After="3600")


def dies(handler: Handler, number: int) -> None:
    handler.begin()
    handler.token("Half of an answer, and th")
    handler.cut()


def failing(status: int) -> Behave:
    return lambda handler, number: handler.say(status, f'{{"error": {{"message": "no {KEY}"}}}}')


def unused() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


@pytest.mark.parametrize("count", [2, 4])
def test_questions_that_come_at_once_are_spread_evenly(count: int, opened: Callable[..., Opened]) -> None:
    everyone = threading.Barrier(20)

    def together(handler: Handler, number: int) -> None:
        everyone.wait()
        handler.write("Yes.")

    with ExitStack() as stack:
        proxies = [stack.enter_context(Proxy(together)) for _ in range(count)]
        model = opened(*(proxy.url for proxy in proxies))
        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(lambda _: model.ask(), range(20)))
        assert {answer.strip() for answer in answers} == {"Yes."}
        assert [len(proxy.requests) for proxy in proxies] == [20 // count] * count


def test_questions_one_after_another_take_turns(opened: Callable[..., Opened]) -> None:
    with Proxy(says("Yes.")) as one, Proxy(says("Yes.")) as other:
        model = opened(one.url, other.url)
        for _ in range(6):
            model.ask()
        assert len(one.requests) == len(other.requests) == 3


FAULTS = {"cut": cuts, "no room": no_room, "key": failing(401), "unknown": failing(404), "limit": failing(429)}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_fails_is_passed_by_and_set_aside(
    fault: str, opened: Callable[..., Opened], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Proxy(FAULTS[fault]) as bad, Proxy(says("Yes.")) as good:
        model = opened(bad.url, good.url)
        assert [model.ask().strip() for _ in range(8)] == ["Yes."] * 8
        state = model.states()[bad.url]
    assert len(bad.requests) == state.calls == sum(state.failures.values()) == 1 and not state.healthy
    assert len(good.requests) == 8 and KEY not in f"{state}{caplog.text}"


def test_a_server_that_does_not_accept_the_question_is_no_reason_to_ask_another(opened: Callable[..., Opened]) -> None:
    with Proxy(failing(400)) as one, Proxy(failing(400)) as other:
        model = opened(one.url, other.url)
        with pytest.raises(ModelError, match="does not accept the request"):
            model.ask()
        assert len(one.requests + other.requests) == 1
        assert all(state.healthy for state in model.states().values())


def test_a_server_that_hangs_has_half_of_the_time(opened: Callable[..., Opened]) -> None:
    with Proxy(hangs) as bad, Proxy(says("Yes.")) as good:
        model = opened(bad.url, good.url, model_timeout=12)
        assert [model.ask().strip() for _ in range(3)] == ["Yes."] * 3
        assert model.states()[bad.url].failures == {"timeout": 1} and len(bad.requests) == 1


def test_a_server_that_hangs_and_is_not_well_has_less(
    opened: Callable[..., Opened], monkeypatch: pytest.MonkeyPatch, at_once: None
) -> None:
    monkeypatch.setattr(pool, "_PATIENCE", 0.1)

    with Proxy(hangs) as bad, Proxy(says("Yes.")) as good:
        model = opened(bad.url, good.url, model_timeout=100_000)
        bad.health = lambda handler: handler.say(500)
        assert [model.ask().strip() for _ in range(2)] == ["Yes."] * 2
        assert model.states()[bad.url].failures == {"timeout": 1}


def test_a_server_that_was_killed_takes_part_again_when_it_is_back(
    opened: Callable[..., Opened], at_once: None
) -> None:
    with Proxy(says("Yes.")) as good:
        with Proxy(says("Yes.")) as killed:
            model = opened(killed.url, good.url)
        assert [model.ask().strip() for _ in range(4)] == ["Yes."] * 4
        model.wait(lambda states: not states[killed.url].healthy)
        with Proxy(says("Back."), port=killed.server_address[1]):
            while model.ask().strip() != "Back.":
                pass
            assert model.states()[killed.url].healthy


def test_a_server_that_loads_its_model_is_not_asked_before_it_is_well(
    opened: Callable[..., Opened], at_once: None
) -> None:
    with Proxy(failing(503)) as loading, Proxy(says("Yes.")) as good:
        loading.health = lambda handler: handler.say(503)
        model = opened(loading.url, good.url)
        for _ in range(10):
            model.ask()
        assert loading.requests == [] and not model.states()[loading.url].healthy
        loading.health, loading.behave = (lambda handler: handler.say(200)), says("Loaded.")
        while model.ask().strip() != "Loaded.":
            pass


def test_one_that_asks_for_time_has_it_though_it_is_well(opened: Callable[..., Opened], at_once: None) -> None:
    with Proxy(no_room) as full, Proxy(says("Yes.")) as good:
        model = opened(full.url, good.url)
        for _ in range(2):
            model.ask()
        looked = full.looked
        model.wait(lambda states: full.looked > looked + 2)
        assert not model.states()[full.url].healthy
        for _ in range(5):
            model.ask()
        assert len(full.requests) == 1


def test_what_a_dying_server_wrote_is_not_joined_with_what_another_writes(opened: Callable[..., Opened]) -> None:
    with Proxy(dies) as one, Proxy(dies) as other:
        model = opened(one.url, other.url)
        heard = ""
        with pytest.raises(ModelError, match="broke off"):
            for chunk in BoundedModel(model.model, model.settings).stream("Who?"):
                heard += chunk.text
        assert heard == "Half of an answer, and th" and len(one.requests + other.requests) == 1
        assert [state.healthy for state in model.states().values()].count(False) == 1


def test_a_question_that_is_stopped_frees_its_place(opened: Callable[..., Opened]) -> None:
    with Proxy(hangs) as one, Proxy(hangs) as other:
        model, stop = opened(one.url, other.url), CancelToken()
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(model.ask, stop)
            model.wait(lambda states: sum(state.in_flight for state in states.values()) == 1)
            stop.cancel()
            assert asked.result() == ""
        model.wait(lambda states: not any(state.in_flight for state in states.values()))
        assert all(state.healthy for state in model.states().values())


def test_a_key_goes_to_no_address_that_is_not_listed(
    opened: Callable[..., Opened], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Proxy(says("No.")) as elsewhere, Proxy(says("Yes.")) as good:

        def send_on(handler: Handler, number: int = 0) -> None:
            handler.say(307, Location=elsewhere.url + handler.path.removeprefix("/v1"))

        with Proxy(send_on) as bad:
            bad.health = send_on
            model = opened(bad.url, good.url)
            assert [model.ask().strip() for _ in range(2)] == ["Yes."] * 2
            assert not model.states()[bad.url].healthy
    assert elsewhere.requests == [] and elsewhere.looked == 0
    assert KEY not in caplog.text


def test_an_answer_that_was_begun_before_does_not_bring_back_a_server_that_failed_since() -> None:
    async def problems() -> tuple[str | None, str | None]:
        servers = pool.Pool([pool.Server(FakeListChatModel(responses=["Yes."]))])
        (server,) = servers.servers
        async with servers.route().call(60):
            with pytest.raises(SilentError):
                async with servers.route().call(60):
                    raise SilentError
        before = server.problem
        async with servers.route().call(60):
            pass
        return before, server.problem

    assert asyncio.run(problems()) == ("sends nothing", None)


def test_where_all_are_down_one_line_says_how_many_were_tried(opened: Callable[..., Opened]) -> None:
    model = opened(*(unused() for _ in range(3)))
    for _ in range(2):  # also once it is known
        with pytest.raises(
            ModelError, match=r"^the model openai:m cannot be reached; .* \(3 addresses tried\)$"
        ) as caught:
            model.ask()
        assert KEY not in str(caught.value)


def test_the_only_server_is_tried_though_it_failed(opened: Callable[..., Opened]) -> None:
    def once(handler: Handler, number: int) -> None:
        handler.say(500) if number == 1 else handler.write("Yes.")

    with Proxy(once) as proxy:
        model = opened(proxy.url)
        with pytest.raises(ModelError, match=r"failed at its side \(500\)$"):
            model.ask()
        assert model.ask().strip() == "Yes." and model.states()[proxy.url].healthy


def test_what_a_vllm_server_tells_is_heeded(opened: Callable[..., Opened]) -> None:
    with Proxy(says("Yes."), ("m",)) as small, Proxy(says("Yes."), ("m",)) as big:
        small.told = {"owned_by": "vllm", "max_model_len": 4096}
        big.told = {"owned_by": "vllm", "max_model_len": 32768}
        model = opened(small.url, big.url)
        assert model.model.room() == 4096
        assert opened(small.url, big.url, model_context=2048).model.room() == 2048
        model.ask(), model.ask()
        assert all(proxy.requests[0]["stream_options"] == {"include_usage": True} for proxy in (small, big))


@pytest.mark.parametrize("told", [{}, {"max_model_len": "4096"}, {"max_model_len": True}, {"max_model_len": 3}])
def test_what_others_tell_is_not(told: dict[str, object], opened: Callable[..., Opened]) -> None:
    with Proxy(says("Yes."), ("another",)) as proxy:
        proxy.told = told
        model = opened(proxy.url)
        assert model.model.room() == 8192 and model.states()[proxy.url].healthy
        model.ask()
        assert "stream_options" not in proxy.requests[0]


def test_a_vllm_server_of_another_model_is_not_asked(opened: Callable[..., Opened]) -> None:
    with Proxy(says("No."), ("big",)) as other, Proxy(says("Yes."), ("m",)) as good:
        other.told = good.told = {"owned_by": "vllm"}
        model = opened(other.url, good.url)
        assert [model.ask().strip() for _ in range(4)] == ["Yes."] * 4
        assert model.states()[other.url].problem == "does not serve m; it serves big"


def test_an_address_is_shown_without_what_signs_in_there() -> None:
    assert shown_address("https://user:secret@gpu.example:8000/team/v1/") == "gpu.example:8000/team"
    assert shown_address("http://10.0.0.7:8000/v1") == "10.0.0.7:8000"
