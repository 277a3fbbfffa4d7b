"""Sharing: links to answers, what is read at them, and copies of answers."""

from ..events.sharing import SharingEvents
from ..layout import Parts
from .listener import listener, then_in_page


def connect_sharing(parts: Parts, events: SharingEvents) -> None:
    """Answers that are shared, read, taken back, copied and saved."""
    bus, stored = parts["bus"], ["stored"]
    made = bus.share_answer(**listener(parts, events.share, stored, ["link"]))
    then_in_page(parts, made, "linkMade", "link")
    ended = bus.unshare(**listener(parts, events.unshare, [], ["link", "shared_answer"]))
    then_in_page(parts, ended, "linkEnded", "link")
    shown = bus.shared(**listener(parts, events.shared, [], ["shared_answer", "tabs", "problem"]))
    then_in_page(parts, shown, "sharedShown")
    formed = bus.answer_forms(**listener(parts, events.answer_forms, stored, ["forms"]), trigger_mode="multiple")
    then_in_page(parts, formed, "answerFormed", "forms")
    exported = bus.export_answer(**listener(parts, events.export_answer, stored, ["file"]))
    then_in_page(parts, exported, "deliver", "file")
