"""The vectors of all generations on a Chroma server."""

from collections.abc import Collection

from assistant.index.server.chroma_connection import ChromaConnection
from assistant.index.server.chroma_records import ChromaRecords
from assistant.index.server.chroma_server import ServerVectorDraft, ServerVectors, discard, sweep


class ChromaGenerations(ChromaRecords):
    """The vectors of all generations in the collection of `connection`."""

    def __init__(self, connection: ChromaConnection) -> None:
        super().__init__(connection)

    def at(self, generation: int, chunks: int | None = None) -> ServerVectors:
        """The vectors of a generation; where it has not so many `chunks`, whoever reads them gets a StorageError."""
        return ServerVectors(self.connection, generation, chunks)

    def draft(self, generation: int) -> ServerVectorDraft:
        """The vectors of the draft with that number; there must be nothing beyond its parent."""
        return ServerVectorDraft(self.connection, generation)

    def discard(self, beyond: int) -> None:
        """Discard what came and went after the generation `beyond`."""
        discard(self.connection, beyond)

    def sweep(self, kept: Collection[int]) -> None:
        """Delete what none of the `kept` generations sees."""
        sweep(self.connection, kept)

    def close(self) -> None:
        """Close the connection; it opens again when it is used."""
        self.connection.close()
