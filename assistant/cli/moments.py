"""The type of options that take a moment, such as "yesterday", "monday", "3 days ago", "36h" or "2025-05-28"."""

from datetime import datetime
from typing import Any

import click

from assistant.text import moment


class MomentParam(click.ParamType[datetime]):
    """A moment in the past; see `moment`."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment that `value` says."""
        if isinstance(value, datetime):
            return value
        try:
            return moment(value, datetime.now())
        except ValueError as error:
            self.fail(str(error), param, ctx)
