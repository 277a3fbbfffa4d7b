"""Event handlers: what happens when a user does something in the window.

A handler returns what is to be shown, as a mapping from the names of the window's parts (see `layout`) to their new
values; a part that is not named stays as it is.
"""
