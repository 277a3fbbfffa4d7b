"""Keeping a corpus: refreshes, schedule, health of sources, history, news, watches, feedback."""
