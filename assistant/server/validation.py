"""What is said of a request that does not have the form that the interface has: each fault with its place."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.server.problems import Refusal
from assistant.utils import one_line, storable

_TOLD, _MOST = 3, 20  # faults in the line, and in the list
_LONGEST_PLACE = 200  # characters
_NOT_JSON = "send the body as JSON, with the header Content-Type: application/json"


def invalid(errors: Sequence[Mapping[str, Any]], content_type: str) -> Refusal:
    """The refusal of a request with these faults, as pydantic has them."""
    faults = [{"at": _place(error), "fault": _fault(error, content_type)} for error in errors[:_MOST]]
    told = "; ".join(f"{fault['at']}: {fault['fault']}" for fault in faults[:_TOLD])
    return Refusal(422, told or "The request is not as it must be.", code="invalid", more={"errors": faults})


def _place(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return "body"
    return one_line(storable(".".join(map(str, error["loc"]))), _LONGEST_PLACE)


def _fault(error: Mapping[str, Any], content_type: str) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such name here; see /api/v1/docs for those that there are"
    if error["loc"] == ("body",) and "json" not in content_type.lower():
        return _NOT_JSON
    if error["type"] == "json_invalid":
        where = error["loc"][-1]
        at = f", at character {where}" if isinstance(where, int) else ""
        return f"this is no JSON{at}: {_decapitalised(str(error.get('ctx', error).get('error') or error['msg']))}"
    return _decapitalised(error["msg"].removeprefix("Value error, "))


def _decapitalised(text: str) -> str:
    message = one_line(storable(text))
    return message[:1].lower() + message[1:]
