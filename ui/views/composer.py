"""The composer as HTML: what to expect, the filters beside the question, what answers it, and questions to ask."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from assistant import ModelChoice
from assistant.models import QUOTES
from assistant.utils import day, joined, one_line

from ..scope import PRESETS, Scope
from ..state import ConversationState
from . import pickers
from .icons import icon
from .markup import button, line, named
from .pickers import dates_text

_MOST_CHIPS = 4  # publications, after which the others are counted
_QUOTES_ONLY = "Quotes only"

# Before the first question, and what can be asked next


def welcome(*, by_model: bool) -> str:
    """What to expect, before the first question."""
    return (
        '<div class="welcome"><p class="lead">Ask what the articles say.</p>'
        f"<p>{_BY_MODEL if by_model else _IN_QUOTES} When the articles do not answer, you are told so.</p></div>"
    )


_IN_QUOTES = "The answer comes in the articles’ own words, with the passage that each statement rests on."
_BY_MODEL = (
    "A model writes the answer from the articles; each sentence is checked, and marked when they do not bear it out."
)


def offer(questions: Sequence[str], *, first: bool) -> str:
    """Questions to ask, to begin with or next."""
    items = "".join(
        f"<li>{button('ask', question, kind='suggestion', data={'question': question})}</li>" for question in questions
    )
    if not items:
        return ""
    heading = "For example" if first else "You could ask next"
    listed = f'<h2>{heading}</h2><ul class="suggestions">{items}</ul>'
    return f'<section class="offer" aria-label="{heading}">{listed}</section>'


def offer_to_come() -> str:
    """What stands in the place of the first questions until they are found."""
    return f'<div class="placeholders" aria-hidden="true">{"<i></i>" * 4}</div>'


# What the next question is limited to, as chips


def notes(state: ConversationState, today: date) -> str:
    """What applies to the next question, each with a button that takes it away.

    The page's own script (static/window/composer.js) reads from its data what is chosen.
    """
    scope = state.scope
    chips = [_editing()] if state.editing else []
    if scope.article:
        chips.append(_chip("file-text", f"Only in: {_bdi(scope.article.title)}", scope.article.title, what="article"))
    if scope.story:
        chips.append(_chip("layers", f"Story: {_bdi(scope.story.headline)}", scope.story.headline, what="story"))
    if scope.has_dates:
        chips.append(_chip("calendar", line(dates_text(scope, today)), dates_text(scope, today), what="dates"))
    for name in scope.publications[:_MOST_CHIPS]:
        chips.append(_chip("newspaper", _bdi(name), name, what="publication", name=one_line(name)))
    if (more := len(scope.publications) - _MOST_CHIPS) > 0:
        opener = 'popovertarget="choose-publications"'
        chips.append(f'<button type="button" class="chip more" {opener}>{more} more</button>')
    return f'<div class="composer-notes"{_data(scope)}>{"".join(chips)}</div>'


def _editing() -> str:
    keep = button("cancel_edit", "Cancel", kind="icon remove", about="keep the last question", picture="x")
    return f'<span class="chip editing">{icon("pencil")}<span class="of">Editing your last question</span>{keep}</span>'


def _chip(picture: str, html: str, text: str, **data: str) -> str:
    remove = button("unscope", "Remove", kind="icon remove", about=text, data=data, picture="x")
    return f'<span class="chip">{icon(picture)}<span class="of">{html}</span>{remove}</span>'


def _bdi(text: str) -> str:
    return f"<bdi>{named(text, 90)}</bdi>"


def _data(scope: Scope) -> str:
    values = {
        "source": json.dumps([one_line(name) for name in scope.publications]) if scope.publications else "",
        "dates": scope.dates,
        "since": scope.since.isoformat() if scope.since else "",
        "until": scope.until.isoformat() if scope.until else "",
        "story": scope.story.id if scope.story else "",
        "article": scope.article.id if scope.article else "",
    }
    return "".join(f' data-{name}="{line(value)}"' for name, value in values.items())


def scope_text(scope: Scope, asked: date) -> str:
    """What a question of that day was limited to, in a line; "" where it was nothing."""
    parts = []
    if scope.article:
        parts.append(f"Asked of one article: {scope.article.title}")
    if scope.story:
        parts.append(f"Asked of one story: {scope.story.headline}")
    if scope.publications:
        names = list(scope.publications)
        shown = names if len(names) < 5 else [*names[:3], f"{len(names) - 3} others"]
        parts.append(f"Only from {joined(shown)}")
    if scope.has_dates:
        since, _ = scope.days_on(asked)
        text = dates_text(scope, asked)
        parts.append(f"{text} (from {day(since)})" if scope.dates and since else text)
    return " · ".join(parts)


# The filters that can be chosen


def filters(publications: Mapping[str, int], oldest: datetime | None, newest: datetime | None, today: date) -> str:
    """The buttons that open what can be chosen: `publications` with their numbers of articles, and dates."""
    openers = pickers.opener("choose-publications", "Publications", "newspaper")
    openers += pickers.opener("choose-dates", "Dates", "calendar")
    return (
        f'<div class="filters" role="group" aria-label="Limit the question to">{openers}</div>'
        f"{_publications(publications)}{_dates(oldest, newest, today)}"
    )


def _publications(publications: Mapping[str, int]) -> str:
    every = button("all_publications", "All publications", kind="quiet")
    return pickers.publication_boxes("choose-publications", publications, every)


def _dates(oldest: datetime | None, newest: datetime | None, today: date) -> str:
    presets = "".join(
        f'<button type="button" class="act preset" data-act="preset" data-dates="{name}" aria-pressed="false"'
        f"{' autofocus' if name == PRESETS[0] else ''}>{pickers.LABELS[name]}</button>"
        for name in PRESETS
    )
    low = f' min="{oldest.date().isoformat()}"' if oldest else ""
    high = f' max="{max(today, newest.date() if newest else today).isoformat()}"'
    every = button("all_dates", "Any date", kind="quiet")
    ranges = f'<div class="presets">{presets}</div>'
    return pickers.date_fields("choose-dates", ranges, oldest, newest, bounds=low + high, every=every)


# What answers


def model_picker(choices: Iterable[ModelChoice], chosen: str) -> str:
    """The button that says what answers and opens the models that are ready; "" where quotes are all there is."""
    models = list(choices)
    configured = next((model.name for model in models if model.configured), QUOTES)
    chosen = chosen or configured
    options = [_option(QUOTES, _QUOTES_ONLY, "the articles’ own words, on this machine", chosen)]
    options += [_option(model.name, short_name(model.name), where(model), chosen) for model in models]
    if chosen not in {QUOTES, *(model.name for model in models)}:
        options.append(_option(chosen, short_name(chosen), "not ready at the moment", chosen))
    if len(options) == 1:
        return ""
    label = _QUOTES_ONLY if chosen == QUOTES else short_name(chosen)
    html = f'<span class="screen-reader-only">What answers: </span><bdi class="of">{line(label, 40)}</bdi>'
    opener = pickers.opener("choose-models", html, "quote" if chosen == QUOTES else "cpu", popup="listbox")
    return (
        f'{opener}<div class="popover" id="choose-models" popover><h3 id="choose-models-title">What answers</h3>'
        f'<div role="listbox" aria-labelledby="choose-models-title" data-roving>{"".join(options)}</div></div>'
    )


def _option(name: str, label: str, about: str, chosen: str) -> str:
    is_chosen = name == chosen
    return (
        f'<button type="button" class="option" role="option" data-act="choose_model" data-model="{line(name)}" '
        f'aria-selected="{str(is_chosen).lower()}"{" autofocus" if is_chosen else ""}>'
        f'{icon("check")}<bdi>{line(label, 60)}</bdi><span class="about">{line(about, 80)}</span></button>'
    )


def short_name(model: str) -> str:
    """The name of a model without who runs it, its folder and the ending of its file."""
    name = model.partition(":")[2] or model
    return name.rsplit("/", 1)[-1].removesuffix(".gguf").removesuffix(":latest")


def where(model: ModelChoice) -> str:
    """Where a model runs, in words."""
    if model.local:
        return model.where if "this machine" in model.where else "on this machine"
    return f"hosted by {model.where}" if not model.where.startswith("a server") else f"on {model.where}"
