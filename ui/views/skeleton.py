"""What stands where a part is still to come, in its shape, so that nothing moves when it is there."""

_WAITING = '<p class="screen-reader-only" role="status">Loading…</p>'


def rows(number: int = 8) -> str:
    """A list that is still to come."""
    return f'<div class="to-come">{_WAITING}<div aria-hidden="true">{"<i><b></b></i>" * number}</div></div>'


def plot() -> str:
    """A plot that is still to come."""
    return f'<div class="to-come plot">{_WAITING}<div aria-hidden="true">{"<i></i>" * 9}</div></div>'


def front() -> str:
    """The stories of the first look that are still to come."""
    cards = "".join(f'<li class="shape{wide}"><i></i><i></i><i></i></li>' for wide in (" wide", *[""] * 5))
    stories = f'<div class="shapes-heading"><i></i></div><ol class="shapes">{cards}</ol>'
    return f'<div class="to-come first-stories">{_WAITING}<div aria-hidden="true">{stories}</div></div>'
