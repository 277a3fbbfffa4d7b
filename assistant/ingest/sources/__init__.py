"""The list of sources, sources.toml: reading, checking and editing it."""
