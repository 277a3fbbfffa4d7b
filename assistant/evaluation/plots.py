"""Plots as SVG to be put into a page: they take their colours and their fonts from its style sheet."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure as Drawing

from assistant.evaluation.summary import CalibrationBin, Point

# Placeholders, each of which becomes a colour of the page.
_INK, _SOFT, _RULE, _ACCENT, _SECOND, _THIRD = (f"#0000{n:02x}" for n in range(1, 7))
_VARIABLES = {
    _INK: "--ink",
    _SOFT: "--soft",
    _RULE: "--rule",
    _ACCENT: "--accent",
    _SECOND: "--second",
    _THIRD: "--third",
}
# Any, as are axes below: the library spells out each option of its own in the types.
_STYLE: Any = {
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.edgecolor": _SOFT,
    "axes.labelcolor": _SOFT,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "text.color": _INK,
    "legend.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": _RULE,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
}
_LINES = (
    {"color": _ACCENT, "lw": 2.2},
    {"color": _SECOND, "lw": 1.2, "ls": "--"},
    {"color": _THIRD, "lw": 1.2, "ls": ":"},
)


def trade_off_plot(curves: Mapping[str, Sequence[Point]], answered: float, refused: float) -> str:
    """What every threshold gives, for each of `curves`; the dot is the threshold as it is set."""
    with rc_context(_STYLE):
        drawing, axes = _square("answerable questions answered", "unanswerable questions refused")
        for (who, points), line in zip(curves.items(), _LINES, strict=False):
            axes.plot([one.answered for one in points], [one.refused for one in points], label=who, **line)
        axes.plot([0, 1], [1, 0], color=_RULE, lw=1, label="by chance")
        axes.plot(
            [answered], [refused], "o", color=_ACCENT, ms=9, mec=_INK, mew=1.2, label="as it is set", clip_on=False
        )
        _legend(axes, "lower left")
        return _svg(drawing, "trade-off")


def calibration_plot(found: Sequence[CalibrationBin]) -> str:
    """The share of questions that do have an answer, by the confidence given; larger dots are more questions."""
    with rc_context(_STYLE):
        drawing, axes = _square("confidence that the articles answer", "of these, the articles do answer")
        axes.plot([0, 1], [0, 1], color=_SOFT, lw=1, ls=":", label="as it should be")
        chances, shares = [one.chance for one in found], [one.answerable for one in found]
        most = max((one.questions for one in found), default=1)
        axes.plot(chances, shares, color=_ACCENT, lw=1.2)
        sizes = [20 + 160 * one.questions / most for one in found]
        axes.scatter(chances, shares, s=sizes, color=_ACCENT, edgecolors=_INK, lw=0.8, clip_on=False, label="as it is")
        _legend(axes, "lower right")
        return _svg(drawing, "calibration")


def latency_plot(ms: Sequence[float], median: float, p95: float) -> str:
    """How long answers took. What took over twice the 95th percentile stands in the last bar."""
    with rc_context(_STYLE):
        drawing = Drawing(figsize=(4.2, 3.9), layout="constrained")
        axes = drawing.add_subplot()
        limit = max(2 * p95, 1.0)
        axes.hist(np.minimum(ms, limit), bins=30, range=(0, limit), color=_SECOND, alpha=0.75)
        for value, name, line in ((median, "median", "-"), (p95, "95%", "--")):
            axes.axvline(value, color=_ACCENT, lw=1.5, ls=line, label=f"{name}: {value:,.0f} ms")
        axes.set_xlabel("milliseconds")
        axes.set_ylabel("answers")
        _legend(axes, "upper right")
        return _svg(drawing, "latency")


def _square(x: str, y: str) -> tuple[Drawing, Any]:
    drawing = Drawing(figsize=(4.2, 3.9), layout="constrained")
    axes = drawing.add_subplot()
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel=x, ylabel=y)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return drawing, axes


def _legend(axes: Any, place: str) -> None:
    axes.legend(loc=place, frameon=False, fontsize=9)


def _svg(drawing: Drawing, name: str) -> str:
    """The drawing as an element of a page: no prolog, no metadata, no style sheet, no address, no font."""
    file = io.StringIO()
    drawing.patch.set_visible(False)
    for axes in drawing.axes:
        axes.patch.set_visible(False)
    drawing.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg [^>]*?(viewBox="[^"]+")[^>]*>', rf'<svg class="plot" role="img" aria-label="{name}" \1>', text)
    text = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", text).replace("xlink:href", "href")
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    return text


def apart(svg: str, tag: str) -> str:
    """`svg` with `tag` before the names of its parts, so that other plots of one page do not find them."""
    return re.sub(r'(\bid="|href="#|url\(#)', rf"\1{tag}-", svg)
