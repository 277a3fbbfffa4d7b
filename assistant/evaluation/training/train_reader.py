"""Trains the reader: `python -m assistant.evaluation.training.train_reader DATA OUT --steps 8000`.

Plain PyTorch on a CPU, about 0.8 s a step on two cores. It may be stopped at any time and goes on where it was: started
again with the same OUT. The rate of learning falls evenly to nothing over the steps; --start begins with the weights
of another run. OUT/log.jsonl has the loss and the figures.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import nn

from assistant.evaluation.training.copied_claims import copied_claims
from assistant.evaluation.training.matching import text_only_scores, weights
from assistant.evaluation.training.newsread import (
    ANSWERED,
    BORNE_OUT,
    NOT_BORNE_OUT,
    STORIES,
    UNANSWERED,
    Labelled,
    is_held_out,
    is_measured,
    load_newsread,
    load_reading,
    load_stories,
)
from assistant.evaluation.training.reader_figures import HeldOut, figures, held_out
from assistant.evaluation.training.reader_net import ReaderNet, loss, read_with
from assistant.evaluation.training.windows import Window, WindowSampler, size
from assistant.models.passage_reader import ReaderInput, Reading
from assistant.text import packaged_model

_TOKENS = 2900  # of a batch, padding counted
_MOST_ROWS = 64
_HEAD = 4  # times the rate of the encoder
_WARM_UP = 300
_KEEP_EVERY = 250
_MEASURE_EVERY = 2500
_PUBLIC = 8_000  # rows of the public sets in an epoch, others in the next
_COPIED = 2_500  # sentences that are claims as they stand, and with one thing exchanged


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and print the figures of the articles kept aside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with newsread/ and reading/")
    parser.add_argument("out", type=Path, help="folder of the run: checkpoint, weights, log")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--encoder", type=Path, default=packaged_model(), help="folder of the encoder to start from")
    parser.add_argument("--start", type=Path, help="weights.pt of a run to begin with")
    parser.add_argument(
        "--rate", type=float, default=1.2e-4, help="of learning, of the encoder; four times it of the heads"
    )
    parser.add_argument("--seed", type=int, default=0, help="another one draws other windows")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--questions", type=float, default=1.0, help="share of the questions in an epoch, for claims")
    parser.add_argument("--share", type=float, default=1.0, help="of the documents, for a learning curve")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)
    news, stories = load_newsread(chosen.data / "newsread"), load_stories(STORIES)
    public = load_reading(chosen.data / "reading")
    aside = {name: held_out(rows, is_measured) for name, rows in (("news", news), ("stories", stories))}
    train = [row for row in (*news, *stories) if not is_held_out(row.document)]
    run = Run(chosen.out, chosen.encoder, chosen.steps, chosen.rate, chosen.start)
    run.train(Epochs(_share(train, chosen.share), _share(public, chosen.share), chosen.seed, chosen.questions), aside)


def _share(rows: list[Labelled], share: float) -> list[Labelled]:
    groups = sorted({row.document.group for row in rows})
    kept = set(random.Random(7).sample(groups, round(len(groups) * share)))
    return [row for row in rows if row.document.group in kept]


class Epochs:
    """Batches without end; each epoch draws its windows anew from its number, and other ones with another `seed`."""

    def __init__(self, news: list[Labelled], public: list[Labelled], seed: int, questions: float) -> None:
        self._seed = 1000 * seed
        self._news = news
        self._weights = _weights(news)
        self._public = public
        self._questions = questions
        self._documents = list({row.document.id: row.document for row in (*news, *public)}.values())

    def batches(self, epoch: int) -> list[list[Window]]:
        """The batches of an epoch, in the order they are trained on."""
        epoch += self._seed
        rng = random.Random(f"public {epoch}")
        public = rng.sample(self._public, min(round(_PUBLIC * self._questions), len(self._public)))
        windows = [
            window
            for window in WindowSampler(self._news, self._weights, seed=2 * epoch)
            if window.is_claim or window.rival or rng.random() < self._questions
        ]
        copied = list(copied_claims(self._documents, _COPIED, rng))
        for rows in (public, copied):
            windows += WindowSampler(rows, [1.0] * len(rows), seed=2 * epoch + 1, neighbours=False)
        rng.shuffle(windows)
        return list(_batched(windows, rng))


def _weights(rows: list[Labelled]) -> list[float]:
    found = np.ones(len(rows))
    for labels, positive in (((ANSWERED, UNANSWERED), ANSWERED), ((BORNE_OUT, NOT_BORNE_OUT), BORNE_OUT)):
        numbers = [number for number, row in enumerate(rows) if row.label in labels]
        part = [rows[number] for number in numbers]
        found[numbers] = weights(part, text_only_scores(part, positive), positive)
    return [float(weight) for weight in found]


def _batched(windows: list[Window], rng: random.Random) -> Iterator[list[Window]]:
    """Windows of like length together, so that little is padding; the batches in an order of chance."""
    batches: list[list[Window]] = []
    for start in range(0, len(windows), 2000):
        pool = sorted(windows[start : start + 2000], key=_length)
        current: list[Window] = []
        for window in pool:
            added = [window, window.rival] if window.rival else [window]
            rows = len(current) + len(added)
            if current and (rows * _length(window) > _TOKENS or rows > _MOST_ROWS):
                batches.append(current)
                current = []
            current += added
        batches.append(current)
    rng.shuffle(batches)
    yield from batches


def _length(window: Window) -> int:
    text = max(size(one.text) for one in (window, window.rival) if one)
    return 3 + text + sum(map(size, (window.title, *window.sentences)))


class Run:
    """A training run in a folder, with what it needs to go on."""

    def __init__(self, folder: Path, encoder: Path, steps: int, rate: float, start: Path | None) -> None:
        torch.manual_seed(1)
        self._folder = folder
        self._steps = steps
        self._rates = rate, _HEAD * rate
        self.net = ReaderNet(encoder)
        if start:
            self.net.load_state_dict(torch.load(start))
        # Frozen, since their dense gradient takes half of the time of a step.
        for parameter in self.net.encoder.embeddings.word_embeddings.parameters():
            parameter.requires_grad_(False)
        named = [(name, part) for name, part in self.net.named_parameters() if part.requires_grad]
        self._groups = [
            {"params": [part for name, part in named if name.startswith("encoder")], "lr": rate},
            {"params": [part for name, part in named if not name.startswith("encoder")], "lr": _HEAD * rate},
        ]
        self._optimizer = torch.optim.AdamW(self._groups, weight_decay=0.01, betas=(0.9, 0.98), foreach=True)
        self.step = self._epoch = self._within = 0
        if (folder / "checkpoint.pt").exists():
            self._resume()

    def train(self, epochs: Epochs, aside: Mapping[str, HeldOut]) -> None:
        """Train to the last step, measuring now and then, and write the weights."""
        recent: list[float] = []
        started, since = time.monotonic(), self.step
        while self.step < self._steps:
            batches = epochs.batches(self._epoch)
            for windows in islice(batches, self._within, None):
                recent.append(self._one_step(windows))
                self._within += 1
                if self.step % 50 == 0:
                    pace = (time.monotonic() - started) / max(1, self.step - since)
                    self._log(loss=round(float(np.mean(recent)), 4), seconds_a_step=round(pace, 3), epoch=self._epoch)
                    recent.clear()
                if self.step % _MEASURE_EVERY == 0:
                    self._measure(aside, matched_only=True)
                if self.step % _KEEP_EVERY == 0:
                    self._keep()
                if self.step >= self._steps:
                    break
            else:
                self._epoch, self._within = self._epoch + 1, 0
        self._keep()
        torch.save(self.net.state_dict(), self._folder / "weights.pt")
        self._measure(aside, matched_only=False)

    def _measure(self, aside: Mapping[str, HeldOut], matched_only: bool) -> None:
        for name, data in aside.items():
            self._log(set=name, **figures(self._read, data, matched_only))

    def _read(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        self.net.eval()
        found = read_with(self.net, inputs)
        self.net.train()
        return found

    def _one_step(self, windows: list[Window]) -> float:
        for group, base in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = base * self._share_of_rate()
        result = loss(self.net, windows)
        self._optimizer.zero_grad(set_to_none=True)
        result.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self._optimizer.step()
        self.step += 1
        return float(result.item())

    def _share_of_rate(self) -> float:
        falling = (self._steps - self.step) / (self._steps - min(_WARM_UP, self._steps // 2))
        return min((self.step + 1) / _WARM_UP, max(0.01, falling))

    def _keep(self) -> None:
        state = {
            "net": self.net.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "at": (self.step, self._epoch, self._within),
        }
        torch.save(state, self._folder / "checkpoint.new")
        (self._folder / "checkpoint.new").replace(self._folder / "checkpoint.pt")

    def _resume(self) -> None:
        state = torch.load(self._folder / "checkpoint.pt")
        self.net.load_state_dict(state["net"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step, self._epoch, self._within = state["at"]

    def _log(self, **entries: float | str) -> None:
        line = json.dumps({"step": self.step, "at": time.strftime("%H:%M:%S"), **entries})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        with (self._folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(line + "\n")


if __name__ == "__main__":
    main()
