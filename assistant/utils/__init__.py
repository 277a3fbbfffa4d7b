"""Helpers that know nothing of articles: URLs, durations, timestamps, strings, logging, threads, SQLite, the OS."""
