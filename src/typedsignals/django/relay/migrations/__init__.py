"""The migrations of the relay's tables."""
