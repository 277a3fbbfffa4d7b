"""People's things in a database: SQLite files of a home, or the schema `assistant` of one in PostgreSQL.

In: where they are, and the tables of a store with a reader of their rows. Out: connections in transactions, and errors
in one line with the cure. It does not know what any of the tables is for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
