"""Text and language: sentences, words, names, quantities, dates, differences. Pure; no index, no model."""
