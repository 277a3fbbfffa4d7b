"""The commands. They use `Assistant` only, and import what is heavy when it is needed."""
