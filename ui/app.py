"""The chat window: its layout and its wiring."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import render, server
from .turns import Turns, ask

if TYPE_CHECKING:
    import gradio as gr

    from assistant.answering import Assistant

_STYLE = Path(__file__).with_name("style.css")

# Questions for the sample articles, each with a title that shows that these are what is indexed.
_EXAMPLES = (
    (
        "Who condemned the attack and what was demanded?",
        "EU stands with Czechia after cyberattack on its foreign ministry",
    ),
    ("When will the cannery close?", "Cannery to close in September with loss of 412 jobs"),
    ("How many people were evacuated in the flood?", "River Ashlorn floods Lower Town as 340 people leave their homes"),
    (
        "How many people joined the march against the ferry terminal?",
        "Police count 400 at march against ferry terminal",
    ),
)
_MOST_FOR_EXAMPLES = 100  # a larger corpus is not the sample, and its titles are not read to find out

_TO_NEWEST = "() => document.querySelector('.turn:last-of-type')?.scrollIntoView({block: 'nearest'})"


def build(assistant: "Assistant") -> "gr.Blocks":
    """The window over `assistant`, ready to be served."""
    _keep_quiet()
    import gradio as gr

    blocks = gr.Blocks(title="Article Assistant", analytics_enabled=False, fill_width=True)
    with blocks:
        head = _html(gr, render.header(assistant.status(), _now()), "head")
        turns = gr.State(())
        with gr.Row(elem_id="page"):
            with gr.Column(elem_id="chat", scale=3, min_width=320):
                talk = _html(gr, render.conversation((), by_model=assistant.settings.model is not None), "talk")
                with gr.Column(elem_id="examples", visible=bool(examples(assistant))) as offer:
                    offered = [gr.Button(one, elem_classes="example") for one in examples(assistant)]
            with gr.Column(elem_id="sources", scale=2, min_width=320):
                cards = _html(gr, render.sources(()), "cards")
        with gr.Row(elem_id="composer"):
            box = _question_box(gr)
            send = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=88)
        _wire(gr, blocks, assistant, (head, turns, talk, cards, offer, box), send, offered)
    return blocks


def serve(assistant: "Assistant", *, host: str, port: int, password: str | None = None) -> None:
    """Serve the window until Ctrl+C or SIGTERM; with `password`, only to the user "staff" who knows it.

    Port 0 takes a free one. Raises AssistantError when the port or the address cannot be had.
    """
    with server.listening(host, port) as listener:
        blocks = build(assistant)
        server.run(blocks, listener, host=host, password=password, css=_STYLE.read_text(encoding="utf-8"))


def examples(assistant: "Assistant") -> list[str]:
    """Questions to begin with, for the sample articles only."""
    if not 0 < assistant.status().articles <= _MOST_FOR_EXAMPLES:
        return []
    titles = {article.title for article in assistant.articles()}
    return [question for question, title in _EXAMPLES if title in titles]


def _keep_quiet() -> None:
    # Read by Gradio and its hub client when they are imported, hence not settings of ours.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def _html(gr: Any, value: str, name: str) -> Any:
    # The value of the default template is put in as it is: `${...}` or `{{...}}` in it stays text.
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=None)


def _question_box(gr: Any) -> Any:
    return gr.Textbox(
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask about the articles",
        max_lines=6,
        autofocus=True,
        elem_id="question",
        scale=1,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=True),
    )


def _wire(gr: Any, blocks: Any, assistant: "Assistant", parts: tuple[Any, ...], send: Any, offered: list[Any]) -> None:
    head, turns, talk, cards, offer, box = parts

    def answer(question: str, earlier: Turns) -> Iterator[tuple[Any, ...]]:
        typed: Any = ""  # cleared once, then left alone: the next question may be on its way
        for now in ask(assistant, earlier, question):
            typed = question if now[-1].problem else typed
            yield now, render.conversation(now), render.sources(now), gr.update(visible=False), typed
            typed = gr.skip()

    def refresh_head() -> str:
        return render.header(assistant.status(), _now())

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    asking: dict[str, Any] = {
        **{"fn": answer, "inputs": [box, turns], "outputs": [turns, talk, cards, offer, box]},
        **{"concurrency_limit": 4, "concurrency_id": "ask", "trigger_mode": "once", **quiet},
    }
    typed = gr.on([box.submit, send.click], **asking)
    clicked = [one.click(_saying(one.value), None, box, **quiet).then(**asking) for one in offered]
    for asked in (typed, *clicked):
        asked.then(refresh_head, None, head, **quiet)
    talk.change(None, None, None, js=_TO_NEWEST)
    blocks.load(refresh_head, None, head, **quiet)


def _saying(text: str) -> Any:
    return lambda: text


def _now() -> datetime:
    return datetime.now(UTC)
