"""The index in a folder: articles in SQLite, vectors in an embedded Chroma, locks as files."""
