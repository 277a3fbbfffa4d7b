"""The window under load: real sessions over its own protocol, and a real browser for what a reader waits for.

A session here does what the page does: it joins the queue for the listener that answers a question and reads the
events of its answer. So twenty of them can be at work at once without twenty browsers taking the same two cores.
"""

import json
import shutil
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from assistant.assistant import Assistant
from assistant.settings import Settings

SESSIONS = 20
QUESTIONS = (
    "Who condemned the attack and what was demanded?",
    "When will the cannery close?",
    "How many people were evacuated in the flood?",
    "How many people joined the march against the ferry terminal?",
    "How did Martin Kessing vote on the ferry terminal?",
    "Who approved the East Quay ferry terminal?",
    "How much did the Herring Fair raise?",
    "When was Ashlorn Packers founded?",
    "Who is Viktor Rosk?",
    "How many jobs will be lost at the cannery?",
    "What did Helena Marsk demand?",
    "When did the River Ashlorn burst its banks?",
    "What did Edgar Sollis say about the Pellinsea cannery?",
    "Who is the EU foreign policy chief?",
    "How many people does the Pellinsea cannery employ?",
    "What did Bram Tolliver demand?",
    "Who has accused China?",
    "How much will the repair of the flood damage cost?",
    "When will Lower Town Primary School reopen?",
    "Who won the World Cup in 2022?",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 120  # seconds


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """What a session got for its question: the answer's text, and how long that took in seconds."""

    question: str
    text: str
    seconds: float


def chromium() -> str | None:
    """Where Debian's Chromium, or another, is."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a window over `home`, served by a process of its own."""
    with served_by(home) as (address, _):
        yield address


@contextmanager
def served_by(home: Path) -> Iterator[tuple[str, int]]:
    """The same, and the number of the process."""
    command = [sys.executable, "-m", "assistant", "ui", "--home", str(home), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            if not said.startswith("The chat window is at "):
                raise ConnectionError(f"the window did not start, it said {said!r}; see what it wrote above")
            yield said.split()[5], process.pid
        finally:
            process.terminate()


class Session:
    """One window, as its server sees it."""

    def __init__(self, address: str, client: httpx.Client | None = None) -> None:
        self._api = f"{address}/gradio_api"
        self.name = uuid.uuid4().hex
        self._client = client or httpx.Client(timeout=_PATIENCE)
        self._listeners = self._client.get(f"{address}/config").json()["dependencies"]

    @contextmanager
    def staying(self) -> Iterator["Session"]:
        """Hold the connection by which a page tells that it is open; the window is closed at the end."""
        with closing(self._client), self._client.stream("GET", f"{self._api}/heartbeat/{self.name}") as beats:
            lines = beats.iter_lines()  # the connection is held as long as they are
            next(lines)
            yield self

    def ask(self, question: str) -> SessionTimes:
        """Ask and wait for the whole answer; as the page does, then have the next questions made."""
        started = time.perf_counter()
        text = _answer(self._shown("ask", [question, ""]))
        taken = time.perf_counter() - started
        self._shown("suggest", [])
        return SessionTimes(question, text, taken)

    def _shown(self, name: str, data: Sequence[Any]) -> list[Any]:
        """What the listener of that name shows at its end."""
        listener = next(one for one in self._listeners if one["api_name"] == name)
        trigger = {"fn_index": listener["id"], "trigger_id": listener["targets"][0][0], "session_hash": self.name}
        self._client.post(f"{self._api}/queue/join", json={"data": data, **trigger}).raise_for_status()
        with self._client.stream("GET", f"{self._api}/queue/data", params={"session_hash": self.name}) as events:
            for line in events.iter_lines():
                told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if told.get("msg") == "process_completed":
                    return list(told["output"]["data"])
        raise ConnectionError("the stream ended without an answer")


def _answer(output: Sequence[Any]) -> str:
    """The text of the last answer in what the browser is given to keep."""
    kept = next(one for one in output if isinstance(one, str) and one.startswith('{"id":'))
    turn = json.loads(kept)["turns"][-1]
    return str(turn["answer"]["text"] if turn["answer"] else turn["problem"])


def at_once(address: str, questions: Sequence[str]) -> list[SessionTimes]:
    """What each of as many sessions got for its question, all of them asked at the same time."""
    sessions = [Session(address) for _ in questions]
    with ThreadPoolExecutor(len(questions)) as pool:
        return list(pool.map(lambda pair: pair[0].ask(pair[1]), zip(sessions, questions, strict=True)))


def sessions(home: Path) -> dict[str, str]:
    """Twenty sessions that ask at once, over the sample articles: is each answer its own, and how long it takes."""
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.refresh()
        right = {question: assistant.ask(question).text for question in QUESTIONS}
    with served(home) as address:
        Session(address).ask(QUESTIONS[0])
        alone = sorted(Session(address).ask(question).seconds for question in QUESTIONS)
        rounds = [at_once(address, QUESTIONS) for _ in range(3)]
    told = [one for each in rounds for one in each]
    times = sorted(one.seconds for one in told)
    wrong = sum(one.text != right[one.question] for one in told)
    return {
        "alone: median, slowest": f"{statistics.median(alone):.2f} s, {alone[-1]:.2f} s",
        "sessions at once, rounds": f"{SESSIONS}, {len(rounds)}",
        "answers that are not what is right for the question": f"{wrong} of {len(told)}",
        "at once: median, p95, slowest": (
            f"{statistics.median(times):.2f} s, {times[int(0.95 * len(times))]:.2f} s, {times[-1]:.2f} s"
        ),
    }


def memory(home: Path, conversations: int = 20, questions: int = 50) -> dict[str, str]:
    """What the process of the window holds while conversations of as many questions are held, one after the other."""
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.refresh()
    with served_by(home) as (address, process):
        held = [resident_mb(process)]
        for conversation in range(conversations):
            with Session(address).staying() as session:
                for number in range(conversation * questions, (conversation + 1) * questions):
                    session.ask(_varied(number))
            held.append(resident_mb(process))
    first = max(1, 100 // questions)
    return {
        "conversations, questions in each": f"{conversations}, {questions}",
        "the process at the start, after 100 questions, at the end": (
            f"{held[0]:.0f} MB, {held[first]:.0f} MB, {held[-1]:.0f} MB"
        ),
        "more after the first 100": f"{held[-1] - held[first]:.0f} MB",
    }


def _varied(number: int) -> str:
    """A question; every second one is asked once only, so that what was computed for another is of no use to it."""
    question = QUESTIONS[number % len(QUESTIONS)]
    return f"{question} This is about number {number}." if number // len(QUESTIONS) % 2 else question


def resident_mb(process: int) -> float:
    """The memory that a process has of the machine now, in MB."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True)
    return int(told.stdout) * 1024 / 1e6


def page(home: Path) -> dict[str, str]:
    """What a reader waits for, in a real browser over the articles of `home`: the first look, and an answer in quotes.

    An empty home gets the sample articles. Each first look is that of a new browser profile, with nothing kept.
    """
    from playwright.sync_api import sync_playwright

    with Assistant.open(Settings(home=home)) as assistant:
        if not assistant.status().articles:
            assistant.refresh()
        assistant.suggestions()  # as a page before this one would have had them made
    with served(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        looks = [_first_look(browser, address) for _ in range(7)]
        with browser.new_context() as context:
            tab = context.new_page()
            tab.goto(address)
            tab.wait_for_selector("#question textarea:enabled")
            answered = [_answered(tab, question) for question in QUESTIONS]
        browser.close()
    figures = {f"{name}: first, median, slowest": _spread([look[name] for look in looks]) for name in looks[0]}
    answer = f"{statistics.median(answered):.2f} s, {max(answered):.2f} s"
    return {**figures, "an answer shows: median, slowest": answer}


def _spread(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in (values[0], statistics.median(values), max(values)))


# What the browser itself notes of a page: when it was first painted, by how much what was painted moved, when the
# headlines of stories were first drawn, in the skeleton or in the window, and how far they are from there afterwards.
_NOTES = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifted += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });
const headlines = (place) => [...document.querySelectorAll(`${place} .front .headline`)]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }));
const places = (place) => headlines(place).map((each) => each.getBoundingClientRect());
const look = () => {
  if (headlines("").length === 0) requestAnimationFrame(look);
  else requestAnimationFrame(() => { // the frame with them has been drawn
    window.headlinesSeen = performance.timeOrigin + performance.now();
    window.headlinesBefore = places("");
  });
};
requestAnimationFrame(look);
window.headlinesMoved = () => Math.max(...places("#first-look").map(({ left, top }, number) =>
  Math.hypot(left - window.headlinesBefore[number]?.left, top - window.headlinesBefore[number]?.top)));
"""
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
_HEADLINES_SEEN = f"Math.max(window.headlinesSeen / 1000, performance.timeOrigin / 1000 + {_FIRST_PAINT})"


def _first_look(browser: Any, address: str) -> dict[str, float]:
    """Seconds from going to the page until each of its parts is there, and what moved (0 is best)."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        tab = context.new_page()
        tab.add_init_script(_NOTES)
        started, started_at = time.perf_counter(), time.time()
        tab.goto(address, wait_until="commit")
        tab.wait_for_selector("#skeleton", state="attached")
        figures = {"the skeleton is there, s": time.perf_counter() - started}
        tab.wait_for_function("window.headlinesSeen")
        tab.wait_for_selector("#skeleton", state="detached")
        figures["the window is drawn, s"] = time.perf_counter() - started
        # As Playwright would click on it, were it meant: it is visible, at rest, and not covered.
        tab.locator("#first-look .headline").first.click(trial=True)
        figures["the window takes a click on a story, s"] = time.perf_counter() - started
        for name, selector in (
            ("a question can be typed, s", "#question textarea:enabled"),
            ("questions are offered, s", "#offer .suggestion"),
        ):
            tab.wait_for_selector(selector)
            figures[name] = time.perf_counter() - started
        moved = tab.evaluate("window.headlinesMoved()")
        tab.wait_for_timeout(1000)  # for what still moves
        shift = tab.evaluate("window.shifted")
        return {
            "first paint, s": tab.evaluate(_FIRST_PAINT),
            "headlines of stories are seen, s": tab.evaluate(_HEADLINES_SEEN) - started_at,
            **figures,
            "headlines moved since they were first seen, px": moved,
            "layout shift": shift,
        }


def _answered(tab: Any, question: str) -> float:
    """Seconds from pressing Enter to the whole answer with its sources."""
    box = tab.locator("#question textarea")
    box.fill(question)
    started = time.perf_counter()
    box.press("Enter")
    tab.wait_for_function(
        "asked => document.querySelector('#now .question')?.textContent === asked"
        " && document.querySelector('#now .answer, #now .related, #now .refusal')"
        " && !document.querySelector('.turn.running')",
        arg=question,
    )
    taken = time.perf_counter() - started
    tab.wait_for_timeout(700)  # the questions that are offered next are at work; a reader reads
    return taken
