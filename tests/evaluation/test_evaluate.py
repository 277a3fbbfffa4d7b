"""`assistant evaluate`: own questions and public sets, what is printed, and the page that is written."""

import json
import sys
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant import Assistant, QuestionError, Settings
from assistant.cli.evaluate import SETS as CHOICES
from assistant.cli.main import main
from assistant.errors import AssistantError
from assistant.evaluation.evaluate import EvaluationRequest, Report, evaluate
from assistant.evaluation.own_questions import own_task
from assistant.evaluation.public_tasks import SETS, load
from assistant.evaluation.report import page
from assistant.evaluation.summary import ALL
from assistant.evaluation.table import show_report
from tests.support import DATA, WordHash

NASTY = '<script>alert("x")</script> <img src=//evil.example/x.png> {{ 7*7 }} [red]bold[/red] \u202e'
GOLDEN = DATA / "golden.jsonl"


def write_lines(path: Path, rows: Iterable[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", *words])


# own questions


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("no json", "line 2: not JSON"),
        ('["a list"]', "line 2: not an object"),
        ({"answers": ["x"]}, 'line 2: no "question"'),
        ({"question": "", "answers": ["x"]}, "line 2: the question is empty"),
        ({"question": "?!", "answers": ["x"]}, "line 2: the question has no words"),
        ({"question": "a " * 2000, "answers": ["x"]}, "line 2: the question has"),
        ({"question": "Who?"}, 'add "answers" or "must_cite", or "answerable": false'),
        ({"question": "Who?", "answers": "Kallas"}, "write a list of texts"),
        ({"question": "Who?", "answers": [1]}, "write a list of texts"),
        ({"question": "Who?", "answers": [" | "]}, "empty text"),
        ({"question": "Who?", "answers": ["x"], "answerable": "yes"}, "write true or false"),
        ({"question": "Who?", "answers": ["x"], "answerable": False}, "take one of them out"),
        ({"question": "Who?", "answers": ["x"], "type": 3}, "write a word in quotes"),
        ({"question": "Who?", "anwsers": ["x"]}, 'did you mean "answers"?'),
    ],
)
def test_a_bad_line_is_named_with_its_cure(tmp_path: Path, line: Any, told: str) -> None:
    path = write_lines(tmp_path / "own.jsonl", [{"question": "Who?", "answers": ["x"]}, line])
    with pytest.raises(QuestionError) as raised:
        own_task(path)
    assert told in str(raised.value) and "own.jsonl, line 2" in str(raised.value)


