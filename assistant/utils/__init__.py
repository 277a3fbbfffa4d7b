"""What knows nothing of articles: URLs, durations, moments, text and JSON lines, threads, the machine."""
