"""The errors a person can act on.

AssistantError            every error of this package; one line: what happened, the value, the cure
 ├─ SettingsError         a setting is unknown or has a value that cannot be used
 ├─ QuestionError         a question cannot be asked as it is (empty, too long)
 ├─ NoArticlesError       nothing has been indexed yet
 ├─ MissingError          what is named is not there, or not for who asks
 ├─ ModelError            a chat model could not be reached, or what it gave is no answer
 ├─ EmbedderError         the embedding model is missing, damaged or does not fit the index
 ├─ DamagedError          a file of the home is damaged, and nothing sound can take its place
 ├─ StorageError          PostgreSQL or the Chroma server, where the index or people's things are, cannot be used
 └─ RefreshError          a refresh could not be carried out; the published index is as it was
     ├─ LockedError       another refresh is running
     ├─ NoSpaceError      the disk is full
     └─ StoppedError      it was asked to stop
"""


class AssistantError(Exception):
    """Any failure of the assistant that a person can act on; catch this one to show it as a line."""

    exit_code = 1


class SettingsError(AssistantError):
    """A setting is unknown or cannot be used; raised while `Settings` is made."""


class QuestionError(AssistantError):
    """A question cannot be asked as it is; raised by everything that takes a question."""


class NoArticlesError(AssistantError):
    """Nothing has been indexed yet; raised by everything that reads the index."""


class MissingError(AssistantError):
    """What is named (a conversation, a collection, a watched question) is not there, or not for who asks."""


class ModelError(AssistantError):
    """A chat model could not be reached, or what it gave is no answer; an answer falls back to quotes then."""


class EmbedderError(AssistantError):
    """The embedding model is missing, damaged or not the one the index was made with."""


class DamagedError(AssistantError):
    """A file of the home is damaged, and nothing sound can take its place; `assistant check --repair` mends it."""


class StorageError(AssistantError):
    """PostgreSQL or the Chroma server cannot be reached or used now; what was to be changed may not have been."""


class RefreshError(AssistantError):
    """A refresh could not be carried out; the published index is as it was."""


class LockedError(RefreshError):
    """Another refresh is running; try again when it has finished."""


class NoSpaceError(RefreshError):
    """The disk is full: no source could be taken in, so the command ends as for failed sources."""

    exit_code = 3


class StoppedError(RefreshError):
    """A refresh was asked to stop and did, before it published anything."""
