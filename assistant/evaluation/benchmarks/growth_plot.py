"""Draws what the benchmark of growth measured. Run as a module: `growth_plot FIGURES PLOT`."""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_GREY, _BLUE = "#848484", "#3b82c4"
_DRAWN: Any = {
    "svg.fonttype": "none",  # small, and read by screen readers
    "svg.hashsalt": "growth",
    "font.size": 9,
    "axes.titlesize": 9,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _GREY),
    **{
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": _GREY,
        "grid.alpha": 0.25,
    },
}


def plot(measured: Path, path: Path) -> None:
    """Draw the figures in the file `measured`, which the benchmark of growth writes: a panel for each, over the chunks.

    What is no number there was not measured, and is left out. Its middle tones can be read on white and on black.
    """
    import matplotlib.pyplot as pyplot  # a second to import

    every = json.loads(measured.read_text(encoding="utf-8"))
    panels: dict[str, Callable[[Any], float]] = {
        "a search (ms)": lambda one: statistics.median(one["asked"]["searching"]) * 1000,
        "an answer (ms)": lambda one: statistics.median(one["asked"]["answering"]) * 1000,
        "a refresh of 100 articles (s)": lambda one: one["refreshed"]["processor"],
        "memory (GB)": lambda one: one["asked"]["memory"] / 1e3,
        "disk, a generation (GB)": lambda one: one["disk"] / 1e3,
    }
    with pyplot.rc_context(_DRAWN):
        figure, axes = pyplot.subplots(1, len(panels), figsize=(11, 2.6), layout="constrained")
        for panel, (name, value) in zip(axes, panels.items(), strict=True):
            points = [(one["chunks"] / 1e3, value(one)) for one in every]
            panel.plot(*zip(*(point for point in points if point[1] == point[1]), strict=True), marker="o", color=_BLUE)
            panel.set(title=name, xlabel="thousand chunks", ylim=(0, None), xlim=(0, every[-1]["chunks"] * 1.05e-3))
        figure.savefig(path, transparent=True, metadata={"Date": None})
        pyplot.close(figure)


if __name__ == "__main__":
    plot(*map(Path, sys.argv[1:3]))
