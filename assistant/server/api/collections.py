"""Collections: answers and passages that who is signed in gathers under a name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from assistant.answers import Citation, CorpusInfo
from assistant.maintenance import LONGEST_NAME, LONGEST_NOTE, MOST_ITEMS, Collection, PinnedAnswer, PinnedPassage
from assistant.server.api.answers import that_was_given
from assistant.server.api.forms import (
    EXAMPLE_ID,
    NO_PARAMETERS,
    NOT_A_TEXT,
    PREFIX,
    ArticleId,
    Form,
    ThatKey,
    WholeNumber,
)
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Reader
from assistant.server.problems import Refusal
from assistant.server.service import InService, Service

router = APIRouter(
    prefix=PREFIX, tags=["collections"], route_class=IdempotentRoute, responses=PROBLEMS, dependencies=[NO_PARAMETERS]
)

_LONGEST_PASSAGE = 20_000  # characters
ThatItem = Annotated[str, Path(max_length=64, description="The id of an item of the collection.")]


@dataclass(frozen=True, slots=True)
class CollectionEntry:
    """A collection in a list: its name, how many `items` it has, and when it was `changed`."""

    id: str
    name: str
    changed: datetime
    items: int


_ITEM: dict[str, Any] = {
    "examples": [{"answer": EXAMPLE_ID, "note": "Ask the mayor's office about this."}],
    "oneOf": [
        {"required": ["answer"], "properties": {"answer": {"type": "string"}, "passage": {"type": "null"}}},
        {"required": ["passage"], "properties": {"passage": {"type": "object"}, "answer": {"type": "null"}}},
    ],
}


class NameForm(Form):
    """A name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Ferries"}]})

    name: str = Field(min_length=1, max_length=LONGEST_NAME)


class PassageForm(Form):
    """Words of an article: those from `start` up to `end` of its text."""

    article_id: ArticleId
    start: WholeNumber = Field(ge=0, le=2**31)
    end: WholeNumber = Field(ge=1, le=2**31)


class ItemForm(Form):
    """An answer, by the `id` that you were given it with, or a passage of an article."""

    model_config = ConfigDict(json_schema_extra=_ITEM)

    answer: str | None = Field(None, min_length=1, max_length=64, description="The `id` of an answer.")
    passage: PassageForm | None = None
    note: str = Field("", max_length=LONGEST_NOTE)

    @model_validator(mode="after")
    def _one_of_both(self) -> "ItemForm":
        if (self.answer is None) == (self.passage is None):
            raise ValueError("give either an answer or a passage")
        return self


class ItemChange(Form):
    """Another note, or another place, which counts from 0."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"place": 0}, {"note": "Checked."}]})

    note: str | None = Field(None, max_length=LONGEST_NOTE)
    place: Annotated[int, Field(ge=0, le=MOST_ITEMS), NOT_A_TEXT] | None = None


def _owner(who: Reader) -> str:
    """Who is signed in. Raises Refusal where nobody is."""
    if who.owner is None:
        raise Refusal(
            403,
            "Collections are kept for who is signed in, and nobody is; in the window the browser keeps them.",
            code="not_signed_in",
        )
    return who.owner


Owner = Annotated[str, Depends(_owner)]


@router.get("/collections")
def collections(owner: Owner, service: InService) -> list[CollectionEntry]:
    """Your collections, by name."""
    found = service.assistant.collections.of(owner)
    return [CollectionEntry(each.id, each.name, each.changed, len(each.items)) for each in found]


@router.post("/collections", status_code=201, dependencies=[IDEMPOTENCY_KEY])
def make(form: NameForm, owner: Owner, service: InService, response: Response) -> Collection:
    """Begin a collection."""
    made = service.assistant.collections.new(owner, form.name)
    response.headers["location"] = f"collections/{made.id}"
    return made


@router.get("/collections/{collection_id}")
def collection(collection_id: ThatKey, owner: Owner, service: InService) -> Collection:
    """A collection with its items. One whose `content` is null rested on an article that was removed."""
    return service.assistant.collections.get(owner, collection_id)


@router.patch("/collections/{collection_id}")
def rename(collection_id: ThatKey, form: NameForm, owner: Owner, service: InService) -> Collection:
    """Give a collection another name."""
    return service.assistant.collections.rename(owner, collection_id, form.name)


@router.delete("/collections/{collection_id}", status_code=204)
def delete(collection_id: ThatKey, owner: Owner, service: InService) -> None:
    """Delete a collection with its items."""
    service.assistant.collections.delete(owner, collection_id)


@router.post("/collections/{collection_id}/items", status_code=201, dependencies=[IDEMPOTENCY_KEY])
def add(collection_id: ThatKey, form: ItemForm, who: Reader, owner: Owner, service: InService) -> Collection:
    """Put an answer or a passage at the end of a collection, unless it has it already."""
    content: Any
    if form.passage is not None:
        content = _passage(service, form.passage)
    else:
        content = _answer(service, who, form.answer or "")
    return service.assistant.collections.add(owner, collection_id, content, form.note)


def _answer(service: Service, who: Reader, identity: str) -> PinnedAnswer:
    found = that_was_given(service, who, identity)
    return service.assistant.pinned(found.answer, found.filters)


def _passage(service: Service, form: PassageForm) -> PinnedPassage:
    """The words of the article as it is now. Raises Refusal where it has none there."""
    article, status = service.assistant.article(form.article_id), service.assistant.status()
    if article is None or status.generation is None or status.refreshed is None:
        raise Refusal(404, "There is no article of that id.", code="missing")
    if not form.start < form.end <= len(article.text) or form.end - form.start > _LONGEST_PASSAGE:
        text = (
            f"The text has {len(article.text):,} characters; name up to {_LONGEST_PASSAGE:,} of them by start and end."
        )
        raise Refusal(422, text, code="passage")
    quote = article.text[form.start : form.end]
    about = (article.id, article.title, article.source, article.published, article.url)
    citation = Citation(1, *about, quote, form.start, form.end, updated=article.updated)
    corpus = CorpusInfo(status.generation, status.refreshed, status.articles, status.oldest, status.newest)
    return service.assistant.pinned_passage(citation, corpus)


@router.patch("/collections/{collection_id}/items/{item_id}")
def change(collection_id: ThatKey, item_id: ThatItem, form: ItemChange, owner: Owner, service: InService) -> Collection:
    """Put another note on an item, or move it to another place."""
    store = service.assistant.collections
    if form.note is not None:
        store.note(owner, collection_id, item_id, form.note)
    if form.place is not None:
        store.move(owner, collection_id, item_id, form.place)
    return store.get(owner, collection_id)


@router.delete("/collections/{collection_id}/items/{item_id}")
def remove(collection_id: ThatKey, item_id: ThatItem, owner: Owner, service: InService) -> Collection:
    """Take an item out of a collection."""
    return service.assistant.collections.remove(owner, collection_id, item_id)
