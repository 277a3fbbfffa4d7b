"""The index on servers: articles and words in PostgreSQL, vectors in a Chroma server."""
