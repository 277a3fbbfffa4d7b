"""Whether checking tells true statements from false ones: 280 over the sample articles, written by hand.

`statements.tsv` has T for true or F for false, the kind, the statement, and the address of the article that it is over.
True ones say in other words what one or more sentences say; false ones were thought out to pass (a plan told as done,
a cause invented, two facts merged, roles exchanged).
"""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from assistant.articles import Passage
from assistant.assistant import Assistant
from assistant.reading import Read
from assistant.verification import Checker


class Statement(NamedTuple):
    """A row of `statements.tsv`."""

    label: str
    kind: str
    text: str
    url: str


def statements() -> Iterator[Statement]:
    """The statements, in the order of the file."""
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        yield from map(Statement._make, csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def marked(assistant: Assistant, read: Read) -> dict[str, str]:
    """Of the statements of each kind, and of all, how many are marked; `assistant` has the sample articles."""
    articles = {article.url: article for article in assistant.articles()}
    count, doubted = Counter[str](), Counter[str]()
    for one in statements():
        article = articles[one.url]
        offered = {number: Passage(chunk, article, 1.0) for number, chunk in enumerate(assistant.chunks(article.id), 1)}
        is_marked = Checker(offered, read).check(one.text, offered).support == "unsupported"
        side = "true" if one.label == "T" else "false"
        for name in (f"{side} statements", f"{side}, {one.kind}"):
            count[name] += 1
            doubted[name] += is_marked
    return {f"{name}: marked": f"{doubted[name] / count[name]:.3f} of {count[name]}" for name in sorted(count)}
