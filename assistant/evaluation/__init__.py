"""Measures: how well the assistant finds, quotes and refuses, and how fast."""
