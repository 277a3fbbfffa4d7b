"""Clients of several servers behind nginx, each asking again as soon as it is answered, and what they met with."""

import random
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from uuid import uuid4

import httpx

from assistant.evaluation.benchmarks.generations_corpus import FOLLOW_UP, QUESTIONS, states_in
from assistant.evaluation.benchmarks.window_bench import Session

_PATIENCE = 900.0  # seconds; waiting is no error
_TO_WAIT = re.compile(r"You may ask \d+ questions a minute; try again in (\d+) s\.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What was not as it should be: of what kind, from when to when, and which servers were asked."""

    kind: str
    began: float
    ended: float
    servers: str = ""


@dataclass
class Published:
    """Which state of the corpus is published, and which one may be at any moment; and what is right of each."""

    right: list[dict[str, str]]
    state: int = 0
    coming: int = 0

    def wrong(self, question: str, text: str, since: int) -> str | None:
        """What is wrong with an answer that was asked for when that state was published; None where nothing is."""
        named = states_in(text)
        if len(named) > 1:
            return "mixed"
        if named and not named <= set(range(since, self.coming + 1)):
            return "stale" if max(named) < since else "of a state to come"
        right = [self.right[state].get(question) for state in range(since, self.coming + 1)]
        if question in self.right[since] and text not in right:
            return f"wrong: {text[:60]!r} to {question!r}"
        return None


@dataclass
class Met:
    """What the clients of one kind met with: the seconds of each answer, what was wrong, and what else happened."""

    seconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    waits: Counter[str] = field(default_factory=Counter)
    follow_ups: int = 0
    made: int = 0
    replayed: int = 0
    not_once: int = 0

    def told(self) -> str:
        """Answers, wrong ones, and the median, 95th percentile and slowest of the seconds."""
        times = sorted(self.seconds) or [float("nan")]
        spread = f"{statistics.median(times):.2f} s, {times[int(0.95 * len(times))]:.2f} s, {times[-1]:.2f} s"
        return f"{len(self.seconds)} answers, {sum(self.wrong.values())} wrong; {spread}"


class Program:
    """A program with a token and an address of its own: it asks, goes on from answers, and makes collections."""

    def __init__(self, address: str, number: int, token: str, met: Met, published: Published, ended: Event) -> None:
        transport = httpx.HTTPTransport(local_address=f"127.0.1.{number % 250 + 1}")
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx.Client(transport=transport, base_url=address, headers=headers, timeout=_PATIENCE)
        self._number, self._met, self._published, self._ended = number, met, published, ended
        self._random = random.Random(number)
        self.made: list[str] = []

    def run(self) -> None:
        """Do all of it until the time is over; then look whether all that it made is there once."""
        given, turn = "", self._number
        while not self._ended.is_set():
            turn += 1
            if turn % 8 == 3:
                self._make()
            elif turn % 4 == 1 and given:
                self._ask(FOLLOW_UP, given)
            else:
                given = self._ask(self._random.choice(QUESTIONS))
        names = Counter(each["name"] for each in self._collections())
        self._met.not_once += sum(names[name] != 1 for name in self.made)
        self._http.close()

    def _ask(self, question: str, after: str = "") -> str:
        since, began = self._published.state, time.monotonic()
        response = self._sent("ask", {"question": question, "history": [after] if after else []})
        if response is None:
            return ""
        self._met.seconds.append(time.monotonic() - began)
        self._met.follow_ups += bool(after)
        if wrong := self._published.wrong(question, response.json()["text"], since):
            self._met.wrong[wrong] += 1
        return str(response.json()["id"])

    def _make(self) -> None:
        name, key = f"{self._number}-{len(self.made)}", {"idempotency-key": str(uuid4())}
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            response = self._sent("collections", {"name": name}, key)
            if response is not None:
                self._met.made += 1
                self._met.replayed += "idempotent-replayed" in response.headers or response.status_code == 409
                self.made.append(name)
                return

    def _collections(self) -> list[dict[str, str]]:
        with suppress(httpx.HTTPError):
            found: list[dict[str, str]] = self._http.get("/api/v1/collections").json()
            return found
        return []

    def _sent(self, path: str, body: object, headers: dict[str, str] | None = None) -> httpx.Response | None:
        """The response, waited for as long as the server says; None where it is a fault, which is noted."""
        began = first = time.monotonic()
        while True:
            try:
                response = self._http.post(f"/api/v1/{path}", json=body, headers=headers)
            except httpx.HTTPError as error:
                self._met.faults.append(Fault(f"{type(error).__name__} at nginx", began, time.monotonic()))
                return None
            code = _code(response)
            if response.is_success or code == "idempotency_key_made":
                return response
            again = response.headers.get("retry-after", "")
            if not again or time.monotonic() > first + _PATIENCE:
                kind = f"{response.status_code} {code or 'of nginx'}"
                servers = response.headers.get("x-upstream", "")
                self._met.faults.append(Fault(kind, began, time.monotonic(), servers))
                return None
            self._met.waits[f"{response.status_code} {code}"] += 1
            time.sleep(float(again) * self._random.uniform(1, 1.5))
            began = time.monotonic()


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json().get("code", ""))
    except ValueError:
        return ""


def run_window(address: str, name: str, password: str, met: Met, published: Published, ended: Event) -> None:
    """A window of that user, which asks again and again, and is opened anew where its server is killed."""
    asked, turn = list[str](), len(name)
    while not ended.is_set():
        began = time.monotonic()
        hooks = {"response": [lambda each: asked.append(_server(each))]}
        http = httpx.Client(timeout=_PATIENCE, headers={"origin": address}, event_hooks=hooks)
        try:
            entered = http.post(f"{address}/login", data={"username": name, "password": password})
            if entered.status_code != 303:
                raise httpx.HTTPError(f"not let in: {entered.status_code}")
            with Session(address, http).staying() as session:
                while not ended.is_set():
                    began = time.monotonic()
                    asked.clear()
                    question, since = QUESTIONS[turn % len(QUESTIONS)], published.state
                    turn += 1
                    text = session.ask(question).text
                    if told := _TO_WAIT.fullmatch(text):
                        met.waits["a window: limit"] += 1
                        ended.wait(float(told[1]))
                        continue
                    met.seconds.append(time.monotonic() - began)
                    if wrong := published.wrong(question, text, since):
                        met.wrong[wrong] += 1
        except (httpx.HTTPError, ConnectionError, ValueError, KeyError, StopIteration) as error:
            met.faults.append(Fault(f"a window: {error!r}"[:120], began, time.monotonic(), ", ".join(asked)))
            time.sleep(1)
        finally:
            http.close()


def _server(response: httpx.Response) -> str:
    return str(response.headers.get("x-upstream", ""))


def at_once(runs: Sequence[Callable[[], None]]) -> list[threading.Thread]:
    """Threads that run these, begun."""
    threads = [threading.Thread(target=run) for run in runs]
    for thread in threads:
        thread.start()
    return threads
