"""From sources (files, feeds, pages) to articles.

In: sources as `sources.toml` lists them and what was known of their files and URLs. Out: articles, failures, notices
and fetch states, one by one. Of the index it knows only fetch states.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
