"""From a question and its evidence to an Answer: in quotes, by a model, or a refusal."""