def test_lines_that_are_not_utf8_and_the_number_of_bad_ones_are_told(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_bytes(b'\n{"question": "caf\xe9", "answers": ["x"]}\nno json\n')
    with pytest.raises(QuestionError, match=r"line 2: not UTF-8 .* \(1 more lines? (is|are) bad\)"):
        own_task(path)
    with pytest.raises(QuestionError, match="has no questions"):
        own_task(write_lines(tmp_path / "empty.jsonl", ["", " "]))


def test_notes_of_a_maintainer_are_left_alone(tmp_path: Path) -> None:
    row = {"question": "Who or what?", "answers": ["a | b", "c"], "must_cite": ["x"], "type": "who", "note": "check"}
    (case,) = own_task(write_lines(tmp_path / "own.jsonl", [row])).cases
    assert case.gold == (("a", "b"), ("c",)) and case.must_cite == (("x",),) and case.answerable


def test_the_golden_questions_can_be_evaluated() -> None:
    assert len(own_task(GOLDEN).cases) == len(GOLDEN.read_text(encoding="utf-8").splitlines())


@pytest.mark.model
def test_bad_lines_are_told_before_anything_is_run(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "own.jsonl", [{"question": "Who?", "answers": ["x"]}, "{"])
    result = run("--questions", str(path), "--home", str(tmp_path / "none"))
    assert result.exit_code == 1 and result.stderr.startswith("assistant: own.jsonl, line 2") and not result.stdout
    assert not (tmp_path / "none").exists()


OWN = [
    {
        "question": "Who condemned the attack?",
        "answers": ["Kaja Kallas"],
        "must_cite": ["memberstatescourier.example|Foreign ministry attack tied"],
        "type": "who",
    },
    {"question": "When will the cannery close?", "answers": ["no such words in any article"], "type": "when"},
    {"question": "What is the price of copper in Lima?", "answerable": False, "type": "off topic"},
]


@pytest.mark.model
def test_own_questions_are_judged_one_by_one(sample_home: Path, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "own.jsonl", OWN)
    html = tmp_path / "report.html"
    result = run("--questions", str(path), "--home", str(sample_home), "--json", "--html", str(html))
    assert result.exit_code == 0, result.stderr
    (task,) = json.loads(result.stdout)["tasks"]
    records = task["records"]
    assert [one["ok"] for one in records] == [True, False, True]
    assert records[1]["why"] and records[2]["found"] is False
    assert any("Kallas" in one["text"] for one in records[0]["quotes"]) and records[0]["relevant"]
    figures = task["figures"]["assistant"]
    assert set(figures) == {ALL, "who", "when", "off topic"}
    assert figures[ALL]["Right"]["value"] == pytest.approx(2 / 3)
    assert figures[ALL]["Citation recall"]["value"] == figures[ALL]["Citation precision"]["value"] == 1
    assert set(task["figures"]) == {"assistant", "BM25 alone", "vectors alone", "always refuse", "always answer"}
    assert "no such words in any article" in html.read_text(encoding="utf-8")


@pytest.mark.model
def test_the_table_has_the_figures_and_where_the_page_is(sample_home: Path, tmp_path: Path) -> None:
    path, html = write_lines(tmp_path / "own.jsonl", OWN), tmp_path / "report.html"
    result = run("--questions", str(path), "--home", str(sample_home), "--no-baselines", "--html", str(html))
    assert result.exit_code == 0, result.stderr
    assert "Refusal recall" in result.stdout and "0.667" in result.stdout and "BM25 alone" not in result.stdout
    assert f"The report is in {html}" in result.stdout and not result.stderr


# what stops it


@pytest.mark.parametrize("missing", ["ir_measures", "matplotlib"])
def test_a_missing_library_is_told_with_how_to_install_it(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)  # Python's own way to say that a module is not there
    result = run("--questions", str(write_lines(tmp_path / "own.jsonl", OWN)), "--home", str(tmp_path / "none"))
    assert result.exit_code == 1 and result.stderr.count("\n") == 1
    assert missing.replace("_", "-") in result.stderr and "pip install 'article-assistant[evaluate]'" in result.stderr


def test_wrong_usage_is_told_at_once(tmp_path: Path) -> None:
    path = str(write_lines(tmp_path / "own.jsonl", OWN))
    assert run().exit_code == 2 and "--questions FILE" in run().stderr
    assert run("--questions", path, "--set", "xquad").exit_code == 2
    assert run("--questions", str(tmp_path / "none.jsonl")).exit_code == 2
    there_is_none = run("--questions", path, "--html", str(tmp_path / "none" / "report.html"))
    assert there_is_none.exit_code == 1 and "make it first" in there_is_none.stderr
    no_sets = run("--data", str(tmp_path))
    assert no_sets.exit_code == 1 and "multihoprag/queries.jsonl" in no_sets.stderr


# public sets


def multihop_data(data: Path) -> None:
    articles = [
        {"title": f"{name} report", "source": "The Gull", "url": f"https://gull.example/{name}", "body": body}
        for name, body in {
            "harbour": f"The harbour of Elmouth was closed on Monday. {NASTY} Nobody was hurt in the harbour.",
            "bridge": "The bridge at Elmouth was opened by Ida Holm. She praised the workers of the bridge.",
            "museum": "The museum bought a painting of gravel barges. It cost nine crowns.",
        }.items()
    ]
    write_lines(data / "multihoprag" / "corpus.jsonl", articles)
    facts = ["The harbour of Elmouth was closed on Monday.", "The bridge at Elmouth was opened by Ida Holm."]
    questions = [
        ("Was the harbour of Elmouth closed on Monday and the bridge opened by Ida Holm?", "comparison_query", facts),
        ("Who opened the bridge at Elmouth?", "inference_query", facts[1:]),
        (f"Why was the harbour of Elmouth closed on Monday? {NASTY}", "null_query", []),
    ]
    rows = [
        {"query": text, "question_type": kind, "answer": "", "evidence_list": [{"fact": fact} for fact in gold]}
        for text, kind, gold in questions
    ]
    write_lines(data / "multihoprag" / "queries.jsonl", rows)


def xquad_data(data: Path) -> None:
    rows = [
        {
            "title": f"Paragraph_{n}",
            "paragraph": f"In {year} the {thing} of Elmouth was built by {who}. It stands on oak piles.",
            "questions": [{"question": f"Who built the {thing} of Elmouth?", "answers": [who]}],
        }
        for n, (year, thing, who) in enumerate([(1901, "lighthouse", "Ida Holm"), (1877, "granary", "Per Quist")])
    ]
    write_lines(data / "xquad" / "dev.jsonl", rows)


def clapnq_data(data: Path) -> None:
    text = "The lighthouse was built in 1901 . It stands on oak piles ."
    rows = [
        {
            "id": f"{n}",
            "input": question,
            "passages": [{"title": "Lighthouse", "text": text, "sentences": text.split(" . ")}],
            "output": [{"answer": "", "selected_sentences": chosen}],
            "answerable": bool(chosen),
        }
        for n, (question, chosen) in enumerate(
            [
                ("when was the lighthouse built", ["The lighthouse was built in 1901 ."]),
                ("who swims in champagne", []),
            ]
        )
    ]
    write_lines(data / "clapnq" / "dev.jsonl", rows)


def mtrag_data(data: Path) -> None:
    def row(number: int, label: str, turns: list[str], contexts: list[str]) -> dict[str, Any]:
        return {
            "conversation_id": f"c{number}",
            "contexts": [{"document_id": f"d{n}-{number}", "text": text} for n, text in enumerate(contexts)],
            "input": [
                {"speaker": speaker, "text": text}
                for text in turns
                for speaker, text in (("user", text), ("agent", "Yes."))
            ][:-1],
            "answerability": [label],
            "Multi-Turn": ["Follow-up"] if len(turns) > 1 else ["N/A"],
        }

    loans = "A loan for a boat runs ten years. The bank asks for a tenth at once."
    rows = [
        row(1, "ANSWERABLE", ["Do banks lend?", "How long does a loan for a boat run?"], [loans]),
        row(2, "UNANSWERABLE", ["Which zeppelins crossed Antarctica?"], []),
        row(3, "UNDERSPECIFIED", ["How long does it run?"], [loans]),
        row(4, "PARTIAL", ["How long does a loan run and who was first?"], [loans]),
    ]
    write_lines(data / "mtrag-un" / "dev.jsonl", rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few lines of each public set."""
    folder = tmp_path_factory.mktemp("data")
    for write in (multihop_data, xquad_data, clapnq_data, mtrag_data):
        write(folder)
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def report(data: Path, work: Path) -> Report:
    return evaluate(EvaluationRequest(data=data, work=work), Settings(home=work / "own", refuse_below=0.0), WordHash())


def test_each_set_is_run_in_its_ways(report: Report) -> None:
    assert {one.name: one.questions for one in report.tasks} == {
        **{"multihop": 3, "xquad": 4, "clapnq": 2, "clapnq-given": 2, "mtrag": 4, "mtrag-given": 4},
    }
    assert tuple(SETS) == CHOICES


def test_facts_are_found_and_quoted_in_multihop_rag(report: Report) -> None:
    task = report.tasks[0]
    found = task.figures["assistant"]
    assert found[ALL]["Hits@10"].value == found[ALL]["AllFacts@10"].value == 1
    assert found[ALL]["Hits@10"].questions == 2 and set(found) == {ALL, "comparison", "inference", "null"}
    assert found[ALL]["Gold in 3 quotes"].value == 1 and found[ALL]["Citation recall"].value == 1
    assert task.figures["BM25 alone"][ALL]["Hits@10"].value == 1


def test_a_question_is_asked_again_without_its_paragraph(report: Report) -> None:
    records = report.tasks[1].records
    assert [one.case.answerable for one in records] == [True, False, True, False]
    for present, left_out in zip(records[::2], records[1::2], strict=True):
        assert left_out.case.question == present.case.question
        assert not any(quote.article_id in present.case.articles for quote in left_out.quotes)
    assert all(one.from_gold_article for one in records[::2])


def test_a_question_put_to_its_own_passage_is_answered_from_it_or_refused_unasked(report: Report) -> None:
    given = report.tasks[5]
    assert [one.ms for one in given.records] == [None] * 4  # what a part of a corpus takes is no measure
    unanswerable = given.records[1]
    assert not unanswerable.found and unanswerable.ok and unanswerable.confidence == 0
    for one in given.records:
        assert {quote.article_id for quote in one.quotes} <= set(one.case.filters.only or ())
    assert given.records[0].case.history == ("Do banks lend?",)


def test_labels_between_the_two_are_left_out_and_reported_apart(report: Report) -> None:
    given = report.tasks[5]
    assert given.figures["assistant"][ALL]["Refusal recall"].questions == 2
    assert {one["Refusal recall"].questions for one in given.variants.values()} == {3, 4}


def test_the_indexes_in_a_work_folder_are_used_again(report: Report, data: Path, work: Path) -> None:
    with Assistant.open(Settings(home=work / "xquad"), WordHash()) as assistant:
        before = assistant.status().generation
    embedder = WordHash()
    again = evaluate(
        EvaluationRequest(data=data, sets=("xquad",), work=work, with_baselines=False), Settings(), embedder
    )
    with Assistant.open(Settings(home=work / "xquad"), WordHash()) as assistant:
        assert assistant.status().generation == before
    assert [one.case for one in again.tasks[0].records] == [one.case for one in report.tasks[1].records]


def test_a_sample_is_the_same_each_time_and_keeps_both_ways_of_a_question(data: Path) -> None:
    (task,) = load(data, ("xquad",))[0].tasks
    sampled = task.sampled(1)
    assert len(sampled.cases) == 2 and len({one.question for one in sampled.cases}) == 1
    assert sampled == task.sampled(1) and task.sampled(100) == task


def test_a_set_that_is_not_there_is_named(data: Path, tmp_path: Path) -> None:
    xquad_data(tmp_path)
    with pytest.raises(AssistantError, match=r"clapnq/dev\.jsonl"):
        load(tmp_path, ("xquad", "clapnq"))
    assert [one.name for one in load(tmp_path)] == ["xquad"]


# the page


class Elements(HTMLParser):
    """The elements of a page, with all their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend((name, value or "") for name, value in attrs)


@pytest.fixture(scope="module")
def text(report: Report) -> str:
    return page(report)


def test_the_page_needs_nothing_beside_itself(text: str) -> None:
    elements = Elements(text)
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(elements.tags)
    links = [value for name, value in elements.attributes if name.endswith(("href", "src", "srcset", "action"))]
    assert links and all(value.startswith("#") for value in links)
    assert not any(name.startswith("on") for name, _ in elements.attributes)
    assert "url(" in text and text.count("url(") == text.count("url(#") and "@import" not in text


def test_every_part_of_a_page_has_a_name_of_its_own_and_every_link_leads_somewhere(text: str) -> None:
    attributes = Elements(text).attributes
    names = [value for name, value in attributes if name == "id"]
    assert len(names) == len(set(names))
    assert {value[1:] for name, value in attributes if name == "href"} <= set(names)


def test_questions_and_articles_are_text_on_the_page(text: str) -> None:
    assert NASTY not in text and "&lt;script&gt;alert(" in text and "{{ 7*7 }}" in text
    assert "\u202e" not in text


def test_the_page_shows_each_task_its_plots_and_what_went_wrong(report: Report, text: str) -> None:
    tags = Elements(text).tags
    assert all(one.title in text for one in report.tasks)
    assert tags.count("figure") == 4 * 3 + 2 * 2  # no latency where only a part of the corpus is asked
    assert "answered, though the articles do not" in text and "Why was the harbour" in text


def test_the_table_prints_articles_and_questions_as_text(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    show_report(report)
    printed = capsys.readouterr().out
    assert all(one.title in printed for one in report.tasks) and "\u202e" not in printed
