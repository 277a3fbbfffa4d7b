"""A user in a process of its own: `python -m tests.crash.asker HOME WORD...`.

The input is one command a line, each answered by one line of JSON with the number of questions `asked`
so far and the `errors`. `keep asking` and `keep opening` begin a thread that asks all the time; `ask` is a
question begun now; `hold` begins to read the published generation and keeps at it; `release` reads it to
the end; `stop` ends the threads.
"""

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.answering import pipeline
from assistant.answers import Event, Finished
from tests.support import QuickReader, open_assistant, versions

# What is tested here is the home, not the reading.
pipeline.open_reader = QuickReader  # type: ignore[attr-defined]


class Asker:
    def __init__(self, home: Path, words: list[str]) -> None:
        self.home, self.words = home, words
        self.assistant = open_assistant(home, refuse_below=0)
        self.asked = 0
        self.errors: list[str] = []
        self.stopping = threading.Event()
        self.held: Iterator[Event] | None = None

    def keep_asking(self, *, opening: bool) -> None:
        """Over and over; with `opening`, each time as a process that has just started would."""
        while not self.stopping.is_set():
            try:
                if opening:
                    with open_assistant(self.home) as fresh:
                        versions(fresh, self.words)
                else:
                    versions(self.assistant, self.words)
                self.asked += 1
            except BaseException as error:
                self.errors.append(repr(error))

    def ask(self) -> dict[str, Any]:
        answer = self.assistant.ask("What does the report say of harbour 7, was it closed?")
        found = {word for word in self.words if any(word in citation.quote for citation in answer.citations)}
        return {"versions": sorted(found)}

    def hold(self) -> dict[str, Any]:
        """The stream keeps its generation from its first event to its last."""
        self.held = self.assistant.stream("What does the report say of harbour 7, was it closed?")
        next(self.held)
        return {}

    def release(self) -> dict[str, Any]:
        assert self.held is not None
        (last,) = (event for event in self.held if isinstance(event, Finished))
        quotes = [citation.quote for citation in last.answer.citations]
        generation = last.answer.corpus.generation
        return {
            "versions": [word for word in self.words if any(word in quote for quote in quotes)],
            "generation": generation,
        }


def main(home: str, *words: str) -> None:
    asker = Asker(Path(home), list(words))
    threads: list[threading.Thread] = []
    for line in sys.stdin:
        command = line.strip()
        if command in {"keep asking", "keep opening"}:
            opening = {"opening": command == "keep opening"}
            threads.append(threading.Thread(target=asker.keep_asking, kwargs=opening, daemon=True))
            threads[-1].start()
        elif command == "stop":
            asker.stopping.set()
            for thread in threads:
                thread.join()
        outcome = getattr(asker, command)() if command in {"ask", "hold", "release"} else {}
        sys.stdout.write(json.dumps({"asked": asker.asked, "errors": asker.errors, **outcome}) + "\n")
        sys.stdout.flush()
    asker.assistant.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
