"""The layout of the window: its parts by name. Views draw what is in them, and event handlers put it there."""

from collections.abc import Mapping
from typing import Any

from .scope import today
from .views import (
    adding,
    articles,
    collections,
    composer,
    header,
    history,
    news,
    pinning,
    shared,
    skeleton,
    source_form,
)

# The events that the page can trigger, by part; the page's modules pass them on to the component `bus`.
_EVENTS = {
    "ask": "ask_offered retry ask_all reinterpret ask_quotes",
    #
    "composer": "scope unscope choose_model renew_filters",
    #
    "conversation": "new open edit cancel_edit reuse rate reason export history",
    #
    "articles": "read browse",
    #
    "first look": "more_stories story titles",
    #
    "news": "news watch unwatch",
    #
    "sharing": "share_answer unshare shared answer_forms export_answer",
    #
    "collections": "collections collect pin_choices pin export_collection",
    #
    "maintenance": "refresh stop_refresh compare confirm_rollback cancel_rollback roll_back",
    "sources": "open_source close_source test_source save_source pause_source resume_source remove_source "
    "look_at_source",
    "adding": "look add_drafts discard_drafts",
}
EVENTS = " ".join(_EVENTS.values()).split()
# The parts of each section of the tab.
_MAINTENANCE = {
    "Corpus": "state",
    "Add articles": "adding added drafts",
    "Sources": "source_list source_form source_look",
    "Refresh": "controls report",
    "History of refreshes": "refreshes difference",
}
# What the page is told without being shown it.
_TOLD = "stored announcement file toast found_titles link forms collected kept_conversations"

Parts = Mapping[str, Any]


def layout(gr: Any, *, maintained: bool, by_model: bool = False, max_upload: int = 0) -> Parts:
    """The parts of the window, in the page that is being made; with `maintained`, those for maintainers too.

    `by_model`: a model answers what is asked, unless another choice is made. `max_upload`: bytes of a file.
    """
    parts = {
        "bus": gr.HTML("", elem_id="bus", apply_default_css=False, js_on_load=_listen_to(EVENTS)),
        **{name: gr.Textbox(visible=False) for name in _TOLD.split()},
    }
    with gr.Row(elem_id="top"):
        parts |= {"head": _html(gr, "head"), "title_search": _html(gr, "title-search", header.title_search())}
        _html(gr, "account")
    with gr.Tabs(elem_id="tabs") as parts["tabs"]:
        with gr.Tab("Ask", id="ask", elem_id="tab-ask") as parts["ask_tab"]:
            parts |= _ask_tab(gr, by_model=by_model)
        with gr.Tab("Articles", id="articles", elem_id="tab-articles") as parts["articles_tab"]:
            parts |= {
                "article_form": _html(gr, "article-form", articles.form({})),
                "article_list": _html(gr, "article-list", skeleton.rows()),
            }
        with gr.Tab("Coverage", id="coverage", elem_id="tab-coverage") as parts["coverage_tab"]:
            parts["coverage"] = _html(gr, "coverage", skeleton.plot())
        with gr.Tab("News", id="news", elem_id="tab-news") as parts["news_tab"]:
            parts |= _news_tab(gr)
        with gr.Tab("Collections", id="collections", elem_id="tab-collections") as parts["collections_tab"]:
            with gr.Row(elem_id="collections-page"):
                _html(gr, "collection-list", collections.LIST)
                parts["collection"] = _html(gr, "collection")
        with gr.Tab("History", id="history", elem_id="tab-history") as parts["history_tab"]:
            _html(gr, "saved-conversations", history.saved(on_server=False))
        if maintained:
            with gr.Tab("Maintenance", id="maintenance", elem_id="tab-maintenance", visible=False) as parts[
                "maintenance_tab"
            ]:
                parts |= _maintenance_tab(gr, max_upload)
    parts["reader"] = _html(gr, "reader")
    _html(gr, "dialogs", shared.LINK_DIALOG + pinning.PIN_DIALOG)
    return parts


def _html(gr: Any, name: str, value: str = "") -> Any:
    # The value of the default template is put in as it is: `${...}` or `{{...}}` in it stays text.
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=None)


def _listen_to(events: list[str]) -> str:
    """The script of `bus`: it hands its trigger to static/window/bus.js, whichever of the two is there first."""
    # Gradio lets a component be listened to for the events that its script names in quotes.
    named = ", ".join(map(repr, events))
    return f"window.articleAssistantTrigger = trigger; window.articleAssistantBus?.(trigger); // events: {named}"


def _ask_tab(gr: Any, *, by_model: bool) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_id="page"):
        with gr.Column(elem_id="chat", scale=3, min_width=280):
            parts["shared_answer"] = _html(gr, "shared-answer")
            for name in ("tools", "past", "now"):
                parts[name] = _html(gr, name)
            parts["welcome"] = _html(gr, "welcome", composer.welcome(by_model=by_model))
            with gr.Column(elem_id="composer"):
                parts |= _composer(gr)
            parts["first_look"] = _html(gr, "first-look", skeleton.front())
        with gr.Column(elem_id="sources", scale=2, min_width=280):
            parts["cards"] = _html(gr, "cards")
    return parts


def _composer(gr: Any) -> dict[str, Any]:
    parts = {"problem": _html(gr, "problem"), "offer": _html(gr, "offer", composer.offer_to_come())}
    with gr.Row(elem_id="question-row"):
        parts["question"] = _question_box(gr)
        # Not `visible`: what comes only later is, now and then, never drawn by Gradio while an answer is streamed.
        parts["stop"] = gr.Button("Stop", elem_id="stop", scale=0, min_width=0)
        parts["send"] = gr.Button("Ask", variant="primary", elem_id="send", scale=0, min_width=0)
    with gr.Row(elem_id="choices"):
        # As it is over no articles: it takes the room that it will need.
        parts["filters"] = _html(gr, "filters", composer.filters({}, None, None, today()))
        parts["composer_notes"] = _html(gr, "composer-notes")
        parts["model_picker"] = _html(gr, "model-picker")
    return parts


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


def _maintenance_tab(gr: Any, max_upload: int) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    first = {"state": skeleton.rows(3), "adding": adding.form(max_upload), "source_form": source_form.add()}
    for heading, names in _MAINTENANCE.items():
        with gr.Column(elem_classes="maintenance-section"):
            gr.HTML(f"<h2>{heading}</h2>", apply_default_css=False, js_on_load=None)
            with gr.Column(elem_classes="maintenance-content"):
                parts |= {name: _html(gr, name.replace("_", "-"), first.get(name, "")) for name in names.split()}
    return parts


def _news_tab(gr: Any) -> dict[str, Any]:
    parts = {"news_form": _html(gr, "news-form", news.form({}))}
    with gr.Row(elem_id="news-page"):
        with gr.Column(scale=3, min_width=280):
            parts["news"] = _html(gr, "news", skeleton.rows())
        with gr.Column(scale=2, min_width=280):
            parts["watched"] = _html(gr, "watched")
    return parts
