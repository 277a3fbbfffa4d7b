"""The list of sources, sources.toml: read, checked and edited line by line."""
