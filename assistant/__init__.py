"""Article Assistant: answers from a body of articles, every statement cited to the exact words."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.answers import (
        Answer,
        Aspect,
        Citation,
        Corpus,
        Coverage,
        Difference,
        Event,
        Finished,
        Said,
        Searched,
        Side,
        Statement,
        Token,
        Understood,
        Withdrawn,
    )
    from assistant.articles import Article
    from assistant.browsing import Listing
    from assistant.census import Named
    from assistant.chunks import Chunk, split
    from assistant.conversation import Conversation
    from assistant.errors import (
        AssistantError,
        EmbedderError,
        LockedError,
        ModelError,
        NoArticlesError,
        NoSpaceError,
        QuestionError,
        RefreshError,
        SettingsError,
    )
    from assistant.feedback import Feedback
    from assistant.loading import Failure
    from assistant.overview import Overview, Published
    from assistant.query import Filters
    from assistant.reports import RefreshReport, Watcher
    from assistant.retrieval import HybridRetriever, Passage
    from assistant.settings import Settings
    from assistant.upkeep import Status

# By the stage they belong to. They are imported when first used: `import assistant` is quick.
_STAGES = {
    "answering": ("Assistant",),
    "upkeep": ("Status",),
    "conversation": ("Conversation",),
    "settings": ("Settings",),
    "articles": ("Article",),
    "chunks": ("Chunk", "split"),
    "reports": ("RefreshReport", "Watcher"),
    "loading": ("Failure",),
    "query": ("Filters",),
    "browsing": ("Listing",),
    "census": ("Named",),
    "overview": ("Overview", "Published"),
    "feedback": ("Feedback",),
    "retrieval": ("HybridRetriever", "Passage"),
    "answers": (
        *("Answer", "Aspect", "Citation", "Corpus", "Coverage", "Difference", "Side", "Statement", "Understood"),
        *("Event", "Finished", "Said", "Searched", "Token", "Withdrawn"),
    ),
    "errors": (
        *("AssistantError", "EmbedderError", "LockedError", "ModelError", "NoArticlesError", "NoSpaceError"),
        *("QuestionError", "RefreshError", "SettingsError"),
    ),
}
_HOME = {name: stage for stage, names in _STAGES.items() for name in names}

__all__ = [
    "Answer",
    "Article",
    "Aspect",
    "Assistant",
    "AssistantError",
    "Chunk",
    "Citation",
    "Conversation",
    "Corpus",
    "Coverage",
    "Difference",
    "EmbedderError",
    "Event",
    "Failure",
    "Feedback",
    "Filters",
    "Finished",
    "HybridRetriever",
    "Listing",
    "LockedError",
    "ModelError",
    "Named",
    "NoArticlesError",
    "NoSpaceError",
    "Overview",
    "Passage",
    "Published",
    "QuestionError",
    "RefreshError",
    "RefreshReport",
    "Said",
    "Searched",
    "Settings",
    "SettingsError",
    "Side",
    "Statement",
    "Status",
    "Token",
    "Understood",
    "Watcher",
    "Withdrawn",
    "split",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
