"""From sources (files, feeds, pages) to articles; knows nothing of the index."""
