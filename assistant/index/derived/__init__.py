"""What is worked out over the whole corpus, each in a file of its generation: near-duplicates, entities, stories."""
