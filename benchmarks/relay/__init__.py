"""What a relay withstands, and how fast it is, by engine: ``python -m benchmarks.relay``."""
