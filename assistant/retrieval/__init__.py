"""From a question to a query plan, and from that to passages."""
