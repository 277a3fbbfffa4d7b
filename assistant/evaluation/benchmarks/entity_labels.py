"""How well the people and places of articles are found: against 60 articles whose names were labelled by reading.

`entity_labels.tsv` has the address of an article of MultiHop-RAG, P for a person or L for a place, and the name; an
article without names has one line with "-". Names of the first 4,500 characters are labelled, each by its fullest form.
"""

import csv
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from assistant.index.derived.entities import FILE, Entities, NameCount, names_of
from assistant.index.derived.overview import kind_of, surnames_of
from assistant.models.ner import entity_recognizer
from assistant.text import word_list

_LABELLED = 4_500  # characters
_SPELLINGS = {
    **dict.fromkeys(("us", "usa", "u.s", "u.s."), "united states"),
    **{"uk": "united kingdom", "u.k.": "united kingdom", "eu": "european union"},
}
Names = Mapping[str, set[str]]
"""By P and L, the people and places of one article."""


def labelled() -> dict[str, Names]:
    """By the address of an article, the names that it was labelled with."""
    found: dict[str, defaultdict[str, set[str]]] = {}
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        for url, kind, name in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(url, defaultdict(set))[kind].add(_plain(name))
    return dict(found)


def found_in(text: str, counts: Mapping[str, NameCount], surnames: Collection[str]) -> Names:
    """The people and places of `text`, told apart as the overview does by the `counts` of a corpus."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in names_of(text, entity_recognizer().mentions(text)):
        kind = kind_of(counts[name.casefold()]) if name.casefold() in counts else "other"
        if kind == "person" or name.casefold() in surnames:
            found["P"].add(_plain(name))
        elif kind == "place":
            found["L"].add(_plain(name))
    return found


def figures(corpus_file: Path, generation: Path) -> dict[str, str]:
    """Precision, recall and F1 of people and places over the labelled articles, and what the names take on disk."""
    texts = {
        record["url"]: record["body"][:_LABELLED]
        for record in map(json.loads, corpus_file.read_text(encoding="utf-8").splitlines())
    }
    gold = labelled()
    counts = {count.key: count for count in Entities(generation).counts(1)}
    surnames = surnames_of(counts)
    found = {url: found_in(texts[url], counts, surnames) for url in gold}
    with closing(sqlite3.connect(generation / FILE.name)) as file:
        (rows,) = file.execute("SELECT count(*) FROM entities").fetchone()
    return {
        "people": _scores((found[url]["P"], gold[url]["P"]) for url in gold),
        "people, by surname": _scores((_last(found[url]["P"]), _last(gold[url]["P"])) for url in gold),
        "places": _scores((found[url]["L"], gold[url]["L"]) for url in gold),
        "kept names": f"{rows:,}, {(generation / FILE.name).stat().st_size / 1e6:.1f} MB",
    }


def _scores(pairs: Iterable[tuple[set[str], set[str]]]) -> str:
    right = offered = wanted = 0
    for found, gold in pairs:
        right, offered, wanted = right + len(found & gold), offered + len(found), wanted + len(gold)
    precision, recall = right / max(1, offered), right / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} ({right} of {wanted}, {offered} found)"


def _last(names: Iterable[str]) -> set[str]:
    return {re.sub(r" (?:jr|sr|ii|iii)\.?\Z", "", name).split()[-1] for name in names}


def _plain(name: str) -> str:
    words = re.sub(r"'s?\Z", "", re.sub(r"[“”\"]", "", name).replace("’", "'").replace("‑", "-")).lower().split()
    while len(words) > 1 and (words[0] == "the" or words[0].strip(".") in word_list("names", "titles")):
        words = words[1:]
    plain = " ".join(words)
    return _SPELLINGS.get(plain, plain)
