"""Whether checking tells true statements from false ones: 280 over the sample articles, written by hand.

`statements.tsv` has T for true or F for false, the kind, the statement, and the address of the article that it is over.
True ones say in other words what one or more sentences say; false ones were thought out to pass (a plan told as done,
a cause invented, two facts merged, roles exchanged).
"""

import csv
from collections import Counter
from pathlib import Path

from assistant.articles import Passage
from assistant.assistant import Assistant
from assistant.models import Encoder
from assistant.settings import Settings
from assistant.verification import Checker


def marked(assistant: Assistant) -> dict[str, str]:
    """Of the statements of each kind, and of all, how many are marked; `assistant` has the sample articles."""
    encode, articles = Encoder(Settings()).vectors_and_words, {article.url: article for article in assistant.articles()}
    count, doubted = Counter[str](), Counter[str]()
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        for label, kind, statement, url in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            article = articles[url]
            offered = {
                number: Passage(chunk, article, 1.0) for number, chunk in enumerate(assistant.chunks(article.id), 1)
            }
            is_marked = Checker(offered, encode).check(statement, offered).support == "unsupported"
            side = "true" if label == "T" else "false"
            for name in (f"{side} statements", f"{side}, {kind}"):
                count[name] += 1
                doubted[name] += is_marked
    return {f"{name}: marked": f"{doubted[name] / count[name]:.3f} of {count[name]}" for name in sorted(count)}
