"""Models: embedders, cross-encoders, chat models, fitted weights. The only place that loads weights."""
