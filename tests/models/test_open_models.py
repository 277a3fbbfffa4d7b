"""Models that are open: those in files one at a time, and none is closed while somebody uses it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from langchain_core.language_models import FakeListChatModel

from assistant import ModelError, Settings
from assistant.models import Model, OpenModels, as_model
from assistant.utils import CancelToken

A, B, C = (Settings(model=f"gguf:{name}.gguf") for name in "abc")


class Opened:
    """Opens models and knows which are open."""

    def __init__(self) -> None:
        self.now: list[str] = []
        self.total = 0

    def __call__(self, settings: Settings) -> Model:
        name = settings.model or ""
        self.now.append(name)
        self.total += 1
        return replace(as_model(FakeListChatModel(responses=["x"]), settings), close=partial(self.now.remove, name))


def test_a_file_is_opened_once_and_closed_when_another_one_is_chosen() -> None:
    opened = Opened()
    models = OpenModels(opened)
    for settings in (A, A, B, B, A):
        with models.using(settings, 0):
            assert opened.now == [settings.model]
    assert opened.total == 3
    models.close()
    assert opened.now == []


def test_a_file_that_writes_is_not_closed_and_the_next_ones_take_turns() -> None:
    models, order, begun = OpenModels(Opened()), list[str](), threading.Event()

    def use(settings: Settings) -> None:
        begun.set()
        with models.using(settings, 60):
            order.append(settings.model or "")

    with ThreadPoolExecutor() as threads:
        with models.using(A, 0):
            waiting = [threads.submit(use, B)]
            assert begun.wait(60)
            with pytest.raises(ModelError, match=r"gguf:c\.gguf waits for another one"):
                with models.using(C, 0.3):
                    pass
            # Who comes for the one that writes waits too, or the other would never have its turn.
            with pytest.raises(ModelError):
                with models.using(A, 0.3):
                    pass
            assert order == []
        waiting[0].result(60)
    assert order == ["gguf:b.gguf"]


def test_who_waits_for_a_file_can_be_stopped() -> None:
    models, stop = OpenModels(Opened()), CancelToken()
    stop.cancel()
    with models.using(A, 0), pytest.raises(ModelError, match="stopped"):
        with models.using(B, 3600, stop):
            pass
    with models.using(B, 0):
        pass


def test_models_on_servers_do_not_wait_and_not_all_of_them_stay_open() -> None:
    opened = Opened()
    models = OpenModels(opened)
    with models.using(A, 0), models.using(Settings(model="openai:0"), 0):
        for number in range(1, 30):
            with models.using(Settings(model=f"openai:{number}"), 0):
                pass
        assert {"gguf:a.gguf", "openai:0", "openai:29"} <= set(opened.now) and len(opened.now) < 15


def test_one_that_cannot_be_opened_can_be_tried_again_and_keeps_no_other_from_opening() -> None:
    def broken(settings: Settings) -> Model:
        raise ModelError("no such file")

    models = OpenModels(broken)
    for settings in (A, A, B):
        with pytest.raises(ModelError, match="no such file"):
            with models.using(settings, 0):
                pass
