"""Maintains the corpus: refreshes, schedule, source health, history, news, watched questions, feedback."""
