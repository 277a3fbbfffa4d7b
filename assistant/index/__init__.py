"""The index: immutable generations of articles, chunks, vectors, near-duplicates, entities and stories.

The only package that knows Chroma and SQL. In: articles and their vectors, from a refresh. Out: searches by words and
by vectors, articles, chunks, lists. It does not know what a question means.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
