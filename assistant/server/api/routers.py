"""All routers of the interface, in the order of its description."""

from assistant.server.api import (
    articles,
    asking,
    collections,
    conversations,
    corpus,
    description,
    feedback,
    people,
    search,
    shared,
    watches,
)

ROUTERS = (
    asking.router,
    conversations.router,
    search.router,
    articles.router,
    corpus.router,
    watches.router,
    feedback.router,
    shared.router,
    collections.router,
    people.router,
    description.router,
)
