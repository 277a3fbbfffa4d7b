"""Benchmarks, for developers."""
