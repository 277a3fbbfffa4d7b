"""Fitting of weights, for developers."""
