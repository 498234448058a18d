"""Measure typedsignals side by side with its peers: ``python -m benchmarks --help``."""
