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
    from assistant.articles import Article, Chunk, Filters, Passage
    from assistant.census import Named
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
        StoppedError,
    )
    from assistant.feedback import Feedback
    from assistant.health import Health
    from assistant.history import Changed, Diff, Step
    from assistant.index.browse import Listing
    from assistant.index.chunking import split
    from assistant.index.overview import Overview, Published
    from assistant.loading import Failure
    from assistant.news import News
    from assistant.reports import RefreshReport, SourceReport, Watcher
    from assistant.retrieval.langchain import HybridRetriever
    from assistant.settings import Settings
    from assistant.sources import Source
    from assistant.standing import SourceState
    from assistant.text.diff import SentenceChange
    from assistant.trying import Trial
    from assistant.upkeep import Status
    from assistant.watching import KeptAnswer, StatementChange, Watch, WatchChange

# By the stage they belong to. They are imported when first used: `import assistant` is quick.
_STAGES = {
    "answering": ("Assistant",),
    "upkeep": ("Status",),
    "conversation": ("Conversation",),
    "settings": ("Settings",),
    "articles": ("Article",),
    "chunks": ("Chunk", "split"),
    "sources": ("Source",),
    "trying": ("Trial",),
    "reports": ("RefreshReport", "SourceReport", "Watcher"),
    "standing": ("SourceState",),
    "health": ("Health",),
    "history": ("Changed", "Diff", "Step"),
    "comparing": ("SentenceChange",),
    "news": ("News",),
    "watching": ("KeptAnswer", "StatementChange", "Watch", "WatchChange"),
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
        *("QuestionError", "RefreshError", "SettingsError", "StoppedError"),
    ),
}
_HOME = {name: stage for stage, names in _STAGES.items() for name in names}

__all__ = [
    "Answer",
    "Article",
    "Aspect",
    "Assistant",
    "AssistantError",
    "Changed",
    "Chunk",
    "Citation",
    "Conversation",
    "Corpus",
    "Coverage",
    "Diff",
    "Difference",
    "EmbedderError",
    "Event",
    "Failure",
    "Feedback",
    "Filters",
    "Finished",
    "Health",
    "HybridRetriever",
    "KeptAnswer",
    "Listing",
    "LockedError",
    "ModelError",
    "Named",
    "News",
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
    "SentenceChange",
    "Settings",
    "SettingsError",
    "Side",
    "Source",
    "SourceReport",
    "SourceState",
    "Statement",
    "StatementChange",
    "Status",
    "Step",
    "StoppedError",
    "Token",
    "Trial",
    "Understood",
    "Watch",
    "WatchChange",
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
