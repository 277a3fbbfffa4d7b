"""Keeps the corpus: refreshes, schedule, source health, history, news, watched questions, feedback.

In: the library of generations, settings and what a maintainer asks for. Out: a new generation, and reports of what was
done. It answers no questions: watched ones are asked through a function that it is given.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
