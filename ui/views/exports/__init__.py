"""Answers, conversations and collections as they leave the window: text, Markdown, HTML, pages to print, Word files.

In: answers and collections. Out: texts and bytes in which nothing of an article is ever markup.
"""
