"""Commands of the command line that are many enough for a file of their own."""
